"""Files of a lead: sent from a form, given back byte for byte, each with the hash it must still have."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.evidence import evidence_page
from services.api.pages.forms import refused
from services.api.pages.frame import ask, done, pages, status_of, t
from services.api.pages.keeping import keep
from services.api.pages.tasks import task_page
from shared.application import materials as cases
from shared.application import page_queries


@pages.post("/leads/<number>/materials")
def add_material(number: str) -> BaseResponse:
    """This will keep files and attach them to the lead."""
    names, refusal = keep(number)
    if refusal is None:
        return done(url_for("pages.show_evidence", number=number), t("evidence.file_added", name=names))
    return evidence_page(number, refused("file", refusal), status_of(refusal))


@pages.post("/t/<handoff_id>/materials")
def add_task_material(handoff_id: str) -> BaseResponse:
    """This will keep files and attach them to the work that was handed over."""
    number = ask(page_queries.task, handoff_id=handoff_id)["lead"]["number"]
    names, refusal = keep(number, handoff_id)
    if refusal is None:
        return done(url_for("pages.show_task", handoff_id=handoff_id), t("evidence.file_added", name=names))
    return task_page(handoff_id, refused("file", refusal), status_of(refusal))


@pages.get("/materials/<material_id>")
def read_material(material_id: str) -> Response:
    """This will give a file back as it was, to be saved and not to be run."""
    row, content = ask(cases.content, material_id=material_id)
    answer = Response(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}"
    return answer
