"""What the columns of a results table must be when seen together: each has one origin, and only like is added to like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflows.campaign import CampaignDefinition, Column, TableCheck
from workflows.problem import Problems
from workflows.reporting.from_columns import formulas_of

_MEASURED = {
    word: words[0]
    for words in (
        ("千克", "公斤", "kg"), ("克", "g"), ("吨", "t"), ("斤",), ("升", "l"), ("毫升", "ml"), ("立方米", "方", "m³"),
        ("米", "m"), ("公里", "千米", "km"), ("平方米", "㎡", "m²"), ("亩",), ("公顷", "ha"), ("平方公里", "平方千米"),
        ("元",), ("千元",), ("万元",), ("百万元",), ("亿元",), ("%", "％", "百分比"), ("‰", "千分比"), ("百分点",),
        ("小时",), ("天", "日"),
    )
    for word in words
}  # fmt: skip
"""Units things are measured in, each by one word: only figures of the same are added. All others count things, which
may be added whatever a language counts them by: 头 and 只 and 尾.
"""
Fault = tuple[str, str, str, str]
"""Where under the column, the code, and the sentence in Chinese and in English."""


def check_columns(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note every column without an origin or with two, every circle, every sum of unlike things, and every column or
    report that nobody is there for.
    """
    formulas = formulas_of(definition)
    for index, column in enumerate(definition.columns):
        _somebody(definition, column.filled_by, f"results.columns[{index}].filled_by", problems)
        for key, code, zh, en in _column_faults(column, column.code in formulas):
            problems.add(f"results.columns[{index}].{key}", code, zh, en)
    for report in definition.reports:
        _somebody(definition, report.owed_by, f"reports[{report.entry}].owed_by", problems)
    for index, check in enumerate(definition.checks):
        path = f"results.checks[{index}].right"
        if check.left and check.left in check.right:
            zh, en = "栏目不能与自身比较", "a column cannot be compared with itself"
            problems.add(path, "circular", zh, en)
        for code, zh, en in _unlike(definition, check):
            problems.add(path, code, zh, en)
    for code in _in_circles({code: formula.parts for code, formula in formulas.items()}):
        places = (n for n, column in enumerate(definition.columns) if column.code == code)
        zh, en = "这一栏要由它自己算出", "this column would be computed from itself"
        problems.add(f"results.columns[{next(places)}]", "circular", zh, en)


def _somebody(definition: CampaignDefinition, types: Sequence[str], path: str, problems: Problems) -> None:
    """What is asked of some types of agencies only is asked of one that reports."""
    if (
        types
        and not problems.under(path)
        and not any(a.reports and a.type in types for a in definition.agencies)
    ):
        zh, en = "没有这些类型的报送单位", "no unit that reports is of these types"
        problems.add(path, "nobody", zh, en)


def _column_faults(column: Column, has_formula: bool) -> Iterator[Fault]:
    if column.basis == "manual" and column.measure is not None:
        yield "measure", "not_here", "手工填报的栏目不能有 measure", "a manual column has no measure"
    elif column.basis != "manual" and column.measure is None and not has_formula:
        zh = "自动统计的栏目须有 measure，或 ratio，或由 equals 校验定义为其他栏目之和"
        en = (
            "a computed column needs a measure, a ratio, or an `equals` check that makes it the sum of others"
        )
        yield "measure", "missing_key", zh, en
    if column.ratio is not None and (column.basis != "derived" or column.measure is not None):
        zh = "由其他栏目算出的栏目须为 derived，且没有 measure"
        yield "ratio", "not_here", zh, "a column computed from others is derived and has no measure"
    if column.ratio is not None and column.ratio.less and column.chart:
        yield "chart", "not_here", "可能为负的栏目不画图", "what may be negative is not drawn"
    if column.stock and column.basis != "manual":
        zh = "由记录算出的时点数写 measure.until"
        yield "stock", "not_here", zh, "what records give as it stands is written as measure.until"
    if column.filled_by and column.basis == "derived":
        zh, en = "由系统算出的栏目没有人填报", "a derived column is filled in by nobody"
        yield "filled_by", "not_here", zh, en


def _unlike(definition: CampaignDefinition, check: TableCheck) -> Iterator[tuple[str, str, str]]:
    """Pieces are never added to kilograms, nor what stands at the end to what happened in between."""
    columns = {column.code: column for column in definition.columns}
    parts = [columns[code] for code in check.right if code in columns]
    left = columns.get(check.left)
    alike = [*([left] if left is not None and check.relation == "equals" else []), *parts]
    units = list(dict.fromkeys(column.unit.zh for column in alike if column.unit.zh))
    if len({_MEASURED.get(unit.strip().lower()) for unit in units}) > 1:
        zh = f"计量单位不同，不能相加：{'、'.join(units)}"
        yield "mixed_units", zh, f"different units are not added up: {', '.join(units)}"
    if check.over == "period" and len({column.stands for column in parts}) > 1:
        zh, en = "时点数与时期数不能相加", "what stands at the end is not added to what happened in between"
        yield "mixed_times", zh, en
    if any(column.ratio is not None and column.ratio.per for column in parts) and len(parts) > 1:
        yield "mixed_units", "比率和平均数不能相加", "rates and averages are not added up"


def _in_circles(parts: dict[str, tuple[str, ...]]) -> Iterable[str]:
    """The columns that cannot be computed because they, or what they need, need themselves."""
    pending = dict(parts)
    while ready := [code for code, needed in pending.items() if not set(needed) & set(pending)]:
        for code in ready:
            del pending[code]
    return list(pending)
