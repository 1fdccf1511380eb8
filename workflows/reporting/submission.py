"""A unit's report: what it says, and everything that is wrong with it, each with the field it stands in.

A unit types only what the records cannot know. Empty is not zero: a manual figure is written, also when it is
0, except in a zero report, which is one act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches

from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.official_words import official
from workflows.rejection import Reason
from workflows.reporting.from_columns import fills_in, standing_columns, whole_columns
from workflows.reporting.quantity import BadNumber, Quantity, plain, read_number, read_quantity
from workflows.reporting.table_checks import broken_checks, with_formulas
from workflows.text import Text

LONGEST_TEXT = 4000
LONGEST_REASON = 500
_LONGEST_ECHO = 40
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no document format can carry: controls, lone surrogates, non-characters."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One accepted version of a unit's report for a period.

    `figures` holds what records cannot know, by column code; `corrections` holds {"value", "reason"} by
    column code. `first_submitted_at` is when the first version came, which decides whether the report was
    late; None means now. `reason` is what the unit gave for this version, where one was asked.
    """

    unit: str
    kind: str
    period: str
    zero: bool
    submitted_at: datetime
    version: int = 1
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, object] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    first_submitted_at: datetime | None = None
    reason: str | None = None


def check_submission(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    *,
    unit: str,
    zero: bool,
    texts: Mapping[str, object],
    figures: Mapping[str, object],
    corrections: Mapping[str, object],
    computed: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal | None],
    owes: bool | None = None,
    reason: str | None = None,
) -> tuple[Reason, ...]:
    """This will list every problem of a report; an empty answer means it can be accepted.

    `owes` says whether the unit owes this report; None leaves it to the definition. `reason` is why a zero report
    stands although the records of the period have figures.

    `computed` holds the unit's figures of the period from the records (`table.row(unit).computed`),
    `previous` its cumulative figures before the period (`table.row(unit).before`). `Reason.field` is a JSON
    pointer: "/figures/A1", "/corrections/C1/reason", "/texts/progress", "/unit".
    """
    form = _Form(definition, obligation, unit, zero, computed, previous)
    typed: dict[str, Decimal | None] = {}
    reasons = [
        *form.unit(unit, owes),
        *form.zero_beside_records(reason),
        *form.texts(texts),
        *form.figures(figures, typed),
        *form.corrections(corrections, typed),
    ]
    values = with_formulas(definition, {**computed, **typed})
    in_all = with_formulas(definition, _in_all(definition, values, previous))
    for broken in (*broken_checks(definition, values), *broken_checks(definition, in_all, "cumulative")):
        mine = [code for code in (broken.check.left, *broken.check.right) if code in typed]
        if mine:
            where = "figures" if mine[0] in figures else "corrections"
            reasons.append(Reason("check_failed", broken.text, f"/{where}/{_pointer(mine[0])}"))
    return tuple(reasons)


def _in_all(
    definition: CampaignDefinition,
    values: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal | None],
) -> dict[str, Decimal | None]:
    """The cumulative figures that the figures of a period make; what stands at its end is not added to what stood before."""
    whole = whole_columns(definition)
    return {
        code: value if value is None or code in whole else value + (previous.get(code) or Decimal(0))
        for code, value in values.items()
    }


