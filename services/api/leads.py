"""/leads: receive, read, act, hand to others, propose a transfer, record what was done."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import filters, page, show
from services.api.writing import Write, showing
from shared.application import queries
from shared.application.work import Done, Work
from workflows.commands import ActOnLead, AddRecord, Intake, ProposeTransfer, ReceiveLead, RequestHandoffs
from workflows.reporter import Reporter

leads = Noun("leads", __name__, url_prefix="/v1", description="线索 · Leads")


@leads.operation(
    "POST",
    "/leads",
    body=schemas.ReceiveLead,
    answer=answers.LeadActed,
    status=201,
    also={200: "已登记过 · It was registered before"},
)
def receive_lead(body: dict[str, Any], write: Write) -> Response:
    """登记线索 · Receive a lead

    同一来源的同一编号只登记一次，重发答 200 和已有的线索。
    A repeat of `source` and `external_ref` answers 200 with the lead that exists.
    """
    source, reference = body.pop("source"), body.pop("external_ref", None)
    body["products"], body["species"] = tuple(body.get("products", ())), tuple(body.get("species", ()))
    told = body.pop("reporter", None)
    reporter = Reporter(**told) if told is not None else None
    command = ReceiveLead(caller(), Intake(**body), source, reference, reporter)
    return write.perform(command, _received, status=201, location="/v1/leads/{number}")


def _received(work: Work, done: Done) -> dict[str, Any]:
    return showing(queries.lead, number=done.number)(work, done)


@leads.operation("GET", "/leads", query=parameters.LeadsQuery, answer=answers.LeadPage)
def list_leads(query: dict[str, Any]) -> Response:
    """列出线索 · List leads, newest first"""
    return show(queries.leads, filters=filters(query), **page(query))


@leads.operation("GET", "/leads/<word:number>", answer=answers.Lead)
def show_lead(number: str) -> Response:
    """查看线索 · Read a lead: its clocks, their forecast, what you may do now and why not the rest"""
    return show(queries.lead, number=number)


@leads.operation(
    "GET", "/leads/<word:number>/events", query=parameters.PositionQuery, answer=answers.EventPage
)
def list_lead_events(query: dict[str, Any], number: str) -> Response:
    """查看历史 · Read the history of a lead, newest first"""
    return show(queries.lead_history, number=number, **page(query))


@leads.operation(
    "POST",
    "/leads/<word:number>/actions/<word:name>",
    body=schemas.Action,
    answer=answers.LeadActed,
    versioned=True,
)
def act_on_lead(body: dict[str, Any], write: Write, number: str, name: str) -> Response:
    """办理一步 · Take one step; the lead's `allowed_actions` say which and with what"""
    command = ActOnLead(
        caller(), number, name, body["given"], write.expected_version, body.get("occurred_at")
    )
    return write.perform(command, showing(queries.lead, number=number))


@leads.operation(
    "POST",
    "/leads/<word:number>/handoffs",
    body=schemas.RequestHandoffs,
    answer=answers.LeadActed,
    status=201,
    versioned=True,
)
def request_handoffs(body: dict[str, Any], write: Write, number: str) -> Response:
    """交办或请求协办 · Hand work to one or more agencies at once"""
    command = RequestHandoffs(
        caller(),
        number,
        body["type"],
        tuple(body["to"]),
        body["request"],
        body.get("lead_agency"),
        body["given"],
        write.expected_version,
        tuple(body["materials"]),
    )
    return write.perform(command, showing(queries.lead, number=number), status=201)


@leads.operation(
    "POST",
    "/leads/<word:number>/transfers",
    body=schemas.ProposeTransfer,
    answer=answers.LeadActed,
    status=201,
    versioned=True,
)
def propose_transfer(body: dict[str, Any], write: Write, number: str) -> Response:
    """拟移送公安 · Propose to transfer a lead to the police as a suspected crime"""
    command = ProposeTransfer(caller(), number, body["to"], body["given"], write.expected_version)
    return write.perform(command, showing(queries.lead, number=number), status=201)


@leads.operation(
    "POST", "/leads/<word:number>/records", body=schemas.AddRecord, answer=answers.LeadActed, status=201
)
def add_lead_record(body: dict[str, Any], write: Write, number: str) -> Response:
    """记录办理情况 · Record a fact of work done on a lead: a seizure, a penalty, an inspection"""
    command = AddRecord(caller(), body["kind"], body["occurred_on"], body["data"], number)
    return write.perform(command, showing(queries.lead, number=number), status=201)
