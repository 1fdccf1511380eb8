"""Definitions with one thing wrong in their clocks, ladders, tables, reports or figures: the change, and what must be found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tests.workflows.spoiling import LEAD, Document, put

CLOCKS: dict[str, tuple[Callable[[Document], object], tuple[str, str]]] = {
    # reactions and coordination
    "reaction_to_nothing": (put("reactions[0].on", "lead.eaten"), ("reactions[0].on", "unknown_name")),
    "reaction_to_no_type": (put("reactions[0].on", "handoff.confirmed:x"), ("reactions[0].on", "unknown_name")),
    "reaction_fires_nothing": (put("reactions[0].fire", "eat"), ("reactions[0].fire", "unknown_name")),
    "reaction_not_allowed": (put("reactions[0].fire", "suspend"), ("reactions[0].fire", "system_not_allowed")),
    "reaction_lacks_an_input": (
        put(f"{LEAD}.transitions[3].needs", ["reason"]),
        ("reactions[0].fire", "missing_input"),
    ),
    "reaction_asks_the_wrong_subject": (
        put("reactions[0].when", {"fact": "disposition", "present": True}),
        ("reactions[0].when.fact", "unknown_fact"),
    ),
    "unknown_partner": (put("coordination[0].partners", ["navy"]), ("coordination[0].partners[0]", "unknown_name")),
    "unknown_joining": (put("coordination[0].joining", "most"), ("coordination[0].joining", "unknown_word")),
    "blocking_unsaid": (put("coordination[0].blocking", ...), ("coordination[0].blocking", "missing_key")),
    "unknown_answer": (put("coordination[1].answer_fields", ["x"]), ("coordination[1].answer_fields[0]", "unknown_name")),
    # clocks
    "clock_without_start": (put("clocks[0].starts_on", []), ("clocks[0].starts_on", "too_few")),
    "clock_without_stop": (put("clocks[0].stops_on", ...), ("clocks[0].stops_on", "missing_key")),
    "clock_on_nothing": (put("clocks[0].starts_on", ["lead.eaten"]), ("clocks[0].starts_on[0]", "unknown_name")),
    "clock_that_never_stops": (
        lambda d: (put("clocks[1].starts_on", ["lead.finished"])(d), put("clocks[1].stops_on", ["lead.received"])(d)),
        ("clocks[1].stops_on", "never_stops"),
    ),
    "unknown_ladder": (put("clocks[0].ladder", "steep"), ("clocks[0].ladder", "unknown_name")),
    "holder_of_another_subject": (put("clocks[0].holder", "receiver"), ("clocks[0].holder", "unknown_word")),
    "clock_condition_on_an_input": (
        put("clocks[0].condition", {"fact": "given.reason", "present": True}),
        ("clocks[0].condition.fact", "unknown_fact"),
    ),
    "no_term": (put("clocks[0].term", ...), ("clocks[0].term", "missing_key")),
    "term_as_text": (put("clocks[0].term", "10 days"), ("clocks[0].term", "wrong_type")),
    "unknown_unit": (put("clocks[0].term.unit", "fortnight"), ("clocks[0].term.unit", "unknown_word")),
    "empty_term": (put("clocks[0].term.amount", 0), ("clocks[0].term.amount", "not_positive")),
    "negative_term": (put("clocks[0].term.amount", -1), ("clocks[0].term.amount", "not_positive")),
    "half_a_day": (put("clocks[0].term.amount", Decimal("0.5")), ("clocks[0].term.amount", "amount_not_whole")),
    "a_thousand_years": (put("clocks[0].term.amount", 999_999), ("clocks[0].term.amount", "amount_too_large")),
    "unknown_roll": (put("clocks[0].term.roll", "downhill"), ("clocks[0].term.roll", "unknown_word")),
    "unknown_ground": (put("clocks[0].pause_grounds", ["nap"]), ("clocks[0].pause_grounds[0]", "unknown_name")),
    "unknown_approver": (
        put("clocks[0].extensions[0].approver", "king@holder"),
        ("clocks[0].extensions[0].approver", "unknown_name"),
    ),
    "never_extended": (put("clocks[0].extensions[0].times", 0), ("clocks[0].extensions[0].times", "out_of_range")),
    "extended_by_nothing": (
        put("clocks[0].extensions[0].term.amount", 0),
        ("clocks[0].extensions[0].term.amount", "not_positive"),
    ),
    "force_reversed": (
        lambda d: (put("clocks[0].effective_from", date(2027, 5, 1))(d), put("clocks[0].effective_to", date(2027, 4, 1))(d)),
        ("clocks[0].effective_to", "reversed"),
    ),
    "alternatives_alike": (put("clocks[0].condition", ...), ("clocks[1]", "clock_overlap")),
    "alternative_hidden": (
        lambda d: d["clocks"].insert(0, d["clocks"].pop(1)),
        ("clocks[1]", "never_runs"),
    ),
    # ladders
    "rungs_out_of_order": (lambda d: d["ladders"][0]["rungs"].reverse(), ("ladders[0].rungs[1].offset", "rung_order")),
    "rungs_out_of_order_across_units": (
        put("ladders[0].rungs[0].offset", {"amount": 2, "unit": "hour"}),
        ("ladders[0].rungs[1].offset", "rung_order"),
    ),
    "same_level_twice": (put("ladders[0].rungs[1].level", "L1"), ("ladders[0].rungs[1].level", "duplicate_id")),
    "reserved_level": (put("ladders[0].rungs[1].level", "due"), ("ladders[0].rungs[1].level", "reserved")),
    "signature_without_form": (put("ladders[0].rungs[1].form", ...), ("ladders[0].rungs[1].form", "missing_key")),
    "offset_beyond_a_year": (
        put("ladders[0].rungs[0].offset.amount", -400),
        ("ladders[0].rungs[0].offset.amount", "out_of_range"),
    ),
    "offset_of_no_percent": (
        put("ladders[0].rungs[0].offset", {"amount": 0, "unit": "percent"}),
        ("ladders[0].rungs[0].offset.amount", "out_of_range"),
    ),
    "half_a_working_day_before": (
        put("ladders[0].rungs[0].offset.amount", Decimal("-0.5")),
        ("ladders[0].rungs[0].offset.amount", "not_whole"),
    ),
    "told_to_an_unknown_role": (put("ladders[0].rungs[0].to", ["king@holder"]), ("ladders[0].rungs[0].to[0]", "unknown_name")),
    # routing
    "unknown_hit_policy": (put("routing[0].hit", "any"), ("routing[0].hit", "unknown_word")),
    "unknown_input": (put("routing[0].inputs", ["mood"]), ("routing[0].inputs[0]", "unknown_name")),
    "cell_of_no_input": (
        put("routing[0].rows[0].when", {"act": {"equals": "dig"}}),
        ("routing[0].rows[0].when.act.fact", "unknown_fact"),
    ),
    "cell_compares_facts": (
        put("routing[0].rows[0].when.place_type", {"equals": {"fact": "place_type"}}),
        ("routing[0].rows[0].when.place_type", "condition_value"),
    ),
    "named_answer_there_is_not": (
        put("routing[0].names", {"nowhere": {"zh": "无"}}),
        ("routing[0].names.nowhere", "unknown_name"),
    ),
    "answer_without_chinese": (
        put("routing[0].names", {"lead_agency": {"en": "lead"}}),
        ("routing[0].names.lead_agency.zh", "missing_key"),
    ),
    "unknown_output": (put("routing[0].rows[0].then", {"x": 1}), ("routing[0].rows[0].then.x", "unknown_name")),
    "routed_to_nobody": (
        put("routing[0].rows[0].then.lead_agency", "navy"),
        ("routing[0].rows[0].then.lead_agency", "unknown_name"),
    ),
    "routed_with_nobody": (put("routing[0].rows[1].then.with", ["navy"]), ("routing[0].rows[1].then.with", "unknown_name")),
    "table_with_a_gap": (lambda d: d["routing"][0]["rows"].pop(), ("routing[0]", "gap")),
    "row_that_never_answers": (
        lambda d: d["routing"][0]["rows"].insert(0, d["routing"][0]["rows"].pop()),
        ("routing[0].rows[1]", "never_hits"),
    ),
    "rows_that_overlap": (put("routing[0].hit", "unique"), ("routing[0].rows[1]", "overlap")),
    "priority_unsaid": (put("routing[0].hit", "priority"), ("routing[0].rows[0].priority", "missing_key")),
    "two_tables_in_force": (lambda d: d["routing"].append(d["routing"][0]), ("routing[1]", "table_overlap")),
    # reports
    "report_outside": (put("reports[0].due_on", date(2027, 9, 1)), ("reports[0].due_on", "outside_window")),
    "report_before_its_period": (put("reports[0].due_on", date(2027, 5, 1)), ("reports[0].due_on", "due_too_early")),
    "period_reversed": (put("reports[0].covers_from", date(2027, 6, 1)), ("reports[0].covers_to", "reversed")),
    "period_outside": (put("reports[0].covers_from", date(2027, 2, 1)), ("reports[0].covers_from", "outside_window")),
    "four_texts": (put("reports[0].texts", ["reason"] * 4), ("reports[0].texts", "too_many")),
    "number_as_text": (put("reports[0].texts", ["tonnes"]), ("reports[0].texts[0]", "unknown_name")),
    "same_report_twice": (lambda d: d["reports"].append(d["reports"][0]), ("reports[1].id", "duplicate_id")),
    # figures
    "needs_a_field_it_has_not": (put("record_kinds[0].needs", ["assisting"]), ("record_kinds[0].needs[0]", "unknown_name")),
    "measures_nothing": (
        put("results.columns[0].measure.records", "ships"),
        ("results.columns[0].measure.records", "unknown_name"),
    ),
    "measure_without_a_moment": (
        put("results.columns[0].measure.moment", "disposition"),
        ("results.columns[0].measure.moment", "wrong_type"),
    ),
    "measure_sums_words": (put("results.columns[1].measure.total", "reason"), ("results.columns[1].measure.total", "wrong_type")),
    "measure_of_an_unknown_fact": (
        put("results.columns[0].measure.where", {"fact": "x", "present": True}),
        ("results.columns[0].measure.where.fact", "unknown_fact"),
    ),
    "measure_of_a_fact_no_ledger_has": (
        put("results.columns[0].measure.where", {"fact": "open_handoffs", "absent": True}),
        ("results.columns[0].measure.where.fact", "unknown_fact"),
    ),
    "scaled_by_nothing": (put("results.columns[1].measure.scale", 0), ("results.columns[1].measure.scale", "not_positive")),
    "manual_and_measured": (put("results.columns[0].basis", "manual"), ("results.columns[0].measure", "not_here")),
    "derived_from_nothing": (lambda d: d["results"]["checks"].clear(), ("results.columns[3].measure", "missing_key")),
    "corrected_from_nothing": (put("results.columns[2].basis", "corrected"), ("results.columns[2].measure", "missing_key")),
    "check_of_an_unknown_column": (put("results.checks[0].left", "Z9"), ("results.checks[0].left", "unknown_name")),
    "check_against_itself": (put("results.checks[0].right", ["C4"]), ("results.checks[0].right", "circular")),
    "same_column_twice": (put("results.columns[1].code", "C1"), ("results.columns[1].code", "duplicate_id")),
}  # fmt: skip