@dataclass(frozen=True, slots=True)
class _Form:
    """What a report is checked against."""

    definition: CampaignDefinition
    obligation: ReportObligation
    by: str
    zero: bool
    computed: Mapping[str, Decimal | None]
    previous: Mapping[str, Decimal | None]

    def unit(self, unit: str, owes: bool | None) -> Iterator[Reason]:
        if owes is None:
            owes = any(agency.id == unit and agency.reports for agency in self.definition.agencies)
        if not owes:
            words = Text(
                f"“{_shown(unit)}”不是本行动的报送单位",
                f"“{_shown(unit)}” is not a reporting unit of this campaign",
            )
            yield Reason("not_a_reporting_unit", words, "/unit")

    def zero_beside_records(self, reason: str | None) -> Iterator[Reason]:
        found = beside_zero(self.definition, self.computed) if self.zero and self.obligation.figures else []
        if found and not (reason and reason.strip()):
            words = Text(
                f"报零报告，但本期记录中有：{'、'.join(found)}",
                f"a zero report, but the records of the period have figures in {len(found)} columns",
            )
            hint = Text(
                "请按普通报告报送（记录中的数不用填，手填的数没有就填 0）；记录有误请先补正；仍报零报告的，请写明理由",
                "file a report (figures of records are not typed, the others are 0); if records are wrong, put them"
                " right; to file a zero report all the same, say why (reason)",
            )
            yield Reason("zero_beside_records", words, "/zero", hint)

    def texts(self, texts: Mapping[str, object]) -> Iterator[Reason]:
        limits = {f.id: f.maximum or LONGEST_TEXT for f in self.definition.fields}
        for name, value in sorted(texts.items()):
            where = f"/texts/{_pointer(name)}"
            if name not in self.obligation.texts:
                allowed = "、".join(self.obligation.texts)
                words = Text(
                    f"本报告没有“{_shown(name)}”这一栏", f"this report has no text called “{_shown(name)}”"
                )
                yield Reason("unknown_text", words, where, Text(f"可填：{allowed}", f"it has: {allowed}"))
            else:
                yield from _text_faults(value, limits.get(name, LONGEST_TEXT), where)

    def figures(self, figures: Mapping[str, object], typed: dict[str, Decimal | None]) -> Iterator[Reason]:
        columns = {column.code: column for column in self.definition.columns}
        for code, value in sorted(figures.items()):
            where = f"/figures/{_pointer(code)}"
            column = columns.get(code)
            if not self.obligation.figures:
                yield _not_asked(where)
            elif column is None:
                yield _unknown_column(code, columns if len(figures) <= len(columns) else {}, where)
            elif column.basis != "manual":
                yield _derived_typed(column, where)
            elif not self._fills_in(column):
                yield _not_yours(self.definition, column, where)
            else:
                yield from self._figure(column, value, where, typed)
        if not self.zero and self.obligation.figures:
            for column in self.definition.columns:
                if column.basis == "manual" and column.code not in figures and self._fills_in(column):
                    yield _missing(column)

    def _fills_in(self, column: Column) -> bool:
        return fills_in(self.definition, column, self.by)

    def _figure(
        self, column: Column, value: object, where: str, typed: dict[str, Decimal | None]
    ) -> Iterator[Reason]:
        if value is None:
            typed[column.code] = None
            if not self.zero:
                yield _missing(column)
            return
        quantity = read_quantity(value, column)
        if not isinstance(quantity, Quantity):
            for fault in quantity:
                yield _bad_number(column, fault, where)
            return
        typed[column.code] = quantity.period
        if self.zero and quantity.period != 0:
            yield _zero_with_figure(column, where)
        if quantity.cumulative is not None:
            yield from self._cumulative(column, quantity, where)

    def _cumulative(self, column: Column, quantity: Quantity, where: str) -> Iterator[Reason]:
        before = self.previous.get(column.code) or Decimal(0)
        stated, due = quantity.cumulative or Decimal(0), before + quantity.period
        name, field_name = _name(column), f"{where}/cumulative"
        if stated < before:
            words = Text(
                f"{name.zh}累计 {plain(stated)} 小于上期累计 {plain(before)}",
                f"{name.en}: cumulative {plain(stated)} is below the previous cumulative {plain(before)}",
            )
            yield Reason("cumulative_falls", words, field_name)
        elif stated != due:
            now = plain(quantity.period)
            words = Text(
                f"{name.zh}累计 {plain(stated)} 不等于上期累计 {plain(before)} 加本期 {now}",
                f"{name.en}: cumulative {plain(stated)} is not {plain(before)} before plus {now} now",
            )
            yield Reason(
                "cumulative_differs",
                words,
                field_name,
                Text(f"应为 {plain(due)}", f"it should be {plain(due)}"),
            )

    def corrections(
        self, corrections: Mapping[str, object], typed: dict[str, Decimal | None]
    ) -> Iterator[Reason]:
        columns = {column.code: column for column in self.definition.columns}
        for code, value in sorted(corrections.items()):
            where = f"/corrections/{_pointer(code)}"
            column = columns.get(code)
            if not self.obligation.figures:
                yield _not_asked(where)
            elif column is None:
                yield _unknown_column(code, columns if len(corrections) <= len(columns) else {}, where)
            elif column.basis != "corrected":
                yield _not_correctable(column, where)
            elif not self._fills_in(column):
                yield _not_yours(self.definition, column, where)
            elif not isinstance(value, Mapping):
                words = Text("更正应写明数值和理由", "a correction is a value with a reason")
                yield Reason("bad_correction", words, where, Text('{"value": 数值, "reason": "理由"}'))
            else:
                yield from self._correction(column, value, where, typed)

    def _correction(
        self, column: Column, value: Mapping[str, object], where: str, typed: dict[str, Decimal | None]
    ) -> Iterator[Reason]:
        for key in sorted(map(str, value.keys() - {"value", "reason"})):
            words = Text(f"更正没有“{_shown(key)}”这一项", f"a correction has no key “{_shown(key)}”")
            yield Reason("unknown_key", words, f"{where}/{_pointer(key)}")
        number = read_number(value.get("value"), column.decimals)
        if isinstance(number, BadNumber):
            yield _bad_number(column, number, f"{where}/value")
        else:
            typed[column.code] = number
            if self.zero and number != 0:
                yield _zero_with_figure(column, f"{where}/value")
        reason = value.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            words = Text(
                f"更正{_name(column).zh}须写明理由", f"a correction of {_name(column).en} needs a reason"
            )
            yield Reason("reason_required", words, f"{where}/reason")
        else:
            yield from _text_faults(reason, LONGEST_REASON, f"{where}/reason")


