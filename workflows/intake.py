"""What a lead must hold to be registered: known words, possible times, sane amounts; every fault is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from workflows.campaign import CampaignDefinition
from workflows.commands import Intake
from workflows.inputs import LARGEST_NUMBER, Wrong, read_choice, read_text
from workflows.rejection import Reason, Rejected

_WORDS = {
    "channel": "channel",
    "place_type": "place_type",
    "act": "act",
    "urgency": "urgency",
    "reporter_kind": "reporter_kind",
}
_AMOUNTS = ("pieces", "grams", "live_count", "estimated_value_yuan", "vehicles", "suspects")


def completed(definition: CampaignDefinition, intake: Intake) -> Intake:
    """This will give an intake with the ordinary urgency of the campaign, the first of its words, where none was given."""
    ordinary = next(iter(definition.vocabularies.get("urgency", ())), None)
    return intake if intake.urgency or ordinary is None else replace(intake, urgency=ordinary.id)


def check_intake(
    definition: CampaignDefinition, intake: Intake, source: str, external_ref: str | None, at: datetime
) -> None:
    """This will refuse an intake with faults. Raises Rejected (invalid) naming each field once."""
    faults: list[Reason] = []

    def check(field: str, reading: Callable[[], object]) -> None:
        try:
            reading()
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, field))

    check("title", lambda: read_text(intake.title, 200))
    check("description", lambda: read_text(intake.description))
    check("source", lambda: read_text(source, 60))
    if external_ref is not None:
        check("external_ref", lambda: read_text(external_ref, 120))
    for field, vocabulary in _WORDS.items():
        check(field, partial(read_choice, definition, vocabulary, getattr(intake, field)))
    if intake.township is not None:
        check("township", lambda: read_text(intake.township, 60))
    if intake.address is not None:
        check("address", lambda: read_text(intake.address, 200))
    for index, product in enumerate(intake.products):
        check(f"products/{index}", partial(read_choice, definition, "product", product))
    for index, species in enumerate(intake.species):
        check(f"species/{index}", partial(read_text, species, 60))
    for field in _AMOUNTS:
        check(field, partial(_amount, getattr(intake, field)))
    check("reported_at", lambda: _reported(intake.reported_at, at))
    check("act_on", lambda: _acted(intake, at))
    if faults:
        raise Rejected(*faults, kind="invalid")


def _amount(value: Any) -> None:
    if value is None:
        return
    if value < 0:
        raise Wrong("negative", "不能为负数", "must not be negative")
    if Decimal(str(value)) > LARGEST_NUMBER:
        raise Wrong("range", "数值过大", "is too large")


def _reported(reported_at: datetime | None, at: datetime) -> None:
    if reported_at is not None and reported_at > at + timedelta(minutes=5):
        raise Wrong("in_future", "举报时间不能晚于现在", "the report cannot lie in the future")


def _acted(intake: Intake, at: datetime) -> None:
    if intake.act_on is not None and intake.act_on > at.date() + timedelta(days=1):
        raise Wrong("in_future", "行为日期不能晚于今天", "the act cannot lie in the future")
