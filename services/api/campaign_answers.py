"""The wire format of answers about the campaign, its reports, definitions, clock and health; see `answers`."""

from __future__ import annotations

from marshmallow.fields import Boolean, Date, Dict, List

from services.api.answers import (
    Named,
    Pinned,
    Unit,
    View,
    acted_of,
    flag,
    many,
    moment,
    one,
    text,
    texts,
    whole,
    words,
)
from services.api.schemas import Phrase


class ClockState(View):
    """The campaign's clock: live, or an exercise's own, perhaps on its way to `target`."""

    mode = words("live", "exercise")
    at = moment()
    target = moment(allow_none=True)
    state = words("ready", "advancing")


class PartyUnit(Unit):
    """An agency that takes part."""

    type = text()
    office = flag()
    reports = flag()


class Campaign(View):
    """The campaign: when, who, and the words and inputs its rules know."""

    id = text()
    title = one(Phrase)
    mode = words("live", "exercise")
    definition = one(Pinned)
    starts_on = Date(required=True)
    ends_on = Date(required=True)
    today = Date(required=True)
    phase = one(Named, allow_none=True)
    clock = one(ClockState)
    agencies = many(PartyUnit)
    vocabularies = Dict(required=True)
    fields_ = List(Dict(), required=True, data_key="fields")
    coordination = List(Dict(), required=True)
    record_kinds = List(Dict(), required=True)


class Who(View):
    """A person."""

    id = text()
    name = text()


class Me(View):
    """Who the token stands for, and in which campaign."""

    person = one(Who)
    agency = one(Unit)
    roles = texts()
    duties = texts()
    campaign = one(Campaign)


class Summary(View):
    """The figures of the campaign so far, by state."""

    leads = Dict(required=True)
    handoffs = Dict(required=True)
    transfers = Dict(required=True)
    orders = Dict(required=True)
    deadlines = Dict(required=True)
    overdue = whole()
    escalations = Dict(required=True)
    events = whole()
    notices = whole()
    reports = Dict(required=True)
    as_of = moment()


class Obligation(View):
    """A report a unit owes, and how it stands."""

    unit = one(Unit)
    kind = text()
    period = text()
    name = one(Phrase)
    words_ = text(data_key="words")
    covers_from = Date(required=True)
    covers_to = Date(required=True)
    due_at = moment()
    status = words("scheduled", "on_time", "late", "missing", "zero", "zero_late", "waived")
    version = whole()
    first_submitted_at = moment(allow_none=True)
    href = text()


class Compiling(View):
    """A period that waits to be compiled."""

    kind = text()
    period = text()
    cause = text()
    tries = whole()
    given_up = flag()


class Obligations(View):
    """What is owed, what was compiled, and what is about to be."""

    items = many(Obligation)
    compiling = many(Compiling)
    compilations = List(Dict(), required=True)
    as_of = moment()


class SubmittedVersion(View):
    """One version of a unit's report, with the receipt it was given."""

    version = whole()
    receipt = text()
    content = Dict(required=True)
    content_hash = text()
    reason = text(allow_none=True)
    submitted_by = text()
    submitted_at = moment()


class Report(Obligation):
    """A unit's report for a period: what was submitted, version by version."""

    receipt = text(allow_none=True)
    versions = many(SubmittedVersion)


class Compilation(View):
    """A compiled period as it was frozen."""

    kind = text()
    period = text()
    version = whole()
    hash = text()
    cause = text()
    compiled_at = moment()
    snapshot = Dict(required=True)


class Compiled(View):
    """A compiled version, and where to read it."""

    kind = text()
    period = text()
    version = whole()
    href = text()


class FoundProblem(View):
    """One problem in a definition."""

    path = text()
    code = text()
    message = one(Phrase)


class Checked(View):
    """What checking a definition found."""

    ok = flag()
    problems = many(FoundProblem)
    hash = text(allow_none=True)


class DefinitionRow(Pinned):
    """A published version."""

    published_at = moment()
    published_by = text()


class DefinitionList(View):
    """What was published."""

    items = many(DefinitionRow)


class Definition(Pinned):
    """A published version with its document and its diagrams."""

    document = Dict(required=True)
    diagrams = Dict(required=True)


class Player(Who):
    """A person of a campaign that was opened, with a token to act with; a repeat or a dry run gives null."""

    agency = text()
    roles = texts()
    token = text(allow_none=True)


class CampaignOpened(View):
    """A campaign or an exercise that was opened, with a token for each of its people."""

    campaign_id = text()
    at = moment()
    people = many(Player)
    dry_run = Boolean()


class Health(View):
    """The state of the service."""

    status = words("ok", "ready", "degraded")


PinnedActed = acted_of(Pinned)
ReportActed = acted_of(Report)
CompiledActed = acted_of(Compiled)
ClockMoved = acted_of(ClockState)
