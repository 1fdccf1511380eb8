"""A pack checks without a database; against an anchor kept elsewhere a tail cut off or written anew shows as well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from workflows.events import GENESIS, Event, RecordedEvent, link
from workflows.history import NoPack, Tip, anchored, check, lines_of, seal_of

START = datetime(2017, 9, 1, 8, tzinfo=UTC)


def a_chain(stream: str, length: int, word: str = "") -> list[RecordedEvent]:
    found: list[RecordedEvent] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        at = START + timedelta(minutes=seq)
        event = Event("lead.noted", "lead", stream, at, {"n": seq, "amount": 1.5, "word": word}, reason="记")
        who = {"person": "p", "agency": "office", "request_id": "", "definition_hash": "d"}
        found.append(link(previous, stream=stream, seq=seq, event=event, recorded_at=at, **who))
        previous = found[-1].hash
    return found


def tips_of(chains: Sequence[Sequence[RecordedEvent]]) -> list[Tip]:
    return [(chain[-1].stream, chain[-1].seq, chain[-1].hash) for chain in chains]


def a_pack(*chains: Sequence[RecordedEvent]) -> list[str]:
    head = {"campaign": "c", "events": sum(map(len, chains))}
    return list(lines_of(head, tips_of(chains), chains))


A, B = a_chain("a", 5), a_chain("b", 3)
PACK = a_pack(A, B)


def test_an_untouched_pack_is_whole() -> None:
    found = check(PACK, tips_of([A, B]))
    assert (found.events, found.faults, found.head["campaign"]) == (8, [], "c")


@pytest.mark.parametrize("place", [2, 4, 6, 8, 10])
def test_one_word_changed_anywhere_is_found_at_its_place(place: int) -> None:
    line = json.loads(PACK[place])
    line["entry"]["data"]["word"] = "改"
    altered = [*PACK[:place], json.dumps(line, ensure_ascii=False), *PACK[place + 1 :]]
    fault = check(altered).faults[0]
    assert (fault.stream, fault.seq, fault.fault) == (
        line["entry"]["stream"],
        line["entry"]["seq"],
        "altered",
    )


def test_an_entry_taken_out_is_found() -> None:
    faults = check([*PACK[:3], *PACK[4:]]).faults
    assert ("a", 2, "missing") in [(f.stream, f.seq, f.fault) for f in faults]


def test_a_chain_cut_and_sealed_anew_shows_only_against_the_anchor() -> None:
    shorter = a_pack(A[:3], B)
    assert check(shorter).faults == []
    fault = check(shorter, tips_of([A, B])).faults[0]
    assert (fault.stream, fault.seq, fault.fault) == ("a", 4, "tail missing since the anchor")


def test_a_chain_written_anew_with_every_hash_right_shows_against_the_anchor() -> None:
    anew = a_pack(a_chain("a", 6, "改"), B)
    assert check(anew).faults == []
    assert [(f.stream, f.fault) for f in check(anew, tips_of([A, B])).faults] == [("a", "not as anchored")]


def test_a_chain_that_is_gone_shows_against_the_anchor() -> None:
    fault = check(a_pack(B), tips_of([A, B])).faults[0]
    assert (fault.stream, fault.fault) == ("a", "chain missing since the anchor")


def test_what_grew_since_the_anchor_is_whole() -> None:
    assert check(a_pack(a_chain("a", 9), B, a_chain("c", 1)), tips_of([A, B])).faults == []


def test_tips_that_are_not_those_of_the_seal_are_found() -> None:
    tip = json.dumps({"tip": ["a", 5, "0" * 64]})
    faults = [f.fault for f in check([PACK[0], tip, *PACK[2:]]).faults]
    assert faults == ["tail missing", "the seal is not that of the tips"]
    with pytest.raises(NoPack, match="封值"):
        anchored([PACK[0], tip, *PACK[2:]])


def test_a_pack_serves_as_an_anchor_and_an_anchor_holds_no_content() -> None:
    alone = list(lines_of({"campaign": "c", "events": 8}, tips_of([A, B]), None))
    assert anchored(alone)[1] == anchored(PACK)[1] == tips_of([A, B])
    assert not any("entry" in json.loads(line) for line in alone)


@pytest.mark.parametrize(
    "lines", [[], ["x"], ["{}"], ['{"format": "other", "kind": "pack"}'], [*PACK[:2], "["]]
)
def test_another_file_is_said_to_be_no_pack(lines: list[str]) -> None:
    with pytest.raises(NoPack):
        check(lines)


def test_the_seal_knows_no_order() -> None:
    assert seal_of(tips_of([A, B])) == seal_of(tips_of([B, A])) != seal_of(tips_of([A]))