def beside_zero(definition: CampaignDefinition, computed: Mapping[str, Decimal | None]) -> list[str]:
    """This will say what the records have in a period for which nothing is reported, figure by figure.

    How things stand at its end is nothing that happened, and a rate says nothing its parts do not.
    """
    apart = standing_columns(definition)
    return [
        f"{official(column.name.zh)} {plain(value)} {official(column.unit.zh)}"
        for column in definition.columns
        if column.ratio is None and column.code not in apart and (value := computed.get(column.code))
    ]


def _text_faults(value: object, limit: int, where: str) -> Iterator[Reason]:
    if not isinstance(value, str):
        yield Reason("not_text", Text("应为文字", "must be text"), where)
        return
    if len(value) > limit:
        words = Text(
            f"共{len(value)}字，超过上限{limit}字",
            f"has {len(value)} characters, at most {limit} are allowed",
        )
        yield Reason("too_long", words, where)
    if UNPRINTABLE.search(value):
        yield Reason("bad_text", Text("含有不能显示的控制字符", "contains control characters"), where)


def _unknown_column(code: str, columns: Mapping[str, Column], where: str) -> Reason:
    """With the nearest of `columns` as a hint; guessing costs time, so a flood of unknown codes gets none."""
    near = get_close_matches(code, columns, 1) if len(code) <= _LONGEST_ECHO else []
    hint = Text(f"是不是“{near[0]}”？", f"did you mean “{near[0]}”?") if near else None
    shown = _shown(code)
    words = Text(f"战果表没有“{shown}”这一栏", f"the table has no column “{shown}”")
    return Reason("unknown_column", words, where, hint)


def _not_asked(where: str) -> Reason:
    words = Text("本报告不填数字", "this report asks for no figures")
    hint = Text("请只填文字部分", "fill in the texts only")
    return Reason("figures_not_asked", words, where, hint)


def _derived_typed(column: Column, where: str) -> Reason:
    name = _name(column)
    words = Text(
        f"{name.zh}由系统从办理记录中算出，不用填报", f"{name.en} is computed from the records, not typed"
    )
    if column.basis == "corrected":
        hint = Text(
            "如与实际不符，请在 corrections 中更正并写明理由",
            "if it is wrong, put a correction with a reason",
        )
    else:
        hint = Text("如与实际不符，请补正相应的记录", "if it is wrong, put the records right")
    return Reason("figure_is_derived", words, where, hint)


def _not_yours(definition: CampaignDefinition, column: Column, where: str) -> Reason:
    name = _name(column)
    types = [t.name for t in definition.agency_types if t.id in column.filled_by]
    zh, en = "、".join(t.zh for t in types), ", ".join(t.en or t.zh for t in types)
    words = Text(f"{name.zh}不由本单位填报", f"{name.en} is not for this unit to fill in")
    return Reason("not_yours", words, where, Text(f"由{zh}填报", f"it is filled in by: {en}"))


def _not_correctable(column: Column, where: str) -> Reason:
    name = _name(column)
    if column.basis == "manual":
        hint = Text("请直接在 figures 中填报", "type it under figures")
    else:
        hint = Text("如与实际不符，请补正相应的记录", "if it is wrong, put the records right")
    return Reason(
        "not_correctable", Text(f"{name.zh}不能更正", f"{name.en} cannot be corrected"), where, hint
    )


def _missing(column: Column) -> Reason:
    name = _name(column)
    words = Text(f"{name.zh}没有填", f"{name.en} is missing")
    hint = Text(
        "没有就填 0；全部为零时报零报告",
        "write 0 if there was none, or file a zero report",
    )
    return Reason("figure_missing", words, f"/figures/{_pointer(column.code)}", hint)


def _zero_with_figure(column: Column, where: str) -> Reason:
    name = _name(column)
    words = Text(f"零报告里{name.zh}不是零", f"{name.en} is not zero in a zero report")
    return Reason(
        "zero_report_with_figures", words, where, Text("有数请按普通报告报送", "with figures, file a report")
    )


def _bad_number(column: Column, fault: BadNumber, where: str) -> Reason:
    name = _name(column)
    pointer = where if fault.part is None else f"{where}/{_pointer(fault.part)}"
    return Reason(fault.code, Text(f"{name.zh}{fault.text.zh}", f"{name.en} {fault.text.en}"), pointer)


def _name(column: Column) -> Text:
    return Text(f"“{column.name.zh}”（{column.code}）", f"{column.name.en or column.name.zh} ({column.code})")


def _shown(word: str) -> str:
    """What somebody typed, short and printable enough to be said back."""
    printed = UNPRINTABLE.sub("\ufffd", word[:_LONGEST_ECHO])
    return printed + ("…" if len(word) > _LONGEST_ECHO else "")


def _pointer(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
