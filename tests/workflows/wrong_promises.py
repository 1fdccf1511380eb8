"""Definitions that read well and would be silent for ever: what waits is never woken, what is asked nobody does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.workflows.spoiling import LEAD, Document, add, put

STEPS = f"{LEAD}.transitions"
GUARD = f"{STEPS}[3].guards[0].condition"
RING = {
    "trigger": "ring",
    "name": {"zh": "转一圈"},
    "from": ["checking"],
    "to": "checking",
    "event": "rung",
    "by": ["system"],
    "source": "policy",
}
AGAIN = {"on": "lead.rung", "subject": "lead", "fire": "ring", "source": "policy"}
SUM = {
    "code": "C5",
    "name": {"zh": "合计"},
    "unit": {"zh": "次"},
    "group": "C",
    "basis": "derived",
    "source": "policy",
}
EQUAL = {
    "left": "C5",
    "relation": "equals",
    "right": ["C4"],
    "reason": {"zh": "合计相等"},
    "source": "policy",
}


def several(*changes: Callable[[Document], object]) -> Callable[[Document], None]:
    """Changes made one after another."""

    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def impossible(first: dict[str, object], second: dict[str, object]) -> dict[str, object]:
    return {"all": [first, second]}


PROMISES: dict[str, tuple[Callable[[Document], object], tuple[str, str]]] = {
    # what waits is never woken
    "clock_of_a_part_started_by_its_lead": (
        several(put("clocks[1].subject", "handoff"), put("clocks[1].holder", "receiver")),
        ("clocks[1].starts_on[0]", "never_heard"),
    ),
    "clock_started_by_another_clock": (
        put("clocks[1].starts_on", ["deadline.expired"]),
        ("clocks[1].starts_on[0]", "never_heard"),
    ),
    "clock_of_a_lead_stopped_by_a_report": (
        put("clocks[1].stops_on", ["lead.finished", "report.submitted"]),
        ("clocks[1].stops_on[1]", "never_heard"),
    ),
    "clock_of_a_report_stopped_by_a_lead": (
        put("clocks[2].stops_on", ["lead.finished"]),
        ("clocks[2].stops_on[0]", "never_heard"),
    ),
    "clock_of_a_report_stopped_by_compiling_all": (
        put("clocks[2].stops_on", ["report.compiled"]),
        ("clocks[2].stops_on[0]", "never_heard"),
    ),
    "clock_paused_by_a_report": (
        put("clocks[0].pauses_on", ["report.opened"]),
        ("clocks[0].pauses_on[0]", "never_heard"),
    ),
    "reaction_to_a_clock": (put("reactions[0].on", "deadline.expired"), ("reactions[0].on", "never_heard")),
    "reaction_to_a_report": (put("reactions[0].on", "report.submitted"), ("reactions[0].on", "never_heard")),
    "special_report_on_a_report": (
        add(
            "reports",
            {
                "id": "major",
                "kind": "special",
                "name": {"zh": "专报"},
                "words": "24小时内",
                "texts": ["reason"],
                "on": ["report.opened"],
                "within": {"amount": 24, "unit": "hour"},
                "source": "policy",
            },
        ),
        ("reports[1].on[0]", "never_heard"),
    ),
    "paused_for_ever": (put("clocks[0].resumes_on", ...), ("clocks[0].resumes_on", "never_resumed")),
    "resumed_and_never_paused": (
        several(put("clocks[0].pauses_on", ...), put("clocks[0].pause_grounds", ...)),
        ("clocks[0].resumes_on", "nothing_to_resume"),
    ),
    "clock_held_by_an_agency_not_yet_named": (
        several(put("clocks[1].starts_on", ["lead.received"]), put("clocks[1].holder", "lead_agency")),
        ("clocks[1].holder", "nobody_leads"),
    ),
    "due_day_of_a_lead": (put("clocks[1].term", "given"), ("clocks[1].term", "not_here")),
    "reactions_in_a_circle": (
        several(add(STEPS, RING), add("reactions", AGAIN)),
        ("reactions[1]", "circular"),
    ),
    # what is asked, nobody does
    "work_nobody_takes": (
        several(put("coordination[1].partners", ["public_security"]), put("agencies[3].type", "water")),
        ("coordination[1].partners", "nobody_takes"),
    ),
    "rung_that_tells_nobody": (
        put("ladders[0].rungs[0].to", ["officer@receiver"]),
        ("ladders[0].rungs[0].to", "never_told"),
    ),
    "signed_by_nobody": (
        put("ladders[0].rungs[1].signature", True),
        ("ladders[0].rungs[1].signature", "missing_machine"),
    ),
    "reports_owed_by_nobody": (
        several(*(put(f"agencies[{index}].reports", False) for index in (1, 2, 3))),
        ("reports", "nobody_reports"),
    ),
    "unit_that_joins_after_the_last_report": (
        put("agencies[1].reports_from", date(2027, 6, 1)),
        ("agencies[1].reports_from", "nothing_due"),
    ),
    "sums_of_each_other": (
        several(add("results.columns", SUM), add("results.checks", EQUAL), put("results.checks[0].right", ["C5"])),
        ("results.columns[3]", "circular"),
    ),
    # what is written is lost
    "sets_the_state": (put(f"{STEPS}[1].sets", {"state": "done"}), (f"{STEPS}[1].sets.state", "reserved")),
    "sets_what_the_engine_remembers": (
        put(f"{STEPS}[1].sets", {"resume_state": "done"}),
        (f"{STEPS}[1].sets.resume_state", "reserved"),
    ),
    "sets_the_moment_of_a_step": (
        put(f"{STEPS}[1].sets", {"finished_at": "昨天"}),
        (f"{STEPS}[1].sets.finished_at", "reserved"),
    ),
    "counts_the_round": (put(f"{STEPS}[1].counts", ["generation"]), (f"{STEPS}[1].counts", "reserved")),
    "records_called_as_leads_are": (put("record_kinds[0].id", "leads"), ("record_kinds[0].id", "reserved")),
    "field_behind_what_every_record_has": (
        several(
            add("fields", {"id": "agency", "name": {"zh": "单位"}, "type": "text", "source": "policy"}),
            add("record_kinds[0].fields", "agency"),
        ),
        ("record_kinds[0].fields[2]", "reserved"),
    ),
    # what can never hold
    "guard_of_another_state": (put(GUARD, {"fact": "state", "equals": "done"}), (f"{GUARD}", "never_holds")),
    "guards_against_each_other": (
        add(
            f"{STEPS}[3].guards",
            {
                "id": "something_open",
                "condition": {"fact": "open_blocking_handoffs", "present": True},
                "reason": {"zh": "没有未办结的协作事项"},
                "source": "policy",
            },
        ),
        (f"{STEPS}[3].guards", "never_holds"),
    ),
    "clock_for_two_acts_at_once": (
        put("clocks[0].condition", impossible({"fact": "act", "equals": "dig"}, {"fact": "act", "equals": "sell"})),
        ("clocks[0].condition", "never_holds"),
    ),
    "measure_of_no_number": (
        put("results.columns[0].measure.where", {"fact": "pieces", "more_than": 5, "at_most": 5}),
        ("results.columns[0].measure.where", "never_holds"),
    ),
    "reaction_that_never_fits": (
        put("reactions[0].when", impossible({"fact": "role", "equals": "host"}, {"fact": "role", "equals": "assist"})),
        ("reactions[0].when", "never_holds"),
    ),
    # what cannot stand in an address
    "number_that_ends_an_address": (
        put("campaign.lead_number", "线索/{year}/{seq}号"),
        ("campaign.lead_number", "bad_pattern"),
    ),
    "number_with_a_space": (put("campaign.lead_number", "QY {seq}"), ("campaign.lead_number", "bad_pattern")),
}  # fmt: skip
