"""The wire format of answers about leads, what hangs on them, their clocks and their history.

Promises: these schemas describe; the views themselves are made by `shared.application`, and the tests hold every
answer they get against them. Keys may be added within a version of this interface; none is removed or changes its
meaning.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow.fields import AwareDateTime, Boolean, Date, Dict, Float, Integer, List, Nested, String

from services.api.schemas import Phrase, Wire


class View(Wire):
    """A view: keys may be added."""

    class Meta:
        """Further keys are kept."""

        unknown = ma.INCLUDE


def text(**options: Any) -> String:
    """This will make a text that is always there."""
    return String(required=True, **options)


def words(*known: str) -> String:
    """This will make a text that is one of a few words."""
    return String(required=True, metadata={"enum": list(known)})


def whole() -> Integer:
    """This will make a whole number that is always there."""
    return Integer(required=True)


def flag() -> Boolean:
    """This will make a yes or no that is always there."""
    return Boolean(required=True)


def moment(**options: Any) -> AwareDateTime:
    """This will make a moment with its offset that is always there."""
    return AwareDateTime(required=True, **options)


def one(schema: type[ma.Schema], **options: Any) -> Nested:
    """This will make a part that is always there, if only as null."""
    return Nested(schema, required=True, **options)


def many(schema: type[ma.Schema]) -> List[Any]:
    """This will make a list of parts that is always there."""
    return List(Nested(schema), required=True)


def texts() -> List[Any]:
    """This will make a list of texts that is always there."""
    return List(String(), required=True)


class Named(View):
    """Something the campaign names."""

    id = text()
    name = one(Phrase)


class State(Named):
    """Where something stands in its machine."""

    kind = words("spine", "working", "side", "final")


class Unit(Named):
    """An agency."""

    short = text()


class Pinned(View):
    """The definition something was received under; it stays with it."""

    id = text()
    version = whole()
    hash = text()


class Happened(View):
    """An event a change caused."""

    kind = text()
    subject = text()
    subject_id = text()
    occurred_at = moment()
    data = Dict(required=True)


class Event(Happened):
    """An event of the history: `occurred_at` when it happened, `recorded_at` when it was written down."""

    position = whole()
    stream = text()
    seq = whole()
    from_state = text(allow_none=True)
    to_state = text(allow_none=True)
    reason = text(allow_none=True)
    recorded_at = moment()
    person = text()
    agency = text()
    request_id = text(allow_none=True)
    definition = text(allow_none=True)
    hash = text()


class Clock(View):
    """A clock on something: since when, until when, whose, under which rule and source."""

    id = text()
    code = text()
    name = one(Phrase)
    subject = words("lead", "handoff", "transfer", "order", "report")
    subject_id = text()
    holder = one(Unit, allow_none=True)
    state = words("running", "paused", "met", "missed", "lapsed", "cancelled")
    started_at = moment()
    due_at = moment()
    original_due_at = moment()
    stopped_at = moment(allow_none=True)
    overdue = flag()
    provisional = flag()
    light = words("ok", "soon", "overdue", "escalated", "paused", "done")
    rule = text()
    source = text()
    verified = flag()
    extensions = whole()


class Addressee(View):
    """Who is told."""

    role = text()
    agency = one(Unit, allow_none=True)


class Forecast(View):
    """What a clock will do by itself, if nothing changes: falling due, or a rung of its ladder."""

    at = moment()
    act = text()
    name = one(Phrase)
    form = text(allow_none=True)
    signature = flag()
    to = many(Addressee)
    rule = text()
    code = text()
    deadline_id = text(
        allow_none=True,
        metadata={
            "description": "周期时限的下一期尚无编号 · null for the next of a series, which is not there yet"
        },
    )
    source = text()


class Why(View):
    """One reason why something cannot be done."""

    code = text()
    message = one(Phrase)
    field = String()
    hint = Nested(Phrase)
    source = String()


class Allowed(View):
    """A step the caller may take now: where to send it, the inputs it needs and those it takes."""

    name = text()
    title = one(Phrase)
    href = text()
    method = words("POST")
    to = text()
    needs = texts()
    takes = texts()


class Outcome(View):
    """What one row of a rule answers."""

    row = whole()
    then = Dict(required=True)
    source = text()


class Suggestion(View):
    """What a rule of the definition says of a lead; people decide. `version` is the definition's hash."""

    rule = text()
    name = one(Phrase)
    version = text()
    source = text()
    inputs = Dict(required=True)
    missing = texts()
    outcomes = many(Outcome)
    value = Dict(metadata={"description": "估值及其依据 · the value it went by and what that rests on"})


