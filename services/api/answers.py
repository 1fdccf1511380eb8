"""The wire format of answers: what the views of the application hold, for the OpenAPI document.

Promises: these schemas describe; the views themselves are made by `shared.application.queries`, and tests
hold the two together. Keys may be added within a version of this interface; none is removed or changes its
meaning.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow.fields import AwareDateTime, Boolean, Dict, Integer, List, Nested, String

from services.api.schemas import Phrase


class View(ma.Schema):
    """A view: keys may be added."""

    class Meta:
        """Further keys are kept."""

        unknown = ma.INCLUDE


def _text(**options: Any) -> String:
    return String(required=True, **options)


def _one(schema: type[ma.Schema], **options: Any) -> Nested:
    return Nested(schema, required=True, **options)


def _many(schema: type[ma.Schema]) -> List[Any]:
    return List(Nested(schema), required=True)


def _moment(**options: Any) -> AwareDateTime:
    return AwareDateTime(required=True, **options)


class Named(View):
    """Something the campaign names."""

    id = _text()
    name = _one(Phrase)


class Unit(View):
    """An agency in short."""

    id = _text()
    short = _text()


class Event(View):
    """Something that happened: `occurred_at` when it did, `recorded_at` when it was written down."""

    kind = _text()
    occurred_at = _moment()


class Clock(View):
    """A clock on something: since when, until when, under which rule."""

    id = _text()
    code = _text()
    name = _one(Phrase)
    subject = _text()
    subject_id = _text()
    holder = Nested(Unit, required=True, allow_none=True)
    state = _text(metadata={"enum": ["running", "paused", "met", "missed", "cancelled"]})
    started_at = _moment()
    due_at = _moment(allow_none=True)
    original_due_at = _moment(allow_none=True)
    provisional = Boolean(required=True)
    light = _text(metadata={"enum": ["ok", "soon", "overdue", "escalated", "paused", "done"]})
    rule = _text()
    source = _text()
    words = _one(Phrase)


class Addressee(View):
    """Who is told."""

    role = _text()
    agency = String(allow_none=True)


class Forecast(View):
    """What a clock will do, if nothing changes."""

    at = _moment()
    act = _text()
    name = _one(Phrase)
    to = _many(Addressee)
    form = String(allow_none=True)
    rule = _text()
    deadline_id = _text()
    code = _text()


class Why(View):
    """One reason why something cannot be done."""

    code = _text()
    message = _one(Phrase)
    field = String(allow_none=True)
    hint = Nested(Phrase, allow_none=True)


class Allowed(View):
    """A step the caller may take now, with the inputs it needs and those it takes."""

    name = _text()
    title = _one(Phrase)
    href = _text()
    method = _text()
    needs = List(String(), required=True)
    takes = List(String(), required=True)


class Blocked(View):
    """A step the caller may not take now, and every reason why."""

    name = _text()
    title = _one(Phrase)
    reasons = _many(Why)


class Part(View):
    """Something that hangs on a lead."""

    id = _text()
    state = _one(Named)
    version = Integer(required=True)


class Handoff(Part):
    """A handoff from agency to agency."""


class Transfer(Part):
    """A criminal transfer."""


class Order(Part):
    """A supervision order (督办单)."""


class LeadSummary(View):
    """A lead in a list."""

    number = _text()
    id = _text()
    version = Integer(required=True)
    state = _one(Named)
    title = _text()


class Lead(LeadSummary):
    """A lead as its reader may see it."""

    description = _text()
    clocks = _many(Clock)
    forecast = _many(Forecast)
    handoffs = List(Dict(), required=True)
    transfers = List(Dict(), required=True)
    records = List(Dict(), required=True)
    allowed_actions = _many(Allowed)
    blocked_actions = _many(Blocked)


class Deadline(Clock):
    """A clock with the account of its date, its forecast and the requests for more time."""


class Recorded(View):
    """A record that was added."""

    id = _text()
    events = _many(Event)
    dry_run = Boolean()


class Obligation(View):
    """A report a unit owes."""

    unit = _text()
    kind = _text()
    period = _text()


class Obligations(View):
    """What is owed."""

    items = _many(Obligation)


class Report(View):
    """What a unit submitted for a period."""


class Compilation(View):
    """A compiled period."""


class CompilationMade(View):
    """A compiled version, and where to read it."""

    kind = _text()
    period = _text()
    version = Integer(required=True)
    href = _text()
    events = _many(Event)
    dry_run = Boolean()


class Me(View):
    """Who the token stands for."""


class Campaign(View):
    """The campaign: its rules in force."""


class Summary(View):
    """The figures of the campaign so far."""


class FoundProblem(View):
    """One problem in a definition."""

    path = _text()
    code = _text()
    message = _one(Phrase)


class Checked(View):
    """What checking a definition found."""

    ok = Boolean(required=True)
    problems = _many(FoundProblem)
    hash = String(allow_none=True)


class DefinitionSummary(View):
    """A published version."""

    id = _text()
    version = Integer(required=True)
    hash = _text()


class DefinitionList(View):
    """What was published."""

    items = _many(DefinitionSummary)


class Definition(DefinitionSummary):
    """A published version with its document."""


class ClockState(View):
    """The campaign's clock: live, or an exercise's own, perhaps on its way to `target`."""

    mode = _text(metadata={"enum": ["live", "exercise"]})
    at = _moment()
    target = _moment(allow_none=True)
    state = _text(metadata={"enum": ["ready", "advancing"]})


class Person(View):
    """A person of an exercise, with a token to act with."""

    id = _text()
    name = _text()
    agency = _text()
    roles = List(String(), required=True)
    token = _text()


class Exercise(View):
    """An exercise that was opened."""

    campaign_id = _text()
    at = _moment()
    people = _many(Person)


class EventFeed(View):
    """Events in the order they were recorded; ask again with `after` = `next`."""

    items = _many(Event)


class Notice(View):
    """Something a person was told."""

    kind = _text()


class Verification(View):
    """Whether the history is whole."""

    ok = Boolean(required=True)


class Health(View):
    """The state of the service."""

    status = _text()


def _page_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    fields: dict[str, Any] = {
        "items": _many(schema),
        "next_cursor": String(required=True, allow_none=True),
        "total": Integer(),
    }
    return View.from_dict(fields, name=f"{schema.__name__}Page")


def _acted_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    fields: dict[str, Any] = {"events": _many(Event), "dry_run": Boolean()}
    return schema.from_dict(fields, name=f"{schema.__name__}Acted")


LeadPage = _page_of(LeadSummary)
EventPage = _page_of(Event)
HandoffPage = _page_of(Handoff)
TransferPage = _page_of(Transfer)
OrderPage = _page_of(Order)
DeadlinePage = _page_of(Deadline)
NoticePage = _page_of(Notice)

LeadActed = _acted_of(Lead)
HandoffActed = _acted_of(Handoff)
TransferActed = _acted_of(Transfer)
OrderActed = _acted_of(Order)
DeadlineActed = _acted_of(Deadline)
ClockMoved = _acted_of(ClockState)
ReportActed = _acted_of(Report)
DefinitionActed = _acted_of(Definition)
