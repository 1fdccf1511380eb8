"""Which of the 77 leads of the exercise tell of one matter: the four that do are proposed, the four look-alikes are not."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.play.matters import shipped_matters
from services.cli.play.wording import intake_of
from shared.bootstrap import campaign_folder
from workflows.duplicates import (
    HELD_AT,
    THRESHOLD,
    WINDOW_DAYS,
    Sketch,
    candidates,
    compare,
    overlap,
    recalled,
    themes,
)

LAW = (date(2018, 1, 1),)
TRUE = {("RL-001", "RL-004"), ("RL-006", "RL-007"), ("RL-010", "RL-011"), ("RL-024", "RL-025")}
LOOK_ALIKE = [("RL-001", "RL-002"), ("RL-040", "RL-044"), ("RL-051", "RL-053"), ("RL-010", "RL-073")]


@cache
def sketches() -> dict[str, Sketch]:
    document = tomllib.loads((campaign_folder("yangshan-ivory-2017") / "definition.toml").read_text("utf-8"))
    places, acts = (
        {choice["name"]["zh"]: choice["id"] for choice in document["vocabularies"][name]}
        for name in ("place_type", "act")
    )
    found = {}
    for matter in shipped_matters():
        intake = intake_of(matter, places, acts)
        found[matter.ref] = Sketch(
            matter.ref,
            matter.reported_at.date(),
            f"{intake['title']}。{intake['description']}",
            intake.get("address"),
            intake.get("township"),
            intake["place_type"] == "online_platform",
            frozenset(intake.get("products", ())),
            frozenset(intake.get("species", ())),
            title=intake["title"],
        )
    return found


@pytest.mark.parametrize(("first", "second"), sorted(TRUE))
def test_a_matter_reported_twice_is_proposed_with_reasons(first: str, second: str) -> None:
    found = candidates(sketches()[second], sketches().values(), LAW)
    assert found[0].id == first
    assert found[0].is_candidate
    assert found[0].reasons
    assert not found[0].against


def heard(ref: str) -> list[str]:
    """What a clerk is shown while somebody tells of a matter: nothing but the words and the township is known yet."""
    full = sketches()[ref]
    told = Sketch("", full.on, full.words, None, full.township, full.online)
    first = full.on - timedelta(days=2 * WINDOW_DAYS)
    before = (o for o in sketches().values() if o.id != ref and first <= o.on <= full.on)
    return [like.id for like in recalled(told, before, LAW)]


@pytest.mark.parametrize(("first", "second"), sorted(TRUE))
def test_a_matter_told_again_is_recalled_first_by_words_and_township_alone(first: str, second: str) -> None:
    assert heard(second)[0] == first


def test_little_else_is_recalled() -> None:
    shown = [len(heard(ref)) for ref in sketches()]
    assert shown.count(0) > len(shown) / 3
    assert sum(shown) <= len(shown), "one of them a call"


def test_what_is_recalled_says_why_and_what_speaks_against_it() -> None:
    earlier = Sketch("a", date(2017, 9, 1), "古玩城摊位摆卖牙雕。", "A区", "东镇", title="古玩城摊位摆卖牙雕")
    told = Sketch("", date(2017, 9, 20), "古玩城里的摊位又在卖牙雕", "C区", "东镇")
    like = recalled(told, [earlier])[0]
    assert like.reasons[0].zh == "题名中的字词重合（62%）"
    assert [text.zh for text in like.against] == ["同一处所的不同位置（C区/A区）"]
    assert recalled(Sketch("", date(2017, 9, 20), "路灯坏了三天没有人修", None, "东镇"), [earlier]) == ()


@pytest.mark.parametrize(("first", "second"), LOOK_ALIKE)
def test_a_look_alike_is_not_proposed(first: str, second: str) -> None:
    assert not compare(sketches()[first], sketches()[second], LAW).is_candidate


def test_of_all_pairs_only_one_more_is_proposed_and_a_person_could_ask_the_same() -> None:
    pairs = {
        (a, b)
        for a, b in combinations(sorted(sketches()), 2)
        if compare(sketches()[a], sketches()[b], LAW).is_candidate
    }
    # Two reports of one week about somebody in the county seat who hoards ivory bought online.
    assert pairs == TRUE | {("RL-072", "RL-074")}


def test_what_shows_two_matters_is_said_and_holds_the_pair_below_the_threshold() -> None:
    other_stall = compare(sketches()["RL-002"], sketches()["RL-001"], LAW)
    assert [text.zh for text in other_stall.against] == ["同一处所的不同位置（C区/A区）"]
    assert other_stall.is_worth_a_link
    after_the_ban = compare(sketches()["RL-051"], sketches()["RL-053"], LAW)
    assert [text.zh for text in after_the_ban.against] == ["其间规则有变（2018-01-01）"]
    assert compare(sketches()["RL-051"], sketches()["RL-053"]).is_candidate, "without the change of law"


def test_a_party_in_both_adds_to_the_likeness() -> None:
    a, b = sketches()["RL-012"], sketches()["RL-017"]
    assert not compare(a, b).is_candidate
    known = frozenset({"p1"})
    assert compare(replace(a, parties=known), replace(b, parties=known)).is_candidate


def test_reports_far_apart_in_time_are_never_one_matter() -> None:
    lead = sketches()["RL-001"]
    later = replace(lead, id="later", on=lead.on + timedelta(days=31))
    assert compare(lead, later).score <= HELD_AT < THRESHOLD
    assert compare(lead, replace(lead, id="same")).score == 1.0


def test_texts_too_short_to_compare_are_left_out() -> None:
    assert overlap("店", "古玩店") is None
    assert overlap("", "") is None
    assert themes("") == frozenset()
    bare = Sketch("a", date(2017, 9, 1), "店")
    assert compare(bare, replace(bare, id="b")).score == 0.0


@given(st.sampled_from(sorted(sketches())), st.sampled_from(sorted(sketches())))
def test_likeness_is_the_same_both_ways_and_lies_between_nothing_and_everything(a: str, b: str) -> None:
    there, back = compare(sketches()[a], sketches()[b], LAW), compare(sketches()[b], sketches()[a], LAW)
    assert there.score == back.score
    assert 0 <= there.score <= 1
    assert len(there.against) == len(back.against)
