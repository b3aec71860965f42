"""Reads support services."""

import re

from speakup.policy.document import ServiceKind, Status, SupportService
from speakup.policy.reading.entries import Entry

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[a-z]{2,}", re.ASCII)


def read_services(entry: Entry) -> dict[str, SupportService]:
    """Support services by id; one of them at least is for emergencies."""
    services = [_service(each) for each in entry.entries(at_least=1)]
    if services and not any(service.kind is ServiceKind.EMERGENCY for service in services):
        entry.complain("none of them is of the kind emergency")
    return {service.id: service for service in services}


def _service(entry: Entry) -> SupportService:
    entry.record("id", "name", "for", "phone", "hours", "web", "email", "kind", "phone_status", "note")
    return SupportService(
        id=entry["id"].identifier("support service"),
        name=entry["name"].text(),
        for_whom=entry["for"].text(),
        kind=entry["kind"].word(ServiceKind),
        phone=entry["phone"].text(may_be_empty=True),
        phone_status=entry["phone_status"].word(Status),
        hours=entry["hours"].text(may_be_empty=True),
        web=_web(entry["web"]),
        email=_email(entry["email"]),
        note=entry["note"].text(may_be_empty=True),
    )


def _web(entry: Entry) -> str:
    """A host (and path), or words that say where to look; the page makes it an https link itself."""
    web = entry.text(may_be_empty=True)
    if ":" in web:
        entry.complain("must be the site's name alone, like example.org, without https://")
        return ""
    return web


def _email(entry: Entry) -> str | None:
    if entry.is_null:
        return None
    email = entry.text()
    if email and not _ADDRESS.fullmatch(email):
        entry.complain("is no e-mail address")
        return None
    return email
