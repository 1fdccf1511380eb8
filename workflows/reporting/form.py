"""The report as a sheet, for units without a system: which lines it has, and what filled lines say.

The sheet names its campaign, period and unit, so that none is filed under another. Workbook and CSV hold the same lines
and are read by the same rules; numbers are read exactly, "约300" keeps its 约, and a word in a number's place stays a word
for the checks to refuse. Every part of the content remembers the cell it stood in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.rejection import Reason, Rejected
from workflows.reporting.quantity import QUALIFIERS, plain
from workflows.reporting.results_table import Row
from workflows.text import Text

FORMAT = "xunxian-report-1"
HEADS = ("编码", "指标", "计量单位", "记录中已有", "填报数（可更正的为更正数）", "更正理由")
FIRST_ROW = 5
"""Where lines begin; above stand whose form it is, two lines of words, and the heads."""
MOST_ROWS = 400
VALUE, REASON = 4, 5
YES, NO = "是", "否"
_ZERO, _TEXT = "zero", "text:"
_BEFORE = "|".join(q for q in QUALIFIERS if q in ("约", "近"))
_AFTER = "|".join(q for q in QUALIFIERS if q not in ("约", "近"))
_NUMBER = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<number>-?[0-9]{{1,15}}(\.[0-9]{{1,9}})?)(?P<after>{_AFTER})?"
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


class Input(NamedTuple):
    """A filled line: its row on the sheet, its code, and what stands in the two cells to fill (None: nothing)."""

    row: int
    code: str
    typed: Any
    reason: Any


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a filled form says; the parts are those of a submission. `cells` gives the cell of each JSON pointer."""

    campaign: str
    kind: str
    period: str
    unit: str
    zero: bool
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


def form_lines(definition: CampaignDefinition, obligation: ReportObligation, row: Row) -> Iterator[Line]:
    """This will give the lines of an empty form; `row` holds what the records give for the period."""
    yield Line(_ZERO, "零报告（是/否）", "", "", (VALUE,))
    for column in definition.columns if obligation.figures else ():
        computed = row.computed[column.code]
        opens = {"manual": (VALUE,), "corrected": (VALUE, REASON)}.get(column.basis, ())
        known = "" if computed is None else plain(computed)
        yield Line(column.code, column.name.zh, column.unit.zh, known, opens, column)
    for field_id in obligation.texts:
        yield Line(f"{_TEXT}{field_id}", definition.field(field_id).name.zh, "文字", "", (VALUE,))


def read_lines(
    identity: Sequence[Any], inputs: Iterable[Input], cell: Callable[[int, int], str]
) -> FilledForm:
    """This will read filled lines; `cell` names the cell of a row and a place in it (VALUE or REASON).

    Raises Rejected (invalid): another form, or every cell that holds a formula, no answer, or a line given twice.
    """
    if len(identity) < 5 or identity[0] != FORMAT:
        raise not_a_form("不是本系统的报送表", "this is not a report form of this system")
    reading = _Reading(cell)
    for line in inputs:
        if line.typed is not None or line.reason is not None:
            reading.take(line)
    if reading.reasons:
        raise Rejected(*reading.reasons, kind="invalid")
    campaign, kind, period, unit = (str(part or "") for part in identity[1:5])
    found = (reading.zero, reading.texts, reading.figures, reading.corrections, reading.cells)
    return FilledForm(campaign, kind, period, unit, *found)


def typed_number(typed: Any) -> Any:
    """This will read digits written as words, with 约, 近, 余 or 以上; anything else is given back as it is."""
    if not isinstance(typed, str):
        return typed
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if found is None or (found["before"] and found["after"]):
        return typed
    digits = found["number"]
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
    """What was read so far, and what is wrong with it."""

    def __init__(self, cell: Callable[[int, int], str]) -> None:
        self._cell = cell
        self.zero = False
        self.texts: dict[str, str] = {}
        self.figures: dict[str, Any] = {}
        self.corrections: dict[str, Mapping[str, Any]] = {}
        self.cells: dict[str, str] = {}
        self.reasons: list[Reason] = []
        self._seen: dict[str, int] = {}

    def take(self, line: Input) -> None:
        for place, content in ((VALUE, line.typed), (REASON, line.reason)):
            if isinstance(content, str) and content.startswith("="):
                self._fault(
                    line, place, "formula", "填报格不能是公式，请填数值", "a cell to fill takes no formula"
                )
                return
        if line.code in self._seen:
            first = self._seen[line.code]
            zh, en = f"与第{first}行重复", f"says again what row {first} says"
            self._fault(line, VALUE, "repeated", zh, en)
            return
        self._seen[line.code] = line.row
        self._keep(line)

    def _keep(self, line: Input) -> None:
        code, value, reason = line.code, self._cell(line.row, VALUE), self._cell(line.row, REASON)
        if code == _ZERO:
            self.zero = line.typed == YES
            if line.typed not in (YES, NO):
                self._fault(line, VALUE, "yes_or_no", f"请填{YES}或{NO}", f"answer {YES} or {NO}")
        elif code.startswith(_TEXT):
            name = code.removeprefix(_TEXT)
            self.texts[name] = str(line.typed if line.typed is not None else line.reason)
            self.cells[f"/texts/{_pointer(name)}"] = value
        elif line.reason is not None:
            where = f"/corrections/{_pointer(code)}"
            self.corrections[code] = {"value": typed_number(line.typed), "reason": str(line.reason)}
            self.cells |= {where: value, f"{where}/value": value, f"{where}/reason": reason}
        else:
            self.figures[code] = typed_number(line.typed)
            self.cells[f"/figures/{_pointer(code)}"] = value

    def _fault(self, line: Input, place: int, code: str, zh: str, en: str) -> None:
        text = Text(f"第{line.row}行：{zh}", f"row {line.row}: {en}")
        self.reasons.append(Reason(code, text, f"/file/{self._cell(line.row, place)}"))


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
