"""Audit, people, tokens, calendars and operations on pages: for those who may, with every number standing for rows."""

from __future__ import annotations

import gzip
import re

import psycopg
import pytest

from shared.bootstrap import System
from shared.settings import Settings
from tests.pages.conftest import Enter, number_of
from tests.pages.test_daily_work import text
from workflows.history import anchored, check

LIAISON = "station_bailu.liaison"
STAFF, ADMINISTRATOR, AUDITOR, OFFICER = (
    "office.office_staff",
    "office.administrator",
    "office.auditor",
    "market.officer",
)


def test_the_history_is_verified_at_a_press_and_who_did_when_and_up_to_where_stays_told(visit: Enter) -> None:
    person = visit(AUDITOR)
    assert "还没有校验过" in text(person.open("/manage/audit"))
    counted = number_of(text(person.page), r"共 (\d+) 条")
    told = text(person.follow(person.send("/manage/audit/verify")))
    assert re.search(rf"上次校验 .* 通过 ：{counted} 条事件、\d+ 条链逐条重算无误", told)
    assert number_of(told, r"共 (\d+) 条") == counted + 1, "a verification is an entry of the history itself"
    assert "上次校验" in text(visit("office.office_director").open("/manage/audit")), (
        "whoever oversees is told"
    )


def test_an_altered_entry_is_named_with_the_one_before_it_and_what_to_do(
    visit: Enter, copied: Settings
) -> None:
    """What the owner of the database does past the product shows, and goes on showing until it is whole again."""
    with psycopg.connect(copied.database_url.replace("+psycopg", ""), autocommit=True) as database:
        database.execute("ALTER TABLE events DISABLE TRIGGER USER")
        changed = database.execute(
            "UPDATE events SET reason = '改' WHERE position = (SELECT max(position) FROM events WHERE seq = 3)"
            " RETURNING position, stream, person"
        ).fetchone()
    assert changed
    person = visit(AUDITOR)
    person.open("/manage/audit")
    page = person.follow(person.send("/manage/audit/verify"))
    told = text(page)
    assert f"第 {changed[0]} 条起不连续" in told
    assert "链上第 3 条：内容与校验值不符，被改动过" in told
    beside = re.search(r'data-test="beside">(.*?)</table>', page, re.DOTALL)
    assert beside
    assert re.findall(r"<td>(\d+)</td>", beside[1]) == ["2", "3"]
    assert "≠" in beside[1]
    assert told.count("怎么办") == 1
    assert f"第 {changed[0]} 条起不连续" in text(person.open("/manage/audit")), "it stays until one is whole"


def test_a_pack_checks_without_the_database_and_against_an_anchor(visit: Enter) -> None:
    person = visit(AUDITOR)
    person.open("/manage/audit")
    anchor = person.send("/manage/audit/anchor", kept_by="领导小组")
    assert anchor.status_code == 200
    pack = gzip.decompress(person.client.get("/manage/audit/history.jsonl.gz").data).decode().splitlines()
    head, tips = anchored(anchor.text.splitlines())
    assert "title" in head
    assert check(pack, tips).faults == []
    assert re.search(r"锚点：.*交领导小组（\d+ 条）", text(person.open("/manage/audit")))
    assert person.send("/manage/audit/anchor", kept_by="").status_code == 422
    assert visit(LIAISON).client.get("/manage/audit/history.jsonl.gz").status_code == 404


def test_an_event_of_a_report_names_its_unit(visit: Enter) -> None:
    staff = visit(STAFF)
    staff.open("/reports/stage/2017-09")
    staff.follow(staff.send("/reports/stage/2017-09/urge"))
    told = text(visit(AUDITOR).open("/manage/audit?kind=report.urged"))
    assert number_of(told, r"共 (\d+) 条") == 5
    assert "县交通" in told.partition("#")[2]


def test_events_are_narrowed_by_the_address_and_counted(visit: Enter) -> None:
    person = visit(AUDITOR)
    everything = number_of(text(person.open("/manage/audit")), r"共 (\d+) 条")
    assert person.page.count('data-test="event-row"') == 50
    some = text(person.open("/manage/audit?kind=handoff&lead=YS-2017-0009"))
    found = number_of(some, r"共 (\d+) 条")
    assert 0 < found < everything
    assert person.page.count('data-test="event-row"') == min(found, 50)
    assert number_of(text(person.open("/manage/audit?lead=YS-2017-9999")), r"共 (\d+) 条") == 0
    assert number_of(text(person.open("/manage/audit?from=2030-01-01")), r"共 (\d+) 条") == 0


def test_who_opened_a_sealed_identity_stands_in_the_audit(visit: Enter, exercise: System) -> None:
    assert number_of(text(visit(AUDITOR).open("/manage/audit?openings=1")), r"共 (\d+) 条") == 0


def test_an_officer_sees_no_managing_page_and_no_way_to_one(visit: Enter) -> None:
    officer = visit(OFFICER)
    assert 'href="/manage"' not in officer.open("/inbox")
    for page in ("", "/agencies", "/people", "/tokens", "/calendars", "/audit", "/ops"):
        officer.open(f"/manage{page}", status=404)


