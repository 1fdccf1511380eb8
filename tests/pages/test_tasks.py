"""The page of a task takes its shape from where steps lead, in any campaign; and files go along with the work."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, app, ask  # noqa: F401 - fixtures
from tests.api.test_a_campaign_with_other_words import Fireworks
from tests.pages.conftest import Enter, entering


@pytest.fixture
def fw(ask: Ask, system: System) -> Fireworks:  # noqa: F811 - a fixture
    """A campaign with steps of other names."""
    return Fireworks(ask, system)


def test_work_is_signed_for_answered_and_agreed_to_under_other_names_of_steps(
    fw: Fireworks, system: System
) -> None:
    part = fw.parts(fw.dispatched(assisting=["safety_bureau"]))["fire_east"].partition("/")[2]
    inspector = entering(system)(fw.tokens["east-inspector"])
    page = inspector.open(f"/t/{part}")
    assert re.search(r'<form method="post" action="[^"]+/act/take">.*?data-test="main">接单</button>', page)
    page = inspector.follow(inspector.send(f"/t/{part}/act/take"))
    assert "查看" in page, "the clock of the lead runs for who leads"
    main = re.search(r'<form id="reply".*?</form>', page, re.DOTALL)
    assert main
    assert "提交回报" in main[0]
    assert inspector.send(f"/t/{part}/act/tell").status_code == 422
    page = inspector.follow(inspector.send(f"/t/{part}/act/tell", preset="clean", given__reason="棚内三箱"))
    assert "已检查，未发现违法：棚内三箱" in unescape(page)
    clerk = entering(system)(fw.tokens["clerk"])
    assert re.search(r'action="/t/[^"]+/act/approve".*?class="primary"', clerk.open(f"/t/{part}"), re.DOTALL)


def test_who_leads_sees_the_clock_of_the_lead_in_the_list_and_the_latest_first(visit: Enter) -> None:
    page = visit("station_qinglan.officer").open("/inbox?box=tasks")
    rows = re.findall(r'<tr class="[^"]*" data-test="task-row">(.*?)</tr>', page, re.DOTALL)
    lights = [re.search(r'data-light="(\w+)"', row) for row in rows]
    assert all(lights), "work without a clock: nobody would know until when"
    named = [found[1] for found in lights if found]
    assert named[0] == "escalated"
    late = [light in ("escalated", "overdue") for light in named]
    assert late == sorted(late, reverse=True)


def test_an_answer_takes_its_photographs_along_and_says_which_were_kept(visit: Enter) -> None:
    officer = visit("market.officer")
    task = re.findall(r'href="(/t/[\w-]+)"', officer.open("/inbox?box=tasks"))[0]
    page = officer.open(task)
    form = re.search(r'<form id="reply"[^>]*action="([^"]+)"[^>]*enctype="multipart/form-data"', page)
    assert form
    photos = [(BytesIO(bytes([n]) * 2_000_000), f"现场{n}.jpg") for n in (1, 2)]
    refused = officer.send(form[1], preset="found", version=0, file=photos[:1])
    assert refused.status_code == 412
    assert "已上传：现场1.jpg" in unescape(refused.text)
    officer.open(task)
    bad = officer.send(form[1], preset="found", file=[(BytesIO(b"MZ" + bytes(200)), "程序.exe")])
    assert bad.status_code == 422
    assert "程序.exe：" in unescape(bad.text)
    assert re.search(r'value="found" checked', bad.text), "what was chosen stays"
    officer.open(task)
    done = officer.follow(officer.send(form[1], preset="found", file=photos[1:]))
    for said in ("现场1.jpg", "现场2.jpg", "属实"):
        assert said in unescape(done)


def test_a_task_says_who_asked(visit: Enter) -> None:
    officer = visit("market.officer")
    task = re.findall(r'href="(/t/[\w-]+)"', officer.open("/inbox?box=tasks"))[0]
    facts = re.search(r'<p class="facts">.*?</p>', officer.open(task), re.DOTALL)
    assert facts
    assert re.search(r"白鹭林业站（白鹭林业站·officer） → 县工商局", facts[0])


def test_files_go_along_with_the_work_each_by_itself(visit: Enter) -> None:
    officer = visit("market.officer")
    task = re.findall(r'href="(/t/[\w-]+)"', officer.open("/inbox?box=tasks"))[0]
    page = officer.open(task)
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    sent = [
        (BytesIO("笔录".encode()), "笔录.txt"),
        (BytesIO(b""), "空.txt"),
        (BytesIO(b"MZ" + bytes(200)), "程序.exe"),
    ]
    form = {"csrf": token[1], "key": "files-of-a-task", "file": sent}
    answer = officer.client.post(f"{task}/materials", data=form)
    assert answer.status_code == 422
    said = unescape(answer.text)
    assert "空.txt：文件是空的" in said
    assert "程序.exe：" in said
    assert "已上传：笔录.txt" in said
    assert re.search(r'href="/materials/[\w-]+" download>笔录.txt', officer.open(task))
    photos = [(BytesIO(bytes([n])), f"照片{n}.jpg") for n in range(10)]
    form = {"csrf": token[1], "key": "ten-photographs", "file": photos}
    assert "已上传 10 个文件" in unescape(officer.follow(officer.client.post(f"{task}/materials", data=form)))
    form = {"csrf": token[1], "key": "nothing-chosen"}
    assert officer.client.post(f"{task}/materials", data=form).status_code == 422


def test_a_transfer_tells_what_came_with_it_and_asks_for_what_is_missing(visit: Enter) -> None:
    head = visit("station_shuanghe.unit_head")
    path = re.findall(r'href="(/transfers/[\w-]+)"', head.open("/inbox?box=transfers"))[0]
    page = head.open(path)
    assert "查获制品估值较高" in page, "whoever decides reads why"
    assert "可不填" not in head.follow(head.send(f"{path}/act/approve")).split("随案材料")[1][:40]
    form = head.page
    assert form.index('data-act="send"') < form.index('data-test="clock"'), (
        "what to do stands before what runs"
    )
    every = ["transfer_letter", "investigation_report", "property_list", "appraisal_report", "other_material"]
    sent = head.send(
        f"{path}/act/send", given__document_number="双林移字〔2017〕3号", given__enclosures=every
    )
    assert sent.status_code == 303, sent.text[:600]
    police = visit("public_security.officer")
    page = unescape(police.open(path))
    for told in ("双林移字〔2017〕3号", "涉案物品清单", "查获制品估值较高"):
        assert told in page
    happened = re.findall(
        r'data-test="event"><strong>([^<]+)</strong>.*?<br><span>(.*?)</span>', page, re.DOTALL
    )
    assert happened[0][0] == "移送", "newest first"
    assert all("双河林业站" in who for _, who in happened)
    assert re.findall(r'<li class="(past|now|ahead)"', page)[:4] == ["past", "past", "now", "ahead"]


def test_work_is_given_to_a_colleague_who_is_chosen_and_named(visit: Enter) -> None:
    liaison = visit("market.liaison")
    task = re.findall(r'href="(/t/[\w-]+)"', liaison.open("/inbox?box=tasks"))[0]
    form = re.search(rf'action="{task}/act/reassign".*?</form>', liaison.open(task), re.DOTALL)
    assert form
    offered = dict(re.findall(r'<option value="([\w.-]+)">([^<]+)</option>', form[0]))
    assert "market.officer" in offered
    assert not {who for who in offered if not who.startswith("market")}
    done = unescape(liaison.follow(liaison.send(f"{task}/act/reassign", given__officer="market.officer")))
    assert f'经办人 <strong data-test="officer">{offered["market.officer"]}</strong>' in done
    assert f"单位内改派</strong>：{offered['market.officer']}" in done
    row = re.search(rf'href="{task}".*?</tr>', unescape(liaison.open("/inbox?box=tasks")), re.DOTALL)
    assert row
    assert offered["market.officer"] in row[0]
    asker = visit("station_bailu.officer")
    assert offered["market.officer"] in asker.open(task)
    assert "act/reassign" not in asker.page
