"""Audit, people, tokens, calendars and operations on pages: for those who may, with every number standing for rows."""

from __future__ import annotations

import gzip
import re

import psycopg

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
    assert page.count('data-test="ops-row"') == 9
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
