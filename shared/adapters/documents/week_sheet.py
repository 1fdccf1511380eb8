"""The week on one page as PDF/A: as many rows as one A4 page holds, and a sentence with the address for what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.adapters.documents.pdf_report import Undrawn, compiled
from shared.adapters.documents.wording import breakable, due_words, listed, long_date, long_moment, printable
from workflows.official_words import official

_TEMPLATE = Path(__file__).parent / "templates" / "week.typ"
_MOST_REPORTS = 3
_NOTHING = "—"
_INSTEAD = "〓"
"""What printers set where they have no type for a character."""


def week_sheet(found: Mapping[str, Any], address: str) -> bytes:
    """This will set the week on one page; `address` is where the pages stand.

    A character no font draws stands as 〓, and the foot says so: a title with a rare character or a picture in it (the
    public sends such) keeps nobody's page back, and the page of the wall has it as it was written.
    """
    now = datetime.fromisoformat(found["as_of"])
    scope = found["scope"]
    data: dict[str, Any] = {
        "title": f"{found['campaign']['zh']}一周情况",
        "campaign": found["campaign"]["zh"],
        "sub": f"截至{long_moment(found['as_of'])}　范围：{scope['name']['zh'] + '经办' if scope else '全部线索'}",
        "tiles": _tiles(found),
        "late": _late(found, now, address),
        "units": _units(found["units"], now, address),
        "due": _due(found, address),
        "reports": _reports(found["rooms"], address),
        "foot": f"{found['by']['name']['zh']}　数字与督办页同一口径，明细：{address}/supervise",
        "author": found["by"]["name"]["zh"],
        "moment": {p: getattr(now, p) for p in ("year", "month", "day", "hour", "minute", "second")},
    }
    return _drawn(_set(data))


def _drawn(data: dict[str, Any]) -> bytes:
    """The page; every round takes out one piece of text that cannot be drawn, so the rounds end."""
    written, foot = json.dumps(data, ensure_ascii=False), data["foot"]
    while True:
        try:
            return compiled(_TEMPLATE, written)
        except Undrawn as undrawn:
            held = json.dumps(undrawn.text, ensure_ascii=False)[1:-1]
            if held not in written:
                raise
            if data["foot"] == foot:
                data["foot"] = f"{foot}　{_INSTEAD}：字体没有的字，原字见该页"
                written = json.dumps(data, ensure_ascii=False)
            written = written.replace(held, _INSTEAD)


def _tiles(found: Mapping[str, Any]) -> list[dict[str, str]]:
    count, seized = found["counts"], found["seized"]
    tiles = [
        (count["overdue"], "超期未办结"),
        (count["escalated"], "已升级到领导"),
        (count["soon"], "48小时内到期"),
    ]
    tiles += [(f"{room['came']}/{room['all']}", f"{room['name']['zh']}已报") for room in found["rooms"][:1]]
    if seized["kind"]:
        tiles.append((f"{seized['pieces']}件", f"查获制品，{round(seized['grams'] / 1000, 2):g}千克"))
    return [{"number": str(number), "words": words} for number, words in tiles]


def _late(found: Mapping[str, Any], now: datetime, address: str) -> dict[str, Any]:
    rows = [
        [
            _lateness(row["clock"], now),
            f"{row['number']}　{row['title']}",
            row["clock"]["holder"]["short"],
            _next(row),
        ]
        for row in found["items"]
    ]
    where = f"{address}/leads?light=overdue"
    return _list("超期事项", rows, found["counts"]["overdue"], "没有超期事项。", "件超期", where)


def _next(row: Mapping[str, Any]) -> str:
    coming, order = row["next"], row["order"]
    drafted = "督办单待签；" if order is not None and order["state"] == "draft" else ""
    if coming is None:
        return drafted.rstrip("；") or _NOTHING
    return f"{drafted}{_short(coming['at'])}　{coming['name']['zh']}"


def _lateness(clock: Mapping[str, Any], now: datetime) -> str:
    late = f"超期{_span((now - datetime.fromisoformat(clock['due_at'])).total_seconds())}"
    return f"{late}·已升级" if clock["light"] == "escalated" else late


def _span(seconds: float) -> str:
    days, hours, minutes = (int(seconds // length) for length in (86400, 3600, 60))
    return f"{days}天" if days else f"{hours}小时" if hours else f"{max(minutes, 1)}分钟"


def _units(units: Iterable[Mapping[str, Any]], now: datetime, address: str) -> dict[str, Any]:
    rows = [
        [
            unit["short"],
            str(unit["held"]),
            str(unit["late"]),
            _span((now - datetime.fromisoformat(unit["since"])).total_seconds())
            if unit["since"]
            else _NOTHING,
        ]
        for unit in units
    ]
    return _list("各单位", rows, len(rows), "没有单位在办。", "个单位", f"{address}/supervise")


def _due(found: Mapping[str, Any], address: str) -> dict[str, Any]:
    rows = [
        [
            _short(row["clock"]["due_at"]),
            row["number"],
            row["clock"]["name"]["zh"],
            row["clock"]["holder"]["short"],
        ]
        for row in found["due"]
    ]
    title = f"{_day(found['first'])}至{_day(found['last'])}到期"
    where = f"{address}/leads?due_by={found['last']}"
    return _list(title, rows, found["due_total"], "七天内没有到期事项。", "件到期", where)


def _reports(rooms: list[Mapping[str, Any]], address: str) -> list[str]:
    said = []
    for room in rooms[:_MOST_REPORTS]:
        missing = listed(unit["short"] for unit in room["missing"])
        owing = f"未报：{missing}。" if missing else "应报单位都已报。"
        said.append(
            f"{room['name']['zh']}（{due_words(room['due_at'])}前）：已报{room['came']}/{room['all']}。{owing}"
        )
    if len(rooms) > _MOST_REPORTS:
        said.append(f"另有{len(rooms) - _MOST_REPORTS}期，见{address}/reports")
    return said or ["没有应报的报告。"]


def _list(title: str, rows: list[list[str]], total: int, none: str, what: str, where: str) -> dict[str, Any]:
    """Rows, how many there are in all, and the two halves of the sentence about those that found no room."""
    rest = ["另有", f"{what}未列出，全部见{where}"]
    return {"title": title, "rows": rows, "total": total, "none": none, "rest": rest}


def _short(moment: str) -> str:
    """A moment within the year: 9月18日17:30; midnight is the end of the day before."""
    day, _, hour = due_words(moment).partition("年")[2].partition("日")
    hours, _, minutes = hour.rstrip("分").partition("时")
    return f"{day}日{hours}:{minutes or '00'}"


def _day(day: str) -> str:
    return long_date(day).partition("年")[2]


def _set(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(official(printable(value)))
    if isinstance(value, Mapping):
        return {name: _set(part) for name, part in value.items()}
    return [_set(part) for part in value] if isinstance(value, list) else value
