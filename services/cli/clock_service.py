"""`xunxian clock` with the service: calendars, deadlines that stand still or wait. `clock.py` adds these to its noun."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token
from services.cli.remote import Remote, find_address, place
from services.cli.screen import both, say, show_json, show_table

OFFICE, ADMINISTRATOR, HEAD = "office_staff", "administrator", "unit_head"
File = Annotated[Path, typer.Argument(help="TOML 或 JSON 文件。A document of docs/clock.md.", metavar="FILE")]
Id = Annotated[str, typer.Argument(help="时限编号。The deadline's id.", metavar="DEADLINE")]
Reason = Annotated[str, typer.Option("--reason", help="理由。Why.")]
Until = Annotated[
    str, typer.Option("--until", help="止于何时（带时区）。A moment with offset.", metavar="ISO")
]
Named = Annotated[str, typer.Option("--calendar", help="日历名。Name of the calendar.")]


def add_commands(app: typer.Typer) -> None:
    """This will give the noun the verbs that ask a service."""
    app.command()(calendars)
    app.command("import")(import_year)
    app.command("local-days")(local_days)
    for verb in (pause, resume, snooze, extend, decide):
        app.command()(verb)


def calendars(base: Base = None, token: Token = None, role: As = OFFICE, as_json: Json = False) -> None:
    """列出日历：已确认年份、导入记录。Calendars: confirmed years and what was imported."""
    found = _ask("GET", "/v1/calendars", None, base, token, role)
    if as_json:
        show_json(found)
        return
    show_table(
        ["日历 calendar", "版本 version", "已确认 confirmed", "导入 imports"],
        [
            (c["name"], c["version"], f"{c['confirmed_from']} — {c['confirmed_through']}", len(c["imports"]))
            for c in found["items"]
        ],
    )


def import_year(
    file: File,
    calendar: Named = "cn",
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = ADMINISTRATOR,
    as_json: Json = False,
) -> None:
    """导入一年放假安排并重算时限；--dry-run 先看影响。Import a year; --dry-run shows which dates move."""
    _import(place("calendars", calendar, "years"), _document(file), dry_run, base, token, role, as_json)


def local_days(
    file: File,
    calendar: Named = "cn",
    agency: Annotated[str | None, typer.Option("--agency", help="只对一个单位。For one agency only.")] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = ADMINISTRATOR,
    as_json: Json = False,
) -> None:
    """设置或撤回本地停办、加班日。Close or open an office on days of its own, or take that back."""
    document = _document(file) | ({"agency": agency} if agency else {})
    _import(place("calendars", calendar, "local-days"), document, dry_run, base, token, role, as_json)


def pause(
    deadline: Id,
    ground: Annotated[str, typer.Option("--ground", help="规则列明的事由。A ground the rule names.")],
    until: Until,
    reason: Reason,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = HEAD,
    as_json: Json = False,
) -> None:
    """中止计时，到时自动恢复。Let a clock stand still; it counts again by itself."""
    body = {"ground": ground, "until": until, "reason": reason}
    _change(place("deadlines", deadline, "pauses"), body, dry_run, base, token, role, as_json)


def resume(
    deadline: Id,
    reason: Reason,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = HEAD,
    as_json: Json = False,
) -> None:
    """提前恢复计时。End a pause now."""
    _change(
        place("deadlines", deadline, "resumption"), {"reason": reason}, dry_run, base, token, role, as_json
    )


def snooze(
    deadline: Id,
    until: Until,
    reason: Reason,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "officer",
    as_json: Json = False,
) -> None:
    """暂缓重复提醒，不影响升级。Hold the repeats of a rung, not the ladder."""
    body = {"until": until, "reason": reason}
    _change(place("deadlines", deadline, "snooze"), body, dry_run, base, token, role, as_json)


def extend(
    deadline: Id,
    ground: Annotated[str, typer.Option("--ground", help="延期事由。A ground of the campaign.")],
    reason: Reason,
    amount: Annotated[
        int | None, typer.Option("--amount", help="延长多少，默认规则所许。By default what the rule allows.")
    ] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "officer",
    as_json: Json = False,
) -> None:
    """到期前申请延期，批准前照常计时。Ask for more time; the clock runs on until somebody decides."""
    body = {"ground": ground, "reason": reason} | ({} if amount is None else {"amount": amount})
    path = place("deadlines", deadline, "extensions")
    found = _change(path, body, dry_run, base, token, role, as_json)
    waiting = [request["id"] for request in found["extension_requests"] if request["state"] == "asked"]
    if waiting and not as_json and not dry_run:
        say(f"延期申请 {waiting[-1]} 待批。", f"Request {waiting[-1]} waits for a decision.")


def decide(
    request: Annotated[str, typer.Argument(help="延期申请编号。The request's id.", metavar="REQUEST")],
    reason: Reason,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="批准或不批准。Grant or refuse.")],
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = HEAD,
    as_json: Json = False,
) -> None:
    """批准或不批准延期。Grant or refuse more time that somebody else asked for."""
    body = {"grant": grant, "reason": reason}
    _change(place("extensions", request, "decision"), body, dry_run, base, token, role, as_json)


def _document(file: Path) -> dict[str, Any]:
    from services.cli.def_ import plain, read_document

    found: dict[str, Any] = plain(read_document(file))
    return found


def _ask(
    method: str,
    path: str,
    body: object | None,
    base: str | None,
    token: str | None,
    role: str,
    *,
    dry_run: bool = False,
) -> dict[str, Any]:
    with Remote(find_address(base, token, role)) as remote:
        found: dict[str, Any] = remote.send(
            method, path, body, params={"dry_run": True} if dry_run else None
        ).body
    return found


def _import(
    path: str,
    body: dict[str, Any],
    dry_run: bool,
    base: str | None,
    token: str | None,
    role: str,
    as_json: bool,
) -> None:
    found = _ask("POST", path, body, base, token, role, dry_run=dry_run)
    if as_json:
        show_json(found)
        return
    show_table(
        ["时限 clock", "线索 lead", "原到期 was due", "现到期 is due", "暂定 provisional", "通知 told"],
        [
            (c["code"], c["lead"], c["previous_due_at"], c["due_at"], c["provisional"], c["told"])
            for c in found["changes"]
        ],
    )
    count = len(found["changes"])
    if dry_run:
        say(
            f"预演：将移动 {count} 个到期时间，未作改变。",
            f"{count} due dates would move; nothing was changed.",
        )
    else:
        say(
            f"已生成第 {found['version']} 版，移动 {count} 个到期时间。",
            f"Version {found['version']}; {count} dates moved.",
        )


def _change(
    path: str,
    body: dict[str, Any],
    dry_run: bool,
    base: str | None,
    token: str | None,
    role: str,
    as_json: bool,
) -> dict[str, Any]:
    found = _ask("POST", path, body, base, token, role, dry_run=dry_run)
    if as_json:
        show_json(found)
        return found
    print(f"{found['code']} {both(found['name'])}")
    print(f"原到期 originally due {found['original_due_at']} · 现到期 due now {found['due_at']}")
    if dry_run:
        say("仅预演，未作改变。", "A rehearsal: nothing was changed.")
    return found
