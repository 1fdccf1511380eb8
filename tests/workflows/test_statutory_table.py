"""The statutory terms of the shipped definition: which rule is in force on which day, for which kind of agency."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.bootstrap import campaign_folder
from workflows import clocks
from workflows.campaign import CampaignDefinition
from workflows.definition_format import parse_toml, read_definition
from workflows.term import Roll, Unit


@pytest.fixture(scope="module")
def rules() -> CampaignDefinition:
    return read_definition(
        parse_toml((campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes())
    )


def found(
    rules: CampaignDefinition, code: str, event: str, agency_type: str, on: date, **facts: Any
) -> tuple[Any, ...]:
    """The term of a code on a day: amount, unit, roll, whether its source was read in the original."""
    agency = next(a for a in rules.agencies if a.type == agency_type)
    everyone = dict.fromkeys(("lead_agency", "sender", "receiver", "holder"), agency.id)
    relations = {**everyone, "office": rules.office.id}
    subject = event.partition(".")[0]
    starts = clocks.starting(rules, subject, event, facts, relations, [], on)
    (clock,) = [start.clock for start in starts if start.clock.code == code]
    assert clock.term is not None
    return clock.term.amount, clock.term.unit, clock.term.roll, clock.verified


@pytest.mark.parametrize(
    ("agency_type", "on", "term"),
    [
        ("market", date(2017, 9, 1), (7, Unit.WORKING_DAY, Roll.NONE, False)),
        ("market", date(2019, 3, 31), (7, Unit.WORKING_DAY, Roll.NONE, False)),
        ("market", date(2019, 4, 1), (15, Unit.WORKING_DAY, Roll.STATUTORY_HOLIDAY, True)),
        ("forestry", date(2017, 9, 1), (7, Unit.CALENDAR_DAY, Roll.NONE, False)),
        ("transport", date(2017, 9, 1), (7, Unit.CALENDAR_DAY, Roll.NONE, False)),
        ("forest_police", date(2017, 9, 1), (3, Unit.CALENDAR_DAY, Roll.NONE, False)),
    ],
)
def test_verifying_follows_the_agency_and_the_day(
    rules: CampaignDefinition, agency_type: str, on: date, term: tuple[Any, ...]
) -> None:
    assert found(rules, "D-VERIFY", "lead.accepted", agency_type, on) == term


@pytest.mark.parametrize(
    ("agency_type", "on", "amount", "unit"),
    [
        ("market", date(2017, 9, 1), 90, Unit.CALENDAR_DAY),
        ("forestry", date(2017, 9, 1), 1, Unit.MONTH),
        ("transport", date(2017, 9, 1), 3, Unit.MONTH),
        ("public_security", date(2017, 9, 1), 30, Unit.CALENDAR_DAY),
    ],
)
def test_handling_follows_the_agency(
    rules: CampaignDefinition, agency_type: str, on: date, amount: int, unit: Unit
) -> None:
    assert found(rules, "D-HANDLE", "lead.filed", agency_type, on)[:2] == (amount, unit)


@pytest.mark.parametrize(("on", "verified"), [(date(2026, 4, 14), True), (date(2026, 4, 15), True)])
def test_telling_a_named_reporter_changes_its_source_when_the_rule_is_superseded(
    rules: CampaignDefinition, on: date, verified: bool
) -> None:
    facts = {"real_name": True, "lead_agency_type": "market"}
    assert found(rules, "D-NOTIFY", "lead.filed", "market", on, **facts)[0] == 5
    starts = clocks.starting(rules, "lead", "lead.filed", facts, {"office": rules.office.id}, [], on)
    (clock,) = [start.clock for start in starts if start.clock.code == "D-NOTIFY"]
    assert (clock.effective_to == date(2026, 4, 14)) is (on <= date(2026, 4, 14))
    assert clock.verified is verified


def test_every_rule_that_lists_days_of_force_leaves_no_day_without_one(rules: CampaignDefinition) -> None:
    """Where one rule of a code ends, another begins the day after, or a rule without an end takes over."""
    for clock in rules.clocks:
        if clock.effective_to is None:
            continue
        alike = [
            c for c in rules.clocks if c.code == clock.code and c.subject == clock.subject and c is not clock
        ]
        following = date.fromordinal(clock.effective_to.toordinal() + 1)
        assert any(clocks.in_force(c, following) for c in alike), clock.code


def test_the_chain_of_a_criminal_transfer_knows_no_pause_and_no_extension_of_its_own(
    rules: CampaignDefinition,
) -> None:
    chain = [c for c in rules.clocks if c.code in {"XF1", "XF2", "XF4", "XF6", "XF7", "XF8", "XF9"}]
    assert len(chain) >= 6
    assert all(not c.pauses_on and not c.pause_grounds and not c.extensions for c in chain)
    assert all("310" in c.source for c in chain)
