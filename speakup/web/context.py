"""What every template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """`demonstration` (bool), `page_name` (the URL's name, shown as data-page), `neutral_site` (an address) and
    `escape_leaves` (bool: whether Escape alone leaves the reporter site).
    """
    match = request.resolver_match
    return {
        "demonstration": settings.DEMONSTRATION,
        "page_name": match.view_name if match else "error",
        "neutral_site": settings.NEUTRAL_SITE,
        "escape_leaves": settings.ESCAPE_LEAVES,
    }
