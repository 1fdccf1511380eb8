"""The digest of an exercise sees every fact, and nothing that chance put there."""

from __future__ import annotations

from uuid import uuid4

from services.cli.play.digest import digest


def event(number: str, *, reason: str = "", seq: int = 1) -> dict[str, object]:
    return {
        "seq": seq,
        "kind": "lead.verified",
        "subject_id": str(uuid4()),
        "hash": uuid4().hex,
        "number": number,
        "reason": reason,
        "data": {"handoff": str(uuid4()), "sha256": uuid4().hex * 2, "to": ["market"]},
        "campaign": "exercise-a",
    }


def test_ids_hashes_and_order_do_not_matter() -> None:
    one = [event("1"), event("2", seq=2)]
    two = [event("2", seq=9), event("1", seq=3)]
    assert digest(one, "exercise-a") == digest(two, "exercise-a")


def test_the_name_of_the_exercise_does_not_matter() -> None:
    renamed = {**event("1"), "campaign": "exercise-b"}
    assert digest([event("1")], "exercise-a") == digest([renamed], "exercise-b")


def test_a_fact_matters() -> None:
    assert digest([event("1")], "exercise-a") != digest([event("1", reason="other")], "exercise-a")


def test_an_event_more_matters() -> None:
    assert digest([event("1")], "exercise-a") != digest([event("1"), event("1")], "exercise-a")
