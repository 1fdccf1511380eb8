"""The report as a sheet, for units without a system: which lines it has, and what filled lines say.

The sheet names its campaign, period and unit, so that none is filed under another. Workbook and CSV hold the same lines
and are read by the same rules, whatever the order of their columns; numbers are read exactly, "约300" keeps its 约, and a
word in a number's place stays a word for the checks to refuse. Every part of the content remembers the cell it stood in,
and no cell somebody filled is passed over in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, NamedTuple

from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.rejection import Reason, Rejected
from workflows.reporting.from_columns import fills_in
from workflows.reporting.quantity import QUALIFIERS, plain
from workflows.reporting.results_table import Row
from workflows.text import Text

FORMAT = "xunxian-report-1"
HEADS = ("编码", "指标", "计量单位", "记录中已有", "填报数（可更正的为更正数）", "理由")
FIRST_ROW = 5
"""Where lines begin; above stand whose form it is, two lines of words, and the heads."""
MOST_ROWS = 400
_PARTS = ("campaign", "kind", "period", "unit")
_HEADS_BY = 10  # rows: further down nobody looks for the heads
_MOST_FAULTS = 100
VALUE, REASON = 4, 5
YES, NO = "是", "否"
_ZERO, _TEXT = "zero", "text:"
_HALF: Mapping[int, str | int] = {0x3000: " ", **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}
_BEFORE = "|".join(q for q in QUALIFIERS if q in ("约", "近"))
_AFTER = "|".join(q for q in QUALIFIERS if q not in ("约", "近"))
_NUMBER = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<number>-?([0-9]{{1,30}}|[0-9]{{1,3}}(,[0-9]{{3}}){{1,9}})(\.[0-9]{{1,9}})?)(?P<after>{_AFTER})?"
)


class Line(NamedTuple):
    """One line of an empty form; `opens` says which of its cells are to fill (VALUE, REASON)."""

    code: str
    name: str
    unit: str
    known: str
    opens: tuple[int, ...]
    column: Column | None = None

    @property
    def is_text(self) -> bool:
        """Whether words go into the line."""
        return self.code.startswith(_TEXT)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What stands in the line before anybody fills it."""
        return (self.code, self.name, self.unit, self.known)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a filled form says; the parts are those of a submission. `cells` gives the cell of each JSON pointer.

    `reason` is what stands beside the word that says whether this is a zero report.
    """

    campaign: str
    kind: str
    period: str
    unit: str
    zero: bool
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None


def form_lines(definition: CampaignDefinition, obligation: ReportObligation, row: Row) -> Iterator[Line]:
    """This will give the lines of an empty form; `row` holds what the records give for the period."""
    yield Line(_ZERO, "零报告（是/否）", "", "", (VALUE, REASON))
    for column in definition.columns if obligation.figures else ():
        mine = fills_in(definition, column, row.unit)
        if column.basis == "manual" and not mine:
            continue
        computed = row.computed[column.code]
        opens = {"manual": (VALUE,), "corrected": (VALUE, REASON)}.get(column.basis, ()) if mine else ()
        known = "" if computed is None else plain(computed)
        yield Line(column.code, column.name.zh, column.unit.zh, known, opens, column)
    for field_id in obligation.texts:
        yield Line(f"{_TEXT}{field_id}", definition.field(field_id).name.zh, "文字", "", (VALUE,))


def identity(campaign: str, obligation: ReportObligation, unit: str) -> tuple[str, ...]:
    """This will give the cells that say whose form it is; each says what it is, so that no spreadsheet makes a date of it."""
    parts = (campaign, obligation.kind, obligation.id, unit)
    return (FORMAT, *(f"{name}={part}" for name, part in zip(_PARTS, parts, strict=True)))


def is_form(cells: Sequence[Any]) -> bool:
    """This will say whether a first row is that of a form."""
    return bool(cells) and cells[0] == FORMAT


def read_rows(rows: Sequence[Sequence[Any]]) -> FilledForm:
    """This will read the rows of a filled sheet, each with all its cells (None: nothing).

    Raises Rejected (invalid): another form, or every cell that holds a formula, no answer, a line given twice, or words
    where nothing is asked.
    """
    said = rows[0] if rows else ()
    if len(said) < 1 + len(_PARTS) or not is_form(said):
        raise not_a_form("不是本系统的报送表", "this is not a report form of this system")
    heads = next((n for n, row in enumerate(rows[:_HEADS_BY]) if HEADS[0] in map(_word, row)), None)
    if heads is None:
        raise not_a_form(f"没有表头“{HEADS[0]}”", f"there is no head {HEADS[0]}")
    reading = _Reading([_word(cell) for cell in rows[heads]], heads + 1)
    for number, row in enumerate(rows[heads + 1 :], heads + 2):
        reading.take(number, row)
    if reading.reasons:
        raise Rejected(*reading.reasons[:_MOST_FAULTS], kind="invalid")
    found = (reading.zero, reading.texts, reading.figures, reading.corrections, reading.cells, reading.reason)
    campaign, kind, period, unit = (
        str(cell or "").removeprefix(f"{name}=") for name, cell in zip(_PARTS, said[1:], strict=False)
    )
    return FilledForm(campaign, kind, period, unit, *found)


def _word(cell: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).split()) if isinstance(cell, str) else ""


def address(row: int, place: int) -> str:
    """This will name a cell as spreadsheets do; rows count from 1, places from 0."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def half_width(words: str) -> str:
    """This will write full-width digits and marks as plain ones, and nothing else: 12² is not 122, and ② is no 2."""
    return words.translate(_HALF)


