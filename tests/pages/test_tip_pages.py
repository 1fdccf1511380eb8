"""What anybody sees who tells something: no session, no scripts, a receipt once, and then what became of it."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from urllib.parse import quote

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg.sql import SQL, Identifier
from werkzeug.test import TestResponse

from services.api.pages.initials import keyed
from shared.bootstrap import System
from tests.conftest import CAMPAIGN, STARTS
from tests.pages.conftest import Enter, Person
from tests.photos import jpeg
from tests.serving import application
from workflows.campaign import CampaignDefinition
from workflows.commands import ActOnLead, Caller, OpenCampaign, system_caller
from workflows.receipt import receipt_from
from workflows.tip import AskReporter

STAFF = "office.office_staff"
WHAT = "古玩城二楼摊位摆着牙雕,问价就报。"
REST = {"place_type": "warehouse", "act": "process", "urgency": "normal"}
ADDRESS, AGENT = "203.0.113.77", "CanaryBrowser/9.9 (Telltale)"


@pytest.fixture
def client(system: System) -> FlaskClient:
    return application(system, "pages").test_client()


@pytest.fixture
def teller(client: FlaskClient) -> Person:
    return Person(client)


def submit(teller: Person, **fields: object) -> str:
    """Fill in the form and go on to the receipt."""
    teller.open("/tip")
    answer = teller.send("/tip", **{"what": WHAT, "where": "北门路古玩城", **fields})
    return teller.follow(answer)


def receipt_on(page: str) -> str:
    found = re.search(r'data-test="receipt"[^>]*>([0-9 ]{19})<', page)
    assert found, page[:600]
    return found[1]


def look(teller: Person, receipt: str) -> str:
    teller.open("/track")
    answer = teller.send("/track", receipt=receipt)
    assert answer.status_code == 200, answer.text[:400]
    teller.page = answer.text
    return teller.page


def test_two_fields_give_a_receipt_that_reloading_does_not_show_again(teller: Person) -> None:
    page = submit(teller)
    assert re.fullmatch(r"[0-9]{4}( [0-9]{4}){3}", receipt_on(page))
    assert "8月11日（周五）17:30前告知是否受理" in page
    assert 'data-test="receipt"' not in teller.open("/tip/receipt")


def test_the_receipt_is_also_a_picture_to_keep_which_asks_nothing_of_any_host(teller: Person) -> None:
    page = submit(teller)
    found = re.findall(r'(src|href)="data:image/png;base64,([^"]+)"', page)
    assert [kind for kind, _ in found] == ["src", "href"], "shown for a long press, and to be saved"
    assert found[0][1] == found[1][1]
    assert b64decode(found[0][1]).startswith(b"\x89PNG")
    assert 'download="查询码.png"' in page
    assert "<script" not in page
    assert len(page.encode()) < 100_000
    assert "/track</li>" in page, "paper says where it is used"
    assert "data:image" not in teller.open("/tip/receipt")


def test_what_a_clerk_prints_for_a_visitor_names_no_lead(enter: Enter) -> None:
    clerk = enter("office.intake")
    clerk.open("/hotline")
    taken = clerk.send("/hotline", words="城东仓库夜里有人锯东西。", channel="phone", **REST).text
    assert "data-print" in taken
    paper = re.sub(
        r'<(\w+)[^>]* class="[^"]*screen-only".*?</\1>', "", taken[taken.index("<main") :], flags=re.DOTALL
    )
    assert "YS-2017" not in taken[: taken.index("</title>")], "browsers print the title"
    assert receipt_on(paper)
    assert "YS-2017" not in paper


def test_the_receipt_shows_what_became_of_it_and_the_teller_answers(
    teller: Person, system: System, callers: dict[str, Caller]
) -> None:
    receipt = receipt_on(submit(teller, photos=(io.BytesIO(jpeg()), "张三手机.jpg")))
    assert "已收到" in look(teller, receipt)
    given = {"lead_agency": "market", "requirement": "秘密核查"}
    number = "YS-2017-0001"
    system.handle(ActOnLead(callers[STAFF], number, "accept", given))
    system.handle(AskReporter(callers[STAFF], number, "具体是几点?"))
    page = look(teller, receipt)
    for shown in ("已受理", "具体是几点?", "已收照片 1 张"):
        assert shown in page
    for hidden in (number, "工商", "秘密核查", "张三", "office"):
        assert hidden not in page.replace('class="office"', "")
    assert "工作人员有话对你说" in page, "what was asked is said first, not found by scrolling"
    answer = teller.send("/track/add", text="下午三点左右。")
    assert "已送出" in answer.text
    assert "工作人员有话对你说" not in answer.text
    assert "下午三点左右。" in answer.text


def test_the_office_reads_and_asks_on_the_page_of_the_lead(teller: Person, enter: Enter) -> None:
    receipt = receipt_on(submit(teller))
    clerk = enter(STAFF)
    assert WHAT in clerk.open("/inbox")
    clerk.open("/leads/YS-2017-0001/reporter")
    assert clerk.send("/leads/YS-2017-0001/reporter", text="摊主叫什么?").status_code == 303
    assert "摊主叫什么?" in clerk.open("/leads/YS-2017-0001/reporter")
    assert "领导小组办·office_staff" in clerk.page, "who asked is named as people are"
    assert "摊主叫什么?" in look(teller, receipt)
    enter("market.officer").open("/leads/YS-2017-0001/reporter", 404)


def test_a_clerk_takes_a_call_with_words_and_a_number_alone(enter: Enter, teller: Person) -> None:
    clerk = enter("office.intake")
    assert "/hotline" in clerk.open("/inbox")
    clerk.open("/hotline")
    taken = clerk.send(
        "/hotline", words="城东仓库夜里有人锯东西。", channel="phone", phone="000-1234567", **REST
    )
    assert taken.status_code == 200, taken.text[:600]
    assert "已收到" in look(teller, receipt_on(taken.text))
    clerk.open("/hotline")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', clerk.page))
    asked = {**hidden, **REST, "words": "又来电", "phone": "000 123 4567"}
    clerk.page = clerk.client.post("/hotline/before", data=asked).text
    assert "YS-2017-0001" in clerk.page
    assert "又来电" in clerk.page
    named = clerk.send("/hotline", words="我叫柳三变，看到牙雕", name="柳三变", channel="phone", **REST)
    assert "请只填在“来电人”栏" in named.text, "the place has its name of this page"
    assert 'hx-trigger="load, ' in named.text, "what may be the same is looked for again"
    missing = clerk.send("/hotline", words="", channel="phone", **REST)
    assert missing.status_code == 422
    assert 'href="#words"' in missing.text


def test_the_clerks_page_is_for_those_who_register_and_speak_with_reporters(enter: Enter) -> None:
    assert "/hotline" not in enter("market.officer").open("/inbox")


def test_what_was_typed_survives_a_refusal_and_every_fault_is_named(teller: Person) -> None:
    teller.open("/tip")
    answer = teller.send("/tip", what="我叫柳三变,看到牙雕", where=" ", name="柳三变")
    assert answer.status_code == 422
    assert "我叫柳三变,看到牙雕" in answer.text
    assert 'href="#where"' in answer.text


@pytest.mark.parametrize(("field", "value"), [("act_on", "昨天"), ("place_type", "moon"), ("act", "x y")])
def test_a_field_that_was_made_up_is_refused(teller: Person, field: str, value: str) -> None:
    teller.open("/tip")
    answer = teller.send("/tip", what=WHAT, where="那里", **{field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_a_file_that_is_no_photograph_is_refused_by_its_bytes(teller: Person) -> None:
    teller.open("/tip")
    answer = teller.send("/tip", what=WHAT, where="那里", photos=(io.BytesIO(b"%PDF-1.7"), "照片.jpg"))
    assert answer.status_code == 422
    assert "只收 JPEG" in answer.text


def test_too_many_photographs_are_refused_in_words(teller: Person) -> None:
    teller.open("/tip")
    large = (io.BytesIO(b"0" * (21 * 1024 * 1024)), "a.jpg")
    answer = teller.send("/tip", what=WHAT, where="那里", photos=large)
    assert answer.status_code == 413
    assert "合计最多 20 MiB" in answer.text


def test_wrong_receipts_are_answered_alike_and_then_one_has_to_wait(teller: Person) -> None:
    receipt = receipt_on(submit(teller))
    teller.open("/track")
    slip = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    answer = teller.send("/track", receipt=slip)
    assert answer.status_code == 401
    assert "有一位数字不对" in answer.text
    wrong = receipt_from("0").grouped
    nobodys = teller.send("/track", receipt=wrong)
    assert nobodys.status_code == 401
    assert "没有这个查询码" in nobodys.text
    for _ in range(5):
        nobodys = teller.send("/track", receipt=wrong)
    assert nobodys.status_code == 429
    assert int(nobodys.headers["Retry-After"]) > 100
    assert re.search(r"请 \d (分钟|秒)后再试|请 1[012]\d 秒后再试", nobodys.text), "minutes, as people say it"
    assert "已收到" in look(teller, receipt), "other receipts are not delayed"


def test_the_same_form_sent_twice_is_one_tip_with_one_receipt(teller: Person) -> None:
    teller.open("/tip")
    first = teller.send("/tip", what=WHAT, where="那里")
    second = teller.send("/tip", what=WHAT, where="那里")
    assert first.status_code == second.status_code == 303
    receipts = [unquoted(a.headers["Set-Cookie"]) for a in (first, second)]
    assert receipts[0] == receipts[1]


def unquoted(cookie: str) -> str:
    found = re.search(r"[0-9]{4}(%2520|%20)[0-9]{4}(%2520|%20)[0-9]{4}(%2520|%20)[0-9]{4}", cookie)
    assert found, cookie
    return found[0]


def test_public_pages_have_no_script_nothing_of_others_and_little_weight(teller: Person) -> None:
    for path in ("/tip", "/track", "/tip/receipt"):
        page = teller.open(path)
        assert "<script" not in page
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
        assert len(page.encode()) < 12_000
        headers = teller.client.get(path).headers
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_nothing_of_who_asked_is_kept_or_logged(
    system: System, client: FlaskClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT, "HTTP_X_FORWARDED_FOR": ADDRESS}
    teller = Person(client)
    with caplog.at_level("DEBUG"):
        receipt = receipt_on(submit(teller))
        look(teller, receipt)
        teller.send("/track/add", text="补充")
        teller.open("/track")
        teller.send("/track", receipt="1234")
    said = caplog.text + "".join(capfd.readouterr())
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (name,) in names:
            said += str(
                connection.execute(SQL("SELECT t::text FROM {} t").format(Identifier(name))).fetchall()
            )
    for canary in (ADDRESS, "CanaryBrowser", "Telltale", receipt, receipt.replace(" ", "")):
        assert canary not in said


def test_no_session_is_made_for_a_teller(teller: Person) -> None:
    submit(teller)
    assert teller.client.get_cookie("xunxian_session") is None
    assert teller.client.get_cookie("xunxian_receipt", path="/tip") is None, "it ended when it was shown"


def test_a_form_that_names_no_campaign_goes_to_the_only_one(teller: Person) -> None:
    answer = teller.client.post("/tip", data={"what": WHAT, "where": "那里"})
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/tip/receipt")


def test_where_several_take_tips_one_is_chosen_and_nothing_typed_is_lost(
    teller: Person, system: System, definition: CampaignDefinition
) -> None:
    opened = OpenCampaign(
        system_caller(""), "other-2017", definition.id, definition.version, "exercise", STARTS
    )
    system.handle(opened)
    page = teller.open("/tip")
    assert f">象牙专项行动 · {CAMPAIGN}</option>" in page, "two of one name are told apart, on a phone too"
    for chosen, said in (("", "请选择向哪个专项行动举报"), ("nobodys", "现在不接受举报")):
        answer = teller.client.post("/tip", data={"campaign": chosen, "what": WHAT, "where": "那里"})
        assert answer.status_code == 422
        assert said in answer.text
        assert WHAT in answer.text


def test_each_fault_is_said_of_the_field_by_the_words_it_has_on_the_page(teller: Person) -> None:
    teller.open("/tip")
    heic = (io.BytesIO(b"\0\0\0\x18ftypheic" + bytes(20)), "IMG_1.HEIC")
    photos = [(io.BytesIO(jpeg()), "1.jpg"), heic]
    answer = teller.send("/tip", what=" ", where=" ", place_type="moon", phone="abc")
    for said in ("“你看到了什么？”不能为空白", "“在哪里？”不能为空白"):
        assert said in answer.text
    answer = teller.send("/tip", what=WHAT, where="那里", place_type="moon")
    assert "“什么场所”请选择" in answer.text
    assert "trade_market（" not in answer.text
    answer = teller.send("/tip", what="我叫柳三变，看到牙雕", where="那里", name="柳三变")
    assert "reporter" not in answer.text
    assert "“联系方式”栏" in answer.text
    answer = teller.send("/tip", what=WHAT, where="那里", photos=photos)
    assert "第 2 张照片：只收 JPEG" in answer.text
    assert "HEIC" in answer.text


def test_photographs_too_large_together_cost_no_word(teller: Person) -> None:
    teller.open("/tip")
    large = (io.BytesIO(b"0" * (21 * 1024 * 1024)), "a.jpg")
    answer = teller.send("/tip", what=WHAT, where="北门路古玩城", name="柳三变", photos=large)
    assert answer.status_code == 413
    for kept in (WHAT, 'value="北门路古玩城"', 'value="柳三变"', "文字还在"):
        assert kept in answer.text
    receipt = receipt_on(submit(teller))
    look(teller, receipt)
    large = (io.BytesIO(b"0" * (21 * 1024 * 1024)), "a.jpg")
    answer = teller.send("/track/add", text="还有一件事。", photos=large)
    assert answer.status_code == 413
    assert "还有一件事。" in answer.text
    assert "文字还在" in answer.text


def test_what_goes_wrong_on_a_public_page_is_said_in_the_public_frame(teller: Person) -> None:
    for path in ("/tip?campaign=nobodys", "/tip/nowhere", "/track/nowhere"):
        answer = teller.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert 'class="public"' in answer.text, path
        assert "/sign-in" not in answer.text
        assert "<script" not in answer.text
    answer = teller.client.post("/track", data={"receipt": "1\x002"})
    assert 'class="public"' in answer.text


def test_a_cookie_that_is_no_receipt_is_none(teller: Person) -> None:
    slip = '{"receipt": "4821 9036 7715 2048", "promises": []}'
    for told in (slip, '{"receipt": 1, "promises": 3}', '{"receipt": null, "promises": [{"by": "x"}]}', "[]"):
        teller.client.set_cookie("xunxian_receipt", quote(told), path="/tip")
        assert "只显示一次" in teller.open("/tip/receipt")


def test_a_key_that_ends_a_call_registers_it(enter: Enter) -> None:
    page = enter("office.intake").open("/hotline")
    form = page[page.index('action="/hotline"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first, "the first button of a form is what Enter presses"
    assert "formaction" not in first[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("石桥铺镇", "SQPZ 石桥铺镇"),
        ("拍卖行", "PMH 拍卖行"),
        ("行为待核实", "XWDHS 行为待核实"),
        ("集贸市场（含花鸟市场）", "JMSCHHNS 集贸市场（含花鸟市场）"),
        ("12345热线", "12345热线"),
        ("trade market", "trade market"),
        ("", ""),
    ],
)
def test_a_choice_begins_with_its_initials_as_it_is_read(name: str, shown: str) -> None:
    assert keyed(name) == shown


def test_a_clerk_finds_choices_by_their_initials_and_english_by_itself(enter: Enter) -> None:
    clerk = enter("office.intake")
    page = clerk.open("/hotline?lang=zh")
    assert ">GWSC 古玩市场</option>" in page
    assert '<option value="石桥铺镇">SQPZ 石桥铺镇</option>' in page, "what is sent is the name"
    towns = re.findall(r'<option value="\w+[镇乡]">(\w+) ', page)
    assert len(towns) > 5
    assert towns == sorted(towns), "those that begin alike stand together"
    page = clerk.open("/hotline?lang=en")
    assert ">antique market</option>" in page
    assert ">SQPZ 石桥铺镇</option>" in page, "it has no other name"


def told(clerk: Person, words: str, shown: str = "none:False", *, swapped: bool = True) -> TestResponse:
    """Ask what may be the same while a clerk types; `swapped` is how scripts ask."""
    csrf = re.search(r'name="csrf" value="([^"]+)"', clerk.open("/hotline"))
    assert csrf
    sent = {"csrf": csrf[1], "words": words, "shown": shown, "phone": "000-7654321"}
    return clerk.client.post("/hotline/similar", data=sent, headers={"HX-Request": "true"} if swapped else {})


def test_leads_that_may_tell_of_the_same_appear_while_a_clerk_types(enter: Enter, teller: Person) -> None:
    submit(teller)
    clerk = enter("office.intake")
    words = "古玩城二楼有个摊位摆着牙雕"
    part = told(clerk, words).text
    assert 'href="/leads/YS-2017-0001" target="_blank"' in part
    for said in ("题名中的字词重合", "已接收", "8月10日"):
        assert said in part
    assert "<html" not in part
    shown = re.search(r'name="shown" value="([^"]+)"', part)
    assert shown
    assert told(clerk, words, shown[1]).status_code == 204, "what stands there already is not moved"
    assert "没有发现" in told(clerk, "我要投诉路灯坏了三天没人修").text
    assert told(clerk, "古玩").status_code == 204, "too little to compare"
    assert enter("market.officer").client.post("/hotline/similar").status_code == 403


def test_without_scripts_a_button_asks_the_same_and_nothing_typed_is_lost(
    enter: Enter, teller: Person
) -> None:
    submit(teller)
    clerk = enter("office.intake")
    assert 'formaction="/hotline/similar#similar"' in clerk.open("/hotline")
    page = told(clerk, "古玩城二楼有个摊位摆着牙雕", swapped=False).text
    for kept in ("古玩城二楼有个摊位摆着牙雕</textarea>", 'value="000-7654321"', "YS-2017-0001"):
        assert kept in page


def test_nothing_of_what_a_caller_tells_is_in_an_address_or_a_log(
    enter: Enter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    clerk = enter("office.intake")
    with caplog.at_level("DEBUG"):
        assert told(clerk, "金丝楠木盒里放着犀角杯").status_code == 200
    said = caplog.text + "".join(capfd.readouterr())
    assert "犀角" not in said
    assert "7654321" not in said
    assert clerk.client.get("/hotline/similar?words=x").status_code == 405
