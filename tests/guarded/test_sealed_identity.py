"""Who reported stays unknown: sealed on arrival, in no other place, opened by few, for a reason, with a trace."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from shared.adapters.vault import Vault
from shared.application.guarded import SealBroken
from shared.bootstrap import System, build_system
from shared.settings import Settings
from tests.api.conftest import Ask, tip
from workflows.commands import Caller, DeliverOutbox

NAME, PHONE, CONTACT = "欧阳不存在", "139-0000-4711", "邮箱 canary-4711@example.invalid"
CANARIES = (NAME, PHONE, CONTACT, "canary-4711")
REPORTER = {"name": NAME, "phone": PHONE, "contact": CONTACT}
REASON = {"reason": "回告办理结果"}


def real_name_tip(**changes: Any) -> dict[str, Any]:
    return tip(**{"reporter_kind": "real_name", "reporter": REPORTER, "external_ref": "T-1", **changes})


@pytest.fixture
def number(ask: Ask) -> str:
    answer = ask("POST", "/v1/leads", json=real_name_tip(), headers={"Idempotency-Key": "tip-1"})
    assert answer.status_code == 201, answer.text
    assert not any(canary in answer.text for canary in CANARIES)
    return str(answer.json["number"])


def everything_stored(database: str) -> str:
    """Every column of every table as text, bytes in hexadecimal and as they are."""
    found = []
    with psycopg.connect(database) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            rows = connection.execute(
                SQL("SELECT to_jsonb(t)::text FROM {} t").format(Identifier(name))
            ).fetchall()
            found += [f"{name}: {row[0]}" for row in rows]
    return "\n".join(found)


def test_an_identity_is_readable_nowhere_in_the_database(
    ask: Ask,
    system: System,
    callers: dict[str, Caller],
    number: str,
    database: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    again = ask("POST", "/v1/leads", json=real_name_tip(), headers={"Idempotency-Key": "tip-1"})
    assert again.headers["Idempotent-Replayed"] == "true"
    opened = ask(
        "POST", f"/v1/leads/{number}/identity/openings", json=REASON, headers={"Idempotency-Key": "open-1"}
    )
    assert opened.status_code == 200
    ask("POST", "/v1/leads", json=real_name_tip(title=" "))
    ask("POST", "/v1/leads", json=real_name_tip(reporter={**REPORTER, "phone": 139}))
    waiting = system.chores().outbox
    system.handle(DeliverOutbox(callers["system"], tuple(waiting)))
    stored = everything_stored(database)
    assert "reporter_identities" in stored
    written = stored + caplog.text
    for canary in CANARIES:
        assert canary not in written
        assert canary.encode().hex() not in written


def test_no_answer_but_the_opening_says_who_reported(ask: Ask, number: str) -> None:
    for path in (
        f"/v1/leads/{number}",
        f"/v1/leads/{number}/events",
        "/v1/leads?q=欧阳",
        "/v1/events",
        "/v1/notices",
    ):
        text = ask("GET", path).text
        assert not any(canary in text for canary in CANARIES), path


@pytest.mark.parametrize("field", ["name", "phone", "contact"])
def test_a_refused_identity_is_not_repeated_in_the_refusal(ask: Ask, field: str) -> None:
    answer = ask("POST", "/v1/leads", json=real_name_tip(reporter={**REPORTER, field: f"{NAME}\u202e"}))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/reporter/{field}"
    assert not any(canary in answer.text for canary in CANARIES)


def test_open_words_that_say_who_reported_are_refused_with_their_place(ask: Ask) -> None:
    answer = ask("POST", "/v1/leads", json=real_name_tip(description=f"{NAME}说摊位在卖象牙。"))
    assert (answer.status_code, answer.json["code"]) == (422, "names_reporter")
    assert answer.json["errors"][0]["pointer"] == "/description"
    assert NAME not in answer.text


def test_an_anonymous_tip_carries_no_name(ask: Ask) -> None:
    answer = ask("POST", "/v1/leads", json=tip(reporter=REPORTER))
    assert (answer.status_code, answer.json["code"]) == (422, "not_anonymous")


def test_the_staff_of_the_office_open_it_for_a_reason_and_that_is_recorded(ask: Ask, number: str) -> None:
    opened = ask("POST", f"/v1/leads/{number}/identity/openings", json=REASON)
    assert opened.json["identity"] == REPORTER
    event = ask("GET", f"/v1/leads/{number}/events").json["items"][0]
    assert (event["kind"], event["reason"]) == ("identity.opened", REASON["reason"])
    assert (event["person"], event["agency"]) == ("office.office_staff", "office")


def test_a_repeated_answer_does_not_tell_it_again(ask: Ask, number: str) -> None:
    path, headers = f"/v1/leads/{number}/identity/openings", {"Idempotency-Key": "once"}
    assert ask("POST", path, json=REASON, headers=headers).json["identity"] is not None
    again = ask("POST", path, json=REASON, headers=headers)
    assert (again.headers["Idempotent-Replayed"], again.json["identity"]) == ("true", None)


def test_a_dry_run_opens_nothing(ask: Ask, number: str) -> None:
    answer = ask("POST", f"/v1/leads/{number}/identity/openings?dry_run=true", json=REASON)
    assert answer.json["identity"] is None


@pytest.mark.parametrize("role", ["leader", "deputy_leader", "auditor", "administrator", "operator"])
def test_leaders_auditors_and_administrators_do_not_open_it(ask: Ask, number: str, role: str) -> None:
    answer = ask("POST", f"/v1/leads/{number}/identity/openings", json=REASON, by=f"office.{role}")
    assert (answer.status_code, answer.json["code"]) == (403, "not_opener")


def test_for_another_agency_there_is_no_such_lead(ask: Ask, number: str) -> None:
    answer = ask("POST", f"/v1/leads/{number}/identity/openings", json=REASON, by="customs.officer")
    assert answer.status_code == 404


def test_the_reason_must_not_say_who_it_is(ask: Ask, number: str) -> None:
    answer = ask("POST", f"/v1/leads/{number}/identity/openings", json={"reason": f"联系{NAME}"})
    assert (answer.status_code, answer.json["code"]) == (422, "names_reporter")


def test_a_lead_without_an_identity_has_nothing_to_open(ask: Ask, lead: dict[str, Any]) -> None:
    answer = ask("POST", f"/v1/leads/{lead['number']}/identity/openings", json=REASON)
    assert answer.status_code == 404


def test_an_identity_moved_to_another_lead_does_not_open(ask: Ask, number: str, database: str) -> None:
    other = ask("POST", "/v1/leads", json=tip(reporter_kind="real_name", reporter={"name": "另一人"})).json[
        "number"
    ]
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE reporter_identities r SET ciphertext = o.ciphertext FROM reporter_identities o"
            " WHERE o.lead_id <> r.lead_id"
        )
    for found in (number, other):
        answer = ask("POST", f"/v1/leads/{found}/identity/openings", json=REASON)
        assert (answer.status_code, answer.json["code"]) == (503, "seal_broken")


def test_after_a_rotation_every_value_has_the_new_key_and_still_opens(
    ask: Ask, system: System, number: str, database: str, settings: Settings
) -> None:
    assert system.rotate_keys() == 1
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT key_id FROM reporter_identities").fetchall() == [("k0002",)]
    assert ask("POST", f"/v1/leads/{number}/identity/openings", json=REASON).json["identity"] == REPORTER
    keys = sorted(path.name for path in (settings.key_folder / "identity-keys").iterdir())
    assert keys == ["k0001.key", "k0002.key"]


def test_a_key_others_may_read_is_not_used(ask: Ask, number: str, settings: Settings) -> None:
    (settings.key_folder / "identity-keys" / "k0001.key").chmod(0o644)
    fresh = build_system(settings)
    with pytest.raises(SealBroken), fresh._opened() as uow:
        uow.identities.open(str(ask("GET", f"/v1/leads/{number}").json["id"]))
    fresh.close()


def test_of_processes_that_start_together_all_seal_with_one_key(settings: Settings) -> None:
    code = (
        "import sys, pathlib; from shared.adapters.vault import Vault;"
        "v = Vault(pathlib.Path(sys.argv[1])); k, s = v.seal('identity', 'x', b'y'); print(k, s.hex())"
    )
    folder = str(settings.key_folder)
    started = [
        subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[0].split() for process in started]
    assert {key_id for key_id, _ in said} == {"k0001"}
    vault = Vault(settings.key_folder)
    assert {vault.open("identity", "x", key_id, bytes.fromhex(sealed)) for key_id, sealed in said} == {b"y"}


def test_who_may_know_the_reporter_cannot_write_the_name_into_open_text(ask: Ask, number: str) -> None:
    name, station = NAME, "station_qinglan"
    path = f"/v1/leads/{number}"
    given = {"lead_agency": station, "requirement": f"请回访举报人{name}"}
    named = ask("POST", f"{path}/actions/accept", json={"given": given})
    assert (named.status_code, named.json["code"]) == (422, "names_reporter")
    assert named.json["errors"][0]["pointer"] == "/given/requirement"
    assert name not in named.text
    ask("POST", f"{path}/actions/accept", json={"given": {"lead_agency": station}})
    asked = {"type": "licence_query", "to": ["market"], "request": f"{name}反映,请查询"}
    refused = ask("POST", f"{path}/handoffs", json=asked)
    assert (refused.status_code, refused.json["code"]) == (422, "names_reporter")
    told = {"kind": "source_answer", "occurred_on": "2017-08-10", "data": {"result": f"已告知{name}"}}
    assert ask("POST", f"{path}/records", json=told).json["code"] == "names_reporter"


def test_who_cannot_know_the_reporter_learns_nothing_by_guessing(ask: Ask, number: str) -> None:
    station = "station_qinglan"
    ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": {"lead_agency": station}})
    answers = []
    for guess in (NAME, "无此人癸"):
        body = {"kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": f"询问{guess}"}}
        answers.append(
            ask("POST", f"/v1/leads/{number}/records", json=body, by=f"{station}.officer").status_code
        )
    assert answers == [201, 201]
