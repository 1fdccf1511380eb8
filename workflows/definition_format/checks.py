"""Everything a definition must be beyond the shape of its entries; each check notes what it finds and goes on."""

from __future__ import annotations

from workflows.campaign import CampaignDefinition
from workflows.decision_lint import faults
from workflows.definition_format.machine_checks import check_machines
from workflows.definition_format.names import Names
from workflows.definition_format.time_checks import check_times
from workflows.problem import Problems


def check(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    """This will note every problem that shows only when entries are seen together."""
    check_machines(definition, problems)
    check_times(definition, problems)
    _check_tables(definition, names, problems)
    _check_columns(definition, problems)


def _check_tables(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    scope = names.scope("lead")
    for index, table in enumerate(definition.routing):
        if problems.under(f"routing[{index}]"):
            continue
        for fault in faults(table, scope):
            row = "" if fault.row is None else f".rows[{fault.row}]"
            problems.add(f"routing[{index}]{row}", fault.code, fault.text.zh, fault.text.en)


def _check_columns(definition: CampaignDefinition, problems: Problems) -> None:
    sums = {check.left for check in definition.checks if check.relation == "equals"}
    for index, column in enumerate(definition.columns):
        path = f"results.columns[{index}].measure"
        if column.basis == "manual" and column.measure is not None:
            zh, en = "手工填报的栏目不能有 measure", "a manual column has no measure"
            problems.add(path, "not_here", zh, en)
        elif column.measure is None and (
            column.basis == "corrected" or (column.basis == "derived" and column.code not in sums)
        ):
            zh = "自动统计的栏目须有 measure，或由 equals 校验定义为其他栏目之和"
            en = "a computed column needs a measure, or an `equals` check that makes it the sum of others"
            problems.add(path, "missing_key", zh, en)
    for index, check_ in enumerate(definition.checks):
        if check_.left and check_.left in check_.right:
            zh, en = "栏目不能与自身比较", "a column cannot be compared with itself"
            problems.add(f"results.checks[{index}].right", "circular", zh, en)
