"""Everything a definition must be beyond the shape of its entries; each check notes what it finds and goes on."""

from __future__ import annotations

from workflows.campaign import CampaignDefinition
from workflows.decision_lint import faults
from workflows.definition_format.column_checks import check_columns
from workflows.definition_format.condition_checks import check_conditions
from workflows.definition_format.hearing_checks import check_hearing
from workflows.definition_format.machine_checks import check_machines
from workflows.definition_format.names import Names
from workflows.definition_format.reach_checks import check_reach
from workflows.definition_format.reserved_checks import check_reserved
from workflows.definition_format.time_checks import check_times
from workflows.problem import Problems


def check(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    """This will note every problem that shows only when entries are seen together."""
    check_machines(definition, problems)
    check_times(definition, problems)
    check_hearing(definition, problems)
    check_reach(definition, problems)
    check_reserved(definition, problems)
    check_conditions(definition, names, problems)
    _check_tables(definition, names, problems)
    check_columns(definition, problems)


def _check_tables(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    scope = names.scope("lead")
    for index, table in enumerate(definition.routing):
        if problems.under(f"routing[{index}]"):
            continue
        for fault in faults(table, scope):
            row = "" if fault.row is None else f".rows[{fault.row}]"
            problems.add(f"routing[{index}]{row}", fault.code, fault.text.zh, fault.text.en)
