"""The HTTP side of the command line: where the service is, who speaks, and what its refusals mean here.

The address and the token come from options, then XUNXIAN_URL and XUNXIAN_TOKEN, then `run.json`, which `./run` leaves
in its data folder. A request that the network lost is sent again under the same Idempotency-Key, so it happens once.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from services.cli.screen import CONFLICT, FAILED, NOT_FOUND, USAGE, Stopped, both

if TYPE_CHECKING:
    import httpx

PATIENCE = 60.0
"""Seconds a lost connection is tried again before giving up."""

EXIT_OF_STATUS = {400: USAGE, 415: USAGE, 422: USAGE, 404: NOT_FOUND, 409: CONFLICT, 412: CONFLICT}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is and the token to show it."""

    base: str
    token: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered; `body` is parsed JSON, or bytes for a file."""

    status: int
    body: Any
    content: bytes
    headers: Mapping[str, str]


class Refused(Stopped):
    """The service said no (RFC 9457). A command that does not catch it ends with every reason on a line."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        errors = problem.get("errors") or []
        lines = [_sentence(error) for error in errors]
        if not errors:
            lines = [str(problem.get("detail") or problem.get("title") or f"HTTP {status}")]
        if problem.get("possible"):
            lines.append(f"现在可以 possible now: {', '.join(map(str, problem['possible']))}")
        english = "" if errors else str(problem.get("detail_en", ""))
        super().__init__(EXIT_OF_STATUS.get(status, FAILED), "\n".join(lines), english)

    @property
    def code(self) -> str:
        """The stable code of the problem."""
        return str(self.problem.get("code", ""))


def place(*names: str) -> str:
    """This will write the path of a thing of version 1; whatever was typed stays one name in it."""
    return "/v1/" + "/".join(_name(name) for name in names)


def rehearsed(dry_run: bool) -> dict[str, object]:
    """This will give the parameters of a write that is only looked at, or none."""
    return {"dry_run": True} if dry_run else {}


def _name(typed: str) -> str:
    """Dots alone would walk to another place before they are sent."""
    return quote(typed, safe="") if typed.strip(".") else "%2E" * len(typed) or "%20"


def data_folder() -> Path:
    """This will give the folder where `./run` keeps its data: XUNXIAN_DATA, else `var` in the checkout."""
    named = os.environ.get("XUNXIAN_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "var"


def find_address(base: str | None, token: str | None, role: str) -> Address:
    """This will find the service and a token; `role` chooses among the tokens of `run.json`. Raises Stopped."""
    running = running_service()
    tokens = running.get("tokens", {})
    base = base or os.environ.get("XUNXIAN_URL") or running.get("base_url")
    token = token or os.environ.get("XUNXIAN_TOKEN") or tokens.get(role)
    if not base:
        raise Stopped(
            FAILED,
            "找不到正在运行的服务：请先执行 ./run，或用 --base / XUNXIAN_URL 指明地址。",
            "No running service found: start ./run, or name it with --base or XUNXIAN_URL.",
        )
    if not token:
        known = ", ".join(sorted(tokens)) or "—"
        raise Stopped(
            USAGE,
            f"没有“{role}”的令牌：请用 --token / XUNXIAN_TOKEN，或 --as 选择 {known}。",
            "No token for that role: use --token, XUNXIAN_TOKEN or --as.",
        )
    return Address(base.rstrip("/"), token)


class Remote:
    """One kept-alive connection to the service."""

    def __init__(self, address: Address, *, timeout: float = 60.0) -> None:
        import httpx

        self.address = address
        self._client = httpx.Client(base_url=address.base, timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, *, token: str | None = None, **params: object) -> Any:
        """This will read one resource; raises Refused, or Stopped when the service cannot be reached."""
        return self.send("GET", path, token=token, params=params).body

    def send(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        token: str | None = None,
        key: str | None = None,
        version: int | None = None,
        params: Mapping[str, object] | None = None,
    ) -> Answer:
        """This will send one request; `key` makes it happen once, `version` refuses it if somebody was first.

        A body of bytes is sent as a file, anything else as JSON.
        """
        headers = {"Authorization": f"Bearer {token or self.address.token}"}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        if key is not None:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if "?" in path:
            raise ValueError("what is asked goes into `params`: a path with a question mark would lose it")
        asked = {name: _parameter(value) for name, value in (params or {}).items() if value is not None}
        response = self._insist(
            method, path, body, headers, asked, again=key is not None or method in ("GET", "PUT")
        )
        return _answer(response)

    def pages(self, path: str, *, token: str | None = None, **params: object) -> Iterator[dict[str, Any]]:
        """This will read a list to its end, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, token=token, cursor=cursor, limit=200, **params)
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _insist(
        self,
        method: str,
        path: str,
        body: object | None,
        headers: dict[str, str],
        params: dict[str, str],
        again: bool,
    ) -> httpx.Response:
        import httpx

        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
                response = self._client.request(method, path, headers=headers, params=params, **sent)
            except httpx.TransportError as lost:
                if not again or time.monotonic() > give_up:
                    raise Stopped(
                        FAILED,
                        f"连不上服务 {self.address.base}。",
                        f"Cannot reach {self.address.base}: {lost}",
                    ) from lost
                time.sleep(0.5)
                continue
            wait = _told_to_wait(response)
            if wait is None or not again or time.monotonic() + wait > give_up:
                return response
            time.sleep(wait)


def _told_to_wait(response: httpx.Response) -> float | None:
    """Too many requests, or a database that is just restarting: the service says when to come back."""
    if response.status_code not in (429, 503):
        return None
    told = response.headers.get("Retry-After", "")
    return float(told) if told.isdigit() else 1.0


def _answer(response: httpx.Response) -> Answer:
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if response.status_code >= 400:
        problem = response.json() if kind.endswith("json") else {"detail": response.text[:200]}
        raise Refused(response.status_code, problem)
    body = response.json() if kind.endswith("json") else response.content
    return Answer(response.status_code, body, response.content, response.headers)


def running_service() -> dict[str, Any]:
    """This will read what `./run` announced of itself; empty when it is not running. Raises Stopped."""
    path = data_folder() / "run.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as broken:
        raise Stopped(FAILED, f"读不了 {path}：{broken}", f"Cannot read {path}: {broken}") from broken
    return found if isinstance(found, dict) else {}


def _parameter(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _sentence(error: Mapping[str, Any]) -> str:
    where = f"{error['pointer']}: " if error.get("pointer") else ""
    hint = f" → {both(error['hint'])}" if error.get("hint") else ""
    return f"{where}{both(error.get('message'))} [{error.get('code', '')}]{hint}"
