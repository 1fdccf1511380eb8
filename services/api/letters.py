"""Letters and lists as files, and the templates an office may make its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request

from services.api import letter_answers
from services.api.auth import caller, system
from services.api.file_types import DOCX, PDF, XLSX
from services.api.operations import Noun
from services.api.reading import show
from services.api.report_forms import WithReason
from services.api.writing import Write
from shared.application import letter_templates
from shared.application.work import Done, Work
from workflows.letter_acts import KeepTemplate

letters = Noun("letters", __name__, url_prefix="/v1", description="文书 · Letters and lists")

_FILE = {"type": "string", "format": "binary"}
_ENDING = "<any(docx, pdf):file_format>"


def _sent(found: Any, plain: str) -> Response:
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.filename)}"
    return Response(found.content, content_type=found.media_type, headers={"Content-Disposition": name})


def _letter(kind: str, subject_id: str, file_format: str) -> Response:
    found = system().letter_of(caller(), kind, subject_id, file_format)
    return _sent(found, f"letter.{file_format}")


@letters.operation(
    "GET", f"/handoffs/<word:handoff_id>/letter.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF)
)
def handoff_letter(handoff_id: str, file_format: str) -> Response:
    """交办单、协查函 · The letter that hands work over, made of the copy that was shared then"""
    return _letter("handoff", handoff_id, file_format)


@letters.operation(
    "GET", f"/deadlines/<word:deadline_id>/letter.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF)
)
def urging_letter(deadline_id: str, file_format: str) -> Response:
    """催办通知 · A letter that urges the holder of a deadline"""
    return _letter("urging", deadline_id, file_format)


@letters.operation("GET", f"/orders/<word:order_id>/letter.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF))
def order_letter(order_id: str, file_format: str) -> Response:
    """督办通知单 · The sheet of a supervision order, blue, yellow or red by its place on the ladder"""
    return _letter("supervision", order_id, file_format)


@letters.operation(
    "GET", f"/transfers/<word:transfer_id>/letter.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF)
)
def transfer_letter(transfer_id: str, file_format: str) -> Response:
    """案件移送书 · The transfer letter with its list of enclosures, list of items and receipt"""
    return _letter("transfer", transfer_id, file_format)


@letters.operation("GET", f"/leads/<word:number>/items-list.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF))
def item_list(number: str, file_format: str) -> Response:
    """涉案物品移交清单 · The list of a lead's items for both sides to sign"""
    return _letter("items", number, file_format)


@letters.operation(
    "GET", f"/leads/<word:number>/special-report.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF)
)
def special_report(number: str, file_format: str) -> Response:
    """重大案件专报 · A special report of a lead, from its records"""
    return _letter("special", number, file_format)


@letters.operation("GET", f"/campaign/bulletin.{_ENDING}", answer=_FILE, media_type=(DOCX, PDF))
def bulletin(file_format: str) -> Response:
    """进度通报 · A bulletin on what is open, overdue and not reported, unit by unit"""
    return _letter("bulletin", "campaign", file_format)


@letters.operation("GET", "/campaign/week.pdf", answer=_FILE, media_type=PDF)
def week() -> Response:
    """一周一页 · What is late and with whom, reports, seizures and the seven days ahead, on one page

    以调用人看得到的为限；一页放不下的给出件数和网址。
    As far as the caller may see; what the page does not hold is counted, with its address.
    """
    return _sent(system().week_of(caller(), request.host_url.rstrip("/")), "week.pdf")


@letters.operation("GET", "/campaign/ledger.xlsx", answer=_FILE, media_type=XLSX)
def lead_ledger() -> Response:
    """线索台账 · The leads one may see, as a workbook"""
    return _sent(system().ledger_of(caller()), "ledger.xlsx")


@letters.operation("GET", "/letter-templates", answer=letter_answers.Templates)
def list_templates() -> Response:
    """文书模板 · The letters there are, whose words they have, and the names a template may use"""
    return show(letter_templates.templates)


@letters.operation("GET", "/letter-templates/<word:kind>.docx", answer=_FILE, media_type=DOCX)
def download_template(kind: str) -> Response:
    """下载模板 · The template of a letter, to edit in Word or WPS"""
    return _sent(system().template_of(caller(), kind), "template.docx")


@letters.operation(
    "PUT", "/letter-templates/<word:kind>.docx", upload=True, answer=letter_answers.TemplateActed, status=201
)
def keep_template(content: bytes, write: Write, kind: str) -> Response:
    """上传模板 · Make an edited template the office's own; unknown names in it are all listed"""
    system().check_template(kind, content)
    return write.perform(KeepTemplate(caller(), kind, content), _kept, status=201)


@letters.operation(
    "POST", "/letter-templates/<word:kind>/reset", body=WithReason, answer=letter_answers.TemplateActed
)
def reset_template(body: dict[str, Any], write: Write, kind: str) -> Response:
    """恢复模板 · Go back to the words that came with the campaign"""
    return write.perform(KeepTemplate(caller(), kind, None, body["reason"]), _kept)


def _kept(work: Work, done: Done) -> dict[str, Any]:
    found = next(item for item in letter_templates.templates(work)["items"] if item["kind"] == done.id)
    return {**found, "events": list(done.events)}
