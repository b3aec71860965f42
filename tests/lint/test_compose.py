"""docker-compose.yml stands, and says of each part what the part needs and no more."""

import os
import re
import shutil
import subprocess
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from professional_standards.management.commands import key_ceremony
from speakup.production import QUIET
from speakup.web.management.commands import serve
from tests.lint.production_settings import PARTS, PROJECT, needed

SERVED = [part for part in PARTS if part != "owner"]
TOLD = {
    "SPEAKUP_REPORTER_URL": "https://speakup.example.test",
    "SPEAKUP_STAFF_URL": "https://desk.example.test",
    "SPEAKUP_MAIL_FROM": "speakup@example.test",
}
# What a part does without: it starts, and leaves that out.
MAY_BE_TOLD = {
    "reporter": {
        "SPEAKUP_NEUTRAL_SITE",
        "SPEAKUP_ESCAPE_LEAVES",
        "SPEAKUP_CLAMD",
        "SPEAKUP_ONION",
        "SPEAKUP_PHONE",
        "SPEAKUP_BSL",
        "SPEAKUP_EASY_READ",
        "SPEAKUP_LARGE_PRINT",
    },
    "owner": {"SPEAKUP_ROOT_PUBLIC_KEY"},
}
SERVICE_OF = {"owner": "migrate"}
OF_THE_OWNER = {"migrate", "ceremony"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return read


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def composed(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose")
    if program is None:
        assert not os.environ.get("SPEAKUP_REQUIRE_COMPOSE"), "docker-compose is not installed"
        pytest.skip("docker-compose is not installed")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPEAKUP_")}
    return subprocess.run(
        [program, "--file", "docker-compose.yml", "config", "--quiet"],
        cwd=PROJECT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_compose_itself_finds_no_fault() -> None:
    checked = composed(TOLD)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(TOLD))
def test_what_must_be_told_is_asked_for(name: str) -> None:
    refused = composed({each: value for each, value in TOLD.items() if each != name})
    assert refused.returncode != 0
    assert name in refused.stderr


def test_every_part_is_a_service(services: dict[str, dict[str, Any]]) -> None:
    assert services.keys() == {*SERVED, *OF_THE_OWNER, "postgresql", "redis"}


def test_every_container_is_small(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["healthcheck"].get("test") or name in OF_THE_OWNER, name
        assert not service.keys() & {"ports", "privileged", "cap_add", "network_mode", "pid"}, name


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_told_what_it_needs_and_no_more(services: dict[str, dict[str, Any]], part: str) -> None:
    service = services[SERVICE_OF.get(part, part)]
    told = {name.removesuffix("_FILE") for name in service["environment"]} - {"SPEAKUP_SITE"}
    assert told == {*needed(part), *MAY_BE_TOLD.get(part, ())}
    assert service["environment"]["SPEAKUP_SITE"] == part
    files = {value.removeprefix("/run/secrets/") for name, value in service["environment"].items() if "_FILE" in name}
    assert files == set(service.get("secrets", []))


def test_what_is_secret_comes_from_a_file_of_one_container(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    # The ceremony is the owner's, at another time.
    given = [
        secret for name, service in services.items() if name != "ceremony" for secret in service.get("secrets", [])
    ]
    assert sorted(given) == sorted(compose["secrets"])
    in_clear = {name for service in services.values() for name in service.get("environment", {})}
    secret_names = {"SPEAKUP_SECRET_KEY", "SPEAKUP_RECEIPT_PEPPER", "SPEAKUP_STAFF_SECRET", "SPEAKUP_MAIL_URL"}
    secret_names |= {"SPEAKUP_INVITATION_SECRET"}
    assert not in_clear & {*secret_names, "DATABASE_URL", "POSTGRES_PASSWORD"}


def test_each_part_runs_the_command_that_the_services_tests_run(services: dict[str, dict[str, Any]]) -> None:
    assert {tuple(services[part]["command"]) for part in SERVED} == {("python", "manage.py", "serve")}
    assert {part: serve.command(part)[2] for part in SERVED} == {
        "reporter": "gunicorn",
        "staff": "gunicorn",
        "worker": "celery",
        "metrics": "celery",
        "beat": "celery",
    }


def test_only_who_must_meet_meets(services: dict[str, dict[str, Any]]) -> None:
    meet = {name: set(service["networks"]) for name, service in services.items()}
    assert meet["reporter"] & meet["staff"] == {"database"}
    assert {name for name, networks in meet.items() if "broker" in networks} == {"worker", "metrics", "beat", "redis"}
    assert "database" not in meet["beat"]
    volumes = {name: service.get("volumes", []) for name, service in services.items()}
    seen_by = {
        kept: {name for name, mounted in volumes.items() if any(each.startswith(kept) for each in mounted)}
        for kept in ("metrics_keys:", "checkpoint_keys:", "checkpoints:")
    }
    # The ceremony makes the keys: `up` does not start it, and it is gone before anybody serves.
    assert services["ceremony"]["profiles"] == ["ceremony"]
    assert [name for name, service in services.items() if "profiles" in service] == ["ceremony"]
    assert seen_by["metrics_keys:"] == {"metrics", "ceremony"}
    assert seen_by["checkpoint_keys:"] == {"worker", "ceremony"}
    assert seen_by["checkpoints:"] == {"worker", "migrate"}
    assert "checkpoints:/data/checkpoints:ro" in volumes["migrate"]
    assert "checkpoint_keys:/data/checkpoint_keys:ro" in volumes["worker"]


def test_a_new_volume_is_the_parts_to_write(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """A volume takes over whose the folder of the image is on which it is first mounted; where there is none it is
    root's, and nobody here is root."""
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    (made,) = re.findall(r"install -d -o speakup -g speakup -m 0700 (.*)", text)
    ours = {name: service for name, service in services.items() if name in {*SERVED, *OF_THE_OWNER}}
    mounts = [mounted.split(":") for service in ours.values() for mounted in service.get("volumes", [])]
    for source, target, *_ in mounts:
        if source in compose["volumes"]:
            assert target in made.split(), target
    # And lies in one place wherever it is mounted.
    assert len({source for source, *_ in mounts}) == len({(source, target) for source, target, *_ in mounts})


def test_the_ceremony_writes_where_the_volumes_are(services: dict[str, dict[str, Any]]) -> None:
    targets = {mounted.split(":")[1] for mounted in services["ceremony"]["volumes"]}
    folder = PurePosixPath("/data")
    made = {folder / key_ceremony.METRICS, folder / key_ceremony.CHECKPOINT_KEYS, (folder / key_ceremony.FLOOR).parent}
    assert targets == {str(folder), *map(str, made)}


def test_what_the_officers_are_shown_is_in_no_log(services: dict[str, dict[str, Any]]) -> None:
    assert services["ceremony"]["logging"] == {"driver": "none"}


def test_everything_a_part_may_be_told_is_in_the_documentation(services: dict[str, dict[str, Any]]) -> None:
    documented = set(re.findall(r"`(\w+)`", (PROJECT / "docs" / "operations.md").read_text()))
    told = {name.removesuffix("_FILE") for part in SERVED for name in services[part]["environment"]}
    assert told - documented == set()


def test_postgresql_is_told_to_write_down_nothing(services: dict[str, dict[str, Any]]) -> None:
    flags = dict(flag.removeprefix("-c").split("=") for flag in services["postgresql"]["command"][1:])
    assert flags == {name: allowed[0] for name, allowed in QUIET.items()}


def test_the_image_holds_the_product_and_is_nobodys() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert "USER speakup" in lines
    assert 'CMD ["python", "manage.py", "serve"]' in lines
    copied = {word.rstrip("/") for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]}
    assert {"manage.py", "speakup", "professional_standards", "notifications", "templates"} <= copied
    for each in copied - {"--from=installed", "/speakup/.venv"}:
        assert (PROJECT / each).exists(), each
    passed = (PROJECT / ".dockerignore").read_text().splitlines()
    assert {f"!{each}" for each in copied if (PROJECT / each).is_file()} <= set(passed)
    assert {f"!{each}/" for each in copied if (PROJECT / each).is_dir()} <= set(passed)
