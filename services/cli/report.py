"""`xunxian report`: who has reported, compile a period, fetch its documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, Json, Token, noun
from services.cli.remote import Refused, Remote, find_address
from services.cli.screen import FINDING, NOT_FOUND, Stopped, both, say, show_json, show_table

app = noun("报送:进度、汇总、下载。Reports: status, compile, download.")

Period = Annotated[str, typer.Argument(help="期别 period, e.g. 2017-09", metavar="PERIOD")]
OFFICE = "office_staff"


@app.command()
def status(base: Base = None, token: Token = None, role: As = OFFICE, as_json: Json = False) -> None:
    """报送进度;有漏报时退出码 3。Who has reported; exit 3 when a report is missing."""
    with Remote(find_address(base, token, role)) as remote:
        owed = _owed(remote)
    if as_json:
        show_json({"items": owed})
    else:
        show_table(
            ["期别 period", "类别 kind", "单位 unit", "到期 due", "报送 status"],
            [(o["period"], o["kind"], _unit(o), o.get("due_at"), both(o["status"])) for o in owed],
        )
    missing = sum(1 for o in owed if o["status"] == "missing")
    if missing:
        raise Stopped(FINDING, f"漏报 {missing} 份。", f"{missing} reports are missing.")


@app.command("compile")
def compile_period(
    period: Period,
    docx: Annotated[Path | None, typer.Option(help="把文稿存到 where to put the document")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="把战果表存到 where to put the table")] = None,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
    as_json: Json = False,
) -> None:
    """汇总一期并下载文件。Compile a period into its next version and fetch the documents."""
    with Remote(find_address(base, token, role)) as remote:
        where = f"/v1/reports/{kind_of(_owed(remote), period)}/{period}"
        try:
            events = remote.send("POST", f"{where}/compilations", {}).body["events"]
            compiled = remote.get(f"{where}/compilation")
            for path, ending in ((docx, "docx"), (xlsx, "xlsx")):
                if path is not None:
                    path.write_bytes(remote.get(f"{where}/compilation.{ending}"))
                    say(f"已写入 {path}。", f"Wrote {path}.")
        except Refused as refused:
            raise refused.stop() from refused
    if as_json:
        show_json(compiled)
    version = compiled["version"]
    if any(event["kind"] == "report.compiled" for event in events):
        say(f"{period} 已汇总为第 {version} 版。", f"{period} is compiled: version {version}.")
    else:
        say(f"{period} 没有变化,仍是第 {version} 版。", f"{period} is unchanged: still version {version}.")


def kind_of(owed: list[dict[str, Any]], period: str) -> str:
    """This will name the kind of report a period asks for; raises Stopped when nobody owes one for it."""
    kinds = {o["kind"] for o in owed if o["period"] == period}
    if not kinds:
        known = "、".join(sorted({o["period"] for o in owed})) or "—"
        raise Stopped(NOT_FOUND, f"没有报送期“{period}”,可用:{known}。", f"Known periods: {known}.")
    return str(min(kinds))


def _owed(remote: Remote) -> list[dict[str, Any]]:
    try:
        return list(remote.get("/v1/reports")["items"])
    except Refused as refused:
        raise refused.stop() from refused


def _unit(owed: dict[str, Any]) -> Any:
    unit = owed["unit"]
    return unit.get("short") or unit.get("name") or unit["id"] if isinstance(unit, dict) else unit
