"""Routing rules people agreed on: proposed from a consultation, signed by the director, plain equalities only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.campaign import CampaignDefinition
from workflows.inputs import Wrong, check_takes_work, read_choice, read_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

WORDS = {"place_type": "place_type", "act": "act", "product": "product", "channel": "channel"}
"""What a rule may ask of a lead, by the vocabulary of its words; `township` besides, which is free text."""


def check_rule(
    definition: CampaignDefinition, when: Mapping[str, str], lead: str | None, help_by: Sequence[str]
) -> None:
    """This will refuse a rule that asks nothing, says nothing, or names what the campaign does not know.

    Raises Rejected naming each fault.
    """
    faults = [] if when else [Reason("required", Text("须有至少一个条件", "a condition is needed"), "when")]
    for name, value in when.items():
        try:
            _check_word(definition, name, value)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, f"when/{name}"))
    if lead is None and not help_by:
        faults.append(Reason("required", Text("须写明承办或协办单位", "name who leads or who helps"), "lead"))
    named = ([("lead", lead)] if lead is not None else []) + [(f"with/{i}", a) for i, a in enumerate(help_by)]
    for place, agency in named:
        if not definition.has_agency(agency):
            faults.append(Reason("unknown_agency", Text("没有这个单位", "there is no such agency"), place))
            continue
        try:
            check_takes_work(definition, agency)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, place))
    if faults:
        raise Rejected(*faults, kind="invalid")


def _check_word(definition: CampaignDefinition, name: str, value: str) -> None:
    if name == "township":
        read_text(value, 60)
    elif name in WORDS:
        read_choice(definition, WORDS[name], value)
    else:
        known = "、".join((*WORDS, "township"))
        raise Wrong(
            "unknown_field", f"条件可用：{known}", f"a rule may ask: {', '.join((*WORDS, 'township'))}"
        )


def fits(rule: Mapping[str, Any], facts: Mapping[str, object]) -> bool:
    """This will say whether all of a rule's equalities hold for a lead's facts."""
    return all(facts.get(name) == value for name, value in rule["when"].items())
