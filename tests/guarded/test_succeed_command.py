"""`xunxian succeed` against the real service: rehearsed, then done; refusals name what to mend and change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from services.cli.main import main
from tests.api.conftest import Ask
from tests.serving import served

Run = Callable[..., tuple[int, str]]
ADMINISTRATOR = "office.administrator"
ON, WHY = ("--on", "2017-08-10"), ("--reason", "机构改革")
REGULATOR = ("--name-zh", "县市场监督管理局", "--name-en", "county market regulator", "--short", "市场监管局")


@pytest.fixture
def run(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    with served(app) as base:

        def command(*arguments: str, by: str = ADMINISTRATOR) -> tuple[int, str]:
            code = main(["succeed", *arguments, "--base", base, "--token", by])
            told = capsys.readouterr()
            return code, told.out + told.err

        yield command


@pytest.fixture
def at_market(ask: Ask, lead: dict[str, Any]) -> str:
    """A lead that the market regulator holds."""
    given = {"given": {"lead_agency": "market"}}
    assert ask("POST", f"/v1/leads/{lead['number']}/actions/accept", json=given).status_code == 200
    return str(lead["number"])


def test_an_agency_is_succeeded_after_a_rehearsal_that_changes_nothing(
    run: Run, ask: Ask, at_market: str
) -> None:
    before = ask("GET", f"/v1/leads/{at_market}").json
    code, told = run("agency", "market", "market_regulator", *ON, *WHY, *REGULATOR, "--dry-run")
    assert (code, "预演" in told, "handoffs" in told) == (0, True, True)
    assert ask("GET", f"/v1/leads/{at_market}").json["lead_agency"]["id"] == "market"
    code, told = run("agency", "market", "market_regulator", *ON, *WHY, *REGULATOR, "--json")
    assert (code, json.loads(told)["moved"]["leads"]) == (0, 1)
    after = ask("GET", f"/v1/leads/{at_market}").json
    assert after["lead_agency"]["id"] == "market_regulator"
    assert [c["due_at"] for c in after["clocks"]] == [c["due_at"] for c in before["clocks"]], (
        "clocks are unbroken"
    )
    history = ask("GET", f"/v1/leads/{at_market}/events").json["items"]
    assert [e["data"]["given"]["lead_agency"] for e in history if e["kind"] == "lead.accepted"] == ["market"]
    code, told = run("agency", "market", "culture", *ON, *WHY)
    assert (code, "agency_ended" in told) == (2, True)


def test_a_colleague_takes_over_and_the_first_one_leaves(run: Run, ask: Ask) -> None:
    old, new = "station_qinglan.officer", "station_qinglan.liaison"
    code, told = run("person", old, new, "--on", "2017-08-10", "--reason", "调离")
    assert (code, new in told) == (0, True), told
    assert ask("GET", "/v1/me", by=old).status_code == 401
    assert "officer" in ask("GET", "/v1/me", by=new).json["roles"]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("agency", "market", "market", *ON, *WHY), "same_agency"),
        (("agency", "nowhere", "culture", *ON, *WHY), "unknown_agency"),
        (("agency", "office", "culture", *ON, *WHY), "office_stays"),
        (("agency", "market", "culture", "--on", "2017-08-11", *WHY), "in_future"),
        (("agency", "market", "brand_new", *ON, *WHY), "required"),
        (("agency", "market", "culture", *ON, *WHY, *REGULATOR), "known_agency"),
        (("person", "station_qinglan.officer", "market.officer", *ON, *WHY), "wrong_successor"),
        (("person", "nobody", "station_qinglan.officer", *ON, *WHY), "unknown_person"),
        (("person", "station_qinglan.officer", "station_qinglan.officer", *ON, *WHY), "wrong_successor"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(run: Run, words: tuple[str, ...], wrong: str) -> None:
    code, told = run(*words)
    assert (code, wrong in told) == (2, True), told


def test_only_who_may_decides_and_only_days_are_days(run: Run) -> None:
    assert run("agency", "market", "culture", *ON, *WHY, by="market.unit_head")[0] not in {0, 2}
    assert run("agency", "market", "culture", "--on", "tomorrow", *WHY)[0] == 2
