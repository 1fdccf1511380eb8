"""What a unit typed or pasted into its report, read without guessing: empty is not zero, and every cell is accounted for.

What is no number is handed on as it stands, so that the rules name the fault; full-width digits, thousands separators
and the qualifiers of `workflows.reporting.quantity` are understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.reporting.form import half_width, typed_number
from workflows.text import Text

Column = Mapping[str, Any]
MOST_PASTED = 100_000
"""As many characters of a spreadsheet are read at once."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts of a submission as a form gives them."""

    texts: Mapping[str, str]
    figures: Mapping[str, Any]
    corrections: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Pasted:
    """Cells of a spreadsheet: what each manual column gets, and every line nothing could be taken from."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Text, ...] = ()


def figure(typed: str) -> Any:
    """This will read a typed figure: a number, a qualified one as a mapping, or the text itself where it is neither."""
    return typed_number(typed.strip())


def typed(form: Mapping[str, str], columns: Sequence[Column], texts: Sequence[str]) -> Typed:
    """This will read the fields of the form. A figure left empty is not given, unless the rest was said to be zero."""
    rest = {"zero": 0}.get(form.get("rest", ""))
    figures: dict[str, Any] = {}
    corrections: dict[str, dict[str, Any]] = {}
    for column in columns:
        code, basis = column["code"], column["basis"]
        value = form.get(f"figures.{code}", "").strip()
        if basis == "manual" and (value or rest is not None):
            figures[code] = figure(value) if value else rest
        value = form.get(f"corrections.{code}", "").strip()
        reason = form.get(f"corrections.{code}.reason", "").strip()
        if basis == "corrected" and (value or reason):
            corrections[code] = {"value": figure(value) if value else None, "reason": reason}
    said = {name: form.get(f"texts.{name}", "").replace("\r\n", "\n").strip() for name in texts}
    return Typed({name: text for name, text in said.items() if text}, figures, corrections)


def pasted(text: str, columns: Sequence[Column]) -> Pasted:
    """This will read cells copied from a spreadsheet for the manual columns, in any of three shapes.

    A line per column with its code or name; a line of codes or names above a line of figures; or the figures alone, as
    many as there are manual columns and in their order.
    """
    if len(text) > MOST_PASTED:
        words = Text(
            f"最多 {MOST_PASTED} 字，请只粘贴需要的行",
            f"at most {MOST_PASTED} characters: paste only what is needed",
        )
        return Pasted(faults=(words,))
    lines = [[_cell(cell) for cell in line.split("\t")] for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if any(line)]
    if not lines:
        return Pasted(faults=(Text("没有粘贴内容", "nothing was pasted"),))
    names = _names(columns)
    manual = [column["code"] for column in columns if column["basis"] == "manual"]
    if _is_head(lines[0], names):
        return _below_heads(lines, names, manual)
    if not any(cell in names for line in lines for cell in line):
        return _in_order([cell for line in lines for cell in line if cell], manual)
    return _line_by_line(lines, names, manual)


def _cell(words: str) -> str:
    return half_width(words).strip().strip('"')


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """Codes by what a column may be called in a spreadsheet: its code, or either of its names."""
    called: dict[str, str] = {}
    for column in columns:
        name = column["name"]
        for words in (name["en"], name["zh"], column["code"]):
            called[_cell(words)] = column["code"]
    return called


def _is_head(line: Sequence[str], names: Mapping[str, str]) -> bool:
    filled = [cell for cell in line if cell]
    return len({names.get(cell) for cell in filled} - {None}) > 1 and all(cell in names for cell in filled)


def _below_heads(lines: Sequence[Sequence[str]], names: Mapping[str, str], manual: Sequence[str]) -> Pasted:
    if len(lines) != 2:
        count = len(lines) - 1
        return Pasted(
            faults=(
                Text(
                    f"表头下面应正好有一行数，这里有 {count} 行",
                    f"one line of figures belongs below the heads, there are {count}",
                ),
            )
        )
    padded = [*lines[1], *[""] * len(lines[0])]
    pairs = [(f"{head}", head, padded[place]) for place, head in enumerate(lines[0]) if head]
    return _taken(pairs, names, manual)


def _in_order(cells: Sequence[str], manual: Sequence[str]) -> Pasted:
    if len(cells) == len(manual):
        return Pasted(dict(zip(manual, cells, strict=True)))
    return Pasted(
        faults=(
            Text(
                f"粘贴了 {len(cells)} 格，人工填报栏有 {len(manual)} 个；请连同编码或指标名称一起复制",
                f"{len(cells)} cells for {len(manual)} manual columns: copy the codes or names with them",
            ),
        )
    )


def _line_by_line(lines: Sequence[Sequence[str]], names: Mapping[str, str], manual: Sequence[str]) -> Pasted:
    pairs = []
    for number, line in enumerate(lines, 1):
        place = next((i for i, cell in enumerate(line) if cell in names), None)
        label = line[place] if place is not None else next(cell for cell in line if cell)
        after = line[place + 1 :] if place is not None else []
        value = next((cell for cell in reversed(after) if cell and cell not in names), "")
        pairs.append((f"第{number}行 {label}", label, value))
    return _taken(pairs, names, manual)


def _taken(pairs: Sequence[tuple[str, str, str]], names: Mapping[str, str], manual: Sequence[str]) -> Pasted:
    values: dict[str, str] = {}
    faults: list[Text] = []
    for where, label, value in pairs:
        code = names.get(label)
        fault = next(_fault(code, value, values, manual), None)
        if fault is not None:
            faults.append(Text(f"{where}：{fault.zh}", f"{where}: {fault.en}"))
        elif code is not None:
            values[code] = value
    return Pasted(values, tuple(faults))


def _fault(code: str | None, value: str, taken: Mapping[str, str], manual: Sequence[str]) -> Iterator[Text]:
    if code is None:
        yield Text("没有这个指标", "there is no such column")
    elif code not in manual:
        yield Text("由系统从记录算出，不从表格取", "computed from the records, not taken from a table")
    elif not value:
        yield Text("没有数", "no figure")
    elif code in taken:
        yield Text("同一指标出现两次，取第一次", "named twice; the first is taken")
