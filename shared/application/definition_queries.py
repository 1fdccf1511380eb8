"""What is published: definitions, their documents and diagrams, and what is wrong with one that is not yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.application.views import plain, words
from shared.application.work import UNSEEN, Work
from workflows.definition_format import read_definition
from workflows.diagram import mermaid
from workflows.problem import DefinitionProblems
from workflows.rejection import Rejected


def definitions(work: Work) -> dict[str, Any]:
    """This will list every published definition."""
    return {"items": [plain(work, row) for row in work.uow.definitions.listed()]}


def definition(work: Work, definition_id: str, version: int) -> dict[str, Any]:
    """This will give a published definition's document and its diagrams. Raises Rejected (missing)."""
    found = work.uow.definitions.find(definition_id, version)
    if found is None:
        raise Rejected(UNSEEN, kind="missing")
    return {
        "id": found.id,
        "version": found.version,
        "hash": found.hash,
        "document": work.uow.definitions.document(found.hash),
        "diagrams": {subject: mermaid(found, subject) for subject in found.lifecycles},
    }


def check_definition(_: Work, document: Mapping[str, Any]) -> dict[str, Any]:
    """This will say everything that is wrong with a definition document, or its hash when nothing is."""
    try:
        found = read_definition(document)
    except DefinitionProblems as refused:
        problems = [{"path": p.path, "code": p.code, "message": words(p.text)} for p in refused.problems]
        return {"ok": False, "problems": problems, "hash": None}
    return {"ok": True, "problems": [], "hash": found.hash, "id": found.id, "version": found.version}
