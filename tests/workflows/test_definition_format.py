"""A definition loads whole or every problem in it is listed with its path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from tests.workflows import quarry
from workflows.campaign import Actor
from workflows.definition_format import (
    DefinitionProblems,
    canonical,
    definition_hash,
    parse_json,
    parse_toml,
    read_definition,
)
from workflows.term import Roll, Unit

Document = dict[str, Any]
LEAD = "lifecycles.lead"


def lead_steps(document: Document) -> list[Document]:
    return list(document["lifecycles"]["lead"]["transitions"])


def put(path: str, value: object) -> Callable[[Document], None]:
    """A change that writes a value at a path such as `clocks[0].term.unit`; `...` takes the key away."""

    def change(document: Document) -> None:
        *steps, last = path.replace("[", ".#").replace("]", "").split(".")
        at: Any = document
        for step in steps:
            at = at[int(step[1:])] if step.startswith("#") else at[step]
        key = int(last[1:]) if last.startswith("#") else last
        if value is ...:
            del at[key]
        else:
            at[key] = value

    return change


def add(path: str, value: object) -> Callable[[Document], None]:
    """A change that adds an entry to a list."""

    def change(document: Document) -> None:
        at: Any = document
        for step in path.replace("[", ".#").replace("]", "").split("."):
            at = at[int(step[1:])] if step.startswith("#") else at[step]
        at.append(value)

    return change


# -- what a good document gives


def test_another_topic_loads_without_a_line_of_code() -> None:
    definition = quarry.definition()
    assert (definition.id, definition.office.id) == ("quarry-2027", "office")
    assert definition.agency("water").townships == ("河湾镇",)
    assert definition.starts_on == date(2027, 3, 1)
    assert [p.id for p in definition.phases] == ["inspection", "correction"]
    assert definition.fields[2].maximum == 500


def test_clocks_arrive_with_their_terms_and_extensions() -> None:
    water, others, report = quarry.definition().clocks
    assert water.term is not None
    assert others.term is not None
    assert (water.term.amount, water.term.unit, water.holder) == (10, Unit.WORKING_DAY, "holder")
    assert water.extensions[0].approver == Actor("unit_head", "holder")
    assert others.term.roll is Roll.STATUTORY_HOLIDAY
    assert others.condition is None
    assert others.verified
    assert report.term is None, "the report names its own due date"


def test_steps_arrive_with_everything_they_do() -> None:
    machine = quarry.definition().lifecycles["lead"]
    assign, suspend, _, finish, reopen = machine.transitions
    assert assign.sets == {"lead_agency": "given.lead_agency"}
    assert suspend.remembers
    assert reopen.new_round
    assert finish.by == (Actor("officer", "lead_agency"), Actor("system", "system"))
    assert finish.guards[0].condition.facts() == {"open_blocking_handoffs"}


def test_measures_and_rows_arrive_as_written() -> None:
    definition = quarry.definition()
    seized = definition.columns[1]
    assert seized.measure is not None
    assert (seized.measure.total, seized.measure.unit_fact, seized.decimals) == ("tonnes", "agency", 1)
    assert definition.routing[0].rows[1].then == {"lead_agency": "resources", "with": ("police",)}


# -- hashes


def test_equal_documents_have_one_hash_whichever_format_they_came_in() -> None:
    again = parse_json(canonical(quarry.document()))
    assert definition_hash(again) == quarry.definition().hash
    assert canonical(again) == canonical(quarry.document())
    assert read_definition(again) == quarry.definition()


def test_the_order_of_keys_does_not_matter_but_every_value_does() -> None:
    document = quarry.document()
    turned = dict(reversed(document.items()))
    assert definition_hash(turned) == definition_hash(document)
    put("campaign.version", 2)(document)
    assert definition_hash(document) != quarry.definition().hash


def test_the_order_of_a_list_matters() -> None:
    document = quarry.document()
    document["phases"].reverse()
    assert definition_hash(document) != quarry.definition().hash


@pytest.mark.parametrize("same", [1, Decimal("1.0"), Decimal("1E0"), 1.0])
def test_one_number_has_one_form(same: object) -> None:
    assert canonical({"n": same}) == b'{"n":1}'


def test_fractions_are_kept_exactly() -> None:
    assert canonical({"n": Decimal("0.10")}) == canonical({"n": 0.1}) == b'{"n":0.1}'


def test_what_no_definition_holds_has_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        canonical({"n": object()})


def test_a_document_changed_since_it_was_stored_is_refused() -> None:
    document = quarry.document()
    assert read_definition(document, quarry.definition().hash).id == "quarry-2027"
    document["campaign"]["version"] = 2
    with pytest.raises(DefinitionProblems, match="altered"):
        read_definition(document, quarry.definition().hash)


# -- reading texts


def test_fractions_in_toml_are_exact() -> None:
    assert parse_toml(b"n = 0.1")["n"] == Decimal("0.1")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"a = ", "syntax"),
        (b"a = 1\na = 2", "syntax"),
        (b"\xff\xfe", "encoding"),
        (b"a = " + b"[" * 5000, "too_deep"),
        (b"#" * (1024 * 1024 + 1), "too_large"),
    ],
)
def test_a_text_that_is_no_toml_is_one_problem(raw: bytes, code: str) -> None:
    with pytest.raises(DefinitionProblems) as caught:
        parse_toml(raw)
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "syntax"),
        (b"[]", "wrong_type"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": NaN}', "bad_number"),
        (b"[" * 100_000, "too_deep"),
        ('{"a": 1}'.encode("utf-16"), "encoding"),
    ],
)
def test_a_text_that_is_no_json_is_one_problem(raw: bytes, code: str) -> None:
    with pytest.raises(DefinitionProblems) as caught:
        parse_json(raw)
    assert [p.code for p in caught.value.problems] == [code]


# -- what a document may be at all


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("campaign.title.zh", "专项\x00行动"), ("campaign.title.zh", "bad_text")),
        (put("campaign.title.zh", "专项\ud800"), ("campaign.title.zh", "bad_text")),
        (put("campaign.title.en", "plan\u202egpj"), ("campaign.title.en", "bad_text")),
        (put("campaign.title.zh", " \u200b"), ("campaign.title.zh", "blank")),
        (put("campaign.source", ""), ("campaign.source", "blank")),
        (put("campaign.title.zh", "长" * 2001), ("campaign.title.zh", "too_long")),
        (put("clocks[0].term.amount", Decimal("1E+1000000")), ("clocks[0].term.amount", "bad_number")),
        (put("clocks[0].term.amount", float("nan")), ("clocks[0].term.amount", "bad_number")),
        (put("clocks[0].term.amount", 2**63), ("clocks[0].term.amount", "bad_number")),
        (put("campaign.source", None), ("campaign.source", "wrong_type")),
        (put("vocabularies.x\ud800", []), ("vocabularies", "bad_key")),
        (put("agencies[0].x\u202e", 1), ("agencies[0]", "bad_key")),
    ],
)
def test_texts_and_numbers_that_cannot_be_kept_are_refused(
    change: Callable[[Document], object], expected: tuple[str, str]
) -> None:
    assert expected in quarry.problems(change)


def test_a_document_too_deep_or_too_large_is_refused_before_it_is_read() -> None:
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    assert {code for _, code in quarry.problems(put("basis", deep))} == {"too_deep"}
    assert {code for _, code in quarry.problems(put("basis", [1] * 20_001))} == {"too_many_values"}
    long_texts = ["长" * 2000] * 200
    assert ("", "too_large") in quarry.problems(put("agencies[0].townships", long_texts))


def test_a_hostile_document_is_answered_in_bounded_time() -> None:
    """As many values as a document may hold, each wrong, or each tied to all the others."""
    step = quarry.document()["lifecycles"]["lead"]["transitions"][0]
    hostile: list[Callable[[Document], object]] = [
        put("agencies[1].townships", [f"t{n}" for n in range(19_000)]),
        put("clocks[0].starts_on", [f"lead.x{n}" for n in range(19_000)]),
        put("basis", [{} for _ in range(4_900)]),
        put(f"{LEAD}.states", [{"id": f"s{n}"} for n in range(9_000)]),
        put(f"{LEAD}.transitions", [step | {"trigger": f"x{n}"} for n in range(400)]),
        put("routing[0].rows", [{"when": {}, "then": {}} for _ in range(4_000)]),
    ]
    for change in hostile:
        begun = process_time()
        quarry.problems(change)
        assert process_time() - begun < 10


@pytest.mark.parametrize("odd", [None, [], "text", 3])
def test_only_a_table_is_a_definition(odd: Any) -> None:
    with pytest.raises(DefinitionProblems) as caught:
        read_definition(odd)
    assert [p.code for p in caught.value.problems] == ["wrong_type"]


def test_an_empty_document_lists_everything_it_lacks() -> None:
    with pytest.raises(DefinitionProblems) as caught:
        read_definition({})
    paths = {p.path for p in caught.value.problems}
    assert {
        "format",
        "campaign",
        "phases",
        "agencies",
        "roles",
        "vocabularies",
        "lifecycles",
        "coordination",
    } <= paths


# -- one wrong thing at a time

WRONG: dict[str, tuple[Callable[[Document], object], tuple[str, str]]] = {
    # keys and types
    "format_of_the_future": (put("format", 2), ("format", "out_of_range")),
    "no_format": (put("format", ...), ("format", "missing_key")),
    "unknown_top_key": (put("extras", []), ("extras", "unknown_key")),
    "unknown_key": (put("agencies[1].colour", "red"), ("agencies[1].colour", "unknown_key")),
    "unknown_key_in_a_phrase": (put("roles[0].name.fr", "x"), ("roles[0].name.fr", "unknown_key")),
    "no_source": (put("phases[0].source", ...), ("phases[0].source", "missing_key")),
    "no_source_of_a_word": (put("vocabularies.act[0].source", ...), ("vocabularies.act[0].source", "missing_key")),
    "no_source_of_a_guard": (
        put(f"{LEAD}.transitions[3].guards[0].source", ...),
        (f"{LEAD}.transitions[3].guards[0].source", "missing_key"),
    ),
    "boolean_for_integer": (put("campaign.version", True), ("campaign.version", "wrong_type")),
    "text_for_integer": (put("campaign.version", "1"), ("campaign.version", "wrong_type")),
    "integer_for_boolean": (put("agencies[0].office", 1), ("agencies[0].office", "wrong_type")),
    "text_for_table": (put("campaign", "x"), ("campaign", "wrong_type")),
    "table_for_list": (put("phases", {}), ("phases", "wrong_type")),
    "text_for_list": (put("agencies[1].townships", "东岭镇"), ("agencies[1].townships", "wrong_type")),
    "number_in_list": (put("agencies[1].townships", [1]), ("agencies[1].townships", "wrong_type")),
    "repeated_word": (put("agencies[1].townships", ["a", "a"]), ("agencies[1].townships", "repeated")),
    "blank_word": (put("agencies[1].townships", [" "]), ("agencies[1].townships", "blank")),
    "name_as_text": (put("roles[0].name", "x"), ("roles[0].name", "wrong_type")),
    "english_only": (put("roles[0].name", {"en": "x"}), ("roles[0].name.zh", "missing_key")),
    "week_date": (put("phases[0].ends_on", "2027-W20-1"), ("phases[0].ends_on", "wrong_type")),
    "compact_date": (put("phases[0].ends_on", "20270531"), ("phases[0].ends_on", "wrong_type")),
    "datetime_for_date": (put("phases[0].ends_on", datetime(2027, 5, 31, tzinfo=UTC)), ("phases[0].ends_on", "wrong_type")),
    "date_too_early": (put("campaign.starts_on", date(1999, 12, 31)), ("campaign.starts_on", "out_of_range")),
    "date_too_late": (put("campaign.ends_on", date(2101, 1, 1)), ("campaign.ends_on", "out_of_range")),
    "time_of_nonsense": (put("reports[0].due_time", "25:00"), ("reports[0].due_time", "wrong_type")),
    # the campaign itself
    "bad_campaign_id": (put("campaign.id", "../etc"), ("campaign.id", "bad_id")),
    "unknown_zone": (put("campaign.time_zone", "Asia/Qingshi"), ("campaign.time_zone", "unknown_zone")),
    "zone_is_a_path": (put("campaign.time_zone", "../../etc/passwd"), ("campaign.time_zone", "unknown_zone")),
    "number_reaches_into_objects": (
        put("campaign.lead_number", "{seq.__class__}"),
        ("campaign.lead_number", "bad_pattern"),
    ),
    "number_without_sequence": (put("campaign.lead_number", "QY-{year}"), ("campaign.lead_number", "bad_pattern")),
    "number_of_unknown_part": (put("campaign.lead_number", "{seq}{env}"), ("campaign.lead_number", "bad_pattern")),
    "number_with_wide_format": (
        put("campaign.lead_number", "{seq:099999999d}"),
        ("campaign.lead_number", "bad_pattern"),
    ),
    "window_reversed": (put("campaign.ends_on", date(2027, 1, 1)), ("campaign.ends_on", "reversed")),
    # phases
    "phase_gap": (put("phases[1].starts_on", date(2027, 6, 2)), ("phases[1].starts_on", "phase_gap")),
    "phase_overlap": (put("phases[1].starts_on", date(2027, 5, 31)), ("phases[1].starts_on", "phase_overlap")),
    "phase_reversed": (put("phases[1].ends_on", date(2027, 5, 1)), ("phases[1].ends_on", "reversed")),
    "phase_starts_late": (put("phases[0].starts_on", date(2027, 3, 2)), ("phases[0].starts_on", "phase_window")),
    "phase_ends_early": (put("phases[1].ends_on", date(2027, 8, 30)), ("phases[1].ends_on", "phase_window")),
    # people and words
    "two_offices": (put("agencies[1].office", True), ("agencies", "one_office")),
    "no_office": (put("agencies[0].office", False), ("agencies", "one_office")),
    "unknown_type": (put("agencies[1].type", "navy"), ("agencies[1].type", "unknown_name")),
    "unknown_parent": (put("agencies[1].parent", "nobody"), ("agencies[1].parent", "unknown_name")),
    "own_parent": (put("agencies[0].parent", "resources"), ("agencies[0].parent", "circular")),
    "long_short_name": (put("agencies[1].short", "青石县自然资源局"), ("agencies[1].short", "too_long")),
    "same_agency_twice": (put("agencies[2].id", "resources"), ("agencies[2].id", "duplicate_id")),
    "bad_id": (put("roles[0].id", "Office Staff"), ("roles[0].id", "bad_id")),
    "reserved_role": (put("roles[0].id", "system"), ("roles[0].id", "reserved")),
    "no_channels": (put("vocabularies.channel", ...), ("vocabularies.channel", "missing_key")),
    "same_word_twice": (put("vocabularies.act[1].id", "dig"), ("vocabularies.act[1].id", "duplicate_id")),
    "empty_vocabulary": (put("vocabularies.disposition", []), ("vocabularies.disposition", "too_few")),
    "unknown_field_type": (put("fields[2].type", "money"), ("fields[2].type", "unknown_word")),
    "choice_without_words": (put("fields[3].vocabulary", ...), ("fields[3].vocabulary", "missing_key")),
    "text_with_words": (put("fields[2].vocabulary", "act"), ("fields[2].vocabulary", "not_here")),
    "unknown_vocabulary": (put("fields[3].vocabulary", "moods"), ("fields[3].vocabulary", "unknown_name")),
    # machines
    "unknown_machine": (put("lifecycles.ship", {}), ("lifecycles.ship", "unknown_key")),
    "no_handoffs": (put("lifecycles.handoff", ...), ("lifecycles.handoff", "missing_key")),
    "unknown_initial": (put(f"{LEAD}.initial", "born"), (f"{LEAD}.initial", "unknown_name")),
    "unknown_from": (put(f"{LEAD}.transitions[0].from", ["x"]), (f"{LEAD}.transitions[0].from[0]", "unknown_name")),
    "no_from": (put(f"{LEAD}.transitions[0].from", []), (f"{LEAD}.transitions[0].from", "too_few")),
    "unknown_to": (put(f"{LEAD}.transitions[0].to", "x"), (f"{LEAD}.transitions[0].to", "unknown_name")),
    "unknown_kind": (put(f"{LEAD}.states[0].kind", "x"), (f"{LEAD}.states[0].kind", "unknown_word")),
    "dotted_event": (put(f"{LEAD}.transitions[0].event", "os.system"), (f"{LEAD}.transitions[0].event", "bad_id")),
    "dotted_trigger": (put(f"{LEAD}.transitions[0].trigger", "os.x"), (f"{LEAD}.transitions[0].trigger", "bad_id")),
    "same_trigger_twice_from_a_state": (
        put(f"{LEAD}.transitions[3].trigger", "suspend"),
        (f"{LEAD}.transitions[3].trigger", "duplicate_id"),
    ),
    "unreachable_state": (
        add(f"{LEAD}.states", {"id": "lost", "name": {"zh": "失"}, "kind": "side", "source": "policy"}),
        (f"{LEAD}.states[4]", "unreachable"),
    ),
    "trap": (put(f"{LEAD}.transitions[2]", {}), (f"{LEAD}.states[2]", "trap")),
    "leaves_a_final_state": (
        put(f"{LEAD}.transitions[4].new_round", False),
        (f"{LEAD}.transitions[4].from", "leaves_final"),
    ),
    "nothing_remembered": (
        put(f"{LEAD}.transitions[1].remembers", False),
        (f"{LEAD}.transitions[2].to", "nothing_to_resume"),
    ),
    "never_resumed": (
        put(f"{LEAD}.transitions[2].to", "checking"),
        (f"{LEAD}.transitions[1].remembers", "never_resumed"),
    ),
    "no_confirmed_state": (
        put("lifecycles.handoff.states[2].kind", "working"),
        ("lifecycles.handoff.states", "missing_state"),
    ),
    "unknown_role": (
        put(f"{LEAD}.transitions[0].by", ["king@office"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_name"),
    ),
    "role_without_relation": (
        put(f"{LEAD}.transitions[0].by", ["officer"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_relation"),
    ),
    "relation_no_agency_can_have": (
        put(f"{LEAD}.transitions[0].by", ["officer@receiver"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_relation"),
    ),
    "officer_of_the_system": (
        put(f"{LEAD}.transitions[0].by", ["officer@system"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_role"),
    ),
    "nobody_may": (put(f"{LEAD}.transitions[0].by", []), (f"{LEAD}.transitions[0].by", "too_few")),
    "system_step_nothing_fires": (
        put(f"{LEAD}.transitions[1].by", ["system"]),
        (f"{LEAD}.transitions[1].by", "never_fired"),
    ),
    "step_of_a_lead_agency_that_nothing_names": (
        put(f"{LEAD}.transitions[0].sets", {}),
        (f"{LEAD}.transitions[1].by", "nobody_leads"),
    ),
    "unknown_need": (put(f"{LEAD}.transitions[0].needs", ["x"]), (f"{LEAD}.transitions[0].needs[0]", "unknown_name")),
    "needed_and_taken": (
        put(f"{LEAD}.transitions[0].takes", ["lead_agency"]),
        (f"{LEAD}.transitions[0].takes", "repeated"),
    ),
    "hands_off_nothing_known": (
        put(f"{LEAD}.transitions[0].hands_off", "x"),
        (f"{LEAD}.transitions[0].hands_off", "unknown_name"),
    ),
    "hands_off_to_nobody": (
        put(f"{LEAD}.transitions[1].hands_off", "work"),
        (f"{LEAD}.transitions[1].hands_off", "missing_input"),
    ),
    "guard_of_an_unknown_fact": (
        put(f"{LEAD}.transitions[3].guards[0].condition", {"fact": "mood", "equals": "good"}),
        (f"{LEAD}.transitions[3].guards[0].condition.fact", "unknown_fact"),
    ),
    "guard_of_an_input_not_given": (
        put(f"{LEAD}.transitions[3].guards[0].condition", {"fact": "given.reason", "present": True}),
        (f"{LEAD}.transitions[3].guards[0].condition.fact", "unknown_fact"),
    ),
    "guard_as_text": (
        put(f"{LEAD}.transitions[3].guards[0].condition", "os.getpid"),
        (f"{LEAD}.transitions[3].guards[0].condition", "wrong_type"),
    ),
    "guard_without_condition": (
        put(f"{LEAD}.transitions[3].guards[0].condition", ...),
        (f"{LEAD}.transitions[3].guards[0].condition", "missing_key"),
    ),
    "sets_an_input_not_given": (
        put(f"{LEAD}.transitions[1].sets", {"note": "given.tonnes"}),
        (f"{LEAD}.transitions[1].sets.note", "unknown_name"),
    ),
    "sets_an_unknown_word": (
        put(f"{LEAD}.transitions[1].sets", {"disposition": "shot"}),
        (f"{LEAD}.transitions[1].sets.disposition", "unknown_word"),
    ),
    "sets_a_list": (put(f"{LEAD}.transitions[1].sets", {"x": [1]}), (f"{LEAD}.transitions[1].sets.x", "wrong_type")),
    "sets_a_bad_name": (put(f"{LEAD}.transitions[1].sets", {"__x": 1}), (f"{LEAD}.transitions[1].sets.__x", "bad_id")),
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


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_definition_is_refused_at_its_place(name: str) -> None:
    change, expected = WRONG[name]
    assert expected in quarry.problems(change)


@pytest.mark.parametrize(
    ("second_from", "expected"),
    [(date(2027, 5, 1), {("clocks[1]", "clock_overlap")}), (date(2027, 5, 2), set())],
)
def test_alternatives_in_time_may_follow_each_other_but_not_share_a_day(
    second_from: date, expected: set[tuple[str, str]]
) -> None:
    def change(document: Document) -> None:
        put("clocks[0].condition", ...)(document)
        put("clocks[0].effective_to", date(2027, 5, 1))(document)
        put("clocks[1].effective_from", second_from)(document)

    assert quarry.problems(change) == expected


def test_every_problem_is_listed_at_once_in_two_languages() -> None:
    document = quarry.document()
    for name in ("unknown_type", "empty_term", "phase_gap", "routed_to_nobody", "same_column_twice"):
        WRONG[name][0](document)
    with pytest.raises(DefinitionProblems) as caught:
        read_definition(document)
    found = {(p.path, p.code) for p in caught.value.problems}
    assert {
        WRONG[n][1]
        for n in ("unknown_type", "empty_term", "phase_gap", "routed_to_nobody", "same_column_twice")
    } <= found
    assert all(p.text.zh and p.text.en for p in caught.value.problems)
    assert len(found) == len(caught.value.problems), "nothing is listed twice"


def test_a_slip_is_answered_with_the_nearest_name() -> None:
    document = quarry.document()
    put("clocks[0].starts_on", ["lead.assign"])(document)
    with pytest.raises(DefinitionProblems, match=r"did you mean lead\.assigned"):
        read_definition(document)


def test_two_steps_of_different_names_may_be_open_at_once() -> None:
    assert [
        t.trigger for t in quarry.definition().lifecycles["lead"].transitions if "checking" in t.sources
    ] == [
        "suspend",
        "finish",
    ]


ODD: tuple[Any, ...] = (
    None,
    1,
    "x",
    True,
    [],
    {},
    [{}],
    {"zh": 1},
    date(2027, 1, 1),
    Decimal("1.5"),
    [["x"]],
)


def test_no_broken_value_ever_escapes_as_another_error() -> None:
    """Places of every kind, with wrong values in turn: a list of problems, or a good definition."""
    for number, path in enumerate(_places(quarry.document(), "")):
        if number % 3 == 0:
            quarry.problems(put(path, ODD[number % len(ODD)]))


def _places(value: Any, path: str) -> list[str]:
    """One example of each kind of place: the first entry of every list."""
    if isinstance(value, dict):
        return [
            p
            for k, v in value.items()
            for p in (f"{path}.{k}".strip("."), *_places(v, f"{path}.{k}".strip(".")))
        ]
    if isinstance(value, list) and value:
        return [f"{path}[0]", *_places(value[0], f"{path}[0]")]
    return []


def test_the_definition_survives_being_posted_as_json() -> None:
    """What an API hands over: floats for fractions, texts for dates."""
    document = json.loads(canonical(quarry.document()))
    assert read_definition(document).hash == quarry.definition().hash


def test_a_machine_of_transfers_must_know_when_one_is_sent() -> None:
    state = {"id": "handed", "name": {"zh": "已移交", "en": "Handed"}, "kind": "final", "source": "policy"}
    step = {
        "trigger": "hand",
        "name": {"zh": "移交", "en": "Hand over"},
        "from": ["begun"],
        "to": "handed",
        "event": "handed",
        "by": ["officer@sender"],
        "source": "policy",
    }
    begun = state | {"id": "begun", "kind": "spine"}
    machine = {"initial": "begun", "states": [begun, state], "transitions": [step]}
    found = quarry.problems(put("lifecycles.transfer", machine))
    assert ("lifecycles.transfer.states", "missing_state") in found
