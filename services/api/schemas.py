"""The wire format of requests: one schema per body.

Promises: what is not named here is refused, not ignored. Values that the campaign's definition names
(channels, acts, agencies, the keys of `given`) are checked for form here and for meaning by the rules.
"""

from __future__ import annotations

from typing import Any, Self

import marshmallow as ma

from services.api import fields
from workflows.party import ROLES as PARTY_ROLES

TITLE, WORDS = 200, 4000  # as the rules have them
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"


def name_of(**options: Any) -> fields.Name:
    """This will make a field for a name the campaign gives."""
    return fields.Name(pattern=ID_PATTERN, **options)


def _names(most: int, **options: Any) -> fields.Several:
    return fields.Several(name_of(), most=most, **options)


class Wire(ma.Schema):
    """A schema of the wire: what it says of itself is the same wherever it is described."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """This will give the schema itself: flask-smorest copies every description of a route for each of its answers,
        which took half the time a process needs to start.
        """
        return self


class Closed(Wire):
    """A schema that refuses what it does not name."""

    class Meta:
        """Unknown keys are refused."""

        unknown = ma.RAISE


class Reporter(Closed):
    """Who reported; sealed on arrival, shown nowhere, opened only for a recorded reason."""

    name = fields.Text(60)
    phone = fields.Text(30)
    contact = fields.Text(200)


class ReceiveLead(Closed):
    """A lead as it arrives. Weights in grams, money in yuan."""

    title = fields.Text(TITLE, required=True)
    description = fields.Text(WORDS, required=True)
    channel = name_of(required=True)
    place_type = name_of(required=True)
    act = name_of(required=True)
    urgency = name_of(
        metadata={"description": "不填为词表第一项 · the first word of the vocabulary where left out"}
    )
    reporter_kind = name_of(required=True)
    source = fields.Text(
        60, required=True, metadata={"description": "来源系统，如 12345 · the system it comes from"}
    )
    external_ref = fields.Text(
        120, metadata={"description": "来源系统的编号；同一编号只登记一次 · registered once per source"}
    )
    reported_at = fields.Moment()
    act_on = fields.Date()
    township = fields.Text(60)
    address = fields.Text(200)
    products = _names(50)
    species = fields.Several(fields.Text(60), most=50)
    pieces = fields.Integer(most=10**9)
    grams = fields.Number()
    live_count = fields.Integer(most=10**9)
    estimated_value_yuan = fields.Number()
    vehicles = fields.Integer(most=10**6)
    suspects = fields.Integer(most=10**6)
    reporter = ma.fields.Nested(Reporter, error_messages=fields.DEFAULT_MESSAGES)


class Action(Closed):
    """One step: its inputs, named by the campaign's definition, and when it happened if that was earlier."""

    given = fields.Given(load_default=dict)
    occurred_at = fields.Moment()


class DraftOrder(Closed):
    """A supervision order no ladder calls for."""

    to = name_of(required=True, metadata={"description": "督办单位 · the agency addressed"})
    level = name_of(
        required=True, metadata={"description": "须签发的阶梯之一 · a signed rung of the ladders"}
    )
    requirement = fields.Text(500, required=True, metadata={"description": "办理要求 · what is required"})
    lead = name_of(metadata={"description": "线索编号 · number of the lead"})
    deadline_id = name_of(
        metadata={"description": "所涉时限，不论是否到期 · the clock it is about, late or not"}
    )
    matter = fields.Text(500, metadata={"description": "督办事项；无线索时必填 · needed without a lead"})


class OrderAction(Closed):
    """One step of a supervision order."""

    given = fields.Given(load_default=dict)


class RequestHandoffs(Closed):
    """Work handed to one or more agencies at once."""

    type = name_of(required=True)
    to = _names(50, least=1, required=True)
    request = fields.Text(WORDS, required=True)
    lead_agency = name_of(metadata={"description": "主办单位 · the one that answers for all"})
    materials = _names(50, load_default=list)
    given = fields.Given(load_default=dict)


