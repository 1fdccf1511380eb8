"""Files of a lead: sent from a form, given back byte for byte, each with the hash it must still have."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Response, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.evidence import evidence_page
from services.api.pages.forms import refused
from services.api.pages.frame import ask, caller, done, mark, pages, perform, status_of, t
from services.api.pages.tasks import task_page
from shared.application import materials as cases
from shared.application import page_queries
from workflows.guarded import AddMaterial
from workflows.rejection import Rejected
from workflows.text import Text


@pages.post("/leads/<number>/materials")
def add_material(number: str) -> BaseResponse:
    """This will keep files and attach them to the lead."""
    names, refusal = _keep(number)
    if refusal is None:
        return done(url_for("pages.show_evidence", number=number), t("evidence.file_added", name=names))
    return evidence_page(number, refused("file", refusal), status_of(refusal))


@pages.post("/t/<handoff_id>/materials")
def add_task_material(handoff_id: str) -> BaseResponse:
    """This will keep files and attach them to the work that was handed over."""
    number = ask(page_queries.task, handoff_id=handoff_id)["lead"]["number"]
    names, refusal = _keep(number, handoff_id)
    if refusal is None:
        return done(url_for("pages.show_task", handoff_id=handoff_id), t("evidence.file_added", name=names))
    return task_page(handoff_id, refused("file", refusal), status_of(refusal))


def _keep(number: str, handoff_id: str | None = None) -> tuple[str, Rejected | None]:
    """Each file is kept by itself: the names of those that were, and why the others were not."""
    kept, faults, kind = [], [], "invalid"
    for place, file in enumerate(request.files.getlist("file") or [FileStorage()]):
        name = file.filename or ""
        command = AddMaterial(caller(), number, name, file.read(), handoff_id)
        refusal = perform(command, f"{request.form.get('key', '')}-{place}")
        if refusal is None:
            kept.append(name)
            continue
        kind = refusal.kind
        faults += [replace(reason, text=_of(name, reason.text)) for reason in refusal.reasons]
    if kept and faults:
        told = Text(f"已上传：{'、'.join(kept)}", f"kept: {', '.join(kept)}")
        faults.append(replace(faults[-1], text=told, hint=None))
    names = mark("list").join(kept) if len(kept) <= 3 else t("evidence.files", n=len(kept))
    return names, Rejected(*faults, kind=kind) if faults else None


def _of(name: str, why: Text) -> Text:
    return Text(f"{name}：{why.zh}", f"{name}: {why.en}") if name else why


@pages.get("/materials/<material_id>")
def read_material(material_id: str) -> Response:
    """This will give a file back as it was, to be saved and not to be run."""
    row, content = ask(cases.content, material_id=material_id)
    answer = Response(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}"
    return answer
