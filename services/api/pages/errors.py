"""What went wrong, for people: pages nobody has, faults inside, and what each problem code means.

Programs go on to get problem documents: only a browser, which asks for HTML first, is shown a page.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from services.api import problems
from services.api.auth import system
from services.api.pages.frame import OPEN, POLICY, pages, render, settle, trouble
from services.api.problem_index import explanations
from shared.application.guards import guard_sources
from workflows.commands import system_caller
from workflows.rejection import Reason
from workflows.text import Text

log = logging.getLogger("xunxian.pages")
OPEN.update({"pages.show_problem", "pages.list_problems"})

_NOWHERE = Reason(
    "not_found",
    Text(
        "这个地址没有页面，或不在你的知悉范围内", "there is no page at this address, or none for you to see"
    ),
    hint=Text("检查地址，或用编号搜索", "check the address, or search for the number"),
)
_INSIDE = Reason(
    "internal",
    Text(
        "系统内部出错，已经记录，没有任何改动",
        "something went wrong inside; it is recorded, and nothing was changed",
    ),
    hint=Text(
        "稍后再试；仍不行就把下面的编号告诉运行维护人员",
        "try again later, or tell the operators the id below",
    ),
)


def register(app: Flask) -> None:
    """This will answer a browser that asks for a page there is not with a page that says so."""
    app.register_error_handler(NotFound, _nowhere)
    app.register_error_handler(MethodNotAllowed, _nowhere)


def wants_page() -> bool:
    """This will say whether whoever asks is a browser in front of a person."""
    accepted = request.accept_mimetypes
    asked = accepted.best_match(["application/json", "text/html"], default="application/json")
    return asked == "text/html" and not request.path.startswith("/v1/")


def _nowhere(error: HTTPException) -> Response:
    if not wants_page():
        return problems.http_error(error)
    settle()
    response = trouble(404, Text("没有这一页", "there is no such page"), (_NOWHERE,))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@pages.errorhandler(Exception)
def _inside(error: Exception) -> Response:
    log.error("page failed", exc_info=error, extra={"request_id": g.get("request_id", "")})
    g.pop("caller", None)
    return trouble(500, Text("系统内部出错", "something went wrong inside"), (_INSIDE,))


@pages.get("/problems")
def list_problems() -> Response:
    """This will list every problem code with what it means."""
    found = explanations().values()
    if not wants_page():
        return jsonify([_document(e.code, e.status, e.family, e.meaning, e.remedy) for e in found])
    return render("problems.html", found=list(found), single=None)


@pages.get("/problems/<code>")
def show_problem(code: str) -> Response:
    """This will say what a problem code means, to people as a page and to programs as JSON."""
    known = explanations().get(code)
    if known is None:
        return _condition(code)
    if not wants_page():
        return jsonify(_document(code, known.status, known.family, known.meaning, known.remedy))
    return render("problems.html", found=[known], single=known)


def _condition(code: str) -> Response:
    """A condition of a definition: its id is a code too, and its sentence belongs to the campaign."""
    source = system().read(guard_sources, system_caller("")).get(code)
    if source is None:
        raise NotFound
    meaning = Text(
        f"这是行动方案 {source} 里的一项条件，不满足就不能走这一步；句子在答复里和“规则”页上",
        f"a condition of the definition {source}: the step is refused unless it holds; its sentence is in the answer",
    )
    remedy = Text("按答复中的提示办理后再试", "do what the answer says, then try again")
    if not wants_page():
        return jsonify(_document(code, 409, problems.KINDS["conflict"][1], meaning, remedy))
    return render(
        "problems.html", found=[], single={"code": code, "status": 409, "meaning": meaning, "remedy": remedy}
    )


def _document(code: str, status: int, family: Text, meaning: Text, remedy: Text) -> dict[str, object]:
    return {
        "type": f"/problems/{code}",
        "code": code,
        "status": status,
        "title": family.zh,
        "title_en": family.en,
        "meaning": {"zh": meaning.zh, "en": meaning.en},
        "remedy": {"zh": remedy.zh, "en": remedy.en},
    }
