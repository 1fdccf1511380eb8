"""A compiled report in words: title, sections and notes, the same for every format.

Units' texts stand word for word. Each group of figures carries a note to its records, moment and rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from shared.adapters.documents.wording import (
    due_words,
    figure,
    listed,
    long_date,
    long_moment,
    named,
    ordinal,
    printable,
    span,
)
from workflows.sources import cited

Document = Mapping[str, Any]
Style = Literal["section", "unit", "body"]
MOST_NUMBERS = 4
MOST_KEPT = 8
"""Lines: a longer paragraph is parted by a page end, for moved as a whole it would leave half a page white."""
_LINE, _INDENT = 56 + 4, 4
"""In half characters; lines hold a little more where digits and marks are narrow."""
SUMMARY = "summary"
"""The kind of report that looks back on the whole campaign: its figures are the cumulative ones."""
_STATUS = {
    "on_time": "按时报送",
    "zero": "按时报送零报告",
    "late": "迟报",
    "zero_late": "迟报零报告",
    "missing": "漏报",
    "waived": "经批准免报",
    "scheduled": "尚未到期、未报送",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; `note` is the footnote that hangs on its end."""

    text: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: a section heading (一、), a unit's heading (（一）), or body text."""

    style: Style
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words without the notes."""
        return "".join(run.text for run in self.runs)

    @property
    def lines(self) -> int:
        """How many lines of a page it fills at least: 28 full characters each, two of the first indented."""
        halves = sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in self.text)
        return 1 + max(0, halves + _INDENT - 1) // _LINE


@dataclass(frozen=True, slots=True)
class ReportText:
    """Everything a report says before its annexed table.

    The last `closing` paragraphs stand on the page of the signature as wholes; where they are less than two lines the end of
    a long paragraph before them comes along (`held`).
    """

    title: tuple[str, ...]
    version: str
    paragraphs: tuple[Paragraph, ...]
    closing: int
    held: bool
    annex: str
    signature: str
    date: str


def report_text(snapshot: Document) -> ReportText:
    """This will put a snapshot into words."""
    report, campaign = snapshot["report"], snapshot["campaign"]
    paragraphs = tuple(_paragraphs(snapshot))
    return ReportText(
        (named(campaign["title"]["zh"]), named(report["name"]["zh"])),
        f"第{snapshot['version']}版　数据截至{long_moment(snapshot['as_of'])}",
        paragraphs,
        *_closing(paragraphs),
        f"战果表（{span(report['covers_from'], report['covers_to'])}）",
        named(campaign["office"]["zh"]),
        long_date(snapshot["as_of"][:10]),
    )


def _closing(paragraphs: Sequence[Paragraph]) -> tuple[int, bool]:
    """How many paragraphs at the end it takes for two lines of body text, with the headings above them; and whether a
    long one must give its end.
    """
    count = said = 0
    for paragraph in reversed(paragraphs):
        if paragraph.style == "body":
            if said >= 2:
                break
            if paragraph.lines > MOST_KEPT:
                return count, True
            said += paragraph.lines
        count += 1
    return count, False


def _paragraphs(snapshot: Document) -> Iterator[Paragraph]:
    texts = list(snapshot["texts"])
    sections: list[tuple[str, Iterator[Paragraph]]] = [("基本情况", _situation(snapshot))]
    sections += [(section["name"]["zh"], _unit_texts(section)) for section in texts[:1]]
    sections.append(("取得成效", _results(snapshot)))
    sections += [(section["name"]["zh"], _unit_texts(section)) for section in texts[1:]]
    if snapshot["contradictions"]:
        sections.append(("需要核对的数据", _contradictions(snapshot)))
    if snapshot["changes"] is not None:
        sections.append(("与上一版的差异", _changes(snapshot)))
    for number, (name, paragraphs) in enumerate(sections, 1):
        yield Paragraph("section", (Run(f"{ordinal(number)}、{named(name)}"),))
        yield from paragraphs


def _body(*texts: str) -> Iterator[Paragraph]:
    for text in texts:
        yield Paragraph("body", (Run(printable(text)),))


def _situation(snapshot: Document) -> Iterator[Paragraph]:
    report, units = snapshot["report"], snapshot["units"]
    first = snapshot["campaign"]["starts_on"] if report["kind"] == SUMMARY else report["covers_from"]
    yield from _body(
        f"本报告反映{span(first, report['covers_to'])}的工作情况（应于{due_words(report['due_at'])}前报送），"
        f"数据取自{long_moment(snapshot['as_of'])}的办理记录和各单位报送。"
    )
    standing = [f"应报送单位{len(units)}个"]
    for status, words in _STATUS.items():
        names = [named(unit["name"]["zh"]) for unit in units if unit["status"] == status]
        if names:
            standing.append(f"{words}{len(names)}个（{listed(names)}）")
    yield from _body("，".join(standing) + "。")


def _unit_texts(section: Document) -> Iterator[Paragraph]:
    if not section["entries"]:
        yield from _body("各单位未填报此项。")
    for number, entry in enumerate(section["entries"], 1):
        yield Paragraph("unit", (Run(f"（{ordinal(number)}）{named(entry['name']['zh'])}"),))
        yield from _body(*(line.strip() for line in entry["text"].splitlines() if line.strip()))


def _results(snapshot: Document) -> Iterator[Paragraph]:
    """One paragraph per group of columns; what is zero, and what nobody has reported, is said at the end.

    What stands at the end of the period has no cumulative figure beside it: it is the same.
    """
    columns, total = snapshot["table"]["columns"], snapshot["table"]["total"]
    nothing: list[str] = []
    unknown: list[str] = []
    for _, group in groupby(columns, key=lambda column: column["group"]):
        runs = []
        for column in group:
            now, so_far = total["period"][column["code"]], total["cumulative"][column["code"]]
            if so_far["value"] is None and "ratio" in column:
                continue  # it divides by nothing, or by what nobody reported: its parts are told
            elif so_far["value"] is None:
                unknown.append(named(column["name"]["zh"]))
            elif not _is_zero(now) or not _is_zero(so_far):
                runs.append(_figure_run(snapshot, column, now, so_far))
            else:
                nothing.append(named(column["name"]["zh"]))
        if runs:
            yield Paragraph("body", tuple(_sentence(runs)))
    if nothing:
        yield from _body(f"下列各项本期和累计均为零：{'、'.join(nothing)}。")
    if unknown:
        yield from _body(f"下列各项无单位填报，不作零处理：{'、'.join(unknown)}。")
    yield from _body("分单位数据见附件。")


def _is_zero(cell: Document) -> bool:
    return cell["value"] is not None and not cell["value"].strip("0.")


def _figure_run(snapshot: Document, column: Document, now: Document, so_far: Document) -> Run:
    unit, name = named(column["unit"]["zh"]), named(column["name"]["zh"])
    empty = "无从计算" if "ratio" in column else "未填报"
    period = empty if now["value"] is None else f"{figure(now, column['decimals'])}{unit}"
    cumulative = f"{figure(so_far, column['decimals'])}{unit}"
    if snapshot["report"]["kind"] == SUMMARY:
        words = f"{name}{cumulative}" + (_bracketed(f"本期{period}") if period != cumulative else "")
    else:
        words = f"{name}{period}" + (_bracketed(f"累计{cumulative}") if period != cumulative else "")
    return Run(printable(words), printable(_note(snapshot, column)))


def _bracketed(words: str) -> str:
    """Around round brackets stand others: 26处（次）〔累计40处（次）〕."""
    return f"〔{words}〕" if "（" in words else f"（{words}）"


def _sentence(runs: list[Run]) -> Iterator[Run]:
    for run in runs:
        yield run
        yield Run("。" if run is runs[-1] else "，")


def _note(snapshot: Document, column: Document) -> str:
    """Where a total comes from: records with their numbers, the moment, and the rule's source."""
    code, rows, records = column["code"], snapshot["table"]["rows"], snapshot["records"]
    span_id, words = ("cumulative", "") if snapshot["report"]["kind"] == SUMMARY else ("period", "本期")
    places = sorted({place for row in rows for place in row[span_id][code].get("records", ())})
    numbers = list(dict.fromkeys(records[place]["number"] or records[place]["id"][:8] for place in places))
    counted = column["counted"]["zh"]
    if column["basis"] == "manual" or "ratio" in column:
        origin = counted
    elif places:
        shown = "、".join(numbers[:MOST_NUMBERS]) + ("等" if len(numbers) > MOST_NUMBERS else "")
        origin = f"{counted}{len(places)}条（{shown}）"
    else:
        origin = f"{counted}{words}无记录"
    corrected = [named(row["name"]["zh"]) for row in rows if "corrected" in row[span_id][code]]
    put_right = f"；{listed(corrected)}有更正" if corrected else ""
    moment, rule = (
        snapshot["as_of"][:16].replace("T", " "),
        column.get("cited") or cited(column["source"], {}),
    )
    return f"{code}：{origin}{put_right}；依据：{named(rule)}；截至{moment}。"