def test_a_person_is_added_and_a_token_is_shown_once(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    person.open("/manage/people?agency=market")
    refused = person.send("/manage/people", name="", id="market.new", agency="market")
    assert refused.status_code == 422
    assert 'href="#f-add-name"' in refused.text
    assert 'value="market.new"' in refused.text
    person.page = refused.text
    after = person.follow(
        person.send("/manage/people", name="丁某", id="market.new", agency="market", roles=["officer"])
    )
    assert "已增加 丁某" in text(after)
    person.open("/manage/tokens")
    for days in ("", "31", "for ever", "²"):
        unlimited = person.send("/manage/tokens", person="market.new", name="办公电脑", days=days)
        assert unlimited.status_code == 422
        assert "xt_" not in unlimited.text
    issued = person.send("/manage/tokens", person="market.new", name="办公电脑", days="30")
    token = re.search(r'class="token">(xt_[\w-]+)<', issued.text)
    assert token, issued.text[:400]
    assert token[1] not in person.send("/manage/tokens", person="market.new", name="办公电脑", days="30").text
    assert token[1] not in person.open("/manage/tokens")
    assert "待办" in text(visit(token[1]).open("/inbox"))


def test_sessions_of_somebody_are_ended_by_whoever_manages_people(visit: Enter) -> None:
    officer, person = visit(OFFICER), visit(ADMINISTRATOR)
    assert "已登录 1 处 · 两步验证未启用" in text(person.open(f"/manage/people?person={OFFICER}"))
    person.follow(person.send(f"/manage/people/{OFFICER}/account/sessions"))
    assert "已退出 1 处登录" in text(person.page)
    assert officer.client.get("/inbox").status_code == 303


def test_events_are_chosen_by_name_and_a_report_clock_names_its_unit(visit: Enter) -> None:
    page = visit(AUDITOR).open("/manage/audit?kind=deadline")
    assert re.search(r'<option value="deadline" selected>时限：全部<', page)
    assert '<option value="lead.closed">' in page
    rows = re.findall(r'<tr class="" data-test="event-row">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == 50
    assert not [row for row in rows if "<td>—</td>" in row]


def test_nobody_is_offered_to_change_themselves_and_a_reason_is_asked_for(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    assert f'action="/manage/people/{ADMINISTRATOR}/end"' not in person.open(
        f"/manage/people?person={ADMINISTRATOR}"
    )
    person.open(f"/manage/people?person={OFFICER}")
    refused = person.send(f"/manage/people/{OFFICER}/end", reason="")
    assert refused.status_code == 422
    assert f'href="#f-end:{OFFICER}-reason"' in refused.text
    person.page = refused.text
    person.follow(person.send(f"/manage/people/{OFFICER}/end", reason="调离"))
    assert "已停用" in text(person.page)


def test_a_calendar_year_is_looked_at_before_it_is_imported(visit: Enter) -> None:
    person = visit("office.office_director")
    person.open("/manage/calendars")
    year = 'year = 2017\nsource = "演练通知"\nholidays = [ { date = 2017-09-18, name = { zh = "停办", en = "closed" } } ]\n'
    looked = person.send("/manage/calendars", calendar="cn", document=year)
    assert looked.status_code == 200, text(looked.text)[:400]
    moved = number_of(text(looked.text), r"2017 年：(\d+) 个未到期时限会移动")
    assert moved > 0
    person.page = looked.text
    assert "年历已导入" in text(person.follow(person.send("/manage/calendars")))
    person.open("/manage/calendars")
    for unreadable in (
        "year = ",
        "year = " + "1" * 5000,
        "year = " + "[" * 5000,
        "year = 1e9999999999999999999",
    ):
        wrong = person.send("/manage/calendars", calendar="cn", document=unreadable)
        assert wrong.status_code == 422


def test_operations_say_in_words_what_each_figure_means(visit: Enter) -> None:
    page = visit("office.operator").open("/manage/ops")
    assert page.count('data-test="ops-row"') == 11
    assert "时限触发" in text(page)


def test_a_person_is_succeeded_after_a_look_at_what_goes_over(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    person.open("/manage/successors")
    wrong = person.send("/manage/successors/person", predecessor="market.officer", on="", reason="调离")
    assert wrong.status_code == 422
    assert 'href="#f-person-on"' in wrong.text
    fields = {
        "predecessor": "market.officer",
        "successor": "market.second_officer",
        "on": "2017-09-16",
        "reason": "调离",
    }
    looked = person.send("/manage/successors/person", **fields)
    assert looked.status_code == 200, text(looked.text)[:600]
    assert 'data-test="preview"' in looked.text
    assert "在岗" in text(person.open("/manage/people?agency=market"))
    person.page = looked.text
    person.follow(person.send("/manage/successors/person"))
    assert "承继已办" in text(person.page)
    assert "已停用" in text(person.open("/manage/people?agency=market"))


PEOPLE = "姓名\t编号\t单位\t角色\n甲某\tmarket.a\t县工商局\t承办人、联络员\n乙某\tmarket.b\tmarket\tofficer\n"


def test_people_are_found_by_name_unit_role_and_state_fifty_on_a_page(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    everybody = number_of(text(person.open("/manage/people")), r"共 (\d+) 人")
    rows = person.page.count('data-test="person-row"')
    assert rows == 50 < everybody
    second = person.open("/manage/people?page=2")
    assert second.count('data-test="person-row"') == min(everybody - 50, 50)
    found = person.open("/manage/people?agency=market&role=officer&state=active&q=MARKET")
    listed = re.findall(r'data-test="person-row".*?class="hint">([^<]+)<', found, re.DOTALL)
    assert listed
    assert all(one.startswith("market.") for one in listed)
    assert f"符合 {len(listed)} 人" in text(found)
    assert "没有符合条件的人员" in text(person.open("/manage/people?q=nobody-at-all"))


def test_somebody_chosen_is_on_the_page_that_opens_and_one_comes_back_to_the_same_list(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    last = -(-number_of(text(person.open("/manage/people")), r"共 (\d+) 人") // 50)
    far = re.findall(r"person=([^&\"#]+)", person.open(f"/manage/people?page={last}"))[-1]
    assert 'id="chosen"' in person.open(f"/manage/people?person={far}")
    refused = person.send(f"/manage/people/{far}/end", reason="")
    assert 'data-test="errors"' in refused.text
    person.open(f"/manage/people?q={far}&person={far}")
    answer = person.send(f"/manage/people/{far}/end?q={far}", reason="调离")
    assert answer.headers["Location"].endswith(f"/manage/people?q={far}")


def test_many_people_are_checked_line_by_line_and_added_all_or_none(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    path = "/manage/people/many"
    person.open(path)
    wrong = PEOPLE + "丙某\tmarket.a\t无此单位\t不明\n"
    refused = person.send(path, cells=wrong, do="store")
    assert refused.status_code == 422
    told = text(refused.text)
    assert "3 行，1 行不对" in told
    for words in ("这个人员编号已有人使用", "没有这个单位", "没有这些角色：不明"):
        assert words in told
    assert "甲某" not in text(person.open("/manage/people?agency=market")), "one fault and nobody is added"

    person.open(path)
    looked = person.send(path, cells=PEOPLE, do="check")
    assert looked.status_code == 200
    assert "增加这 2 人" in text(looked.text)
    added = person.send(path, cells=PEOPLE, do="store")
    tokens = re.findall(r"<code>(xt_[^<]+)</code>", added.text)
    assert len(tokens) == 2
    assert "甲某" in text(person.open("/manage/people?agency=market"))
    assert "县工商" in text(visit(tokens[0]).open("/inbox"))


def test_the_same_form_sent_twice_adds_nobody_twice_and_shows_no_token_that_opens_nothing(
    visit: Enter,
) -> None:
    person = visit(ADMINISTRATOR)
    path = "/manage/people/many"
    person.open(path)
    assert person.send(path, cells=PEOPLE, do="store").status_code == 200
    again = person.send(path, cells=PEOPLE, do="store")
    assert "xt_" not in again.text


def test_only_who_manages_people_adds_many(visit: Enter) -> None:
    visit(AUDITOR).open("/manage/people/many", status=404)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("", "没有粘贴内容"),
        ("姓名\t编号\n甲\ta", "其中要有“单位”"),
        ("姓名\t编号\t单位\t角色\t电话\n甲\ta\tmarket\tofficer\t1", "“电话”不认识"),
        ("姓名\t姓名\t编号\t单位\t角色\n甲\t乙\ta\tmarket\tofficer", "出现两次"),
        ("姓名\t编号\t单位\t角色", "表头下面没有人员"),
        ("姓名\t编号\t单位\t角色\n甲\ta b\tmarket\tofficer", "由字母、数字"),
        ("姓名\t编号\t单位\t角色\n甲\ta\tmarket\tofficer\tx", "格数多于表头"),
        ("姓名\t编号\t单位\t角色\n\ta\tmarket\tofficer", "姓名"),
        ("姓名\t编号\t单位\t角色\n" + "甲\ta\tmarket\tofficer\n" * 201, "一次最多 200 人"),
    ],
)
def test_what_is_no_table_of_people_is_said_in_words(visit: Enter, cells: str, said: str) -> None:
    person = visit(ADMINISTRATOR)
    person.open("/manage/people/many")
    refused = person.send("/manage/people/many", cells=cells, do="check")
    assert (refused.status_code, said in text(refused.text)) == (422, True), text(refused.text)


def test_tokens_are_found_by_whom_they_stand_for(visit: Enter) -> None:
    person = visit(ADMINISTRATOR)
    every = number_of(text(person.open("/manage/tokens")), r"共 (\d+) 个")
    some = number_of(text(person.open("/manage/tokens?q=market.officer&state=open")), r"共 (\d+) 个")
    assert 0 < some < every
