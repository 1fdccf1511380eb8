"""/transfers: cases transferred to the police as suspected crimes."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import page, show
from services.api.writing import Write, showing
from shared.application import queries
from workflows.commands import ActOnTransfer

transfers = Noun("transfers", __name__, url_prefix="/v1", description="移送案件 · Criminal transfers")


@transfers.operation("GET", "/transfers", query=parameters.PartsQuery, answer=answers.TransferPage)
def list_transfers(query: dict[str, Any]) -> Response:
    """列出移送案件 · List criminal transfers"""
    return show(queries.transfers, state=query.get("state"), **page(query))


@transfers.operation("GET", "/transfers/<word:transfer_id>", answer=answers.Transfer)
def show_transfer(transfer_id: str) -> Response:
    """查看移送案件 · Read a criminal transfer"""
    return show(queries.transfer, transfer_id=transfer_id)


@transfers.operation(
    "POST",
    "/transfers/<word:transfer_id>/actions/<word:name>",
    body=schemas.Action,
    answer=answers.TransferActed,
    versioned=True,
)
def act_on_transfer(body: dict[str, Any], write: Write, transfer_id: str, name: str) -> Response:
    """移送的一步 · Take one step of a criminal transfer"""
    command = ActOnTransfer(
        caller(), transfer_id, name, body["given"], write.expected_version, body.get("occurred_at")
    )
    return write.perform(command, showing(queries.transfer, transfer_id=transfer_id))
