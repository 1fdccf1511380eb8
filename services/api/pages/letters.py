"""Letters and lists as files for whoever is signed in, and the templates an office makes its own."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, done, pages, perform, render, status_of, t
from services.api.pages.reports import file_answer
from services.api.pages.words import WORDS
from shared.application import letter_templates
from workflows.letter_acts import KeepTemplate
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST_READ = 4 << 20
"""More of a file than may be a template is not read; the check then refuses it for its size."""


@pages.get("/letters/<kind>/<subject>.<any(docx, pdf):file_format>")
def download_letter(kind: str, subject: str, file_format: str) -> Response:
    """This will give a letter about a matter the person may see."""
    return file_answer(system().letter_of(caller(), kind, subject, file_format))


@pages.get("/letters/ledger.xlsx")
def download_ledger() -> Response:
    """This will give the leads the person may see as a workbook."""
    return file_answer(system().ledger_of(caller()))


@pages.get("/letters")
def show_letters() -> Response:
    """This will list the letters there are, with the names their templates may use."""
    return _show()


def _show(refusal: Refusal | None = None, status: int = 200) -> Response:
    return render("letters.html", status, found=ask(letter_templates.templates), refused=refusal)


@pages.get("/letters/templates/<kind>.docx")
def download_template(kind: str) -> Response:
    """This will give the template of a letter, to edit."""
    return file_answer(system().template_of(caller(), kind))


@pages.post("/letters/templates/<kind>")
def keep_template(kind: str) -> BaseResponse:
    """This will make an edited template the office's own, or go back to the shipped words with a reason."""
    reason = request.form.get("reason", "").strip()
    try:
        command = KeepTemplate(caller(), kind, None, _why(reason)) if "back" in request.form else _own(kind)
        refusal = perform(command)
    except Rejected as unusable:
        refusal = unusable
    if refusal is not None:
        return _show(refused(kind, refusal), status_of(refusal))
    return done(url_for("pages.show_letters"), t("letters.kept"))


def _why(reason: str) -> str:
    if not reason:
        raise Rejected(Reason("required", Text("请写明原因", "say why"), "reason"), kind="invalid")
    return reason


def _own(kind: str) -> KeepTemplate:
    """The template that was sent, checked. Raises Rejected with everything that is wrong with it."""
    file = request.files.get("template")
    if file is None or not file.filename:
        raise Rejected(Reason("required", WORDS["letters.no_file"], "/file"), kind="invalid")
    content = file.stream.read(MOST_READ)
    system().check_template(kind, content)
    return KeepTemplate(caller(), kind, content)
