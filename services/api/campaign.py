"""/campaign and /definitions: the rules in force, checking and publishing new ones."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from services.api import campaign_answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import ask, show
from services.api.writing import Write
from shared.application import definition_queries, queries
from shared.application.work import Done, Work
from workflows.commands import PublishDefinition

campaign = Noun("campaign", __name__, url_prefix="/v1", description="行动 · The campaign")
definitions = Noun("definitions", __name__, url_prefix="/v1", description="方案定义 · Campaign definitions")

_VERSION = "/definitions/<word:definition_id>/<int(min=1, max=1000000):version>"
_DIAGRAM = {"type": "string"}


@campaign.operation("GET", "/me", answer=campaign_answers.Me)
def show_me() -> Response:
    """我是谁 · Who the token stands for"""
    return show(queries.me)


@campaign.operation("GET", "/campaign", answer=campaign_answers.Campaign)
def show_campaign() -> Response:
    """查看行动 · Read the campaign: phases, agencies, vocabularies, steps and rules"""
    return show(queries.campaign)


@campaign.operation("GET", "/summary", answer=campaign_answers.Summary)
def show_summary() -> Response:
    """汇总数字 · The figures of the campaign so far"""
    return show(queries.summary)


@definitions.operation(
    "POST",
    "/definitions/check",
    body=schemas.DefinitionDocument,
    answer=campaign_answers.Checked,
    writes=False,
)
def check_definition(body: dict[str, Any]) -> Response:
    """检查方案定义 · Check a definition; every problem with its path, and nothing is kept"""
    return jsonify(ask(definition_queries.check_definition, document=body))


@definitions.operation(
    "POST", "/definitions", body=schemas.DefinitionDocument, answer=campaign_answers.PinnedActed, status=201
)
def publish_definition(body: dict[str, Any], write: Write) -> Response:
    """发布方案定义 · Publish a definition as an immutable version"""
    command = PublishDefinition(caller(), body)
    return write.perform(command, _published, status=201, location="/v1/definitions/{id}/{version}")


def _published(_: Work, done: Done) -> dict[str, Any]:
    return {"id": done.extra["definition"], "version": done.version, "hash": done.extra["hash"], "events": []}


@definitions.operation("GET", "/definitions", answer=campaign_answers.DefinitionList)
def list_definitions() -> Response:
    """列出方案定义 · List published definitions and their versions"""
    return show(definition_queries.definitions)


@definitions.operation("GET", _VERSION, answer=campaign_answers.Definition)
def show_definition(definition_id: str, version: int) -> Response:
    """查看方案定义 · Read one version as it was published"""
    return show(definition_queries.definition, definition_id=definition_id, version=version)


@definitions.operation("GET", _VERSION + "/diagram.mmd", answer=_DIAGRAM, media_type="text/vnd.mermaid")
def show_diagram(definition_id: str, version: int) -> Response:
    """状态图 · The lead's states and steps as a Mermaid diagram"""
    found = ask(definition_queries.definition, definition_id=definition_id, version=version)
    return Response(found["diagrams"]["lead"], content_type="text/vnd.mermaid; charset=utf-8")
