"""The shipped exercise: the campaign of 2017 with its 77 leads, each received at its own time, and nobody acting yet.

Everything here may be done again: what is there stays as it is, and what an interruption left out is added. Tokens
follow from the secret file, so they are the same after every start; the database keeps only their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.cli.play.matters import DEFINITION, ENDS, STARTS, Matter, shipped_matters
from services.cli.play.wording import intake_of
from services.cli.screen import FAILED, Stopped
from services.worker.chores import advance
from shared.application import queries
from shared.bootstrap import System, campaign_folder, token_hash
from workflows.commands import (
    AddPeople,
    Caller,
    Intake,
    IssueToken,
    OpenCampaign,
    PublishDefinition,
    ReceiveLead,
    SetClockTarget,
    system_caller,
)
from workflows.problem import DefinitionProblems
from workflows.rejection import Rejected

CAMPAIGN = "ivory-2017"

Person = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the shipped exercise holds: a token per role, its people, how many leads."""

    tokens: Mapping[str, str]
    people: Sequence[Person]
    leads: int

    def as_json(self) -> dict[str, Any]:
        """This will give it as `./run` reads it."""
        shown = [{"id": p["id"], "role": p["roles"][0], "agency": p["agency_id"]} for p in self.people]
        return {"campaign": CAMPAIGN, "tokens": dict(self.tokens), "people": shown, "leads": self.leads}


def seed(system: System, tell: Callable[[int, int], None]) -> Seeded:
    """This will make the shipped exercise complete; `tell` hears of each lead received, out of how many."""
    document, people, tokens = open_exercise(system, CAMPAIGN)
    matters = shipped_matters()
    _receive(system, matters, faces(document, people)["intake"], document, tell)
    return Seeded(tokens, people, len(matters))


def open_exercise(system: System, campaign_id: str) -> tuple[dict[str, Any], list[Person], dict[str, str]]:
    """This will open the campaign of 2017 as an exercise on its first day: its document, people, a token per role."""
    folder = campaign_folder(DEFINITION)
    document = tomllib.loads((folder / "definition.toml").read_text("utf-8"))
    people: list[Person] = tomllib.loads((folder / "people.toml").read_text("utf-8"))["people"]
    nobody, system_here = system_caller(""), system_caller(campaign_id)
    _publish(system, document)
    version = int(document["campaign"]["version"])
    system.handle(OpenCampaign(nobody, campaign_id, DEFINITION, version, "exercise", STARTS))
    system.handle(AddPeople(system_here, tuple(people)))
    tokens = {}
    for role, person in faces(document, people).items():
        tokens[role] = token_text(_secret(system.settings.secret_file), campaign_id, person["id"])
        system.handle(IssueToken(system_here, person["id"], token_hash(tokens[role])))
    return document, people, tokens


def _publish(system: System, document: Mapping[str, Any]) -> None:
    """The shipped definition changes between releases and keeps its number: data made with another stays as it is."""
    try:
        system.handle(PublishDefinition(system_caller(""), document))
    except (Rejected, DefinitionProblems) as refused:
        # The stored one may say what this release cannot read any more, or say it under the same number.
        if isinstance(refused, Rejected) and refused.reasons[0].code != "version_taken":
            raise
        raise Stopped(
            FAILED,
            "这些数据是另一版程序建立的，其中的方案与本版同号不同文：请用 --data 另选文件夹，或用 --fresh 清空重建 · "
            "This data was made by another release, whose definition has the same number and other content: "
            "choose another folder with --data, or start over with --fresh (which deletes this data).",
        ) from refused


def faces(document: Mapping[str, Any], people: Sequence[Person]) -> dict[str, Person]:
    """This will choose who stands for each role: somebody of the office if it has one, else of a local station."""
    agencies = {agency["id"]: agency for agency in document["agencies"]}

    def nearness(person: Person) -> int:
        agency = agencies[person["agency_id"]]
        return 0 if agency.get("office") else 1 if agency.get("townships") else 2

    found: dict[str, Person] = {}
    for role in document["roles"]:
        fit = [person for person in people if role["id"] in person["roles"]]
        if fit:
            found[role["id"]] = min(fit, key=nearness)
    return found


def token_text(secret: bytes, campaign: str, person: str) -> str:
    """This will derive a token that is the same as long as the secret is, and tells nothing about it."""
    digest = hmac.new(secret, f"{campaign}|{person}".encode(), hashlib.sha256).digest()
    return "xt_" + base64.b32encode(digest).decode().rstrip("=").lower()


def _secret(path: Path | None) -> bytes:
    if path is None:
        raise Stopped(
            FAILED,
            "请用 XUNXIAN_SECRET_FILE 指明密钥文件。",
            "Name the secret file with XUNXIAN_SECRET_FILE.",
        )
    try:
        secret = path.read_bytes()
    except OSError as wrong:
        raise Stopped(FAILED, f"读不了密钥文件 {path}:{wrong.strerror}", f"Cannot read {path}.") from wrong
    if len(secret) < 32:
        raise Stopped(FAILED, f"密钥文件 {path} 不足 32 字节。", "The secret file needs 32 bytes at least.")
    return secret


def _receive(
    system: System,
    matters: Sequence[Matter],
    face: Person,
    document: Mapping[str, Any],
    tell: Callable[[int, int], None],
) -> None:
    """A lead whose moment lies behind the clock was received before: the clock passes it only afterwards."""
    by = Caller(CAMPAIGN, face["id"], face["agency_id"], frozenset(face["roles"]), "seed")
    at = _clock(system)
    places, acts = (
        {choice["name"]["zh"]: choice["id"] for choice in document["vocabularies"][name]}
        for name in ("place_type", "act")
    )
    for number, matter in enumerate(matters, start=1):
        if matter.reported_at < at:
            continue
        _run_clock(system, matter.reported_at)
        system.handle(_command(by, intake_of(matter, places, acts)))
        tell(number, len(matters))
    if at < ENDS:
        _run_clock(system, ENDS)


def _command(by: Caller, told: Mapping[str, Any]) -> ReceiveLead:
    fields = dict(told)
    source, reference = fields.pop("source"), fields.pop("external_ref")
    reported_at = datetime.fromisoformat(fields.pop("reported_at"))
    act_on = datetime.fromisoformat(fields.pop("act_on")).date()
    lists: dict[str, Any] = {name: tuple(fields.pop(name, ())) for name in ("products", "species")}
    return ReceiveLead(
        by, Intake(**fields, **lists, reported_at=reported_at, act_on=act_on), source, reference
    )


def _clock(system: System) -> datetime:
    found = system.read(queries.clock, system_caller(CAMPAIGN))
    return datetime.fromisoformat(found["at"])


def _run_clock(system: System, moment: datetime) -> None:
    if _clock(system) >= moment:
        return
    system.handle(SetClockTarget(system_caller(CAMPAIGN), moment))
    advance(system, CAMPAIGN)
    if _clock(system) < moment:
        raise Stopped(
            FAILED,
            "演练时钟停住了：有别的工作进程占着同一事项，请稍后再试。",
            "The exercise's clock stands still; try again.",
        )
