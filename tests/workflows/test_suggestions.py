"""What the tables of 2017 say of a lead: by the law of the day of the act, with reasons, and on a figure with a basis."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

import workflows
from workflows.campaign import CampaignDefinition
from workflows.decision_table import Answer
from workflows.definition_format import parse_toml, read_definition
from workflows.suggestions import PartyValue, answers, day_of, flags_crime, sum_years, unhandled_sum
from workflows.valuation import DEFAULT, RECORDED, REPORTED, STATED, UNKNOWN, Valuation, value_of

FILE = Path(workflows.__file__).parent / "campaigns" / "yangshan-ivory-2017" / "definition.toml"
THEN, NOW = date(2017, 9, 1), date(2023, 5, 4)
SALE = {
    "product": "ivory",
    "products": ["ivory"],
    "act": "sell",
    "place_type": "antique_market",
    "species": "象",
}


@cache
def campaign() -> CampaignDefinition:
    return read_definition(parse_toml(FILE.read_bytes()))


def asked(on: date, **facts: object) -> dict[str, Answer]:
    found = answers(campaign(), {**SALE, "received_on": on, **facts})
    return {answer.rule_id: answer for answer in found}


def band(on: date, act: str, yuan: int | None) -> object:
    outcome = asked(on, act=act, unhandled_value_yuan=yuan)["R1"].outcome
    return outcome and outcome["band"]


@pytest.mark.parametrize(
    ("on", "act", "yuan", "expected"),
    [
        (THEN, "smuggle", 199_999, "lighter"),
        (THEN, "smuggle", 200_000, "normal"),
        (THEN, "smuggle", 1_000_000, "especially_serious"),
        (THEN, "sell", 25_000, "basic"),
        (THEN, "sell", 100_000, "serious"),
        (NOW, "sell", 19_999, "none"),
        (NOW, "sell", 20_000, "basic"),
        (NOW, "sell", 200_000, "serious"),
        (NOW, "smuggle", 19_999, "none"),
        (NOW, "smuggle", 2_000_000, "especially_serious"),
        (date(2022, 4, 8), "sell", 10_000, "basic"),
        (date(2022, 4, 9), "sell", 10_000, "none"),
        (NOW, "sell", None, "none"),
    ],
)
def test_the_band_is_that_of_the_interpretation_in_force_on_the_day_of_the_act(
    on: date, act: str, yuan: int | None, expected: str
) -> None:
    assert band(on, act, yuan) == expected


def test_the_day_of_the_act_counts_before_the_day_of_receipt() -> None:
    assert day_of({"act_on": THEN, "received_on": NOW}) == THEN
    found = answers(campaign(), {**SALE, "act_on": THEN, "received_on": NOW, "unhandled_value_yuan": 10_000})
    assert flags_crime(found)
    found = answers(campaign(), {**SALE, "act_on": None, "received_on": NOW, "unhandled_value_yuan": 10_000})
    assert not flags_crime(found)


def test_a_labelled_shop_is_checked_before_the_ban_and_unlawful_after_it() -> None:
    before = asked(date(2017, 12, 30), place_type="licensed_shop")["R6"]
    after = asked(date(2018, 1, 2), place_type="licensed_shop")["R6"]
    assert before.outcome
    assert before.outcome["judgement"] == "checklist"
    assert after.outcome
    assert after.outcome["judgement"] == "unlawful_whatever_the_label"
    assert "unverified" in after.source


def test_smuggling_goes_by_place_and_by_suspicion_to_different_organs() -> None:
    area = asked(THEN, act="smuggle", place_type="customs_area", crime_suspected=True)["R5"].outcome
    inland = asked(THEN, act="smuggle", place_type="warehouse", crime_suspected=True)["R5"].outcome
    minor = asked(THEN, act="smuggle", place_type="warehouse", crime_suspected=False)["R5"].outcome
    assert [found and found.get("agency") for found in (area, inland, minor)] == [
        "customs",
        "forest_police",
        "customs",
    ]


def test_an_answer_says_why_the_other_rows_did_not_hit() -> None:
    answer = asked(NOW, unhandled_value_yuan=25_000)["R1"]
    assert answer.rows == (4,)
    first = answer.misses[0]
    assert first.row == 1
    assert [(f.fact, f.actual) for f in first.findings] == [("act", "sell")]
    assert answer.misses[-1].beaten_by == 4


# -- what a figure rests on


def test_weight_gives_a_value_only_where_nobody_gave_one_and_says_on_what_it_rests() -> None:
    by_weight = value_of(campaign(), THEN, product="ivory", grams=600)
    assert by_weight == Valuation(
        Decimal("25000.20"), DEFAULT, ("林濒发〔2001〕234号 (not seen; unverified)",)
    )
    assert value_of(campaign(), THEN, product="ivory", grams=600, reported=9000) == Valuation(
        Decimal(9000), REPORTED
    )
    assert (
        value_of(campaign(), THEN, product="ivory", grams=600, reported=9000, stated="7000").basis == STATED
    )
    assert value_of(campaign(), THEN, product="rhino", grams=600) == Valuation(None, UNKNOWN)


def test_seizures_are_added_and_one_without_a_value_makes_the_sum_a_default() -> None:
    valued = {"product": "ivory", "value_yuan": "1000"}
    weighed = {"product": "ivory", "grams": "10"}
    unknown = {"product": "hornbill", "pieces": 1}
    assert value_of(campaign(), THEN, seizures=[valued, unknown]) == Valuation(Decimal(1000), RECORDED)
    both = value_of(campaign(), THEN, seizures=[valued, weighed])
    assert (both.yuan, both.basis) == (Decimal("1416.67"), DEFAULT)


# -- the same party


def party(days_before: int, yuan: int | None, *, unhandled: bool = True) -> PartyValue:
    value = Valuation(Decimal(yuan), STATED) if yuan is not None else Valuation(None, UNKNOWN)
    return PartyValue(f"{days_before}", NOW - timedelta(days=days_before), value, unhandled)


def total(*others: PartyValue, own: int | None = 12_000, on: date = NOW) -> Decimal | None:
    mine = Valuation(Decimal(own) if own is not None else None, STATED)
    return unhandled_sum(campaign(), mine, on, others)[0]


def test_what_a_party_did_in_the_two_years_before_is_added_while_it_is_unhandled() -> None:
    assert total(party(540, 9_000)) == 21_000
    assert total(party(540, 9_000, unhandled=False)) == 12_000
    assert total(party(800, 9_000)) == 12_000, "longer ago than two years"
    assert total(party(-3, 9_000)) == 12_000, "later than this act"
    assert total(party(540, None)) == 12_000
    assert total(party(540, 9_000), own=None) == 9_000
    assert total(own=None) is None


def test_nothing_is_added_for_acts_before_the_interpretation_that_adds() -> None:
    assert sum_years(campaign(), THEN) == 0
    assert total(party(NOW.toordinal() - THEN.toordinal() + 30, 9_000), on=THEN) == 12_000


def test_two_years_before_a_leap_day_is_a_day_that_exists() -> None:
    leap = date(2024, 2, 29)
    other = PartyValue("x", date(2022, 4, 20), Valuation(Decimal(1), STATED), unhandled=True)
    assert unhandled_sum(campaign(), Valuation(Decimal(2), STATED), leap, [other])[0] == 3
