"""Documents of compiled reports: the same snapshot always gives the same bytes.

What is made here is a draft (稿): it never carries a document number or a seal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.adapters.documents.docx_report import docx_report
from shared.adapters.documents.pdf_report import pdf_report
from shared.adapters.documents.report_form import FORMS, READERS, WRITERS
from shared.adapters.documents.xlsx_report import xlsx_report
from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.rejection import invalid
from workflows.reporting import Row
from workflows.reporting.form import FilledForm

__all__ = ["FORMATS", "Rendered", "read_report_form", "render", "write_report_form"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file."""

    content: bytes
    media_type: str
    filename: str


def _json_report(snapshot: Mapping[str, Any]) -> bytes:
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]] = {
    "json": ("application/json", _json_report),
    "docx": (f"{_OFFICE}.wordprocessingml.document", docx_report),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", xlsx_report),
    "pdf": ("application/pdf", pdf_report),
}


def render(snapshot: Mapping[str, Any], file_format: str) -> Rendered:
    """This will render a snapshot document as "docx", "xlsx", "pdf" or "json".

    Raises Rejected: another format (invalid), a PDF that would show an empty box (conflict, missing_glyph).
    """
    if file_format not in FORMATS:
        known = "、".join(FORMATS)
        raise invalid(
            "format", "unknown_format", f"没有这种格式，可选：{known}", f"unknown format; there is {known}"
        )
    media_type, write = FORMATS[file_format]
    report = snapshot["report"]
    name = f"{snapshot['campaign']['id']}-{report['kind']}-{report['period']}-v{snapshot['version']}.{file_format}"
    return Rendered(write(snapshot), media_type, name)


def write_report_form(
    campaign_id: str, definition: CampaignDefinition, obligation: ReportObligation, row: Row, file_format: str
) -> Rendered:
    """This will write the empty form of a unit's report as "xlsx" or "csv"."""
    content = WRITERS[file_format](campaign_id, definition, obligation, row)
    name = f"{campaign_id}-{obligation.kind}-{obligation.id}-{row.unit}.{file_format}"
    return Rendered(content, FORMS[file_format], name)


def read_report_form(content: bytes, file_format: str) -> FilledForm:
    """This will read a filled form. Raises Rejected (invalid) with everything in it that is no form."""
    return READERS[file_format](content)
