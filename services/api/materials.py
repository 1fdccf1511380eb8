"""/materials: files of leads and handoffs, sent as they are and given back as they were."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from flask import Response

from services.api import guarded_answers, parameters
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import ask, show
from services.api.writing import Write
from shared.application import materials as cases
from shared.application import queries
from shared.application.work import Done, Work
from workflows.guarded import AddMaterial

materials = Noun("materials", __name__, url_prefix="/v1", description="材料 · Files of leads and handoffs")

_FILE = {"type": "string", "format": "binary"}


@materials.operation(
    "POST",
    "/leads/<word:number>/materials",
    query=parameters.MaterialQuery,
    upload=True,
    answer=guarded_answers.MaterialAdded,
    status=201,
)
def add_material(query: dict[str, Any], content: bytes, write: Write, number: str) -> Response:
    """上传材料 · Attach a file: the body is the file, `name` its name; at most 20 MiB

    写明 `handoff` 时归入该协作事项，双方可见。
    With `handoff` it belongs to that work, and both sides see it.
    """
    command = AddMaterial(caller(), number, query["name"], content, query.get("handoff"))
    return write.perform(command, _added, status=201, location="/v1/materials/{id}")


def _added(work: Work, done: Done) -> dict[str, Any]:
    return {**queries.material(work, done.id), "events": list(done.events)}


@materials.operation("GET", "/materials/<word:material_id>", answer=guarded_answers.Material)
def show_material(material_id: str) -> Response:
    """查看材料 · Read what a file is: its name, size, hash, and when it was last read again"""
    return show(queries.material, material_id=material_id)


@materials.operation(
    "GET", "/materials/<word:material_id>/content", answer=_FILE, media_type="application/octet-stream"
)
def read_material(material_id: str) -> Response:
    """下载材料 · Download a file; bytes that no longer fit their hash are not given out"""
    row, content = ask(cases.content, material_id=material_id)
    answer = Response(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    digest = base64.b64encode(bytes.fromhex(row["sha256"])).decode("ascii")
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return answer
