"""How a request changes something: one command, carried out once, answered with the new view.

Promises: `Idempotency-Key` makes a repeat answer what the first answered, and refuses the key for another
request; `If-Match` refuses to write over what the caller has not seen; `dry_run` answers what would happen
and keeps nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify, request

from services.api.auth import system
from shared.application.ports import Idempotency
from shared.application.work import Done, Work
from workflows.commands import Command
from workflows.rejection import Rejected

Render = Callable[[Work, Done], dict[str, Any]]
Reveal = Callable[[Done | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Write:
    """How the caller wants a change made. `expected_version` None means whatever it is now."""

    dry_run: bool
    expected_version: int | None
    key: str | None
    names: frozenset[str]

    @classmethod
    def asked(cls, headers: Mapping[str, Any], query: Mapping[str, Any], names: frozenset[str]) -> Write:
        """This will read it from the checked headers and query; `names` are the keys of the body."""
        tag = headers.get("if_match")
        return cls(
            dry_run=query.get("dry_run", False),
            expected_version=None if tag in {None, "*"} else int(tag[1:-1]),
            key=headers.get("idempotency_key"),
            names=names,
        )

    def perform(
        self,
        command: Command,
        render: Render,
        *,
        status: int = 200,
        location: str | None = None,
        reveal: Reveal | None = None,
    ) -> Response:
        """This will carry out `command` and answer with what `render` shows afterwards.

        `status` is for a change that made something; a repeat that found it there answers 200. `location`
        is the path of what was made, with names of the view in braces. `reveal` adds what may be told once and
        kept nowhere: neither beside the Idempotency-Key nor in a dry run. Raises what the system raises.
        """
        try:
            handled = system().handle(
                command, dry_run=self.dry_run, idempotency=self._idempotency(), render=render
            )
        except Rejected as refusal:
            raise _placed(refusal, self.names) from refusal
        body = dict(handled.body)
        if reveal is not None:
            body |= reveal(handled.done if not self.dry_run else None)
        made = handled.created
        return self._answer(body, status if made else 200, location if made else None, handled.replayed)

    def _answer(self, body: dict[str, Any], status: int, location: str | None, replayed: bool) -> Response:
        if self.dry_run:
            body["dry_run"], status, location = True, 200, None
        response = jsonify(body)
        response.status_code = status
        if location:
            response.headers["Location"] = location.format_map(body)
        if replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return tagged(response, body)

    def _idempotency(self) -> Idempotency | None:
        if self.key is None or self.dry_run:
            return None
        return Idempotency(self.key, fingerprint())


def showing(query: Callable[..., dict[str, Any]], **arguments: Any) -> Render:
    """This will make the view after a change:

    what `query` shows of the subject, with the events of the change.
    """
    return lambda work, done: {**query(work, **arguments), "events": list(done.events)}


def fingerprint() -> str:
    """This will name what the request at hand asks, whatever the order and spacing of its JSON.

    The name is a keyed digest: a body may hold a telephone number, and plain digests of those can be guessed.
    """
    if request.mimetype == "application/json":
        body = json.dumps(json.loads(request.get_data() or b"{}"), sort_keys=True, separators=(",", ":"))
    else:
        body = hashlib.sha256(request.get_data()).hexdigest()
    asked = "\n".join((request.method, request.full_path, request.headers.get("If-Match", ""), body))
    return system().blind("request", asked)


def tagged(response: Response, view: Mapping[str, Any]) -> Response:
    """This will put the version of a view into the ETag header, where the view has one."""
    if isinstance(view.get("version"), int):
        response.set_etag(str(view["version"]))
    return response


def _placed(refusal: Rejected, names: frozenset[str]) -> Rejected:
    """Turns the field names of the rules into pointers into this body:

    what it does not name stands under `given`.
    """
    reasons = tuple(replace(r, field=_pointer(r.field, names)) if r.field else r for r in refusal.reasons)
    return Rejected(*reasons, kind=refusal.kind, possible=refusal.possible, details=refusal.details)


def _pointer(field: str, names: frozenset[str]) -> str:
    if field == "trigger":
        return "#name"
    path = field.strip("/").replace(".", "/")
    inside = path.split("/")[0] in names or "given" not in names
    return f"/{path}" if inside else f"/given/{path}"