class ProposeTransfer(Closed):
    """A proposal to transfer a lead to the police as a suspected crime."""

    to = name_of(required=True)
    given = fields.Given(load_default=dict)


class AddRecord(Closed):
    """A fact of work done: a seizure, a penalty, an inspection."""

    kind = name_of(required=True)
    occurred_on = fields.Date(required=True)
    data = fields.Given(load_default=dict)


class LinkLeads(Closed):
    """A link to another lead: `kind` says what the other one is to this one."""

    other = fields.Text(
        60, required=True, metadata={"description": "另一条线索的编号 · the other lead's number"}
    )
    kind = fields.Choice("upstream", "downstream", "same_party", "related", required=True)
    reason = fields.Text(WORDS, required=True)


class AgencyName(Closed):
    """The name of a new agency in both languages."""

    zh = fields.Text(100, required=True)
    en = fields.Text(200, required=True)


class SucceedAgency(Closed):
    """Which agency takes over from which, as of which day, and why; a new one brings its name."""

    predecessor = name_of(required=True)
    successor = name_of(required=True)
    on = fields.Date(required=True)
    reason = fields.Text(WORDS, required=True)
    name = ma.fields.Nested(AgencyName, error_messages=fields.DEFAULT_MESSAGES)
    short = fields.Text(6)


class SucceedPerson(Closed):
    """Who takes over from whom, as of which day, and why."""

    predecessor = name_of(required=True)
    successor = name_of(required=True)
    on = fields.Date(required=True)
    reason = fields.Text(WORDS, required=True)


class AskExtension(Closed):
    """More time, asked for before the clock runs out. `amount` counts in the unit of the rule."""

    ground = name_of(required=True)
    reason = fields.Text(WORDS, required=True)
    amount = fields.Integer(1, 10_000)


class DecideExtension(Closed):
    """The answer to a request for more time."""

    grant = fields.Boolean(required=True)
    reason = fields.Text(WORDS, required=True)


class Acknowledge(Closed):
    """Saying that one knows of a late clock."""

    reason = fields.Text(WORDS, required=True)


class CollectItem(Closed):
    """A seized thing taken into custody. Weight in grams; pieces and weight are kept apart."""

    label = fields.Text(200, required=True)
    product = name_of(required=True)
    pieces = fields.Integer(most=10**9)
    grams = fields.Number()
    live_count = fields.Integer(most=10**9)
    record = name_of(metadata={"description": "所属扣押记录 · the record of seizure it comes from"})


class MoveItem(Closed):
    """One step of custody: `to` when handing out, a witness when custody ends."""

    act = fields.Choice("hand_out", "receive", "take_back", "return", "destroy", required=True)
    to = name_of()
    note = fields.Text(400)
    witness = name_of(metadata={"description": "见证人的人员编号 · the id of another person"})


class AttachItem(Closed):
    """The other lead a thing belongs to as well."""

    lead = fields.Text(60, required=True)


class PartyIdentity(Closed):
    """What names a party; sealed on arrival."""

    name = fields.Text(100)
    id_number = fields.Text(40)
    phone = fields.Text(30)
    plate = fields.Text(20)


class AddParty(Closed):
    """A person, an organisation or a vehicle of a case."""

    kind = fields.Choice("person", "organisation", "vehicle", required=True)
    role = fields.Choice(*PARTY_ROLES, required=True)
    identity = ma.fields.Nested(PartyIdentity, required=True, error_messages=fields.DEFAULT_MESSAGES)


class LinkParty(Closed):
    """The other lead a party takes part in, and how."""

    lead = fields.Text(60, required=True)
    role = fields.Choice(*PARTY_ROLES, required=True)


class SetStandIn(Closed):
    """Who stands in, from when until when."""

    stand_in = name_of(required=True)
    starts = fields.Moment(required=True, data_key="from", attribute="from")
    until = fields.Moment(required=True)


