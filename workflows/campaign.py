"""A campaign as values: agencies, phases, machines, clocks, ladders, reports and tables, each with its source.

Nothing here decides; the modules beside this one read these values. A definition arrives as a document
(`definition_format`), is checked whole, and never changes afterwards: its hash names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cached_property
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo

from workflows.conditions import Condition
from workflows.decision_table import DecisionTable
from workflows.participants import Agency, BasisDocument, Choice, Field, OwnCalendar, Phase, Role
from workflows.recurrence import Monthly, Weekly
from workflows.report_rules import (
    Column,
    Measure,
    Ratio,
    RecordKind,
    ReportObligation,
    SpecialReport,
    TableCheck,
)
from workflows.term import Term
from workflows.text import Text
from workflows.tip_rules import TipRules

__all__ = [
    "Actor",
    "Agency",
    "BasisDocument",
    "CampaignDefinition",
    "Choice",
    "Clock",
    "Column",
    "CoordinationType",
    "Duty",
    "ExtensionTier",
    "Field",
    "Guard",
    "Ladder",
    "Lifecycle",
    "Measure",
    "Notice",
    "Offset",
    "OwnCalendar",
    "Phase",
    "QuietHours",
    "Ratio",
    "Reaction",
    "RecordKind",
    "Relation",
    "ReportObligation",
    "Role",
    "Rung",
    "SpecialReport",
    "State",
    "Subject",
    "TableCheck",
    "Transition",
]

Subject = Literal["lead", "handoff", "transfer", "order", "report"]
Relation = Literal["office", "lead_agency", "sender", "receiver", "holder", "any", "system"]


@dataclass(frozen=True, slots=True)
class State:
    """A state of a machine; `kind` is spine, working, side or final. `waits_for`: in whose inbox a subject then stands."""

    id: str
    name: Text
    kind: str
    source: str
    waits_for: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who may act: a role, and how that person's agency stands to the subject."""

    role: str
    relation: Relation

    def __str__(self) -> str:
        return f"{self.role}@{self.relation}"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does what no machine has a step for; `id` is one of `workflows.duties.DUTIES`, `by` in order of preference."""

    id: str
    by: tuple[Actor, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a step with the sentence an officer reads when it does not hold."""

    id: str
    condition: Condition
    reason: Text
    source: str
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of a machine.

    `to` is a state, or "@resume" for the state that a step with `remembers` left. `needs` are inputs that must be
    given, `takes` may be given. `sets` writes attributes of the subject: a value is a literal, or "given.<field>".
    `counts` adds one to attributes. `hands_off` names the coordination type whose handoffs the step creates
    (to `given.lead_agency`, and to each of `given.assisting`). `new_round` starts a new generation of clocks.
    """

    trigger: str
    name: Text
    sources: tuple[str, ...]
    to: str
    event: str
    by: tuple[Actor, ...]
    source: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    sets: Mapping[str, object] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    remembers: bool = False
    new_round: bool = False
    hands_off: str | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The machine of one kind of subject.

    Agencies of the types `watched_by` read every transfer once it was sent, whichever side they stand on; where the
    input `copied_when` is true, what was sent is copied to them.
    """

    subject: Subject
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    watched_by: tuple[str, ...] = ()
    copied_when: str | None = None

    def state(self, state_id: str) -> State:
        """This will find a state; raises KeyError for a name the machine does not have."""
        return next((s for s in self.states if s.id == state_id), None) or _missing("state", state_id)

    def transition(self, trigger: str, state: str) -> Transition | None:
        """This will find the step called `trigger` that leaves `state`, if there is one."""
        return next((t for t in self.transitions if t.trigger == trigger and state in t.sources), None)

    def targets(self, transition: Transition) -> tuple[str, ...]:
        """This will list the states a step can lead to, in the order of the machine.

        A step to "@resume" goes back to a state from which a remembering step led to where it starts (to any state
        remembered, where no such step leads there directly).
        """
        if transition.to != "@resume":
            return (transition.to,)
        keeping = [t for t in self.transitions if t.remembers]
        direct = {s for t in keeping if t.to in transition.sources for s in t.sources}
        back = direct or {s for t in keeping for s in t.sources}
        return tuple(state.id for state in self.states if state.id in back)


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told when `on` happens, an event or one type of it; each in the agency that stands so to the subject."""

    on: str
    to: tuple[Actor, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """When `on` happens, the machine of `subject` takes the step `fire`, if `when` holds: one act, one transaction."""

    on: str
    subject: Subject
    fire: str
    source: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class CoordinationType:
    """A kind of work handed to other agencies.

    `partners` are agency types; `joining` is all, any or lead: when a request to several agencies counts as answered.
    A `blocking` one keeps the lead from being concluded or closed while it is open. One that is `carried_by` another
    machine (a criminal transfer) is named by rules and tables; nobody asks for it as a handoff.
    """

    id: str
    name: Text
    partners: tuple[str, ...]
    blocking: bool
    joining: str
    source: str
    answer_fields: tuple[str, ...] = ()
    carried_by: Subject | None = None


@dataclass(frozen=True, slots=True)
class ExtensionTier:
    """How far one level of approver may move a due date, each time and in total, measured from the original."""

    approver: Actor
    term: Term
    times: int
    source: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline rule.

    A clock starts on any event of `starts_on` when `condition` holds over the subject's facts and the rule is in
    force on that day, and stops on any of `stops_on`. Rules of one `code` are alternatives: the first that fits runs.
    `term` None means the subject names its own due date. `holder` says whose calendar counts and whom rungs mean by
    "holder". `pauses_on` and `resumes_on` are empty where the source allows no pause. A pause may be decided on one of
    `pause_grounds` by `pause_by`, for `pause_at_most` at a time. `opens` names the window that stands open while the
    clock runs: "return" lets the receiver of a handoff decline it.

    `counts_from` names a fact that holds a date or moment: the term is counted from it, before it if it is
    negative, and not from the event. An event of `ends_on` says that the matter went away: a clock still in time
    is cancelled. A clock that `recurs` falls due again and again until then, each time with a deadline of its
    own; it has no term. An event of `restarts_on` begins the whole term anew (a change of jurisdiction, where the
    source says so); one of `continues_on` lets what was left of an ended clock run on.
    """

    code: str
    name: Text
    subject: Subject
    starts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    term: Term | None
    holder: Relation
    ladder: str
    source: str
    condition: Condition | None = None
    pauses_on: tuple[str, ...] = ()
    resumes_on: tuple[str, ...] = ()
    pause_grounds: tuple[str, ...] = ()
    pause_by: Actor | None = None
    pause_at_most: Term | None = None
    extensions: tuple[ExtensionTier, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    verified: bool = True
    optional_right: bool = False
    act: Text | None = None
    opens: str | None = None
    counts_from: str | None = None
    recurs: Weekly | Monthly | None = None
    ends_on: tuple[str, ...] = ()
    restarts_on: tuple[str, ...] = ()
    continues_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offset:
    """When a rung fires relative to its deadline: `amount` of `unit` before (negative) or after due.

    Units: hour, calendar_day, working_day, percent (of the term elapsed; 100 is due).
    """

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a ladder: when, who is told, in which form, and whether a person must sign first.

    A rung with `repeat` tells again `repeat_times` times, so far apart, unless somebody acknowledged or the next rung
    came. What is not `urgent` keeps quiet hours.
    """

    level: str
    name: Text
    offset: Offset
    to: tuple[Actor, ...]
    form: str
    source: str
    signature: bool = False
    urgent: bool = False
    repeat: Offset | None = None
    repeat_times: int = 0


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When notices that are not urgent wait: from one time of day to another, over midnight if need be, and on days
    off all day where `days_off` says so. What happens is not held up, only the telling.
    """

    begins: time
    ends: time
    source: str
    days_off: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in order of time."""

    id: str
    name: Text
    rungs: tuple[Rung, ...]
    source: str


@dataclass(frozen=True)
class CampaignDefinition:
    """Everything one campaign is made of. Equal documents give equal definitions and the same `hash`."""

    id: str
    version: int
    title: Text
    time_zone: str
    starts_on: date
    ends_on: date
    lead_number: str
    source: str
    hash: str
    basis: tuple[BasisDocument, ...]
    phases: tuple[Phase, ...]
    agency_types: tuple[Choice, ...]
    agencies: tuple[Agency, ...]
    roles: tuple[Role, ...]
    duties: tuple[Duty, ...]
    vocabularies: Mapping[str, tuple[Choice, ...]]
    fields: tuple[Field, ...]
    lifecycles: Mapping[str, Lifecycle]
    reactions: tuple[Reaction, ...]
    coordination: tuple[CoordinationType, ...]
    clocks: tuple[Clock, ...]
    ladders: tuple[Ladder, ...]
    routing: tuple[DecisionTable, ...]
    reports: tuple[ReportObligation, ...]
    record_kinds: tuple[RecordKind, ...]
    columns: tuple[Column, ...]
    checks: tuple[TableCheck, ...]
    tips: TipRules | None = None
    laws: Mapping[str, str] = field(default_factory=dict)
    special_reports: tuple[SpecialReport, ...] = ()
    quiet_hours: QuietHours | None = None
    notices: tuple[Notice, ...] = ()
    succeeded: Mapping[str, str] = field(default_factory=dict)
    calendars: tuple[OwnCalendar, ...] = ()
    short: Text | None = None

    @cached_property
    def office(self) -> Agency:
        """The leading-group office: dispatcher, arbiter and receiver of reports."""
        return next(a for a in self.agencies if a.office)

    def agency(self, agency_id: str) -> Agency:
        """This will find an agency; raises KeyError."""
        return next((a for a in self.agencies if a.id == agency_id), None) or _missing("agency", agency_id)

    def calendar_line(self, name: str) -> tuple[str, ...]:
        """This will name a calendar and all it extends: a day that changes in any of them may change in it."""
        own = next((c for c in self.calendars if c.id == name), None)
        return (name, *(self.calendar_line(own.extends) if own is not None and own.extends else ()))

    def has_agency(self, agency_id: object) -> bool:
        """This will say whether an agency takes part in the campaign."""
        return any(a.id == agency_id for a in self.agencies)

    def heir(self, agency_id: str) -> str:
        """This will name the agency that answers now for what was an agency's: itself, or who took over in the end."""
        while agency_id in self.succeeded:
            agency_id = self.succeeded[agency_id]
        return agency_id

    def duty(self, duty_id: str) -> tuple[Actor, ...]:
        """This will give who has a duty, in order of preference; raises KeyError for one nobody was given."""
        found = next((d for d in self.duties if d.id == duty_id), None)
        return found.by if found is not None else _missing("duty", duty_id)

    def has_duty(self, duty_id: str, roles: frozenset[str], agency_id: str) -> bool:
        """This will say whether somebody with these roles in an agency has a duty."""
        office = agency_id == self.office.id
        return any(a.role in roles and (a.relation == "any" or office) for a in self.duty(duty_id))

    @cached_property
    def handed_off(self) -> frozenset[str]:
        """The coordination types by which a step of a lead passes the lead itself to another agency."""
        return frozenset(t.hands_off for t in self.lifecycles["lead"].transitions if t.hands_off)

    @cached_property
    def watchers(self) -> tuple[Agency, ...]:
        """The agencies that watch over criminal transfers, none where the campaign names no type for it."""
        machine = self.lifecycles.get("transfer")
        types = machine.watched_by if machine is not None else ()
        return tuple(a for a in self.agencies if a.type in types and a.id not in self.succeeded)

    @cached_property
    def working_agencies(self) -> tuple[Agency, ...]:
        """The agencies some work can be given to; one that is only told of things, as a leading group, is not among them."""
        types = {name for kind in self.coordination for name in kind.partners}
        return tuple(a for a in self.agencies if a.type in types or a.office)

    @cached_property
    def transfer_receivers(self) -> tuple[str, ...]:
        """The agencies a suspected crime can be transferred to: those of a type that a kind of work carried so is for."""
        types = {t for kind in self.coordination if kind.carried_by == "transfer" for t in kind.partners}
        return tuple(a.id for a in self.agencies if a.type in types and a.id not in self.succeeded)

    def waiting(self, subject: Subject, *relations: Relation) -> tuple[str, ...]:
        """This will name the states of a machine in which a subject waits for somebody who stands so to it."""
        machine = self.lifecycles.get(subject)
        states = machine.states if machine is not None else ()
        return tuple(s.id for s in states if set(relations) & set(s.waits_for))

    def field(self, field_id: str) -> Field:
        """This will find an input field; raises KeyError."""
        return next((f for f in self.fields if f.id == field_id), None) or _missing("field", field_id)

    def coordination_type(self, type_id: str) -> CoordinationType:
        """This will find a coordination type; raises KeyError."""
        return next((c for c in self.coordination if c.id == type_id), None) or _missing(
            "coordination", type_id
        )

    def ladder(self, ladder_id: str) -> Ladder:
        """This will find a ladder; raises KeyError."""
        return next((x for x in self.ladders if x.id == ladder_id), None) or _missing("ladder", ladder_id)

    @cached_property
    def kinds_of_goods(self) -> frozenset[str]:
        """The kinds of record in which things taken are recorded."""
        return frozenset(kind.id for kind in self.record_kinds if kind.is_of_goods)

    def record_kind(self, kind_id: str) -> RecordKind:
        """This will find a record kind; raises KeyError."""
        return next((k for k in self.record_kinds if k.id == kind_id), None) or _missing(
            "record kind", kind_id
        )

    def report(self, kind: str, period: str) -> ReportObligation:
        """This will find an obligation by kind and period id; raises KeyError."""
        found = next((r for r in self.reports if r.kind == kind and r.id == period), None)
        zone = ZoneInfo(self.time_zone)
        called = (s.named(period, zone) for s in self.special_reports if s.kind == kind)
        return found or next(filter(None, called), None) or _missing("report", f"{kind}/{period}")

    def word(self, vocabulary: str, choice_id: str) -> Choice | None:
        """This will find a value of a vocabulary, if the vocabulary has it."""
        return next((c for c in self.vocabularies.get(vocabulary, ()) if c.id == choice_id), None)

    def phase_on(self, day: date) -> Phase | None:
        """This will find the phase a day belongs to, if it lies in the campaign."""
        return next((p for p in self.phases if p.starts_on <= day <= p.ends_on), None)


def _missing(kind: str, name: str) -> NoReturn:
    raise KeyError(f"the definition has no {kind} {name!r}")
