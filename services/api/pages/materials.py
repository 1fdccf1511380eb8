"""Files of a lead: sent from a form, given back byte for byte, each with the hash it must still have."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.evidence import evidence_page
from services.api.pages.forms import refused
from services.api.pages.frame import ask, caller, done, pages, perform, status_of, t
from shared.application import materials as cases
from workflows.guarded import AddMaterial


@pages.post("/leads/<number>/materials")
def add_material(number: str) -> BaseResponse:
    """This will keep a file and attach it to the lead."""
    sent = request.files.get("file")
    name, content = (sent.filename or "", sent.read()) if sent is not None else ("", b"")
    refusal = perform(AddMaterial(caller(), number, name, content))
    if refusal is None:
        return done(url_for("pages.show_evidence", number=number), t("evidence.file_added", name=name))
    return evidence_page(number, refused("file", refusal), status_of(refusal))


@pages.get("/materials/<material_id>")
def read_material(material_id: str) -> Response:
    """This will give a file back as it was, to be saved and not to be run."""
    row, content = ask(cases.content, material_id=material_id)
    answer = Response(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}"
    return answer
