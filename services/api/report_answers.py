"""The wire format of answers about figures: leaders' numbers, drafts of reports, and what stands behind a figure."""

from __future__ import annotations

from marshmallow.fields import Boolean, Dict, Integer, List

from services.api.answers import Unit, View, many, moment, one, text, whole
from services.api.schemas import Phrase


class Spell(View):
    """How long a step took: how many took it, the median, and what nine in ten did not exceed, in seconds."""

    count = whole()
    median_seconds = Integer(required=True, allow_none=True)
    p90_seconds = Integer(required=True, allow_none=True)


class InTime(View):
    """Of the deadlines that ended or passed, how many were met, against the first due date and the current one."""

    judged = whole()
    against_original = whole()
    against_current = whole()


class FigureRow(View):
    """The numbers of one value of a dimension; null gathers leads for which it is not known."""

    value = text(allow_none=True)
    name = one(Phrase, allow_none=True)
    counts = Dict(values=whole(), required=True)
    open_by_age = Dict(values=whole(), required=True)
    steps = Dict(required=True)
    in_time = one(InTime)


class Figures(View):
    """Leaders' numbers as they were known at a moment."""

    by = text()
    as_of = moment()
    rows = many(FigureRow)


class CountedLead(View):
    """A lead a number counts, or the clock of a lead for a number of clocks."""

    number = text()
    href = text()
    deadline = text(allow_none=True)


class FigureLeads(View):
    """The leads or clocks behind one number."""

    by = text()
    value = text(allow_none=True)
    count = text()
    as_of = moment()
    items = many(CountedLead)


class ReportBurden(View):
    """What one report asks of one unit, and how many figures the records spare it."""

    kind = text()
    period = text()
    figures = whole()
    texts = whole()
    spared = whole()


class UnitBurden(View):
    """What all reports one unit owes make it type, and how many figures the records spare it."""

    unit = text()
    reports = whole()
    typed = whole()
    spared = whole()


class Burden(View):
    """How many fields reports make units type over the campaign; `per_unit` is the most of any unit."""

    units = whole()
    per_unit = whole()
    spared_per_unit = whole()
    by_unit = many(UnitBurden)
    reports = many(ReportBurden)


class Known(View):
    """A record a figure counts."""

    id = text()
    number = text(allow_none=True)


class DraftFigure(View):
    """A line of the table before anything is typed."""

    code = text()
    name = one(Phrase)
    unit = one(Phrase)
    group = text()
    basis = text()
    decimals = whole()
    computed = text(allow_none=True)
    before = text(allow_none=True)
    records = many(Known)


class DraftText(View):
    """A text a report asks for."""

    field = text()
    name = one(Phrase)
    maximum = whole()


class Draft(View):
    """A unit's report before anything is typed: what records know, and what is left."""

    unit = text()
    kind = text()
    period = text()
    as_of = moment()
    figures = many(DraftFigure)
    texts = many(DraftText)


class LiveTable(View):
    """A period as it would be compiled now; nothing is kept."""

    kind = text()
    period = text()
    hash = text()
    snapshot = Dict(required=True)


class Way(View):
    """A way to take the table apart."""

    by = text()
    name = one(Phrase)


class BreakdownPart(View):
    """A unit, a kind of goods or a month; "unknown" for records that do not say."""

    id = text()
    name = one(Phrase)


class BreakdownLine(View):
    """A column taken apart: `cells` in the order of `groups`, each with the records it counts; `rest` is what corrections
    and typed figures add. A column that cannot be split has no cells and says why.
    """

    code = text()
    name = one(Phrase)
    unit = one(Phrase)
    group = text()
    decimals = whole()
    basis = text()
    why = one(Phrase, allow_none=True)
    cells = List(Dict(), required=True)
    rest = Dict(allow_none=True)
    total = Dict(required=True)


class Breakdown(View):
    """The results table of a period taken apart."""

    kind = text()
    period = text()
    version = Integer(required=True, allow_none=True)
    by = text()
    span = text()
    ways = many(Way)
    campaign = Dict(required=True)
    report = Dict(required=True)
    whole = Boolean(required=True)
    as_of = moment()
    groups = many(BreakdownPart)
    lines = many(BreakdownLine)


class CountedRecord(View):
    """A record behind a figure, the unit it counts for, and for how much."""

    id = text()
    kind = text()
    number = text(allow_none=True)
    unit = text()
    amount = text()


class Part(View):
    """A column another is computed from, with its figure of the same unit and span."""

    column = text()
    value = text(allow_none=True)


class Opened(View):
    """One figure of a compiled period with its rule and its records, as of the moment it was taken."""

    kind = text()
    period = text()
    version = whole()
    as_of = moment()
    unit = text()
    span = text()
    column = Dict(required=True)
    figure = Dict(required=True)
    parts = many(Part)
    records = many(CountedRecord)


class UrgedUnit(View):
    """A unit that was urged: until when it owes the report, how often it was urged by now, and when last."""

    unit = one(Unit)
    due_at = moment()
    times = whole()
    last_at = moment()


class Urged(View):
    """Whom an urging reached."""

    kind = text()
    period = text()
    urged = whole()
    units = many(UrgedUnit)
    events = List(Dict(), required=True)


class Membership(View):
    """What a unit owes after it joined or left."""

    unit = text()
    changed = whole()
    obligations = List(Dict(), required=True)
    events = List(Dict(), required=True)
