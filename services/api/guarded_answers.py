"""The wire format of answers about guarded things: identities, materials, items, parties, stand-ins."""

from __future__ import annotations

from marshmallow.fields import AwareDateTime, Boolean, Dict, Float, Integer, List, Nested, String

from services.api.answers import (
    Happened,
    Unit,
    View,
    acted_of,
    many,
    moment,
    one,
    page_of,
    text,
    texts,
    whole,
    words,
)
from services.api.schemas import Phrase


class Identity(View):
    """Who reported; null where nothing is known."""

    name = String(required=True, allow_none=True)
    phone = String(required=True, allow_none=True)
    contact = String(required=True, allow_none=True)


class IdentityOpened(View):
    """An identity, opened once; null in a dry run and in a repeated answer."""

    number = text()
    identity = one(Identity, allow_none=True)
    events = many(Happened)
    dry_run = Boolean()


class Material(View):
    """A file: its name as it was given, its size in bytes, its SHA-256; `fault` where it is no longer what was kept."""

    id = text()
    name = text()
    media_type = text()
    size = whole()
    sha256 = text()
    agency = text()
    added_by = text()
    added_at = moment()
    checked_at = moment(allow_none=True)
    fault = text(allow_none=True)
    handoff = text(allow_none=True)
    href = text()


class MaterialAdded(Material):
    """A file that was attached."""

    events = many(Happened)
    dry_run = Boolean()


class ItemState(View):
    """Where a seized thing is."""

    id = words("held", "in_transit", "returned", "destroyed")
    name = one(Phrase)


class ItemRow(View):
    """A seized thing, in few words; weight in grams."""

    id = text()
    version = whole()
    label = text()
    product = text()
    pieces = Integer(required=True, allow_none=True)
    grams = Float(required=True, allow_none=True)
    live_count = Integer(required=True, allow_none=True)
    state = one(ItemState)
    holder = one(Unit)
    to = one(Unit, allow_none=True)
    record = text(allow_none=True)


class CustodyStep(View):
    """One link of the chain."""

    seq = whole()
    kind = words("collected", "handed_out", "received", "taken_back", "returned", "destroyed", "succeeded")
    sender = Nested(Unit, required=True, allow_none=True, data_key="from")
    to = one(Unit, allow_none=True)
    by = one(Unit)
    by_person = text()
    note = text(allow_none=True)
    at = moment()


class Item(ItemRow):
    """A seized thing with its chain of custody and the leads it belongs to, as far as one may know of them."""

    leads = texts()
    chain = many(CustodyStep)


ItemActed = acted_of(Item)
ItemPage = page_of(ItemRow, String(required=True, allow_none=True))


class PartyLead(View):
    """A lead a party takes part in, and how."""

    number = text()
    role = text()


class Party(View):
    """A party, unopened; its id is the same wherever the same party takes part."""

    id = text()
    kind = words("person", "organisation", "vehicle")
    added_at = moment()
    leads = many(PartyLead)


class PartyNames(View):
    """What names a party; only what is known of it."""

    name = String()
    id_number = String()
    phone = String()
    plate = String()


PartyActed = acted_of(Party)


class PartyOpened(PartyActed):  # type: ignore[misc, valid-type]  # made above
    """A party, opened once; `identity` is null in a dry run and in a repeated answer."""

    identity = one(PartyNames, allow_none=True)


class StandIn(View):
    """Who stands in for whom, and when."""

    person = text()
    stand_in = text()
    starts = AwareDateTime(required=True, data_key="from")
    until = moment()
    events = many(Happened)
    dry_run = Boolean()


class RoutingRule(View):
    """A routing rule people agreed on: which leads, who leads, who helps, who proposed and who decided."""

    id = text()
    state = words("proposed", "signed", "refused")
    when = Dict(required=True)
    lead = text(allow_none=True)
    helpers = List(String(), required=True, data_key="with")
    reason = text()
    proposed_by = text()
    proposed_at = moment()
    decided_by = text(allow_none=True)
    decided_at = moment(allow_none=True)
    decision_reason = text(allow_none=True)


class RoutingRules(View):
    """All of them."""

    items = many(RoutingRule)


RoutingRuleActed = acted_of(RoutingRule)
