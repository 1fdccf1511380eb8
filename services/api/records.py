"""/records: facts of work done that belong to no single lead."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.writing import Write
from workflows.commands import AddRecord

records = Noun("records", __name__, url_prefix="/v1", description="工作记录 · Records of work done")


@records.operation("POST", "/records", body=schemas.AddRecord, answer=answers.RecordedActed, status=201)
def add_record(body: dict[str, Any], write: Write) -> Response:
    """记录面上工作 · Record work beside the leads: an inspection, publicity"""
    command = AddRecord(caller(), body["kind"], body["occurred_on"], body["data"])
    return write.perform(command, lambda _, done: {"id": done.id, "events": list(done.events)}, status=201)
