"""`xunxian report`: who has reported, urging, forms to fill in and send, waivers, compiling, documents, leaders' numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token, noun
from services.cli.remote import Remote, find_address, place, rehearsed
from services.cli.screen import (
    FINDING,
    NOT_FOUND,
    USAGE,
    Stopped,
    both,
    check_place,
    say,
    show_json,
    show_table,
)

app = noun(
    "报送：进度、催报、报送表、免报、汇总、下载、领导看的数。Reports: status, urging, forms, waivers, compiling, numbers."
)

Period = Annotated[str, typer.Argument(help="期别 period, e.g. 2017-09", metavar="PERIOD")]
OFFICE = "office_staff"


@app.command()
def status(base: Base = None, token: Token = None, role: As = OFFICE, as_json: Json = False) -> None:
    """报送进度；有漏报时退出码 3。Who has reported; exit 3 when a report is missing."""
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
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
    as_json: Json = False,
) -> None:
    """汇总一期并下载文件。Compile a period into its next version and fetch the documents."""
    wanted = [(path, ending) for path, ending in ((docx, "docx"), (xlsx, "xlsx")) if path is not None]
    for path, _ in wanted:
        check_place(path)
    with Remote(find_address(base, token, role)) as remote:
        where = place("reports", kind_of(_owed(remote), period), period)
        asked = remote.send("POST", f"{where}/compilations", {}, params=rehearsed(dry_run)).body
        events = asked["events"]
        if dry_run:
            _foretell(period, asked, as_json)
            return
        compiled = remote.get(f"{where}/compilation")
        for path, ending in wanted:
            path.write_bytes(remote.get(f"{where}/compilation.{ending}"))
            say(f"已写入 {path}。", f"Wrote {path}.")
    if as_json:
        show_json(compiled)
    version = compiled["version"]
    if any(event["kind"] == "report.compiled" for event in events):
        say(f"{period} 已汇总为第 {version} 版。", f"{period} is compiled: version {version}.")
    else:
        say(f"{period} 没有变化，仍是第 {version} 版。", f"{period} is unchanged: still version {version}.")


def _foretell(period: str, asked: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(asked)
    version = asked["version"]
    if asked["events"]:
        say(f"预演：{period} 将汇总为第 {version} 版。", f"{period} would be compiled: version {version}.")
    else:
        say(
            f"预演：{period} 没有变化，仍是第 {version} 版。",
            f"{period} is unchanged: it would stay version {version}.",
        )


Unit = Annotated[str | None, typer.Option(help="单位，默认为令牌所属单位 unit, by default the token's own")]
Reason = Annotated[str, typer.Option(help="理由 why")]
LIAISON = "liaison"


@app.command()
def form(
    period: Period,
    file: Annotated[Path, typer.Argument(help="存到哪里，.xlsx 或 .csv where to put it")],
    unit: Unit = None,
    base: Base = None,
    token: Token = None,
    role: As = LIAISON,
) -> None:
    """下载报送表：记录中已有的数已填好。Fetch a period's form, with what records know filled in."""
    check_place(file)
    with Remote(find_address(base, token, role)) as remote:
        file.write_bytes(remote.get(f"{_where(remote, period, unit)}/form.{_ending(file)}"))
    say(f"已写入 {file}。", f"Wrote {file}.")


@app.command()
def submit(
    period: Period,
    file: Annotated[Path, typer.Argument(help="填好的报送表 the filled form", exists=True, dir_okay=False)],
    unit: Unit = None,
    reason: Annotated[str | None, typer.Option(help="到期后更正的理由 why it is corrected late")] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = LIAISON,
    as_json: Json = False,
) -> None:
    """用填好的报送表报送；有错时逐格指出。Submit a filled form; every problem is named with its cell."""
    with Remote(find_address(base, token, role)) as remote:
        where = f"{_where(remote, period, unit)}/form.{_ending(file)}"
        asked = {"reason": reason, **rehearsed(dry_run)}
        sent = remote.send("PUT", where, file.read_bytes(), params=asked).body
    if as_json:
        show_json(sent)
    if dry_run:
        say("预演：报送表没有错误，未作改动。", "A rehearsal: the form has no fault; nothing was changed.")
        return
    say(f"已报送，回执 {sent['receipt']}。", f"Submitted, receipt {sent['receipt']}.")


@app.command()
def waive(
    period: Period,
    unit: Annotated[str, typer.Argument(help="单位 unit")],
    reason: Reason,
    end: Annotated[bool, typer.Option("--end", help="取消免报 ask again for the report")] = False,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
) -> None:
    """免报一个单位一期的报告，须写理由。Excuse a unit from a period's report, with the reason."""
    with Remote(find_address(base, token, role)) as remote:
        where = f"{_where(remote, period, unit)}/waiver" + ("/end" if end else "")
        status = remote.send("POST", where, {"reason": reason}, params=rehearsed(dry_run)).body["status"]
    say(
        f"{'预演：' if dry_run else ''}{unit} {period}：{both(status)}。",
        f"{unit} {period}: {status}{'; nothing was changed' if dry_run else ''}.",
    )


