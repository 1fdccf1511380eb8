"""Talking to the service: where it is, what is sent again, and what a refusal means for a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.cli.main import main
from services.cli.remote import Address, Refused, Remote, find_address, place
from services.cli.screen import CONFLICT, FAILED, NOT_FOUND, USAGE, Stopped

PROBLEM = {
    "detail": "线索已结案",
    "detail_en": "the lead is closed",
    "code": "wrong_state",
    "errors": [
        {"code": "wrong_state", "message": {"zh": "线索已结案", "en": "closed"}, "pointer": "/given/reason"}
    ],
    "possible": ["reopen"],
}


class Office(ThreadingHTTPServer):
    """A small service on the loopback that answers what it was told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def will_answer(self, status: int, body: Any, **headers: str) -> None:
        kind = "application/problem+json" if status >= 400 else "application/json"
        self.answers.append((status, {"Content-Type": kind, **headers}, json.dumps(body).encode()))

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self.server_address[1]}", "secret")


class Desk(BaseHTTPRequestHandler):
    server: Office

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers.items()), body))
        status, headers, content = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names http.server calls

    def log_message(self, *_: object) -> None:
        """Silent: pytest shows what matters."""


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_write_carries_token_key_and_version(office: Office) -> None:
    office.will_answer(200, {"version": 4})
    with Remote(office.address) as remote:
        assert remote.send("POST", "/v1/x", {"a": "值"}, key="k1", version=3).body == {"version": 4}
    _, _, headers, body = office.asked[0]
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "k1"
    assert headers["If-Match"] == '"3"'
    assert json.loads(body) == {"a": "值"}


def test_a_service_that_is_just_restarting_is_asked_again(office: Office) -> None:
    office.will_answer(503, {"detail": "later"}, **{"Retry-After": "0"})
    office.will_answer(200, {"ok": True})
    with Remote(office.address) as remote:
        assert remote.send("POST", "/v1/x", {}, key="k1").body == {"ok": True}
    assert [headers["Idempotency-Key"] for _, _, headers, _ in office.asked] == ["k1", "k1"]


def test_a_write_without_a_key_is_never_sent_twice(office: Office) -> None:
    office.will_answer(503, {"detail": "later"}, **{"Retry-After": "0"})
    with Remote(office.address) as remote, pytest.raises(Refused):
        remote.send("POST", "/v1/x", {})
    assert len(office.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, NOT_FOUND),
        (409, CONFLICT),
        (412, CONFLICT),
        (422, USAGE),
        (400, USAGE),
        (403, FAILED),
        (401, FAILED),
    ],
)
def test_each_refusal_has_its_exit_code_and_every_reason(office: Office, status: int, code: int) -> None:
    office.will_answer(status, PROBLEM)
    with Remote(office.address) as remote, pytest.raises(Refused) as refused:
        remote.get("/v1/x")
    stopped = refused.value
    assert stopped.exit_code == code
    assert "线索已结案" in stopped.text.zh
    assert "/given/reason" in stopped.text.zh
    assert "reopen" in stopped.text.zh


def test_a_list_is_read_to_its_end(office: Office) -> None:
    office.will_answer(200, {"items": [{"n": 1}], "next_cursor": "c"})
    office.will_answer(200, {"items": [{"n": 2}], "next_cursor": None})
    with Remote(office.address) as remote:
        assert [item["n"] for item in remote.pages("/v1/x", state="open")] == [1, 2]
    assert "cursor=c" in office.asked[1][1]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("YS-2017-0001", "/v1/leads/YS-2017-0001"),
        ("../campaign", "/v1/leads/..%2Fcampaign"),
        ("a?b#c", "/v1/leads/a%3Fb%23c"),
        ("..", "/v1/leads/%2E%2E"),
        ("", "/v1/leads/%20"),
    ],
)
def test_whatever_is_typed_stays_one_name_of_the_path(typed: str, sent: str) -> None:
    assert place("leads", typed) == sent


def test_a_number_there_is_none_of_is_answered_with_the_nearest(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.will_answer(404, {"code": "not_found", "detail": "没有这一项"})
    office.will_answer(
        200, {"items": [{"number": "YS-2017-0012"}, {"number": "YS-2017-0077"}], "next_cursor": None}
    )
    typed = ["lead", "show", "ys-2017-012", "--base", office.address.base, "--token", "t"]
    assert main(typed) == NOT_FOUND
    assert "你是不是想输入 YS-2017-0012？" in capsys.readouterr().err


def test_the_running_service_is_found_in_its_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNXIAN_DATA", str(tmp_path))
    monkeypatch.delenv("XUNXIAN_URL", raising=False)
    monkeypatch.delenv("XUNXIAN_TOKEN", raising=False)
    (tmp_path / "run.json").write_text('{"base_url":"http://127.0.0.1:8000/","tokens":{"officer":"xt_1"}}')
    assert find_address(None, None, "officer") == Address("http://127.0.0.1:8000", "xt_1")
    assert find_address("http://other", "t", "officer") == Address("http://other", "t")
    with pytest.raises(Stopped) as no_role:
        find_address(None, None, "leader")
    assert no_role.value.exit_code == USAGE


def test_without_a_running_service_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNXIAN_DATA", str(tmp_path))
    monkeypatch.delenv("XUNXIAN_URL", raising=False)
    with pytest.raises(Stopped) as stopped:
        find_address(None, "t", "officer")
    assert "./run" in stopped.value.text.zh
