"""What a use case works with: the transaction, the moment, the caller, the campaign and its rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from shared.application.ports import A, Campaign, Row, UnitOfWork
from workflows.business_calendar import BusinessCalendar
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller
from workflows.duties import DUTIES
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.succession import stands_for, with_successors
from workflows.text import Text

UNSEEN = Reason(
    "not_found", Text("没有这一项，或不在你的知悉范围内", "there is no such thing, or none for you to see")
)


@dataclass
class Work:
    """One command or query in progress. `at` is the campaign's present: real, or an exercise's frozen clock."""

    uow: UnitOfWork
    at: datetime
    by: Caller
    campaign: Campaign
    happened: list[dict[str, Any]] = field(default_factory=list)
    looks: bool = False
    """Whether this is a question, which changes nothing and may be answered by what was answered before."""

    @cached_property
    def definition(self) -> CampaignDefinition:
        """The definition new matters of the campaign are received under."""
        return self.pinned(self.campaign.definition_hash)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone: people's dates are read in it."""
        return ZoneInfo(self.definition.time_zone)

    @property
    def today(self) -> date:
        """The campaign's present day."""
        return self.at.astimezone(self.zone).date()

    @cached_property
    def _people(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for person in self.uow.people.listed(self.campaign.id):
            for role in person["roles"] if person["active"] else ():
                found.setdefault((person["agency_id"], role), []).append(person)
        return found

    def people_in(self, agency: str, role: str) -> list[Row]:
        """This will list the active people who hold a role in an agency."""
        return self._people.get((agency, role), [])

    def people_with(self, role: str) -> list[Row]:
        """This will list the active people who hold a role in any agency."""
        return [p for (_, held), people in self._people.items() if held == role for p in people]

    @property
    def sees_everything(self) -> bool:
        """Whether the caller sits where all leads are seen: the office, the leaders, the auditor, the system."""
        return self.by.is_system or self.by.agency_id == self.definition.office.id or self.may("oversee")

    def may(self, duty: str) -> bool:
        """This will say whether the campaign gives the caller a duty (`workflows.duties`); the system has each."""
        return self.by.is_system or self.definition.has_duty(duty, self.by.roles, self.by.agency_id)

    def demand(self, duty: str, code: str = "role") -> None:
        """This will refuse a caller who has not a duty, naming the roles that have it. Raises Rejected (forbidden)."""
        if self.may(duty):
            return
        names = {role.id: role.name for role in self.definition.roles}
        able = [names[actor.role] for actor in self.definition.duty(duty)]
        words = DUTIES[duty]
        text = Text(
            f"{words.zh}须由{'、'.join(name.zh for name in able)}办理",
            f"to {words.en} is for: {', '.join(name.in_language('en') for name in able)}",
        )
        raise Rejected(Reason(code, text), kind="forbidden")

    def pinned(self, definition_hash: str) -> CampaignDefinition:
        """This will give the definition a matter was received under, with the agencies there are now."""
        definition = self.uow.definitions.get(definition_hash)
        if not self.campaign.successions:
            return definition
        if definition_hash not in self._succeeded:
            self._succeeded[definition_hash] = with_successors(definition, self.campaign.successions)
        return self._succeeded[definition_hash]

    @cached_property
    def _succeeded(self) -> dict[str, CampaignDefinition]:
        return {}

    @cached_property
    def own_agencies(self) -> frozenset[str]:
        """The caller's agency, and those it took over from: their old matters are its own now."""
        return stands_for(self.by.agency_id, self.campaign.successions)

    def calendar_of(self, definition: CampaignDefinition, agency_id: str) -> BusinessCalendar:
        """This will give the calendar that counts for an agency; the office's for one the campaign does not know."""
        known = definition.has_agency(agency_id)
        agency = definition.agency(agency_id) if known else definition.office
        return self.uow.calendars.get(self.campaign.id, agency.calendar, agency.id, definition.calendars)

    def calendar_named(self, name: str, agency_id: str | None = None) -> BusinessCalendar:
        """This will give a calendar of the campaign as it is now, with an agency's own days if one is named."""
        return self.uow.calendars.get(self.campaign.id, name, agency_id, self.definition.calendars)

    def lead(self, number: str, *, lock: bool = False) -> Lead:
        """This will find a lead the caller may see; raises Rejected (missing) alike for unknown and unseen ones.

        Numbers can be guessed, so both cost the same questions, and nobody waits for a lock on what is not theirs.
        """
        lead = self.uow.leads.by_number(self.campaign.id, number)
        if not self.may_see(lead.id if lead is not None else "") or lead is None:
            raise Rejected(UNSEEN, kind="missing")
        locked = self.uow.leads.by_id(lead.id, lock=True) if lock else lead
        assert locked is not None, "leads are never deleted"
        return locked

    def may_see(self, lead_id: str | None) -> bool:
        """This will say whether the caller may know of a lead: the office and leaders, or an agency with a grant."""
        if self.sees_everything:
            return True
        return lead_id is not None and self.uow.grants.live(lead_id, self.by.agency_id)

    def lasting(
        self, question: Hashable, make: Callable[[], A], holds: Callable[[A], bool] = lambda _: True
    ) -> A:
        """This will give what `make` gives, kept from before for a question while nothing has happened in the campaign
        since and it `holds`. `question` names all else that the answer is made of. A command makes it anew.
        """
        return self.uow.lasting.answer(self.campaign.id, question, make, holds) if self.looks else make()

    def in_zone(self, moment: datetime) -> str:
        """This will write a moment as people of the campaign read it: ISO 8601 in its time zone."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to: which subject, its version after, and every event it caused."""

    subject: str
    id: str
    number: str | None = None
    created: bool = False
    version: int = 0
    events: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def check_version(expected: int | None, found: int, *, by: str, at: str, what: Text | None = None) -> None:
    """This will refuse a change made on an older version; raises Rejected (stale) saying who changed it and when."""
    if expected is None or expected == found:
        return
    zh, en = (f"（{what.zh}）", f" ({what.en or what.zh})") if what is not None else ("", "")
    text = Text(
        f"内容已被 {by} 于 {at} 更新{zh}，现为第 {found} 版，你看的是第 {expected} 版",
        f"changed by {by} at {at}{en}: it is version {found} now, you saw version {expected}",
    )
    hint = Text("请重新打开后再操作", "read it again, then act")
    details: dict[str, object] = {
        "version": found,
        "expected_version": expected,
        "changed_by": by,
        "changed_at": at,
        "changed": {"zh": what.zh, "en": what.en or what.zh} if what is not None else None,
    }
    raise Rejected(Reason("stale_version", text, None, hint), kind="stale", details=details)
