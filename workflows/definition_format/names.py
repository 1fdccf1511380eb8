"""Every name a definition declares, collected before anything is read, so that any entry may speak of any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from workflows.calendars import SHIPPED
from workflows.facts import FACTS, FactKind, Scope, fact_of_field

FIELD_TYPES = (
    "text", "date", "datetime", "integer", "decimal", "boolean", "choice", "agency", "agencies", "lead", "list",
)  # fmt: skip
NUMBER = ("decimal", "integer")
KNOWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    "lead_agency": ("agency",),
    "assisting": ("agencies",),
    "to_agency": ("agency",),
    "suggested_agency": ("agency",),
    "merge_into": ("lead",),
    "widen": ("boolean",),
    "due_on": ("date",),
    "officer": ("text",),
    "reason": ("text", "choice"),
    "crime_suspected": ("boolean",),
    "products": ("list",),
    "enclosures": ("list",),
    "pieces": ("integer",),
    "live_count": ("integer",),
    "grams": NUMBER,
    "value_yuan": NUMBER,
    "estimated_value_yuan": NUMBER,
}
"""Fields the engine reads by name (docs/campaigns.md), with the types they may have."""

# What happens without a step of a machine; `<subject>.<event>` of every transition joins them.
FIXED_EVENTS = frozenset(
    {
        "lead.received",
        "handoff.sent",
        "transfer.proposed",
        "order.drafted",
        "record.added",
        *(
            f"report.{what}"
            for what in (
                "opened",
                "submitted",
                "corrected",
                "withdrawn",
                "waived",
                "waiver_ended",
                "compiled",
                "compile_failed",
            )
        ),
        *(
            f"deadline.{what}"
            for what in (
                "started",
                "stopped",
                "paused",
                "resumed",
                "extended",
                "expired",
                "escalated",
                "released",
            )
        ),
    }
)
CALENDAR_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
REPORT_KINDS = ("stage", "summary", "results", "periodic", "special")
BIRTHS = {
    "lead": "lead.received",
    "handoff": "handoff.sent",
    "transfer": "transfer.proposed",
    "order": "order.drafted",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of a document by what they name. Broken entries simply name nothing; reading will say why."""

    agencies: frozenset[str]
    agency_types: frozenset[str]
    calendars: frozenset[str]
    townships: frozenset[str]
    roles: frozenset[str]
    coordination: frozenset[str]
    ladders: frozenset[str]
    clocks: frozenset[str]
    reports: frozenset[str]
    columns: frozenset[str]
    fields: Mapping[str, FactKind]
    record_kinds: Mapping[str, tuple[str, ...]]
    vocabularies: Mapping[str, frozenset[str]]
    states: Mapping[str, frozenset[str]]
    triggers: Mapping[str, frozenset[str]]
    events: frozenset[str]
    levels: frozenset[str]

    def words(self) -> dict[str, frozenset[str]]:
        """This will give every set of values a fact may draw its words from."""
        return {
            **self.vocabularies,
            "@agency": self.agencies,
            "@agency_type": self.agency_types,
            "@role": self.roles | {"system"},
            "@coordination": self.coordination,
            "@township": self.townships,
            "@clock": self.clocks,
            "@side": frozenset({"host", "assist"}),
            "@report": self.reports,
            "@report_kind": frozenset(REPORT_KINDS),
            **{f"@state.{subject}": states for subject, states in self.states.items()},
        }

    def types_of(self, subject: str) -> frozenset[str]:
        """This will give the types an event of a subject can be narrowed to, as in `handoff.declined:assign`."""
        types = {
            "handoff": self.coordination,
            "record": frozenset(self.record_kinds),
            "order": self.levels,
        }
        return types.get(subject, frozenset())

    def telling(self, more: Iterable[str]) -> Names:
        """This will give the same names with the events people can be told of: no news of clocks as such, and some more."""
        told = (e for e in self.events if e.partition(".")[0] != "deadline" and e != "report.compile_failed")
        return replace(self, events=frozenset(told).union(more))

    def scope(self, subject: str) -> Scope:
        """This will give the facts of one kind of subject, with the counts of records for leads."""
        counts = (
            {f"records.{kind}": FactKind("integer") for kind in self.record_kinds}
            if subject == "lead"
            else {}
        )
        return Scope({**FACTS.get(subject, {}), **counts}, self.words())

    def given(self, *fields: str) -> dict[str, FactKind]:
        """This will give the facts that inputs become."""
        return {f"given.{f}": self.fields[f] for f in fields if f in self.fields}


def collect(document: Mapping[str, object]) -> Names:
    """This will gather the names of a document of any shape."""
    machines = {
        key: value for key, value in _table(document, "lifecycles").items() if isinstance(value, Mapping)
    }
    results = _table(document, "results")
    return Names(
        agencies=_ids(document, "agencies"),
        agency_types=_ids(document, "agency_types"),
        calendars=_ids(document, "calendars") | SHIPPED.keys(),
        townships=frozenset(t for a in _entries(document, "agencies") for t in _texts(a.get("townships"))),
        roles=_ids(document, "roles"),
        coordination=_ids(document, "coordination"),
        ladders=_ids(document, "ladders"),
        clocks=_ids(document, "clocks", "code"),
        reports=_ids(document, "reports"),
        columns=_ids(results, "columns", "code"),
        fields=dict(_fields(document)),
        record_kinds={
            str(k["id"]): _texts(k.get("fields")) for k in _entries(document, "record_kinds") if "id" in k
        },
        vocabularies={
            key: _ids({"choices": value}, "choices")
            for key, value in _table(document, "vocabularies").items()
        },
        states={key: _ids(machine, "states") for key, machine in machines.items()},
        triggers={key: _ids(machine, "transitions", "trigger") for key, machine in machines.items()},
        events=FIXED_EVENTS.union(
            *(
                {f"{key}.{e}" for e in _ids(machine, "transitions", "event")}
                for key, machine in machines.items()
            )
        ),
        levels=frozenset[str]().union(
            *(_ids(ladder, "rungs", "level") for ladder in _entries(document, "ladders"))
        ),
    )


def _fields(document: Mapping[str, object]) -> Iterator[tuple[str, FactKind]]:
    for entry in _entries(document, "fields"):
        name, kind, vocabulary = entry.get("id"), entry.get("type"), entry.get("vocabulary")
        if isinstance(name, str) and kind in FIELD_TYPES:
            yield name, fact_of_field(str(kind), vocabulary if isinstance(vocabulary, str) else None)


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _entries(data: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = data.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _ids(data: Mapping[str, object], key: str, name: str = "id") -> frozenset[str]:
    found = (entry.get(name) for entry in _entries(data, key))
    return frozenset(value for value in found if isinstance(value, str))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
