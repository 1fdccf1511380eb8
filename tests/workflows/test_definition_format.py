"""A definition loads whole or every problem in it is listed with its path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from tests.workflows import quarry
from tests.workflows.spoiling import LEAD, Document, put
from tests.workflows.wrong_clocks import CLOCKS
from tests.workflows.wrong_machines import MACHINES
from tests.workflows.wrong_promises import AGAIN, PROMISES
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

WRONG = MACHINES | CLOCKS | PROMISES


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


def test_the_mark_some_editors_begin_a_file_with_says_nothing() -> None:
    assert parse_toml("\ufeffa = 1".encode()) == parse_json('\ufeff{"a": 1}'.encode()) == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"a = ", "syntax"),
        (b"a = 1\na = 2", "syntax"),
        (b"\xff\xfe", "encoding"),
        (b"a = " + b"[" * 5000, "too_deep"),
        (b"#" * (1024 * 1024 + 1), "too_large"),
        (b"a = " + b"1" * 5000, "bad_number"),
        (b"a = 1e9999999999999999999", "bad_number"),
        (b"a = 1e-9999999999999999999", "bad_number"),
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
        (b'{"a": ' + b"1" * 5000 + b"}", "bad_number"),
        (b'{"a": 0e9999999999999999999}', "bad_number"),
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


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_definition_is_refused_at_its_place(name: str) -> None:
    change, expected = WRONG[name]
    assert expected in quarry.problems(change)


def test_reactions_that_ask_first_may_lead_back_to_where_they_began() -> None:
    """Whether a condition ends the circle only the facts can say; the engine stops one that does not."""

    def change(document: Document) -> None:
        WRONG["reactions_in_a_circle"][0](document)
        document["reactions"][1] = AGAIN | {"when": {"fact": "returns", "at_most": 3}}

    assert quarry.problems(change) == set()


def test_a_number_may_be_written_as_offices_write_theirs() -> None:
    assert quarry.problems(put("campaign.lead_number", "青砂线索〔{year}〕第{seq:03d}号")) == set()


def test_a_definition_at_work_is_read_as_it_was_published() -> None:
    """A release that checks more than the one before goes on with the definitions leads are pinned to."""
    document = quarry.document()
    put("ladders[0].rungs[0].to", ["officer@receiver"])(document)
    with pytest.raises(DefinitionProblems, match="never_told"):
        read_definition(document)
    assert read_definition(document, definition_hash(document)).id == "quarry-2027"


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


def test_a_day_that_does_not_exist_is_one_problem_whatever_rests_on_it() -> None:
    """The campaign's first day is asked for by phases, series of reports and clocks that come back."""
    weekly = {"weekdays": ["monday"]}
    report = {"id": "w", "kind": "periodic", "name": {"zh": "周报"}, "words": "周一", "source": "policy"}

    def change(document: Document) -> None:
        put("clocks[1].term", ...)(document)
        put("clocks[1].every", weekly | {"at": "10:00"})(document)
        put("clocks[1].ends_on", ["lead.finished"])(document)
        document["reports"].append(report | {"every": weekly})
        put("campaign.starts_on", "2027-02-30")(document)

    assert quarry.problems(change) == {("campaign.starts_on", "wrong_type")}


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
