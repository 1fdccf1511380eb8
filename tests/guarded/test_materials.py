"""Files: kept by their content, seen by those who may, given back as they were, and read again."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from services.api.bodies import UPLOAD_BYTES
from shared.bootstrap import System
from shared.settings import Settings
from tests.api.conftest import Ask, tip
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, DeliverOutbox
from workflows.disclosure import digest

NAME = "现场照片 ①（古玩城）.png"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 64
SHA256 = hashlib.sha256(PICTURE).hexdigest()


def upload(ask: Ask, number: str, content: bytes = PICTURE, name: str = NAME, **options: Any) -> Any:
    path = f"/v1/leads/{number}/materials?name={quote(name)}{options.pop('more', '')}"
    headers = {"Content-Type": "application/octet-stream", **options.pop("headers", {})}
    return ask("POST", path, data=content, headers=headers, **options)


@pytest.fixture
def market(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "market")


@pytest.fixture
def number(lead: dict[str, Any]) -> str:
    return str(lead["number"])


def handed(ask: Ask, number: str, to: str, **more: Any) -> str:
    asked = {"type": "market_joint_check", "to": [to], "request": "请联合检查", **more}
    answer = ask("POST", f"/v1/leads/{number}/handoffs", json=asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json["handoffs"][-1]["id"])


def test_a_file_comes_back_as_it_was_and_harms_no_browser(ask: Ask, number: str) -> None:
    added = upload(ask, number)
    assert (added.status_code, added.json["sha256"], added.json["name"]) == (201, SHA256, NAME)
    assert (added.json["media_type"], added.json["size"]) == ("image/png", len(PICTURE))
    answer = ask("GET", added.json["href"])
    assert answer.data == PICTURE
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(NAME, safe='')}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert ask("GET", f"/v1/leads/{number}").json["materials"][0]["sha256"] == SHA256


def test_the_same_bytes_are_kept_once_under_both_names(ask: Ask, number: str, settings: Settings) -> None:
    upload(ask, number)
    upload(ask, number, name="另一个名字.png")
    assert [p.name for p in (settings.data / "materials").rglob("*") if p.is_file()] == [SHA256]
    assert len(ask("GET", f"/v1/leads/{number}").json["materials"]) == 2


def test_a_repeated_upload_with_its_key_adds_nothing_and_another_file_is_refused(
    ask: Ask, number: str
) -> None:
    headers = {"Idempotency-Key": "file-1"}
    first, again = upload(ask, number, headers=headers), upload(ask, number, headers=headers)
    assert again.json["id"] == first.json["id"]
    assert upload(ask, number, b"other", headers=headers).status_code == 422
    assert len(ask("GET", f"/v1/leads/{number}").json["materials"]) == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("../../etc/passwd", PICTURE, 422, "format"),
        ("a\u202egnp.exe", PICTURE, 422, "bad_text"),
        ("   ", PICTURE, 422, "blank"),
        ("x" * 201, PICTURE, 422, "too_long"),
        (NAME, b"", 422, "blank"),
        ("照片.png", b"MZ" + b"\0" * 300, 422, "program"),
        ("照片.png", b"\x7fELF" + b"\0" * 300, 422, "program"),
        (NAME, b"x" * (UPLOAD_BYTES + 1), 413, "too_large"),
    ],
    ids=["path", "reordered", "blank name", "long name", "empty", "exe", "elf", "large"],
)
def test_what_is_no_material_is_refused_and_leaves_nothing(
    ask: Ask, number: str, name: str, content: bytes, status: int, code: str
) -> None:
    answer = upload(ask, number, content, name)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert ask("GET", f"/v1/leads/{number}").json["materials"] == []


def test_a_form_is_told_to_send_the_file_itself(ask: Ask, number: str) -> None:
    answer = ask("POST", f"/v1/leads/{number}/materials?name=x", data={"file": "x"})
    assert (answer.status_code, answer.json["code"]) == (415, "form")


def test_the_limit_of_other_requests_stays_where_it_was(app: Flask, number: str) -> None:
    headers = {"Authorization": "Bearer office.office_staff", "Content-Type": "application/json"}
    answer = app.test_client().post("/v1/leads", data=b" " * (1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 413


def test_a_helper_sees_what_was_sent_along_and_what_belongs_to_its_work_and_nothing_else(
    ask: Ask, number: str, market: str
) -> None:
    kept = upload(ask, number, name="内部.png").json["id"]
    along = upload(ask, number, b"GIF89a" + b"\0" * 20, name="随附.gif").json
    handoff = handed(ask, number, market, materials=[along["id"]])
    theirs = upload(
        ask, number, b"answer", name="答复.txt", more=f"&handoff={handoff}", by=f"{market}.liaison"
    )
    assert theirs.status_code == 201, theirs.text
    view = ask("GET", f"/v1/handoffs/{handoff}", by=f"{market}.liaison").json
    assert [m["name"] for m in view["materials"]] == ["随附.gif", "答复.txt"]
    assert view["shared"]["copy"]["materials"] == [{n: along[n] for n in ("name", "sha256", "size")}]
    assert digest(view["shared"]["copy"]) == view["shared"]["sha256"]
    lead = ask("GET", f"/v1/leads/{number}", by=f"{market}.liaison").json
    assert [m["name"] for m in lead["materials"]] == ["随附.gif", "答复.txt"]
    assert ask("GET", f"/v1/materials/{kept}/content", by=f"{market}.liaison").status_code == 404
    assert ask("GET", f"/v1/materials/{along['id']}/content", by=f"{market}.liaison").status_code == 200
    assert ask("GET", f"/v1/materials/{along['id']}/content", by="customs.officer").status_code == 404


def test_a_file_of_another_lead_cannot_be_sent_along(ask: Ask, number: str, market: str) -> None:
    other = ask("POST", "/v1/leads", json=tip()).json["number"]
    foreign = upload(ask, other).json["id"]
    asked = {"type": "market_joint_check", "to": [market], "request": "x", "materials": [foreign]}
    answer = ask("POST", f"/v1/leads/{number}/handoffs", json=asked)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/materials/0")


def the_file(settings: Settings) -> Path:
    return settings.data / "materials" / SHA256[:2] / SHA256


def test_an_altered_byte_is_found_recorded_told_and_never_given_out(
    ask: Ask, system: System, callers: dict[str, Caller], number: str, settings: Settings
) -> None:
    added = upload(ask, number).json
    assert system.verify_materials(at_once=True) == []
    content = bytearray(PICTURE)
    content[-1] ^= 1
    the_file(settings).write_bytes(content)
    assert ask("GET", added["href"]).json["code"] == "material_altered"
    assert [f["id"] for f in system.verify_materials(at_once=True)] == [added["id"]]
    assert len(system.verify_materials(at_once=True)) == 1
    events = ask("GET", f"/v1/leads/{number}/events").json["items"]
    assert [e["kind"] for e in events].count("material.found_faulty") == 1
    assert ask("GET", f"/v1/materials/{added['id']}").json["fault"] == "altered"
    system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
    kinds = [n["kind"] for n in ask("GET", "/v1/notices", by="office.office_director").json["items"]]
    assert "material.found_faulty" in kinds


def test_a_missing_file_is_found_and_uploading_it_again_heals_it(
    ask: Ask, system: System, number: str, settings: Settings
) -> None:
    added = upload(ask, number).json
    the_file(settings).unlink()
    assert [f["fault"] for f in system.verify_materials(at_once=True)] == ["missing"]
    upload(ask, number)
    assert system.verify_materials(at_once=True) == []
    assert ask("GET", added["href"]).data == PICTURE


def test_many_files_are_read_again_in_batches_each_once(
    ask: Ask, system: System, number: str, settings: Settings
) -> None:
    for index in range(5):
        upload(ask, number, b"file %d" % index, name=f"{index}.txt")
    for path in (settings.data / "materials").rglob("*"):
        if path.is_file():
            path.write_bytes(b"spoilt")
    assert len(system.verify_materials(at_once=True, batch=2)) == 5


def test_a_file_of_unknown_length_is_never_cut_short(app: Flask, number: str) -> None:
    """Sent in chunks, a byte over the limit."""
    stream = io.BytesIO(b"x" * (UPLOAD_BYTES + 1))
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = app.test_client().post(
        f"/v1/leads/{number}/materials?name=x",
        input_stream=stream,
        environ_overrides=chunked,
        headers={"Authorization": "Bearer office.office_staff", "Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 413
