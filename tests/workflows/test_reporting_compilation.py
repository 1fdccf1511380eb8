"""Compilation: one snapshot from inputs in any order; the missing are named; versions say how they differ."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reporting_campaign import STAGE_1, STAGE_2, a_campaign, a_report, an_inspection, at, some_records
from workflows.reporting import Snapshot, Submission, compile_period, is_unchanged
from workflows.reporting.compilation import canonical

AS_OF = at("2017-09-20T08:00")
ON_TIME, ZERO = a_report("north"), a_report("south", zero=True, figures={}, texts={})
LATE = a_report("river", submitted="2017-09-21T09:00")


def compiled(*submissions: Submission, as_of: datetime = AS_OF, **parts: object) -> Snapshot:
    campaign = a_campaign()
    given: dict[str, object] = {"records": some_records(), "version": 1, "previous": None, **parts}
    obligation = campaign.report("stage", STAGE_1)
    return compile_period(campaign, obligation, submissions=submissions, at=as_of, **given)  # type: ignore[arg-type]  # a test leaves out what it will


def statuses(snapshot: Snapshot) -> dict[str, str]:
    return {unit["id"]: unit["status"] for unit in snapshot.document["units"]}


@given(st.permutations(some_records()), st.permutations([ON_TIME, ZERO, replace(ON_TIME, version=2)]))
def test_order_does_not_matter(records, submissions):
    assert (
        compiled(*submissions, records=records).hash
        == compiled(replace(ON_TIME, version=2), ZERO, ON_TIME, records=some_records()).hash
    )


def test_repeats_do_not_matter():
    assert compiled(ON_TIME, ON_TIME, records=some_records() * 2).hash == compiled(ON_TIME).hash


def test_the_hash_is_that_of_the_canonical_document():
    snapshot = compiled(ON_TIME)
    again = json.loads(canonical(snapshot.document))
    assert again == snapshot.document
    assert canonical(dict(reversed(again.items()))) == canonical(snapshot.document)
    assert compiled(ON_TIME, as_of=at("2017-09-20T08:00:01")).hash != snapshot.hash


def test_who_reported_how_is_named():
    assert statuses(compiled(ON_TIME, ZERO, LATE)) == {
        "north": "on_time",
        "south": "zero",
        "river": "missing",
    }
    later = compiled(ON_TIME, ZERO, LATE, as_of=at("2017-09-22T08:00"))
    assert statuses(later)["river"] == "late"


def test_before_the_date_nobody_is_missing():
    assert set(statuses(compiled(as_of=at("2017-09-17T08:00"))).values()) == {"scheduled"}


def test_a_waiver_is_shown_with_its_reason():
    snapshot = compiled(ON_TIME, waivers={"river": "防汛抢险"})
    river = snapshot.document["units"][2]
    assert (river["status"], river["waived"]) == ("waived", "防汛抢险")


def test_texts_are_kept_word_for_word():
    words = "一、摸排\n=1+1；<b>“牙雕”</b> & 其他"
    snapshot = compiled(a_report("north", texts={"progress": words, "next": "  "}))
    sections = {section["field"]: section["entries"] for section in snapshot.document["texts"]}
    assert [entry["text"] for entry in sections["progress"]] == [words]
    assert sections["next"] == []


def test_the_highest_version_counts_and_the_first_decides_lateness():
    second = a_report("north", submitted="2017-09-19T15:00", version=2, figures={"A2": 0, "J2": 99, "J3": 99})
    snapshot = compiled(second, ON_TIME)
    north = snapshot.document["units"][0]
    assert (north["status"], north["version"]) == ("on_time", 2)
    assert snapshot.document["table"]["rows"][0]["period"]["J2"]["value"] == "99"
    alone = replace(second, first_submitted_at=ON_TIME.submitted_at)
    assert compiled(alone).document["units"][0] == north


def test_two_reports_with_one_version_are_refused_in_any_order():
    other, newer = replace(ON_TIME, texts={}), replace(ON_TIME, version=2)
    for order in ((ON_TIME, newer, other), (ON_TIME, other, newer)):
        with pytest.raises(ValueError, match="version 1"):
            compiled(*order)


def test_a_late_report_makes_a_version_that_says_what_changed():
    first = compiled(ON_TIME, ZERO)
    second = compiled(ON_TIME, ZERO, LATE, as_of=at("2017-09-22T08:00"), version=2, previous=first.document)
    changes = second.document["changes"]
    assert (changes["from_version"], first.document["changes"]) == (1, None)
    assert changes["units"] == [
        {
            "unit": "river",
            "before": {"status": "missing", "version": None},
            "after": {"status": "late", "version": 1},
        }
    ]
    figure = {"unit": "river", "column": "J2", "span": "period", "before": None, "after": "10"}
    assert figure in changes["figures"]
    assert {"unit": "total", "column": "J2", "span": "period", "before": "10", "after": "20"} in changes[
        "figures"
    ]
    assert [text["unit"] for text in changes["texts"]] == ["river"]


def test_a_snapshot_that_went_through_storage_compares_the_same():
    first = compiled(ON_TIME, ZERO)
    stored = json.loads(json.dumps(first.document))
    again = compiled(ON_TIME, ZERO, version=2, previous=stored)
    assert again.document["changes"]["figures"] == again.document["changes"]["units"] == []


def contradiction_codes(snapshot: Snapshot) -> list[tuple[str, str, str | None]]:
    return [(c["code"], c["unit"], c["column"]) for c in snapshot.document["contradictions"]]


def test_what_contradicts_the_ledger_is_listed():
    corrected = a_report("north", corrections={"A1": {"value": 13, "reason": "另有三人次未录"}})
    records = [*some_records(), an_inspection("i-0", at("2017-08-01T10:00").date(), "river", 3)]
    found = contradiction_codes(compiled(corrected, ZERO, records=records))
    assert ("corrected", "north", "A1") in found
    assert ("zero_report_with_records", "south", None) in found
    assert ("no_reporting_unit", "", None) in found
    assert ("outside_campaign", "", None) in found


def test_a_stated_cumulative_figure_that_is_not_the_sum_is_listed():
    wrong = a_report("north", figures={"A2": 0, "J2": {"period": 1, "cumulative": 7}, "J3": 1})
    assert ("cumulative_differs", "north", "J2") in contradiction_codes(compiled(wrong))


def test_a_broken_check_is_listed():
    snapshot = compiled(a_report("north", figures={"A2": 99, "J2": 1, "J3": 1}))
    assert ("check_failed", "north", "A2") in contradiction_codes(snapshot)


def test_every_figure_leads_to_its_records():
    document = compiled(ON_TIME).document
    cell = document["table"]["rows"][0]["period"]["A1"]
    assert [document["records"][place]["id"] for place in cell["records"]] == ["i-1", "i-2"]


def test_the_second_period_adds_to_the_first():
    campaign = a_campaign()
    snapshot = compile_period(
        campaign,
        campaign.report("stage", STAGE_2),
        records=some_records(),
        submissions=[ON_TIME, a_report("north", STAGE_2, submitted="2017-12-15T09:00")],
        at=at("2017-12-20T08:00"),
        version=1,
        previous=None,
    )
    north = snapshot.document["table"]["rows"][0]
    assert (north["period"]["J3"]["value"], north["cumulative"]["J3"]["value"]) == ("20", "40")


def test_a_period_is_compiled_at_an_aware_moment():
    with pytest.raises(ValueError, match="aware"):
        compiled(as_of=datetime(2017, 9, 20, 8))  # noqa: DTZ001 - a moment without its offset is the case


def test_taking_a_snapshot_again_does_not_change_what_it_says():
    first = compiled(ON_TIME, ZERO).document
    again = compiled(ON_TIME, ZERO, as_of=at("2017-09-20T09:00"), version=2, previous=first).document
    assert is_unchanged(first, again)
    assert not is_unchanged(first, compiled(ON_TIME, version=2, previous=first).document)


def test_of_two_reports_on_the_same_days_only_the_one_compiled_counts():
    campaign = a_campaign()
    stage = campaign.report("stage", STAGE_1)
    both = replace(campaign, reports=(*campaign.reports, replace(stage, kind="weekly")))
    weekly = replace(ON_TIME, kind="weekly", figures={"A2": 0, "J2": 77, "J3": 77})
    given = {"records": [], "submissions": [ON_TIME, weekly], "at": AS_OF, "version": 1, "previous": None}
    figures = {
        kind: compile_period(both, both.report(kind, STAGE_1), **given).document["table"]["rows"][0]["period"]
        for kind in ("stage", "weekly")
    }
    assert (figures["stage"]["J2"]["value"], figures["weekly"]["J2"]["value"]) == ("10", "77")


def test_two_agencies_that_record_one_joint_case_are_named_for_people_to_settle():
    joint = [
        {
            **an_inspection(f"j-{agency}", date(2017, 9, 1), "north", 5),
            "number": "LJ-2017-0001",
            "recorded_by_agency": agency,
        }
        for agency in ("north", "market")
    ]
    alone = {
        **an_inspection("j-3", date(2017, 9, 2), "north", 5),
        "number": "LJ-2017-0001",
        "recorded_by_agency": "north",
    }
    found = [
        e for e in compiled(records=[*joint, alone]).document["contradictions"] if e["code"] == "maybe_twice"
    ]
    assert [e["message"]["zh"] for e in found] == [
        "线索LJ-2017-0001在2017-09-01有县工商局、北山林业站分别登记“检查记录”，如为同一次联合行动，请只留一条"
    ]
