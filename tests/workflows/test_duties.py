"""Who does what no machine has a step for is the campaign's to say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows import quarry
from tests.workflows.spoiling import add, put
from workflows.duties import DUTIES


def without(duty: str) -> Any:
    def change(document: dict[str, Any]) -> None:
        document["duties"] = [d for d in document["duties"] if d["id"] != duty]

    return change


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_that_nobody_has_is_refused(duty: str) -> None:
    assert quarry.problems(without(duty)) == {("duties", "missing_duty")}


def test_a_campaign_names_its_own_roles_for_every_duty() -> None:
    definition = quarry.definition()
    assert definition.has_duty("compile_reports", frozenset({"office_staff"}), "office")
    assert not definition.has_duty("compile_reports", frozenset({"office_staff"}), "water"), (
        "only in the office"
    )
    assert not definition.has_duty("compile_reports", frozenset({"officer"}), "office")
    assert definition.has_duty("receive_leads", frozenset({"officer"}), "water")


def test_a_duty_is_given_once_to_roles_that_exist_and_stand_in_a_known_relation() -> None:
    again = {"id": "operate", "by": ["nobody@any"], "source": "policy"}
    last = len(quarry.document()["duties"])
    assert quarry.problems(add("duties", again)) == {
        (f"duties[{last}].id", "duplicate_id"),
        (f"duties[{last}].by[0]", "unknown_name"),
    }
    assert quarry.problems(put("duties[0].by", ["officer@holder"])) == {
        ("duties[0].by[0]", "unknown_relation")
    }
    assert quarry.problems(put("duties[0].id", "dance")) >= {("duties[0].id", "unknown_word")}


def test_a_state_waits_only_for_somebody_who_stands_in_a_relation_to_its_subject() -> None:
    path = "lifecycles.handoff.states[0].waits_for"
    assert quarry.problems(put(path, ["lead_agency"])) == {(f"{path}[0]", "unknown_name")}
    found = quarry.altered(put(path, ["receiver"]))
    assert found.waiting("handoff", "receiver") == (found.lifecycles["handoff"].states[0].id,)
    assert found.waiting("transfer", "receiver") == (), "a machine the campaign has not waits for nobody"


def test_only_a_clock_of_handoffs_opens_the_window_for_returning() -> None:
    lead = next(i for i, c in enumerate(quarry.document()["clocks"]) if c["subject"] == "lead")
    assert quarry.problems(put(f"clocks[{lead}].opens", "return")) == {(f"clocks[{lead}].opens", "not_here")}
