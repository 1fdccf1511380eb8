"""When an agency or a person is succeeded by another: what is asked for, and what it makes of the definition.

Rules stay those a matter was received under; who takes part does not. A successor may be an agency the definition
names, or a new one that takes the place of its predecessor in it. Old records, events and signatures keep the old
name; only what is still open goes over, and no clock starts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflows.campaign import Agency, CampaignDefinition
from workflows.commands import Command
from workflows.rejection import Reason
from workflows.text import Text

LONGEST_SHORT = 6
"""How many characters the short name of an agency has at most, as in a definition."""


@dataclass(frozen=True, slots=True)
class Succession:
    """One agency took over from another on a day. `name` and `short` are given where the definition has none."""

    predecessor: str
    successor: str
    on: date
    name: Text | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class SucceedAgency(Command):
    """Let one agency take over all that is open of another as of a day."""

    succession: Succession
    reason: str


@dataclass(frozen=True, slots=True)
class SucceedPerson(Command):
    """Let one person take over from another of the same agency as of a day: roles, open work and standing in."""

    predecessor: str
    successor: str
    on: date
    reason: str


def with_successors(definition: CampaignDefinition, successions: Iterable[Succession]) -> CampaignDefinition:
    """This will give the definition with the agencies there are now, the rules untouched and the hash the same.

    A new agency inherits type, calendar, townships and reports of the one it follows; one that was there adds the
    townships to its own. The predecessor stays for its old records, without townships; new work goes to the successor.
    """
    agencies, succeeded = {a.id: a for a in definition.agencies}, dict(definition.succeeded)
    for one in successions:
        old = agencies.get(one.predecessor)
        if old is None:
            continue
        agencies[one.successor] = _heir(agencies.get(one.successor), old, one)
        agencies[old.id] = replace(old, townships=())
        succeeded[old.id] = one.successor
    return replace(definition, agencies=tuple(agencies.values()), succeeded=succeeded)


def _heir(known: Agency | None, old: Agency, one: Succession) -> Agency:
    if known is not None:
        townships = (*known.townships, *(t for t in old.townships if t not in known.townships))
        return replace(known, townships=townships, reports=known.reports or old.reports)
    source = f"succession {one.on.isoformat()}"
    return replace(
        old, id=one.successor, name=one.name or old.name, short=one.short or old.short, source=source
    )


def stands_for(agency: str, successions: Sequence[Succession]) -> frozenset[str]:
    """This will name the agencies whose matters are an agency's own now: itself, and all it took over from."""
    found = {agency}
    for one in reversed(successions):
        if one.successor in found:
            found.add(one.predecessor)
    return frozenset(found)


def check_day(on: date, today: date) -> list[Reason]:
    """This will find fault with a day still to come: what has not happened yet cannot be recorded."""
    if on <= today:
        return []
    text = Text("承继日期不能晚于今天", "the day cannot lie in the future")
    return [Reason("in_future", text, "on", Text("到当日再办理", "record it on the day"))]


def check_agencies(definition: CampaignDefinition, one: Succession) -> list[Reason]:
    """This will find every fault of a succession between agencies.

    An unknown or already succeeded predecessor, a successor that is neither known nor named, the office on either
    side, or an agency that would succeed itself.
    """
    old = definition.agency(one.predecessor) if definition.has_agency(one.predecessor) else None
    new = definition.agency(one.successor) if definition.has_agency(one.successor) else None
    faults = [*_predecessor_faults(definition, one, old), *_name_faults(one, new)]
    if one.predecessor == one.successor:
        text = Text("不能由本单位承继", "an agency cannot succeed itself")
        faults.append(Reason("same_agency", text, "successor"))
    elif one.successor in definition.succeeded:
        text = Text("该单位本身已被承继", "that agency was itself succeeded")
        faults.append(Reason("agency_ended", text, "successor", _heir_hint(definition, one.successor)))
    for field, agency in (("predecessor", old), ("successor", new)):
        if agency is not None and agency.office:
            text = Text("牵头办公室不能承继或被承继", "the office neither succeeds nor is succeeded")
            faults.append(Reason("office_stays", text, field))
    return faults


def _predecessor_faults(
    definition: CampaignDefinition, one: Succession, old: Agency | None
) -> Iterable[Reason]:
    if old is None:
        name = one.predecessor
        yield Reason(
            "unknown_agency", Text(f"没有单位“{name}”", f"there is no agency {name!r}"), "predecessor"
        )
    elif old.id in definition.succeeded:
        text = Text("该单位已被承继", "that agency was succeeded already")
        yield Reason("agency_ended", text, "predecessor", _heir_hint(definition, old.id))


def _name_faults(one: Succession, new: Agency | None) -> Iterable[Reason]:
    """A name belongs to a new agency, and only to one: a known agency is not renamed in passing."""
    if new is None and (one.name is None or one.short is None):
        text = Text("新设单位须写明名称和简称", "a new agency needs a name and a short name")
        yield Reason("required", text, "name" if one.name is None else "short")
    if new is not None and (one.name is not None or one.short is not None):
        text = Text("该单位已在名册中，不在这里更名", "that agency is known; it is not renamed here")
        yield Reason("known_agency", text, "name")
    if one.short is not None and not 1 <= len(one.short) <= LONGEST_SHORT:
        text = Text(
            f"简称须为 1 至 {LONGEST_SHORT} 个字", f"a short name has 1 to {LONGEST_SHORT} characters"
        )
        yield Reason("length", text, "short")


def _heir_hint(definition: CampaignDefinition, agency: str) -> Text:
    heir = definition.succeeded[agency]
    return Text(f"由 {heir} 承继", f"succeeded by {heir}")
