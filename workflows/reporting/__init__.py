"""Reports: which are owed, what a valid one holds, how figures come from records, how a period is compiled.

Everything here is a pure fold over values: the same records and submissions, in any order, give the same
result.
"""

from __future__ import annotations

from workflows.reporting.burden import burden_of
from workflows.reporting.compilation import Snapshot, compile_period
from workflows.reporting.figures import leaders_figures
from workflows.reporting.ledger import BadRecord
from workflows.reporting.obligations import ReportStatus, due_at, owing_units, reporting_units, status_of
from workflows.reporting.quantity import Quantity
from workflows.reporting.results_table import Cell, Row, Table, compute_table
from workflows.reporting.snapshot_changes import is_unchanged
from workflows.reporting.submission import Submission, check_submission

__all__ = [
    "BadRecord",
    "Cell",
    "Quantity",
    "ReportStatus",
    "Row",
    "Snapshot",
    "Submission",
    "Table",
    "burden_of",
    "check_submission",
    "compile_period",
    "compute_table",
    "due_at",
    "is_unchanged",
    "leaders_figures",
    "owing_units",
    "reporting_units",
    "status_of",
]
