"""/leads/…: what the rules say of a lead, which leads may be the same matter, links, merging and its undoing."""

from __future__ import annotations

from flask import Response

from services.api import link_answers
from services.api.operations import Noun
from services.api.reading import show
from shared.application import link_queries

links = Noun("links", __name__, url_prefix="/v1", description="规则提示与关联 · Suggestions and links")


@links.operation("GET", "/leads/<word:number>/suggestions", answer=link_answers.Suggestions)
def show_suggestions(number: str) -> Response:
    """查看规则提示 · What every rule in force says of a lead, and why its other rows did not answer"""
    return show(link_queries.suggestions, number=number)
