"""Documents of compiled reports: the same snapshot always gives the same bytes.

What is made here is a draft (稿): it never carries a document number or a seal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.adapters.documents.breakdown_sheet import WRITERS as BREAKDOWNS
from shared.adapters.documents.docx_report import docx_report
from shared.adapters.documents.ledger_book import ledger_book
from shared.adapters.documents.letters import check_own_template, letter_docx, letter_pdf, shipped_template
from shared.adapters.documents.own_report import check_report_template, own_report, report_template
from shared.adapters.documents.pdf_report import pdf_report
from shared.adapters.documents.report_charts import chart_of
from shared.adapters.documents.report_form import FORMS, READERS, WRITERS
from shared.adapters.documents.week_sheet import week_sheet
from shared.adapters.documents.xlsx_report import xlsx_report
from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.letters import REPORT, TEMPLATES, Letter
from workflows.rejection import Reason, Rejected, invalid
from workflows.reporting import Row
from workflows.reporting.form import FilledForm
from workflows.text import Text

__all__ = [
    "FORMATS",
    "Rendered",
    "check_letter_template",
    "read_report_form",
    "render",
    "render_breakdown",
    "render_chart",
    "render_ledger",
    "render_letter",
    "render_template",
    "render_week",
    "write_report_form",
]


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


def render(snapshot: Mapping[str, Any], file_format: str, own: bytes | None = None) -> Rendered:
    """This will render a snapshot document as "docx", "xlsx", "pdf" or "json"; `own` is the office's own Word template.

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
    content = own_report(own, snapshot) if own is not None and file_format == "docx" else write(snapshot)
    return Rendered(content, media_type, name)


def render_chart(snapshot: Mapping[str, Any], code: str) -> Rendered | None:
    """This will draw one column of a compiled period as SVG; None for a column the table does not have."""
    column = next((c for c in snapshot["table"]["columns"] if c["code"] == code), None)
    if column is None:
        return None
    drawn = chart_of(snapshot, column)
    return Rendered(drawn.svg.encode(), "image/svg+xml", f"{snapshot['report']['period']}-{code}.svg")


def render_breakdown(found: Mapping[str, Any], file_format: str) -> Rendered:
    """This will write a results table taken apart as "xlsx" or "csv"."""
    report = found["report"]
    name = f"{found['campaign']['id']}-{report['kind']}-{report['period']}-{found['span']}-{found['by']}"
    return Rendered(BREAKDOWNS[file_format](found), FORMS[file_format], f"{name}.{file_format}")


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


def render_letter(letter: Letter, own: bytes | None, file_format: str) -> Rendered:
    """This will write a letter as "docx" or "pdf"; `own` is the office's own template, if it has one.

    Raises Rejected: a PDF of a letter whose words are the office's own (conflict), or one that would show an empty box.
    """
    name = (
        f"{letter.name}-{letter.fields.get('lead_number') or letter.as_of.date().isoformat()}.{file_format}"
    )
    if file_format == "docx":
        return Rendered(letter_docx(letter, own), FORMATS["docx"][0], name)
    if own is not None:
        words = Text(
            "本单位自定了模板，只出 Word 文件",
            "the office has a template of its own: there is a Word file only",
        )
        raise Rejected(
            Reason("own_template", words, hint=Text("请下载 docx 后另存为 PDF", "save the docx as PDF"))
        )
    return Rendered(letter_pdf(letter), FORMATS["pdf"][0], name)


def render_template(kind: str, own: bytes | None) -> Rendered:
    """This will give the template of a letter as a Word file."""
    shipped = report_template if kind == REPORT.id else partial(shipped_template, kind)
    return Rendered(own or shipped(), FORMATS["docx"][0], f"{TEMPLATES[kind].name.zh}-模板.docx")


def check_letter_template(kind: str, content: bytes) -> None:
    """This will refuse a template that could not be used for every letter of its kind. Raises Rejected (invalid)."""
    if kind in TEMPLATES:
        check_own_template(TEMPLATES[kind], content)
    if kind == REPORT.id:
        check_report_template(content)


def render_ledger(ledger: Mapping[str, Any]) -> Rendered:
    """This will write the ledger of leads as a workbook."""
    return Rendered(ledger_book(ledger), FORMATS["xlsx"][0], f"线索台账-{ledger['as_of'][:10]}.xlsx")


def render_week(week: Mapping[str, Any], address: str) -> Rendered:
    """This will write the week on one page as PDF; what no font draws stands as 〓, and the page says so."""
    return Rendered(week_sheet(week, address), FORMATS["pdf"][0], f"一周情况-{week['as_of'][:10]}.pdf")
