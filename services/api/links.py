"""/leads/…: what the rules say of a lead, which leads may be the same matter, links, merging and its undoing."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, link_answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.writing import Write, showing
from shared.application import link_queries, queries
from workflows.linking import LinkLeads, UnlinkLeads

links = Noun("links", __name__, url_prefix="/v1", description="规则提示与关联 · Suggestions and links")


@links.operation("GET", "/leads/<word:number>/suggestions", answer=link_answers.Suggestions)
def show_suggestions(number: str) -> Response:
    """查看规则提示 · What every rule in force says of a lead, and why its other rows did not answer"""
    return show(link_queries.suggestions, number=number)


@links.operation("GET", "/leads/<word:number>/duplicates", answer=link_answers.Candidates)
def show_duplicates(number: str) -> Response:
    """查找重复线索 · Which leads may tell of the same matter, with scores and reasons; a person decides"""
    return show(link_queries.duplicates, number=number)


@links.operation(
    "POST", "/leads/<word:number>/links", body=schemas.LinkLeads, answer=answers.LeadActed, status=201
)
def link_leads(body: dict[str, Any], write: Write, number: str) -> Response:
    """关联线索 · Link a lead to another: upstream, downstream, of the same party, or related"""
    command = LinkLeads(caller(), number, body["other"], body["kind"], body["reason"])
    return write.perform(command, showing(queries.lead, number=number), status=201)


@links.operation(
    "POST", "/leads/<word:number>/links/removals", body=schemas.LinkLeads, answer=answers.LeadActed
)
def unlink_leads(body: dict[str, Any], write: Write, number: str) -> Response:
    """解除关联 · End a link; that it stood stays on record"""
    command = UnlinkLeads(caller(), number, body["other"], body["kind"], body["reason"])
    return write.perform(command, showing(queries.lead, number=number))
