"""Letters on the real system: from what was shared, as drafts, the same again, with the office's own words if it has any."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.api.conftest import Ask, tip
from tests.conftest import STARTS
from tests.pdf_pages import pages_of
from tests.turning import turn

STATION, OFFICER, LIAISON = "station_qinglan", "station_qinglan.officer", "station_qinglan.liaison"


@pytest.fixture
def handed(ask: Ask) -> dict[str, Any]:
    """A lead given to a station, told by somebody who must not be found."""
    told = tip(
        description="古玩城二楼摊位有人卖牙雕。",
        reporter_kind="real_name",
        reporter={"name": "甄不愿", "phone": "13900001111"},
        products=["ivory"],
    )
    number = ask("POST", "/v1/leads", json=told).json["number"]
    ask(
        "POST",
        f"/v1/leads/{number}/actions/accept",
        json={"given": {"lead_agency": STATION, "requirement": "三日内查清摊主和来源。"}},
    )
    handoff = ask("GET", "/v1/handoffs?box=inbox", by=LIAISON).json["items"][0]
    return {"number": number, "handoff": handoff["id"]}


def words(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))


def test_an_assignment_says_what_was_shared_and_nothing_of_who_told(ask: Ask, handed: dict[str, Any]) -> None:
    path = f"/v1/handoffs/{handed['handoff']}/letter"
    letter = ask("GET", f"{path}.docx", by=LIAISON)
    said = words(letter.data)
    for part in (
        handed["number"],
        "三日内查清摊主和来源。",
        "青岚林业工作站：",
        "草　稿",
        "〔　　　　〕　　号",
        "主办",
    ):
        assert part in said
    assert not [part for part in ("甄不愿", "13900001111", "实名", "来访", "walk_in") if part in said]
    assert ask("GET", f"{path}.pdf", by=LIAISON).data.startswith(b"%PDF")
    assert ask("GET", f"{path}.docx", by="market.liaison").status_code == 404


def test_the_same_letter_has_the_same_bytes_whoever_prints_it_and_whenever(
    ask: Ask, handed: dict[str, Any], system: Any, callers: Any
) -> None:
    path = f"/v1/handoffs/{handed['handoff']}/letter"
    first = {ending: ask("GET", f"{path}.{ending}").data for ending in ("docx", "pdf")}
    turn(system, callers["system"], STARTS.replace(day=11))
    assert {ending: ask("GET", f"{path}.{ending}", by=LIAISON).data for ending in ("docx", "pdf")} == first


def test_a_supervision_sheet_is_a_draft_until_it_is_signed(
    ask: Ask, handed: dict[str, Any], system: Any, callers: Any
) -> None:
    turn(system, callers["system"], STARTS.replace(month=9, day=8))
    order = next(
        o
        for o in ask("GET", "/v1/orders").json["items"]
        if o["level"] == "L3" and o["holder"]["id"] == STATION
    )
    said = words(ask("GET", f"/v1/orders/{order['id']}/letter.docx").data)
    assert ("草　稿" in said, "〔　　　　〕　　号" in said, "蓝　单" in said) == (True, True, True)
    assert not [colour for colour in ("黄　单", "红　单") if colour in said]
    signed = ask(
        "POST", f"/v1/orders/{order['id']}/actions/sign", by="office.office_director", json={"given": {}}
    )
    assert signed.status_code == 200
    said = words(ask("GET", f"/v1/orders/{order['id']}/letter.docx").data)
    assert ("草　稿" in said, signed.json["number"] in said, "2017年9月8日" in said) == (False, True, True)
    red = next(
        o
        for o in ask("GET", "/v1/orders").json["items"]
        if o["level"] == "L5" and o["holder"]["id"] == STATION
    )
    assert "红　单" in words(ask("GET", f"/v1/orders/{red['id']}/letter.docx").data)
    late = next(
        c for c in ask("GET", "/v1/deadlines?subject=lead&state=running").json["items"] if c["overdue"]
    )
    assert "现已逾期" in words(ask("GET", f"/v1/deadlines/{late['id']}/letter.docx").data)


def test_a_transfer_lists_what_records_say_was_taken(ask: Ask, handed: dict[str, Any]) -> None:
    """What was seized is not typed again for the list of a transfer; a thing in custody stands there instead of its record."""
    number, seized = handed["number"], {"product": "ivory", "identified": True, "value_basis": "declared"}
    for data in ({"pieces": 4, "document_number": "扣〔2017〕3号"}, {"grams": 533.5}, {"pieces": 0}):
        record = {"kind": "seizure", "occurred_on": "2017-08-10", "data": {**seized, **data}}
        view = ask("POST", f"/v1/leads/{number}/records", json=record, by=OFFICER).json
    body = {"to": "public_security", "given": {"report": "经核查，涉嫌犯罪。", "reason": "涉嫌犯罪"}}
    proposed = ask("POST", f"/v1/leads/{number}/transfers", json=body, by=OFFICER).json
    path = f"/v1/transfers/{proposed['transfers'][-1]['id']}/letter.docx"
    said = words(ask("GET", path, by=OFFICER).data)
    assert "象牙及制品（收缴扣押，2017年8月10日登记，扣〔2017〕3号）\n4\n" in said
    assert "象牙及制品（收缴扣押，2017年8月10日登记）\n\n533.5\n" in said
    assert said.count("（收缴扣押，") == 2
    assert "（无）" not in said
    record_id = next(r["id"] for r in view["records"] if r["data"].get("pieces") == 4)
    thing = {"label": "象牙手镯", "product": "ivory", "pieces": 4, "record": record_id}
    assert ask("POST", f"/v1/leads/{number}/items", json=thing, by=OFFICER).status_code == 201
    said = words(ask("GET", path, by=OFFICER).data)
    assert "象牙手镯\n4\n" in said
    assert said.count("（收缴扣押，") == 1


def test_an_urging_about_a_report_says_which_of_them(ask: Ask) -> None:
    clocks = ask("GET", "/v1/deadlines?subject=report&limit=100").json["items"]
    said = {words(ask("GET", f"/v1/deadlines/{clock['id']}/letter.docx").data) for clock in clocks}
    for name in ("（第一次阶段性工作情况）", "（第二次阶段性工作情况）", "（行动总结报告）"):
        assert any(name in letter for letter in said)


def test_a_bulletin_a_special_report_and_the_ledger_say_what_the_records_say(
    ask: Ask, handed: dict[str, Any]
) -> None:
    assert "共接收线索1条" in words(ask("GET", "/v1/campaign/bulletin.docx").data)
    assert ask("GET", "/v1/campaign/bulletin.docx", by=LIAISON).status_code == 404
    (week,) = pages_of(ask("GET", "/v1/campaign/week.pdf").data)
    assert "范围：全部线索" in "".join(week)
    (own,) = pages_of(ask("GET", "/v1/campaign/week.pdf", by=LIAISON).data)
    assert "范围：青岚林业工作站经办" in "".join(own)
    special = words(ask("GET", f"/v1/leads/{handed['number']}/special-report.docx", by=OFFICER).data)
    assert "古玩城二楼摊位有人卖牙雕。" in special
    assert "甄不愿" not in special
    assert (
        ask("GET", f"/v1/leads/{handed['number']}/special-report.docx", by="market.liaison").status_code
        == 404
    )
    ask("POST", "/v1/leads", json=tip(title="=cmd|'/c calc'!A1"))
    sheet = load_workbook(BytesIO(ask("GET", "/v1/campaign/ledger.xlsx").data)).active
    assert [sheet.cell(4, 1).value, sheet.cell(4, 5).value] == [handed["number"], "青岚林业工作站"]
    assert (sheet.cell(5, 2).value, sheet.cell(5, 2).data_type) == ("=cmd|'/c calc'!A1", "s")
    own = load_workbook(BytesIO(ask("GET", "/v1/campaign/ledger.xlsx", by=LIAISON).data)).active
    assert own.max_row == 4


def edited(content: bytes, words: str) -> bytes:
    document = Document(BytesIO(content))
    document.paragraphs[-1].insert_paragraph_before(words)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def upload(ask: Ask, content: bytes, kind: str = "handoff", by: str = "office.office_staff") -> Any:
    path = f"/v1/letter-templates/{kind}.docx"
    return ask("PUT", path, by=by, data=content, content_type="application/octet-stream")


def test_an_office_writes_its_own_words_and_goes_back_to_the_shipped_ones(
    ask: Ask, handed: dict[str, Any]
) -> None:
    shipped = ask("GET", "/v1/letter-templates/handoff.docx").data
    kept = upload(ask, edited(shipped, "联系电话见本办通讯录，线索{{ lead_number }}。"))
    assert (kept.status_code, kept.json["own"], kept.json["version"]) == (201, True, 1)
    path = f"/v1/handoffs/{handed['handoff']}/letter"
    assert f"联系电话见本办通讯录，线索{handed['number']}。" in words(ask("GET", f"{path}.docx").data)
    assert ask("GET", f"{path}.pdf").json["code"] == "own_template"
    assert ask("POST", "/v1/letter-templates/handoff/reset", json={"reason": "改回"}).json["own"] is False
    assert "联系电话" not in words(ask("GET", f"{path}.docx").data)
    assert upload(ask, shipped, by=LIAISON).status_code == 403
    assert upload(ask, shipped, kind="poem").status_code == 404


def test_an_office_sets_its_reports_in_its_own_word_template(ask: Ask) -> None:
    path = "/v1/reports/stage/2017-09"
    ask("POST", f"{path}/compilations", json={})
    plain = ask("GET", f"{path}/compilation.docx").data
    shipped = ask("GET", "/v1/letter-templates/report.docx").data
    kept = upload(ask, edited(shipped, "呈报领导小组：{{ name }}。"), kind="report")
    assert (kept.status_code, kept.json["own"]) == (201, True)
    said = words(ask("GET", f"{path}/compilation.docx").data)
    assert "呈报领导小组：第一次阶段性工作情况。" in said
    assert "一、基本情况" in said
    assert ask("GET", f"{path}/compilation.pdf").data.startswith(b"%PDF")
    lost = Document()
    lost.add_paragraph("{{ name }}")
    content = BytesIO()
    lost.save(content)
    refused = upload(ask, content.getvalue(), kind="report")
    assert (refused.status_code, refused.json["code"]) == (422, "misplaced_block")
    ask("POST", "/v1/letter-templates/report/reset", json={"reason": "改回"})
    assert ask("GET", f"{path}/compilation.docx").data == plain


def test_unknown_names_in_a_template_are_all_listed(ask: Ask) -> None:
    shipped = ask("GET", "/v1/letter-templates/handoff.docx").data
    refused = upload(
        ask,
        edited(
            shipped, "{{ reporter }} {{ lead_numbr }} {% for row in materials %}{{ row.path }}{% endfor %}"
        ),
    )
    assert refused.status_code == 422
    named = {error["message"]["zh"] for error in refused.json["errors"]}
    assert named == {"没有“reporter”这一项", "没有“lead_numbr”这一项", "没有“row.path”这一项"}


@pytest.mark.parametrize(
    "words_of_a_template",
    [
        "{{ lead_number.__class__ }}",
        "{{ cycler() }}",
        "{% for a in range(9) %}{% endfor %}",
        "{{ lead_number|upper }}",
        "{{ materials[0] }}",
        "{% set a = 1 %}",
        "{% include 'a' %}",
        "{{ 9 * 9 }}",
        "{% if draft %}",
        "{{ lead_number",
    ],
)
def test_a_template_can_name_facts_and_do_nothing_else(ask: Ask, words_of_a_template: str) -> None:
    shipped = ask("GET", "/v1/letter-templates/handoff.docx").data
    assert upload(ask, edited(shipped, words_of_a_template)).status_code == 422


def repacked(content: bytes, name: str, part: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w") as written:
        for held in {*source.namelist(), name}:
            written.writestr(held, part if held == name else source.read(held))
    return target.getvalue()


def test_a_file_that_is_no_plain_word_file_is_refused(ask: Ask) -> None:
    shipped = ask("GET", "/v1/letter-templates/handoff.docx").data
    outside = (
        b'<Relationships xmlns="x"><Relationship TargetMode="External" Target="http://x"/></Relationships>'
    )
    for content in (
        b"not a file",
        shipped[:3000],
        repacked(shipped, "word/vbaProject.bin", b"x"),
        repacked(shipped, "word/_rels/more.rels", outside),
        repacked(shipped, "word/document.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        repacked(shipped, "word/document.xml", b"<a/>"),
        repacked(shipped, "docProps/core.xml", b"<a>{{ draft }}</a>"),
    ):
        assert upload(ask, content).json["code"] == "not_a_template"


def test_a_partner_finds_in_its_ledger_only_its_own_clocks(ask: Ask, handed: dict[str, Any]) -> None:
    asked = {"type": "market_joint_check", "to": ["market"], "request": "请派员联合检查。"}
    assert ask("POST", f"/v1/leads/{handed['number']}/handoffs", by=OFFICER, json=asked).status_code == 201
    mine = ask("GET", "/v1/handoffs?box=inbox", by="market.liaison").json["items"][0]["id"]
    taken = ask("POST", f"/v1/handoffs/{mine}/actions/acknowledge", by="market.liaison", json={"given": {}})
    assert taken.status_code == 200
    running = ask("GET", "/v1/deadlines?state=running", by="market.liaison").json["items"]
    first = min(clock["due_at"] for clock in running)[:16].replace("T", " ")
    sheet = load_workbook(BytesIO(ask("GET", "/v1/campaign/ledger.xlsx", by="market.liaison").data)).active
    assert (sheet.cell(4, 1).value, sheet.cell(4, 9).value) == (handed["number"], first)
