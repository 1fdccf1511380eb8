"""/definitions/…/what-if and …/changes: what a rule would do, and what differs between two versions."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Integer, Raw

from services.api import fields
from services.api.answers import Unit, View, flag, many, moment, one, text, whole
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed, Phrase, name_of
from shared.application import what_if as cases

what_if = Noun("what_if", __name__, url_prefix="/v1", description="试算与比较 · What if, and what changed")


class WhatIfQuery(Closed):
    """A clock of the definition (its place in the list, from 0), whose, from when; and another term to compare with."""

    rule = fields.Digits(0, 10_000, required=True)
    holder = name_of(required=True)
    starts_at = fields.Moment(required=True)
    amount = fields.Digits(1, cases.MOST)


class Told(View):
    """Who is told: a role, in one agency or wherever it is held."""

    role = text()
    agency = one(Unit, allow_none=True)


class CourseStep(View):
    """One thing that happens by itself."""

    at = moment()
    act = text()
    name = one(Phrase)
    signature = flag()
    to = many(Told)


class Course(View):
    """What happens when nobody answers."""

    due_at = moment()
    provisional = flag()
    explanation = one(Phrase)
    steps = many(CourseStep)


class ReplayRow(View):
    """A clock for which the other term would have made a difference."""

    deadline_id = text()
    holder = one(Unit, allow_none=True)
    due_at = moment()
    then_due_at = moment()
    was_late = flag()


class Replay(View):
    """The campaign's clocks of the rule under the other term; `rows` are the first of those that `differ`."""

    counted = whole()
    late_now = whole()
    late_then = whole()
    differ = whole()
    rows = many(ReplayRow)


class Rule(View):
    """The clock that is tried out."""

    code = text()
    rule = whole()
    name = one(Phrase)
    source = text()


class WhatIf(View):
    """What would happen, as the rule is and with the other term."""

    rule = one(Rule)
    unit = text(allow_none=True)
    holder = one(Unit, allow_none=True)
    starts_at = moment()
    amount = Integer(required=True, allow_none=True)
    as_it_is = one(Course)
    changed = one(Course, allow_none=True)
    replay = one(Replay, allow_none=True)
    as_of = moment()


class Difference(View):
    """One place that differs; null where there is nothing."""

    path = text()
    before = Raw(required=True, allow_none=True)
    after = Raw(required=True, allow_none=True)


class Differences(View):
    """What differs between two versions."""

    id = text()
    starts_with = Integer(required=True, data_key="from")
    ends_with = Integer(required=True, data_key="to")
    items = many(Difference)
    as_of = moment()


_VERSION = "/definitions/<word:definition_id>/<int(min=1, max=1000000):version>"


@what_if.operation("GET", f"{_VERSION}/what-if", query=WhatIfQuery, answer=WhatIf)
def try_out(query: dict[str, Any], definition_id: str, version: int) -> Response:
    """试算 · What happens when a clock is left unanswered, and with another term; nothing is kept

    给出 `amount` 时，另算本行动中同一时限在新期限下有哪些会不同。
    With `amount`, also for which of the campaign's clocks of the rule it would have made a difference.
    """
    return show(cases.what_if, definition_id=definition_id, version=version, **query)


@what_if.operation("GET", f"{_VERSION}/changes/<int(min=1, max=1000000):other>", answer=Differences)
def compare(definition_id: str, version: int, other: int) -> Response:
    """比较两个版本 · What differs between two published versions, place by place"""
    return show(cases.versions_compared, definition_id=definition_id, version=version, other=other)