class Blocked(View):
    """A step the caller may not take now, and every reason why."""

    name = text()
    title = one(Phrase)
    reasons = many(Why)


class Living(View):
    """Something with a machine and clocks of its own."""

    id = text()
    version = whole()
    state = one(State)
    clocks = many(Clock)
    forecast = many(Forecast)
    allowed_actions = many(Allowed)
    blocked_actions = many(Blocked)


class HandoffRow(View):
    """A handoff from agency to agency, in few words."""

    id = text()
    version = whole()
    type = one(Named)
    sender = Nested(Unit, required=True, data_key="from")
    to = one(Unit)
    role = words("host", "assist")
    group = text()
    blocking = flag()
    joining = words("all", "any", "lead")
    state = one(State)
    request = text()
    sent_at = moment()
    attributes = Dict(required=True)


class Shared(View):
    """What the receiver could see of the lead when the work was sent, and the SHA-256 of its canonical form."""

    sha256 = text()
    copy = Dict(required=True)


class Dispute(View):
    """Both texts side by side where work was declined, or met with silence: what was asked, what was answered."""

    request = text()
    answer = text(allow_none=True)
    reason = text()
    suggested_agency = text(allow_none=True)
    silent_since = moment(allow_none=True)


class Receipt(View):
    """Who signed for work, when and how; `signed_by` and `slip` where it was a slip of paper that `by` recorded."""

    by = text(allow_none=True)
    at = moment()
    channel = text(allow_none=True)
    signed_by = text(allow_none=True)
    slip = text(allow_none=True)


class Handoff(HandoffRow, Living):
    """A handoff from agency to agency, with what its receiver needs to know of the lead."""

    lead = Dict(required=True)
    materials = List(Dict(), required=True)
    shared = one(Shared, allow_none=True)
    dispute = one(Dispute, allow_none=True)
    receipt = one(Receipt, allow_none=True)


class TransferRow(View):
    """A criminal transfer, in few words."""

    id = text()
    version = whole()
    sender = Nested(Unit, required=True, data_key="from")
    to = one(Unit)
    state = one(State)
    proposed_at = moment()
    attributes = Dict(required=True)


class Transfer(TransferRow, Living):
    """A criminal transfer, with what it still lacks."""

    lead = Dict(required=True)
    enclosures_missing = texts()


class OrderRow(View):
    """A supervision order (督办单), in few words; without a number it is a draft and binds nobody."""

    id = text()
    version = whole()
    number = text(allow_none=True)
    level = text()
    form = text()
    holder = one(Unit)
    state = one(State)
    deadline_id = text(allow_none=True)
    deadline_code = text(allow_none=True)
    drafted_at = moment()


class Order(OrderRow, Living):
    """A supervision order (督办单)."""

    lead = text(allow_none=True)
    attributes = Dict(required=True)


class Record(View):
    """A recorded fact of work done."""

    id = text()
    kind = text()
    occurred_on = Date(required=True)
    data = Dict(required=True)
    recorded_at = moment()
    recorded_by = text()
    agency = text()


