"""`xunxian token`: let a person act through the API, or stop it. The text of a token is shown once and never kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from services.cli.options import DryRun, Json, noun
from services.cli.screen import USAGE, Stopped, say, show_json

app = noun("令牌：签发、停用。Tokens: create, revoke.")

Campaign = Annotated[str, typer.Option(help="行动 campaign")]


@app.command()
def create(
    person: Annotated[str, typer.Argument(help="人员编号 id of the person", metavar="PERSON")],
    campaign: Campaign = "ivory-2017",
    until: Annotated[str | None, typer.Option(help="有效期至 valid until (ISO, offset)")] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """签发令牌；原文只显示这一次。Issue a token; its text is shown only now."""
    import secrets

    from services.cli.inside import opened_system
    from shared.bootstrap import token_hash
    from workflows.commands import IssueToken, system_caller

    ends = _still_to_come(until) if until else None
    text = "xt_" + secrets.token_urlsafe(24)
    with opened_system() as system:
        system.handle(IssueToken(system_caller(campaign), person, token_hash(text), ends), dry_run=dry_run)
    if dry_run:
        say("预演：可以签发，未作改动。", "A rehearsal: it can be issued; nothing was changed.")
        return
    if as_json:
        show_json({"campaign": campaign, "person": person, "token": text, "expires_at": until})
    else:
        print(text)
    say("请妥善保存：系统只留摘要，无法再次显示。", "Keep it: only its hash is stored.")


@app.command()
def revoke(
    token: Annotated[
        str, typer.Argument(help="令牌原文；写 - 则从标准输入读 the token, or - to read it", metavar="TOKEN")
    ],
    campaign: Campaign = "ivory-2017",
    dry_run: DryRun = False,
) -> None:
    """立即停用令牌。End a token at once."""
    import sys

    from services.cli.inside import opened_system
    from shared.bootstrap import token_hash
    from workflows.commands import RevokeToken, system_caller

    text = sys.stdin.readline().strip() if token == "-" else token  # noqa: S105 - a dash is no secret
    with opened_system() as system:
        system.handle(RevokeToken(system_caller(campaign), token_hash(text)), dry_run=dry_run)
    if dry_run:
        say("预演：令牌在用，可以停用；未作改动。", "A rehearsal: it can be ended; nothing was changed.")
        return
    say("令牌已停用。", "The token has ended.")


def _still_to_come(text: str) -> datetime:
    """Tokens end by the real clock, in an exercise too; one that has ended already would let nobody in."""
    from shared.clock import SystemClock

    ends = moment(text)
    if ends <= SystemClock().now():
        raise Stopped(USAGE, f"--until {text} 已经过去。", f"{text} has passed already.")
    return ends


def moment(text: str) -> datetime:
    """This will read a moment with its offset; raises Stopped for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Stopped(
            USAGE, f"时刻要写成 2018-01-31T18:00+08:00，而不是“{text}”。", f"Not a moment: {text}"
        ) from None
    if found.tzinfo is None:
        raise Stopped(USAGE, f"时刻须带时区，如 {text}+08:00。", "A moment needs its offset.")
    return found
