"""docker-compose.yml says what operators rely on: who waits for whom, who is healthy, what survives, what is closed.

A misspelt key would be refused only on a server, so it is refused here first: by the schema of the Compose Specification,
kept unaltered beside this file (github.com/compose-spec/compose-spec, schema/compose-spec.json at 170098ba, Apache-2.0).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from services.standalone.plan import product

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SPECIFICATION = Draft7Validator(
    json.loads((ROOT / "tests" / "shape" / "compose-spec.json").read_text("utf-8"))
)
APPLICATION = {"migrate", "api", "worker", "beat"}
CONDITIONS = {"service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"\d+(?:s|m)")
NEEDED_FROM_OUTSIDE = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")
INTERPOLATION = re.compile(r"\$\{([A-Z_]+)")

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_services_are_the_two_servers_and_the_four_commands_of_one_image() -> None:
    assert set(SERVICES) == {"postgres", "redis"} | APPLICATION
    assert {SERVICES[name]["image"] for name in APPLICATION} == {"xunxian"}
    assert {SERVICES[name]["build"] for name in APPLICATION} == {"."}


def test_it_is_what_the_compose_specification_says() -> None:
    assert not [f"{fault.json_path}: {fault.message}" for fault in SPECIFICATION.iter_errors(COMPOSE)]


@pytest.mark.parametrize("name", ["healtcheck", "depend_on", "read-only"])
def test_a_misspelt_key_is_found(name: str) -> None:
    wrong = {**COMPOSE, "services": {**SERVICES, "api": {**SERVICES["api"], name: True}}}
    assert any(name in fault.message for fault in SPECIFICATION.iter_errors(wrong))


@every_service
def test_a_service_that_stays_is_watched_restarted_and_given_time_to_stop(name: str) -> None:
    service = SERVICES[name]
    assert service["stop_grace_period"] == "45s"
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert ("healthcheck" in service) == (name != "migrate")


@every_service
def test_a_health_check_is_a_command_with_times(name: str) -> None:
    check = SERVICES[name].get("healthcheck")
    if check:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert len(check["test"]) > 1
        assert all(DURATION.fullmatch(check[key]) for key in ("interval", "timeout", "start_period"))
        assert isinstance(check["retries"], int)


@every_service
def test_a_service_can_change_nothing_but_its_volumes(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(place.startswith("/tmp") for place in service["tmpfs"])
    assert "privileged" not in service


@every_service
def test_a_service_is_not_root(name: str) -> None:
    if name in APPLICATION:
        assert re.search(r"^USER xunxian$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    else:
        assert SERVICES[name]["user"] == name


@every_service
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert wait["condition"] in CONDITIONS
        assert ("healthcheck" in SERVICES[other]) == (wait["condition"] == "service_healthy"), other


def test_nobody_works_on_a_database_that_is_not_migrated() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in APPLICATION - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_data_lives_in_named_volumes() -> None:
    named = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"], (
        "where the image of PostgreSQL 18 keeps it"
    )


def test_only_the_api_is_published_and_only_on_this_machine() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["api"]["ports"])
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_no_secret_is_written_down_or_has_a_default() -> None:
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if key.endswith(("PASSWORD", "AUTH")) or key in {"DATABASE_URL", "REDIS_URL"}:
                assert NEEDED_FROM_OUTSIDE.search(value), key


def test_the_secret_file_is_made_once_and_is_nobody_elses() -> None:
    """Not a secret of Compose: one that comes from the environment cannot enter a container that changes nothing."""
    where = SERVICES["api"]["environment"]["XUNXIAN_SECRET_FILE"]
    command = SERVICES["migrate"]["command"][-1]
    assert where.startswith("/data/")
    assert command.startswith("umask 077 && { test -s " + where)
    assert command.endswith("exec xunxian ops migrate")
    assert "secrets" not in COMPOSE


def test_the_secrets_it_asks_for_are_those_its_first_lines_make() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    command = next(line for line in text.splitlines() if "token_hex" in line)
    needed = {name for name in INTERPOLATION.findall(text) if f"{name}:-" not in text}
    assert set(re.findall(r"'([A-Z_]{4,})'", command)) == needed


def test_the_queue_forgets_nothing() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--maxmemory-policy noeviction" in command
    assert "--requirepass" in command
    assert "--appendonly yes" in command


def test_the_same_programs_run_here_and_under_run() -> None:
    """What `./run` starts and what the containers start name the same modules."""
    own = {name: " ".join(command) for name, command in product(8000, Path("/data")).services}
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert "services.api.app:create_app()" in own["api"]
    assert "services.api.app:create_app()" in image
    for name in ("worker", "beat"):
        command = " ".join(SERVICES[name]["command"])
        assert f"-A services.worker.app:celery {name}" in command
        assert f"-A services.worker.app:celery {name}" in own[name]


def test_the_image_copies_only_what_the_build_is_given() -> None:
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    given = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = {
        line.split()[1]
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
        if re.match(r"COPY (?!--from)", line)
    }
    assert "*" in ignore, "everything is left out unless it is named"
    assert copied == given
    assert all((ROOT / path).exists() for path in given)