class ProposeRoutingRule(Closed):
    """For leads of a kind (`when`: place_type, act, product, channel, township), who leads and who helps."""

    when = fields.Given(required=True)
    lead = name_of()
    helpers = fields.Several(name_of(), most=50, load_default=list, data_key="with", attribute="with")
    reason = fields.Text(400, required=True)
    handoff = name_of(metadata={"description": "来自哪次会商 · the consultation it came of"})


class DecideRoutingRule(Closed):
    """The director's answer to a proposed rule."""

    sign = fields.Boolean(required=True)
    reason = fields.Text(400, required=True)


class OpenIdentity(Closed):
    """Why a sealed identity is opened; the reason stays in the history."""

    reason = fields.Text(400, required=True)


class SubmitReport(Closed):
    """A unit's report for a period.

    `figures` are only those that records cannot know; `zero` says there is nothing.
    """

    zero = fields.Boolean(required=True)
    texts = fields.Given(longest=20_000, load_default=dict)
    figures = fields.Given(load_default=dict)
    corrections = fields.Given(load_default=dict)
    reason = fields.Text(WORDS)


class Nothing(Closed):
    """An empty object, or no body."""


class By(Closed):
    """How far to move an exercise's clock."""

    amount = fields.Integer(1, 10_000, required=True)
    unit = fields.Choice("hour", "office_hour", "calendar_day", "working_day", "month", required=True)


class MoveClock(Closed):
    """Where an exercise's clock should go: exactly one of `to`, `by` and `until`."""

    to = fields.Moment()
    by = ma.fields.Nested(By, error_messages=fields.DEFAULT_MESSAGES)
    until = fields.Choice("next_event")


class NewPerson(Closed):
    """Somebody who is to act for an agency."""

    id = name_of(required=True)
    name = fields.Text(60, required=True)
    agency = name_of(required=True)
    roles = fields.Several(name_of(), most=20, least=1, required=True)


_PEOPLE = "参加的人员 · who acts in it"


def _people(**options: Any) -> fields.Several:
    person = ma.fields.Nested(NewPerson, error_messages=fields.DEFAULT_MESSAGES)
    return fields.Several(person, most=2000, least=1, metadata={"description": _PEOPLE}, **options)


class OpenLive(Closed):
    """A new live campaign: the rules of a published definition, the people named here, the real clock."""

    definition = name_of(required=True)
    version = fields.Integer(1, 10**6, metadata={"description": "不写则为最新版 · the newest if left out"})
    name = name_of(required=True)
    people = _people(required=True)


class OpenExercise(Closed):
    """A new exercise: the rules of a published definition on a frozen clock of its own."""

    definition = name_of(required=True)
    version = fields.Integer(1, 10**6, metadata={"description": "不写则为最新版 · the newest if left out"})
    at = fields.Moment(required=True)
    name = name_of(metadata={"description": "演练编号；不写则由系统取 · its id; one is made if left out"})
    people = _people()


class DefinitionDocument(Wire):
    """A campaign definition as JSON, the same as the TOML file; docs/campaigns.md describes it."""

    places = 6  # scales of measures are finer than amounts of things

    class Meta:
        """Further keys are kept."""

        unknown = ma.INCLUDE


class Phrase(ma.Schema):
    """Words in the two languages."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class ProblemError(ma.Schema):
    """One reason, and where the input is that it concerns."""

    code = ma.fields.String(required=True)
    message = ma.fields.Nested(Phrase, required=True)
    hint = ma.fields.Nested(Phrase)
    pointer = ma.fields.String(metadata={"description": "JSON 指针 · JSON pointer (RFC 6901)"})
    source = ma.fields.String(metadata={"description": "规则出处 · where the rule stands"})
    in_ = ma.fields.String(data_key="in", metadata={"enum": ["body", "query", "header", "path"]})


class Problem(Wire):
    """Why a request was refused (RFC 9457)."""

    class Meta:
        """Further keys are kept."""

        unknown = ma.INCLUDE

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    title_en = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Nested(ProblemError), required=True)
    possible = ma.fields.List(ma.fields.String(), required=True)
    request_id = ma.fields.String(required=True)
