"""Check and publish a campaign definition; open a campaign from it; the people who act in it and their tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.happenings import record
from shared.application.obligations import owe
from shared.application.ports import Campaign
from shared.application.work import UNSEEN, Done, Work
from workflows.commands import AddPeople, IssueToken, OpenCampaign, PublishDefinition, RevokeToken
from workflows.definition_format import read_definition
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.reporting import owing_units
from workflows.text import Text


def publish_definition(command: PublishDefinition, work: Work) -> Done:
    """This will store a definition as an immutable version; the same document again changes nothing.

    Raises DefinitionProblems naming everything wrong with it, Rejected when the version was given to another document
    or the caller may not publish.
    """
    check_administrator(work)
    definition = read_definition(command.document)
    known = work.uow.definitions.find(definition.id, definition.version)
    if known is not None and known.hash != definition.hash:
        text = Text(
            f"{definition.id} 第 {definition.version} 版已发布且内容不同，请用新的版本号",
            f"version {definition.version} of {definition.id} is published with other content; use a new version",
        )
        raise Rejected(Reason("version_taken", text, "campaign/version"))
    created = known is None and work.uow.definitions.publish(
        definition, command.document, work.by.person_id, work.at
    )
    extra = {"definition": definition.id, "hash": definition.hash}
    return Done("definition", definition.hash, None, created=created, version=definition.version, extra=extra)


def check_administrator(work: Work) -> None:
    """This will refuse callers who do not run the campaign. Raises Rejected (forbidden)."""
    work.demand("run_campaign")


def open_campaign(command: OpenCampaign, work: Work) -> Done:
    """This will open a campaign, live or as an exercise with its own frozen clock, and owe its units' reports.

    Opening one that is open already changes nothing. Raises Rejected: unknown definition, a name that is none, an
    exercise without a moment or a live campaign with one, people the definition has no place for, or nobody to run it.
    """
    check_administrator(work)
    if work.uow.campaigns.get(command.campaign_id) is not None:
        return Done("campaign", command.campaign_id)
    _check_opening(command)
    definition = work.uow.definitions.find(command.definition_id, command.version)
    if definition is None:
        text = Text("没有发布过这个方案版本", "this version of the definition was never published")
        raise Rejected(Reason("unknown_definition", text, "definition"), kind="invalid")
    at = command.at if command.mode == "exercise" and command.at is not None else work.at
    clock_at = at if command.mode == "exercise" else None
    campaign = Campaign(command.campaign_id, definition.hash, command.mode, clock_at, None, at)
    work.uow.campaigns.add(campaign)
    inside = Work(work.uow, at, replace(work.by, campaign_id=campaign.id), campaign, work.happened)
    data = {"definition": definition.id, "version": definition.version, "mode": command.mode}
    record(inside, matters.of_campaign(inside), Event("campaign.opened", "campaign", campaign.id, at, data))
    for obligation in definition.reports:
        for unit in owing_units(definition, obligation):
            owe(inside, definition, obligation, unit.id, react)
    _let_in(inside, command)
    return Done("campaign", campaign.id, created=True)


def _let_in(work: Work, command: OpenCampaign) -> None:
    """The people of a new campaign, with whom nobody could run it being refused: it would be lost to everyone."""
    if not command.people:
        return
    _check_people(work, command.people)
    runs = (
        work.definition.has_duty("run_campaign", frozenset(p["roles"]), p["agency_id"])
        for p in command.people
    )
    if not any(runs):
        able = ", ".join(str(actor) for actor in work.definition.duty("run_campaign"))
        text = Text(f"须有人能管理行动（{able}）", f"somebody must be able to run the campaign ({able})")
        raise Rejected(Reason("no_administrator", text, "people"), kind="invalid")
    work.uow.people.add_all(work.campaign.id, _with_lists(command.people))
    work.uow.people.add_tokens(work.campaign.id, command.token_hashes, work.at)


def _check_opening(command: OpenCampaign) -> None:
    faults = []
    try:
        read_text(command.campaign_id, 60)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "campaign_id"))
    if command.mode not in {"live", "exercise"}:
        faults.append(Reason("choice", Text("须为 live 或 exercise", "must be live or exercise"), "mode"))
    if (command.mode == "exercise") != (command.at is not None):
        text = Text(
            "演练须给出起始时刻，正式行动不得给出",
            "an exercise names its first moment; a live campaign does not",
        )
        faults.append(Reason("at", text, "at"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def add_people(command: AddPeople, work: Work) -> Done:
    """This will add people to a campaign; those already there stay as they are. Raises Rejected naming each fault."""
    check_administrator(work)
    _check_people(work, command.people)
    work.uow.people.add_all(work.campaign.id, _with_lists(command.people))
    return Done("people", work.campaign.id, version=len(command.people))


def _with_lists(people: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**person, "roles": list(person["roles"])} for person in people]


def _check_people(work: Work, people: Sequence[Mapping[str, Any]]) -> None:
    roles = {role.id for role in work.definition.roles}
    faults: list[Reason] = []
    met: set[str] = set()
    for index, person in enumerate(people):
        if person["id"] in met:
            text = Text("同一编号出现两次", "this id stands here twice")
            faults.append(Reason("repeated", text, f"people/{index}/id"))
        met.add(person["id"])
        if not work.definition.has_agency(person.get("agency_id")):
            text = Text("没有这个单位", "there is no such agency")
            faults.append(Reason("unknown_agency", text, f"people/{index}/agency"))
        unknown = sorted(set(person.get("roles", ())) - roles)
        if unknown or not person.get("roles"):
            text = Text(f"未知角色：{'、'.join(unknown)}", f"unknown or no roles: {', '.join(unknown)}")
            faults.append(Reason("unknown_role", text, f"people/{index}/roles"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def issue_token(command: IssueToken, work: Work) -> Done:
    """This will let a person act with a token whose hash is given. Raises Rejected for a person nobody added."""
    check_administrator(work)
    if work.uow.people.find(work.campaign.id, command.person_id) is None:
        text = Text("没有这个人员", "there is no such person")
        raise Rejected(Reason("unknown_person", text, "person_id"), kind="invalid")
    work.uow.people.add_token(
        command.token_hash, work.campaign.id, command.person_id, work.at, command.expires_at
    )
    return Done("token", command.person_id, created=True)


def revoke_token(command: RevokeToken, work: Work) -> Done:
    """This will end a token at once. Raises Rejected (missing) when it is none of this campaign's."""
    check_administrator(work)
    if not work.uow.people.revoke_token(command.token_hash, work.campaign.id, work.at):
        raise Rejected(UNSEEN, kind="missing")
    return Done("token", work.campaign.id)
