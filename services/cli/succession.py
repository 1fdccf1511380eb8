"""`xunxian succeed`: an agency or a person is succeeded by another; see first what would go over, then do it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token, noun
from services.cli.remote import Remote, find_address
from services.cli.screen import say, show_json, show_pairs

app = noun("承继：单位撤并、人员离任。Successors of agencies and people.")

Old = Annotated[str, typer.Argument(help="原单位或原人员 who is succeeded", metavar="OLD")]
New = Annotated[str, typer.Argument(help="承继者 the successor", metavar="NEW")]
On = Annotated[str, typer.Option("--on", help="自哪天起 as of which day, e.g. 2018-03-21", metavar="DATE")]
Reason = Annotated[str, typer.Option(help="依据或理由 the reason on record")]


@app.command()
def agency(
    old: Old,
    new: New,
    on: On,
    reason: Reason,
    name_zh: Annotated[str | None, typer.Option(help="新设单位全称 name of a new agency")] = None,
    name_en: Annotated[str | None, typer.Option(help="英文名称 its English name")] = None,
    short: Annotated[str | None, typer.Option(help="简称（至多六字）its short name")] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """单位承继：在办事项、知悉权限、时限和人员一并移交。An agency takes over all that is open of another."""
    body: dict[str, Any] = {"predecessor": old, "successor": new, "on": on, "reason": reason}
    if name_zh is not None or name_en is not None:
        body["name"] = {"zh": name_zh or name_en, "en": name_en or name_zh}
    if short is not None:
        body["short"] = short
    _ask("agencies", body, dry_run, base, token, role, as_json)


@app.command()
def person(
    old: Old,
    new: New,
    on: On,
    reason: Reason,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """人员接任：角色、在办事项和代办一并移交，原人员停用。A colleague takes over; the first one leaves."""
    body = {"predecessor": old, "successor": new, "on": on, "reason": reason}
    _ask("people", body, dry_run, base, token, role, as_json)


def _ask(
    what: str,
    body: dict[str, Any],
    dry_run: bool,
    base: str | None,
    token: str | None,
    role: str,
    as_json: bool,
) -> None:
    with Remote(find_address(base, token, role)) as remote:
        answer = remote.send(
            "POST", f"/v1/successions/{what}", body, params={"dry_run": True} if dry_run else None
        ).body
    if as_json:
        show_json(answer)
        return
    show_pairs(sorted(answer["moved"].items()))
    if dry_run:
        say("只是预演，未作改动。", "A rehearsal; nothing was changed.")
    else:
        say(f"已由 {answer['successor']} 承继。", f"{answer['successor']} took over.")