@app.command()
def urge(
    period: Period,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
    as_json: Json = False,
) -> None:
    """催报：一次催所有未报的单位。Urge every unit that still owes a period's report."""
    with Remote(find_address(base, token, role)) as remote:
        where = f"{place('reports', kind_of(_owed(remote), period), period)}/urging"
        urged = remote.send("POST", where, {}, params=rehearsed(dry_run)).body
    if as_json:
        show_json(urged)
    else:
        show_table(
            ["单位 unit", "到期 due", "已催 times", "上次 last"],
            [(_unit(u), u["due_at"], u["times"], u["last_at"]) for u in urged["units"]],
        )
    count = urged["urged"]
    if dry_run:
        say(
            f"预演：将催报 {count} 家，未作改动。",
            f"A rehearsal: {count} would be urged; nothing was changed.",
        )
        return
    say(f"{period} 已催报 {count} 家。", f"{period}: {count} urged.")


@app.command()
def table(
    period: Period,
    file: Annotated[Path, typer.Argument(help="存到哪里，.xlsx 或 .csv where to put it")],
    by: Annotated[
        str,
        typer.Option(help="unit、month，或登记物品种类的字段 unit, month, or a field of the kind of goods"),
    ] = "unit",
    cumulative: Annotated[bool, typer.Option(help="行动以来累计 since the campaign began")] = False,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
) -> None:
    """此刻的战果表，按单位、物品或月份。The results table as it stands: by unit, kind of goods or month."""
    check_place(file)
    with Remote(find_address(base, token, role)) as remote:
        where = place("reports", kind_of(_owed(remote), period), period)
        asked = {"by": by, "span": "cumulative" if cumulative else "period"}
        file.write_bytes(remote.get(f"{where}/breakdown.{_ending(file)}", **asked))
    say(f"已写入 {file}。", f"Wrote {file}.")


@app.command()
def figures(
    by: Annotated[
        str, typer.Option(help="分行 rows by: all, agency, phase, place_type, product …")
    ] = "agency",
    as_of: Annotated[str | None, typer.Option(help="截至时刻 moment, e.g. 2017-12-18T18:00:00+08:00")] = None,
    base: Base = None,
    token: Token = None,
    role: As = OFFICE,
    as_json: Json = False,
) -> None:
    """领导看的数，可问任何过去的时刻。Leaders' numbers, as of now or any past moment."""
    with Remote(find_address(base, token, role)) as remote:
        found = remote.get("/v1/figures", by=by, as_of=as_of)
    if as_json:
        show_json(found)
        return
    names = ("received", "verified", "refuted", "transferred", "closed", "open")
    show_table(
        [found["as_of"][:16], "接收", "属实", "查否", "移送", "办结", "在办", "按时 in time"],
        [
            (
                both(row["name"]) if row["name"] else "—",
                *(row["counts"][name] for name in names),
                _in_time(row),
            )
            for row in found["rows"]
        ],
    )


def _in_time(row: dict[str, Any]) -> str:
    kept = row["in_time"]
    return f"{kept['against_current']}/{kept['judged']}"


def _where(remote: Remote, period: str, unit: str | None) -> str:
    kind = kind_of(_owed(remote), period)
    unit = unit or remote.get("/v1/me")["agency"]["id"]
    return place("reports", kind, period, "units", unit)


def _ending(file: Path) -> str:
    """The format a file's name asks for; raises Stopped for one there is none of."""
    ending = file.suffix.lstrip(".").lower()
    if ending not in ("xlsx", "csv"):
        raise Stopped(USAGE, "文件须为 .xlsx 或 .csv。", "The file must be an .xlsx or a .csv.")
    return ending


def kind_of(owed: list[dict[str, Any]], period: str) -> str:
    """This will name the kind of report a period asks for; raises Stopped when nobody owes one for it."""
    kinds = {o["kind"] for o in owed if o["period"] == period}
    if not kinds:
        known = sorted({o["period"] for o in owed}) or ["—"]
        raise Stopped(
            NOT_FOUND,
            f"没有报送期“{period}”，可用：{'、'.join(known)}。",
            f"Known periods: {', '.join(known)}.",
        )
    return str(min(kinds))


def _owed(remote: Remote) -> list[dict[str, Any]]:
    return list(remote.get("/v1/reports")["items"])


def _unit(owed: dict[str, Any]) -> Any:
    unit = owed["unit"]
    return unit.get("short") or unit.get("name") or unit["id"] if isinstance(unit, dict) else unit
