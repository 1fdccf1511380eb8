"""`xunxian campaign`: open a campaign or an exercise from a published definition and a table of its people."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token, noun
from services.cli.remote import Remote, find_address, rehearsed
from services.cli.screen import USAGE, Stopped, say, show_json

app = noun("专项行动：开设正式行动或演练。Campaigns: open a live one or an exercise.")

COLUMNS = ("id", "name", "agency", "roles")

People = Annotated[
    Path,
    typer.Argument(
        help="人员表 CSV，表头 id,name,agency,roles（角色以空格分开）。Who acts in it; roles apart by spaces.",
        exists=True,
        dir_okay=False,
        metavar="PEOPLE.csv",
    ),
]
Definition = Annotated[str, typer.Option(help="已发布的定义 id of a published definition")]
Version = Annotated[int | None, typer.Option(help="第几版，默认最新 which version, by default the newest")]
Tokens = Annotated[
    Path,
    typer.Option(
        "--tokens", help="令牌写到这个新文件，只有本用户可读 new file for the tokens, readable by you alone"
    ),
]


@app.command("open")
def open_live(
    people: People,
    definition: Definition,
    name: Annotated[str, typer.Option(help="行动编号 id of the campaign")],
    tokens: Tokens,
    version: Version = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """开设正式行动：全部或全不，每人一枚令牌。Open a live campaign, whole or not at all, a token for each person."""
    body = {"definition": definition, "version": version, "name": name}
    _open("/v1/campaigns", body, people, tokens, dry_run, base, token, role, as_json)


@app.command()
def exercise(
    people: People,
    definition: Definition,
    at: Annotated[
        str, typer.Option(help="演练自何时开始 when its clock begins, e.g. 2027-03-01T08:00:00+08:00")
    ],
    tokens: Tokens,
    name: Annotated[str | None, typer.Option(help="演练编号，默认由系统取 its id, made if left out")] = None,
    version: Version = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """开设演练：自己的时钟，随意推进。Open an exercise, with a clock of its own that you move."""
    body = {"definition": definition, "version": version, "name": name, "at": at}
    _open("/v1/exercises", body, people, tokens, dry_run, base, token, role, as_json)


@app.command()
def add(
    people: People,
    tokens: Tokens,
    name: Annotated[str, typer.Option(help="令牌的名称 what each token is called")] = "首次登录",
    until: Annotated[
        str | None,
        typer.Option(
            help="令牌有效到何时，默认不限 until when the tokens are valid, e.g. 2027-03-01T08:00+08:00"
        ),
    ] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """给本行动增加多人：全部或全不，每人一枚令牌。Add people to the campaign, all or none, a token for each."""
    asked = {"people": read_people(people), "token_name": name, "expires_at": until}
    keep = _new_file(tokens)
    try:
        with Remote(find_address(base, token, role)) as remote:
            body = {key: value for key, value in asked.items() if value is not None}
            added = remote.send("POST", "/v1/people/batch", body, params=rehearsed(dry_run)).body
    except BaseException:
        keep.unlink()
        raise
    count = len(added["items"])
    if dry_run:
        keep.unlink()
        if as_json:
            show_json({"people": count, "dry_run": True})
        say(
            f"预演：可以增加 {count} 人；未作改动。",
            f"A rehearsal: {count} people can be added; nothing was changed.",
        )
        return
    named = [{**p, "agency": p["agency"]["id"], "token": added["tokens"][p["id"]]} for p in added["items"]]
    _write(keep, named)
    if as_json:
        show_json({"people": count, "tokens": str(tokens)})
        return
    say(
        f"已增加 {count} 人，令牌在 {tokens}，只给出这一次。",
        f"Added {count} people; their tokens are in {tokens}, given this once.",
    )


def _open(
    path: str,
    body: dict[str, Any],
    people: Path,
    tokens: Path,
    dry_run: bool,
    base: str | None,
    token: str | None,
    role: str,
    as_json: bool,
) -> None:
    asked = {key: value for key, value in body.items() if value is not None}
    asked["people"] = read_people(people)
    keep = _new_file(tokens)
    try:
        with Remote(find_address(base, token, role)) as remote:
            opened = remote.send("POST", path, asked, params=rehearsed(dry_run)).body
    except BaseException:
        keep.unlink()
        raise
    if dry_run:
        keep.unlink()
        _foretell(opened, as_json)
        return
    _write(keep, opened["people"])
    if as_json:
        show_json({"campaign": opened["campaign_id"], "people": len(opened["people"]), "tokens": str(tokens)})
        return
    say(
        f"已开设 {opened['campaign_id']}，{len(opened['people'])} 人，令牌在 {tokens}，只给出这一次。",
        f"Opened {opened['campaign_id']} for {len(opened['people'])} people; their tokens are in {tokens}, given this once.",
    )


def _foretell(opened: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json({"campaign": opened["campaign_id"], "people": len(opened["people"]), "dry_run": True})
    say(
        f"预演：可以开设，{len(opened['people'])} 人；未作改动。",
        f"A rehearsal: it can be opened for {len(opened['people'])} people; nothing was changed.",
    )


def read_people(file: Path) -> list[dict[str, Any]]:
    """This will read the table of people; raises Stopped with the line that is wrong."""
    rows = csv.reader(StringIO(_decoded(file), newline=""), strict=True)
    try:
        return _people(file, rows)
    except csv.Error as wrong:
        zh = f"{file} 第 {rows.line_num} 行不是合格的 CSV：请检查引号。"
        raise Stopped(USAGE, zh, f"Line {rows.line_num} is no CSV: check its quotes.") from wrong


def _decoded(file: Path) -> str:
    """UTF-8, or as Chinese spreadsheets save a table (GB 18030)."""
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise Stopped(
        USAGE, f"{file} 不是 UTF-8 或 GB18030 文本。", "The table is neither UTF-8 nor GB 18030 text."
    )


def _people(file: Path, rows: Any) -> list[dict[str, Any]]:
    heading = [cell.strip() for cell in next(rows, [])]
    if sorted(heading) != sorted(COLUMNS):
        expected = ",".join(COLUMNS)
        raise Stopped(
            USAGE, f"{file} 第 1 行须为表头 {expected}。", f"Line 1 must be the heading {expected}."
        )
    found = [
        _person(dict(zip(heading, cells, strict=False)), cells, heading, rows.line_num)
        for cells in rows
        if any(cell.strip() for cell in cells)
    ]
    if not found:
        raise Stopped(USAGE, f"{file} 里没有人员。", "The table names nobody.")
    return found


def _person(row: dict[str, str], cells: list[str], heading: list[str], line: int) -> dict[str, Any]:
    if len(cells) != len(heading):
        zh = f"第 {line} 行有 {len(cells)} 格，应为 {len(heading)} 格。"
        raise Stopped(USAGE, zh, f"Line {line} has {len(cells)} cells instead of {len(heading)}.")
    person: dict[str, Any] = {key: value.strip() for key, value in row.items()}
    broken = [key for key, value in person.items() if len(value.splitlines()) > 1]
    if broken:
        raise Stopped(
            USAGE, f"第 {line} 行的 {broken[0]} 里有换行。", f"On line {line}, {broken[0]} has a line break."
        )
    empty = [key for key, value in person.items() if not value]
    if empty:
        raise Stopped(USAGE, f"第 {line} 行缺少 {empty[0]}。", f"Line {line} lacks {empty[0]}.")
    return {**person, "roles": person["roles"].split()}


def _new_file(path: Path) -> Path:
    """The file is made before anything is opened: tokens are shown once, and must not be lost for want of a place."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as wrong:
        raise Stopped(USAGE, f"{path} 已存在，未覆盖。", f"{path} exists and was not overwritten.") from wrong
    except OSError as wrong:
        raise Stopped(
            USAGE, f"无法写入 {path}：{wrong.strerror}。", f"Cannot write {path}: {wrong.strerror}."
        ) from wrong
    return path


def _write(path: Path, people: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(("id", "name", "agency", "token"))
        sheet.writerows((one["id"], one["name"], one["agency"], one["token"]) for one in people)