def typed_number(typed: Any) -> Any:
    """This will read digits written as words, also 1,200, with 约, 近, 余 or 以上; anything else is given back as it is."""
    if not isinstance(typed, str):
        return str(typed) if isinstance(typed, date | time | timedelta) else typed
    found = _NUMBER.fullmatch(half_width(typed).strip())
    if found is None or (found["before"] and found["after"]):
        return typed
    digits = found["number"].replace(",", "")
    number: int | float = float(digits) if "." in digits else int(digits)
    if Decimal(repr(number)) != Decimal(digits):
        return typed
    qualifier = found["before"] or found["after"]
    return {"period": number, "qualifier": qualifier} if qualifier else number


def not_a_form(zh: str, en: str) -> Rejected:
    """This will refuse a file that is no form, or not the form it is sent as."""
    hint = Text("请下载本期报送表填写", "download the form of this period and fill it in")
    return Rejected(Reason("not_a_form", Text(zh, en), "/file", hint), kind="invalid")


class _Reading:
    """What was read so far, and what is wrong with it. `heads` are the words of row `row`, which say what each place is."""

    def __init__(self, heads: Sequence[str], row: int) -> None:
        self.zero = False
        self.reason: str | None = None
        self.texts: dict[str, str] = {}
        self.figures: dict[str, Any] = {}
        self.corrections: dict[str, Mapping[str, Any]] = {}
        self.cells: dict[str, str] = {}
        self.reasons: list[Reason] = []
        self._seen: dict[str, int] = {}
        self._heads = {head: place for place, head in reversed(list(enumerate(heads))) if head in _HEAD_WORDS}
        for head in _HEAD_WORDS[:1] + _HEAD_WORDS[VALUE:]:
            if head not in self._heads:
                self._fault(row, 0, "no_head", f"没有表头“{head}”", f"the head {head!r} is missing")
            elif heads.count(head) > 1:
                zh, en = f"表头“{head}”出现两次", f"the head {head!r} stands twice"
                self._fault(row, self._heads[head], "repeated", zh, en)

    def take(self, row: int, cells: Sequence[Any]) -> None:
        """This will read one row; nothing of it is passed over."""
        held = {place: cell for place, cell in enumerate(cells) if not _is_blank(cell)}
        if not held or len(self.reasons) >= _MOST_FAULTS:
            return
        code, typed, reason = (held.get(self._place(part)) for part in (0, VALUE, REASON))
        strange = next((place for place in held if place not in self._heads.values()), None)
        if strange is not None:
            zh, en = "这一格不在表头之内，请删去", "this cell stands under no head: clear it"
            self._fault(row, strange, "outside", zh, en)
        if code is None:
            zh, en = "这一行没有编码", "this row has no code"
            self._fault(row, min(held), "no_code", zh, en)
        elif (typed is not None or reason is not None) and self._may_stand(
            row, str(code).strip(), typed, reason
        ):
            self._keep(row, str(code).strip(), typed, reason)

    def _may_stand(self, row: int, code: str, typed: Any, reason: Any) -> bool:
        for place, content in ((VALUE, typed), (REASON, reason)):
            if not isinstance(content, _PLAIN) or (isinstance(content, str) and content.startswith("=")):
                zh, en = "填报格不能是公式，请填数值", "a cell to fill takes no formula"
                self._fault(row, self._place(place), "formula", zh, en)
                return False
        if code in self._seen:
            zh, en = f"与第{self._seen[code]}行重复", f"says again what row {self._seen[code]} says"
            self._fault(row, self._place(VALUE), "repeated", zh, en)
            return False
        self._seen[code] = row
        return True

    def _keep(self, row: int, code: str, typed: Any, reason: Any) -> None:
        value, why = (address(row, self._place(part)) for part in (VALUE, REASON))
        if code == _ZERO:
            answer = _word(typed)
            self.zero = answer == YES
            self.reason = None if reason is None else str(reason)
            self.cells |= {"/zero": value, "reason": why}
            if answer not in (YES, NO):
                zh, en = f"请填{YES}或{NO}", f"answer {YES} or {NO}"
                self._fault(row, self._place(VALUE), "yes_or_no", zh, en)
        elif code.startswith(_TEXT):
            name = code.removeprefix(_TEXT)
            self.texts[name] = "\n".join(str(part) for part in (typed, reason) if part is not None)
            self.cells[f"/texts/{_pointer(name)}"] = value
        elif reason is not None:
            where = f"/corrections/{_pointer(code)}"
            self.corrections[code] = {"value": typed_number(typed), "reason": str(reason)}
            self.cells |= {where: value, f"{where}/value": value, f"{where}/reason": why}
        else:
            self.figures[code] = typed_number(typed)
            self.cells[f"/figures/{_pointer(code)}"] = value

    def _place(self, part: int) -> int:
        return self._heads.get(_HEAD_WORDS[part], part)

    def _fault(self, row: int, place: int, code: str, zh: str, en: str) -> None:
        text = Text(f"第{row}行：{zh}", f"row {row}: {en}")
        self.reasons.append(Reason(code, text, f"/file/{address(row, place)}"))


_HEAD_WORDS = tuple(_word(head) for head in HEADS)
_PLAIN = (str, int, float, Decimal, date, time, timedelta, NoneType)
"""What a cell may hold; anything else is a kind of formula."""


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def placed(refusal: Rejected, cells: Mapping[str, str]) -> Rejected:
    """This will say of each fault of a submission that came as a form in which cell it stands."""
    reasons = []
    for reason in refusal.reasons:
        pointer = reason.field or ""
        while pointer and pointer not in cells:
            pointer = pointer.rpartition("/")[0]
        where = f"/file/{cells[pointer]}" if pointer else reason.field
        reasons.append(Reason(reason.code, reason.text, where, reason.hint))
    return Rejected(*reasons, kind=refusal.kind, possible=refusal.possible, details=refusal.details)


def _pointer(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