def _contradictions(snapshot: Document) -> Iterator[Paragraph]:
    for number, entry in enumerate(snapshot["contradictions"], 1):
        yield from _body(f"{number}．{entry['message']['zh']}。")


def _changes(snapshot: Document) -> Iterator[Paragraph]:
    changes = snapshot["changes"]
    names = {unit["id"]: named(unit["name"]["zh"]) for unit in snapshot["units"]}
    yield from _body(f"上一版为第{changes['from_version']}版，数据截至{long_moment(changes['from_as_of'])}。")
    for change in changes["units"]:
        before, after = (_standing(change[side]) for side in ("before", "after"))
        yield from _body(f"{names.get(change['unit'], change['unit'])}：由{before}变为{after}。")
    columns = {column["code"]: column for column in snapshot["table"]["columns"]}
    moved = [
        _movement(columns[change["column"]], change)
        for change in changes["figures"]
        if change["unit"] == "total" and change["span"] == "cumulative" and change["column"] in columns
    ]
    if moved:
        yield from _body(f"累计数变动：{'；'.join(moved)}。")
    if not (changes["units"] or changes["figures"] or changes["texts"]):
        yield from _body("内容没有变化。")


def _standing(standing: Document | None) -> str:
    if standing is None:
        return "不在报送单位之列"
    version = f"（第{standing['version']}版）" if standing["version"] else ""
    return f"{_STATUS[standing['status']]}{version}"


def _movement(column: Document, change: Document) -> str:
    before, after = (figure({"value": change[side]}, column["decimals"]) for side in ("before", "after"))
    return f"{named(column['name']['zh'])}由{before}改为{after}{named(column['unit']['zh'])}"