class LeadRow(View):
    """A lead in a list, with its most pressing clock."""

    number = text()
    id = text()
    version = whole()
    title = text()
    state = one(State)
    channel = text(allow_none=True)
    place_type = text()
    act = text()
    urgency = text()
    township = text(allow_none=True)
    lead_agency = one(Unit, allow_none=True)
    external_ref = text(allow_none=True)
    source = text()
    received_at = moment()
    clock = one(Clock, allow_none=True)


class Link(View):
    """A link to another lead: what that one is to this one."""

    lead = text()
    title = text()
    kind = words("upstream", "downstream", "same_party", "related")
    name = one(Phrase)
    reason = text()
    linked_by = text()
    linked_at = moment()


class Lead(Living):
    """A lead as its reader may see it: what is known, where it stands, what comes next."""

    number = text()
    source = text()
    external_ref = text(allow_none=True)
    received_at = moment()
    generation = whole()
    title = text()
    description = text()
    channel = text(allow_none=True)
    place_type = text()
    act = text()
    township = text(allow_none=True)
    address = text(allow_none=True)
    products = texts()
    species = texts()
    pieces = Integer(required=True, allow_none=True)
    grams = Float(required=True, allow_none=True)
    live_count = Integer(required=True, allow_none=True)
    estimated_value_yuan = Float(required=True, allow_none=True)
    vehicles = Integer(required=True, allow_none=True)
    suspects = Integer(required=True, allow_none=True)
    reporter_kind = text()
    reported_at = moment(allow_none=True)
    act_on = Date(required=True, allow_none=True)
    lead_agency = one(Unit, allow_none=True)
    designated = flag()
    disposition = text(allow_none=True)
    attributes = Dict(required=True)
    definition = one(Pinned)
    in_window = flag()
    identity = Dict(required=True, allow_none=True)
    parties = List(Dict(), required=True)
    items = List(Dict(), required=True)
    materials = List(Dict(), required=True)
    handoffs = many(HandoffRow)
    transfers = many(TransferRow)
    records = many(Record)
    suggestions = many(Suggestion)
    links = many(Link)
    merged_from = texts()


class Deadline(Clock):
    """A clock with the account of its date, its future, its past steps and the requests for more time."""

    explanation = one(Phrase)
    forecast = many(Forecast)
    steps = List(Dict(), required=True)
    extension_requests = List(Dict(), required=True)
    granted = List(Dict(), required=True)


class Recorded(View):
    """A record that was added."""

    id = text()


class Notice(View):
    """Something the caller was told."""

    id = whole()
    kind = text()
    data = Dict(required=True)
    created_at = moment()


class EventFeed(View):
    """Events in the order they were recorded; ask again with `after` = `next_after`."""

    items = many(Event)
    next_after = whole()
    more = flag()


def page_of(
    schema: type[ma.Schema], cursor: ma.fields.Field[Any], **more: ma.fields.Field[Any]
) -> type[ma.Schema]:
    """This will make the schema of a page of `schema`; `next_cursor` null is the last page."""
    fields = {"items": many(schema), "next_cursor": cursor, **more}
    return View.from_dict(fields, name=f"{schema.__name__}Page")


def acted_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    """This will make the schema of a view after a change, with the events of the change."""
    return type(f"{schema.__name__}Acted", (schema,), {"events": many(Happened), "dry_run": Boolean()})


def _by_id() -> String:
    return String(required=True, allow_none=True)


def _by_position() -> Integer:
    return Integer(required=True, allow_none=True)


LeadPage = page_of(LeadRow, _by_id(), total=whole())
EventPage = page_of(Event, _by_position())
HandoffPage = page_of(HandoffRow, _by_id())
TransferPage = page_of(TransferRow, _by_id())
OrderPage = page_of(OrderRow, _by_id())
DeadlinePage = page_of(Clock, _by_id())
NoticePage = page_of(Notice, _by_position())

LeadActed = acted_of(Lead)
HandoffActed = acted_of(Handoff)
TransferActed = acted_of(Transfer)
OrderActed = acted_of(Order)
DeadlineActed = acted_of(Deadline)
RecordedActed = acted_of(Recorded)
