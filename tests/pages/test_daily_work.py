"""The daily work without a script: pass on, sign, answer, supervise, ask for time, move the exercise's clock."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from shared.application import queries
from shared.bootstrap import System
from tests.pages.conftest import Enter, number_of
from workflows.commands import Caller

STAFF, DIRECTOR = "office.office_staff", "office.office_director"


def text(page: str) -> str:
    """The words of a page."""
    bare = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", bare))


def test_a_lead_is_passed_on_as_the_rules_preselect_and_the_next_one_is_open(
    visit: Enter, exercise: System
) -> None:
    person = visit(STAFF)
    page = person.open("/inbox")
    number = re.search(r'action="/inbox/(YS-2017-\d+)"', page)
    assert number
    assert re.search(r'<option value="station_\w+" selected>', page), "no unit was preselected"
    assert "签收 " in text(page)
    lead_agency = re.search(r'<option value="(station_\w+)" selected>', page)
    assert lead_agency
    fields = {"given__lead_agency": lead_agency[1], "given__urgency": "normal"}
    after = person.follow(
        person.send(f"/inbox/{number[1]}", given__assisting=["market", "culture"], **fields)
    )
    assert f"{number[1]} 已交办" in text(after)
    assert f'action="/inbox/{number[1]}"' not in after
    person.open(f"/leads/{number[1]}")
    assert number_of(person.page, r"协同办理 <span[^>]*>(\d+)") == 3


def test_sending_a_form_again_changes_nothing_more(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/inbox")
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', page)[0]
    fields = {"given__lead_agency": "market", "given__urgency": "normal"}
    first = person.send(f"/inbox/{number}", **fields)
    again = person.send(f"/inbox/{number}", **fields)
    assert first.status_code == again.status_code == 303
    assert number_of(person.open(f"/leads/{number}"), r"协同办理 <span[^>]*>(\d+)") == 1


def test_what_was_just_passed_on_can_be_taken_back_and_both_stay_on_record(
    visit: Enter, exercise: System
) -> None:
    person = visit(STAFF)
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', person.open("/inbox"))[0]
    before = _standing(exercise, number)
    assert before["clocks"][0][2] == "overdue", "the most pressing lead is late, and taking back buys no time"
    fields = {"given__lead_agency": "market", "given__urgency": "normal"}
    person.follow(person.send(f"/inbox/{number}", given__assisting=["culture"], **fields))
    assert _standing(exercise, number) != before
    back = person.follow(person.send(f"/inbox/{number}/take-back"))
    assert "已撤回" in text(back)
    assert _standing(exercise, number) == before
    history = exercise.read(queries.lead_history, _by(exercise, STAFF), number=number, cursor=None, limit=50)
    kinds = [event["kind"] for event in history["items"]]
    assert kinds.count("handoff.retracted") == 2
    assert {"lead.accepted", "lead.accept_undone", "lead.given_back"} <= set(kinds)


def _standing(exercise: System, number: str) -> dict[str, Any]:
    """Where a lead stands: its state, who holds it, its clocks that run and what they will do, its open handoffs."""
    lead = exercise.read(queries.lead, _by(exercise, STAFF), number=number)
    running = [c for c in lead["clocks"] if c["state"] == "running"]
    return {
        "state": lead["state"]["id"],
        "agency": lead["lead_agency"],
        "clocks": sorted((c["code"], c["due_at"], c["light"], c["holder"]["id"]) for c in running),
        "forecast": [(step["at"], step["name"]["zh"]) for step in lead["forecast"]],
        "handoffs": [h["id"] for h in lead["handoffs"] if h["state"]["kind"] != "final"],
    }


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(visit: Enter) -> None:
    person = visit(STAFF)
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', person.open("/inbox"))[0]
    refused = person.send(f"/inbox/{number}", given__lead_agency="", given__requirement="请先看现场")
    assert refused.status_code == 422
    assert 'value="请先看现场"' in refused.text
    assert 'href="#f-accept-lead_agency"' in refused.text


def test_a_page_that_is_out_of_date_says_who_changed_it_and_loses_nothing(visit: Enter) -> None:
    one, other = visit(STAFF), visit(DIRECTOR)
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', one.open("/inbox"))[0]
    other.open(f"/inbox?lead={number}")
    one.send(f"/inbox/{number}", given__lead_agency="market", given__urgency="normal")
    late = other.send(
        f"/inbox/{number}/end/reject", given__reject_reason="no_trace", given__reason="说不清地点"
    )
    assert late.status_code in {409, 412}
    assert "没有办成" in late.text


def test_an_officer_signs_and_answers_with_one_choice(visit: Enter) -> None:
    staff, officer = visit(STAFF), visit("market.officer")
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', staff.open("/inbox"))[0]
    staff.send(f"/inbox/{number}", given__lead_agency="market", given__urgency="normal")
    task = re.findall(
        rf'<td class="number">{number}</td><td class="title"><a href="(/t/[^"]+)"',
        officer.open("/inbox?box=tasks"),
    )
    page = officer.open(task[0])
    assert re.search(r"<button[^>]*>签收", page)
    assert 'data-test="forecast"' in page
    officer.follow(officer.send(f"{task[0]}/act/acknowledge"))
    answered = officer.follow(officer.send(f"{task[0]}/act/reply", preset="clean"))
    assert "已检查，未发现违法" in answered
    assert "已反馈" in answered


def test_what_is_not_possible_is_said_with_a_reason_and_a_way_out(visit: Enter) -> None:
    page = visit("market.officer").open("/leads/YS-2017-0009")
    reasons = re.findall(r'data-test="blocked-reason">(.*?)</li>', page, re.DOTALL)
    assert any(
        "调查终结" in reason and "协作事项尚未办结" in reason and "催办" in reason for reason in reasons
    )


def test_the_numbers_of_the_wall_are_those_of_the_exercise_and_each_opens_its_rows(visit: Enter) -> None:
    person = visit(DIRECTOR)
    wall = person.open("/supervise")
    tiles = re.findall(r'data-test="tile"(?: href="([^"]+)")?><b>([\d/]+)</b>', wall)
    assert [value for _, value in tiles] == ["12", "3", "9", "5/10", "40"]
    assert wall.count('data-test="overdue-row"') == 12
    assert wall.count('data-test="agency-row"') >= 9
    links = [(href, int(n)) for href, n in tiles if href and "light" in href]
    links += [
        (unescape(h), int(n)) for h, n in re.findall(r'<td class="n"[^>]*><a href="([^"]+)">(\d+)</a>', wall)
    ]
    assert len(links) > 20
    for href, n in links:
        page = person.open(href)
        assert number_of(page, r"共 (\d+) 件") == n, href
        assert page.count('data-test="lead-row"') == n, href


def test_what_a_turned_down_lead_lacks_is_said_once_where_it_is_typed(visit: Enter) -> None:
    staff = visit(STAFF)
    staff.open("/inbox?lead=YS-2017-0029")
    refused = staff.send("/inbox/YS-2017-0029/end/reject")
    assert refused.status_code == 422
    assert refused.text.count('data-test="errors"') == 1
    form = refused.text[refused.text.index('action="/inbox/YS-2017-0029/end/reject"') :]
    assert 'data-test="errors"' in form.partition("</form>")[0]


@pytest.mark.parametrize(
    ("number", "same", "offered"),
    [
        ("YS-2017-0032", "YS-2017-0012", ["YS-2017-0012"]),
        ("YS-2017-0031", "", []),
    ],
)
def test_the_lead_to_merge_into_need_not_be_typed_where_the_page_knows_it(
    visit: Enter, number: str, same: str, offered: list[str]
) -> None:
    page = visit(STAFF).open(f"/inbox?lead={number}")
    held = re.search(r'<input id="f-merge-merge_into"[^>]* value="([^"]*)"', page)
    assert held
    assert held[1] == same, "an open lead the page holds for perhaps the same; a closed one takes nothing in"
    assert re.findall(r'<option value="(YS-[^"]+)">', page) == offered


def test_the_reports_that_are_in_open_the_room_with_those_units_or_ones_own_report(visit: Enter) -> None:
    for who in (DIRECTOR, "office.leader", "office.auditor"):
        person = visit(who)
        href, came, owed = re.findall(r'href="(/reports/[^"]+)"><b>(\d+)/(\d+)', person.open("/supervise"))[0]
        room = re.findall(r'<tr data-test="unit-row".*?</tr>', person.open(href), re.DOTALL)
        assert (len(room), sum("<time" in row for row in room)) == (int(owed), int(came)) == (10, 5), who
    unit = visit("market.liaison")
    href, said = re.findall(r'href="(/reports/[^"]+)"><b>(\d+/\d+)', unit.open("/supervise"))[0]
    assert (href, said) == ("/reports/stage/2017-09/units/market", "1/1")
    assert "工商" in unit.open(href)


def test_an_order_is_signed_from_the_wall_in_two_steps_and_reaches_the_unit(visit: Enter) -> None:
    director = visit(DIRECTOR)
    href = re.findall(r'<a href="(/orders/[^"]+)">督办单', director.open("/supervise"))[0]
    holder = re.findall(r"<th>责任单位</th><td>([^<]+)</td>", director.open(href))[0]
    signed = director.follow(director.send(f"{href}/act/sign"))
    assert "已签发" in signed
    assert "拟稿" not in text(signed).split("督办通知单")[1][:40]
    units = {
        "双河林业工作站": "station_shuanghe",
        "青岚林业工作站": "station_qinglan",
        "大箩林业工作站": "station_daluo",
    }
    assert href in visit(f"{units[holder]}.unit_head").open("/inbox?box=orders")


def test_an_order_is_drawn_up_on_a_lead_that_is_not_late_and_what_was_typed_survives_a_refusal(
    visit: Enter,
) -> None:
    staff = visit(STAFF)
    lead = staff.open("/leads/YS-2017-0014")
    href = unescape(re.findall(r'href="(/orders/new[^"]+)"', lead)[0])
    offered = staff.open(href)
    about = re.findall(r'<option value="([^"]+)" selected', offered)[0]
    assert about.startswith("station_shuanghe:")
    assert "此前没有督办过" in offered
    empty = staff.send("/orders", about=about, level="L3", requirement=" ")
    assert empty.status_code == 422
    assert 'href="#f-order-requirement"' in empty.text
    assert re.findall(r'<option value="([^"]+)" selected', empty.text) == [about]
    draft = staff.follow(staff.send("/orders", about=about, level="L3", requirement="请于周五前完成审批。"))
    assert "请于周五前完成审批。" in draft
    assert "拟稿，未签发，无编号" in draft
    assert "此前已有“督办函”" in staff.open(href)


def test_an_order_about_no_lead_goes_to_nobody_until_a_unit_is_chosen(visit: Enter) -> None:
    staff = visit(STAFF)
    offered = staff.open("/orders/new")
    first = re.findall(r'<select id="f-order-to"[^>]*>\s*<option value="([^"]*)"', offered)
    assert first == [""]
    refused = staff.send("/orders", about="", level="L3", matter="会议未到", requirement="请说明。")
    assert refused.status_code == 422
    assert "请选择督办哪个单位" in refused.text
    assert 'href="#f-order-to"' in refused.text
    assert 'value="会议未到"' in refused.text


def test_what_is_signed_may_be_withdrawn_but_that_is_not_what_the_page_urges(visit: Enter) -> None:
    director = visit(DIRECTOR)
    order = re.findall(r'href="(/orders/[^"]+)">督办单', director.open("/supervise"))[0]
    draft = director.open(order)
    assert re.findall(r'class="primary"[^>]*data-act="(\w+)"', draft) == ["sign"]
    signed = director.follow(director.send(f"{order}/act/sign"))
    assert 'data-act="withdraw"' in signed
    assert 'class="button primary" data-act="withdraw"' not in signed


def test_who_only_reads_is_offered_neither_requests_nor_records(visit: Enter) -> None:
    leader = visit("office.leader").open("/leads/YS-2017-0014")
    assert "拟督办单…" in leader
    assert "请求协作…" not in leader
    assert "登记办理情况…" not in leader
    auditor = visit("office.auditor").open("/leads/YS-2017-0014")
    assert "拟督办单…" not in auditor
    assert visit("office.auditor").open("/orders/new", 403)


def test_the_address_of_a_filtered_list_is_the_view(visit: Enter) -> None:
    address = "/leads?light=overdue&state=verifying&order=-number"
    first, second = visit(STAFF).open(address), visit(STAFF).open(address)
    numbers = re.findall(r'<td class="number">([^<]+)', first)
    assert numbers == re.findall(r'<td class="number">([^<]+)', second)
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 8
    assert "时限=超期" in text(first)


def test_a_unit_sees_its_own_leads_only(visit: Enter) -> None:
    page = visit("station_wangling.officer").open("/leads")
    assert 0 < number_of(page, r"共 (\d+) 件") < 40
    visit("customs.officer").open("/leads/YS-2017-0009", status=404)


def test_the_table_for_spreadsheets_has_the_rows_of_the_list(visit: Enter) -> None:
    answer = visit(STAFF).client.get("/leads.csv?light=overdue")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert len(answer.text.splitlines()) == 13


def test_more_time_is_asked_and_granted_and_the_first_date_stays(visit: Enter, exercise: System) -> None:
    officer, head = visit("market.officer"), visit("market.unit_head")
    page = officer.open("/leads/YS-2017-0009")
    clocks = re.findall(r'data-test="clock"><a href="(/deadlines/[^"]+)">办案期限', page)
    officer.open(clocks[0])
    words = {"ground": "complex", "reason": "上家在外地,需要跨县取证"}
    # Nobody who asks for three days means the longest there is.
    for amount, said in (
        ("三天", "请填整数"),
        ("3.5", "请填整数"),
        ("²", "请填整数"),
        ("9" * 5_000, "一次最多延长"),
    ):
        wrong = officer.send(f"{clocks[0]}/extensions", **words, amount=amount)
        assert wrong.status_code == 422
        assert said in text(wrong.text)
        assert f'value="{amount}">' in wrong.text, "nothing typed is lost"
        assert re.search(r'<option value="complex" selected>', wrong.text)
    asked = officer.send(f"{clocks[0]}/extensions", **words, amount="")
    officer.follow(asked)
    assert "待批" in officer.page
    head.open(clocks[0])
    action = re.findall(r'action="(/deadlines/[^"]+/extensions/[^"]+)"', head.page)[0]
    granted = head.follow(head.send(action, decision="grant", reason="情况属实"))
    assert "已同意" in granted
    lead = text(head.open("/leads/YS-2017-0009"))
    assert "原定" in lead
    assert "现定" in lead


def test_the_exercises_clock_goes_to_the_next_event_and_shows_what_fired(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/sim")
    coming = re.search(r"下一件会自行发生的事：<time datetime=\"([^\"]+)\"", page)
    assert coming
    after = person.follow(person.send("/sim/move", to="next"))
    assert f'时钟 <strong><time datetime="{coming[1]}"' in after
    assert "自行发生的事" in after
    told = re.search(r"其间自行发生 (\d+) 件，推进前预测的 (\d+) 件中 (\d+) 件按预测的时刻发生", text(after))
    assert told, "what was foretold before the clock moved is held against what happened"
    assert int(told[1]) >= int(told[2]) == int(told[3]) > 0
    counted = re.search(r'data-test="stride">(.*?)</p>', person.page, re.DOTALL)
    assert counted
    kinds = re.findall(r"(\d+)(?:、|$)", text(counted[1]).partition("：")[2].strip())
    assert sum(map(int, kinds)) == int(told[1])
    refused = person.send("/sim/move", to="date", date="2017-08-01")
    assert refused.status_code == 422


def test_the_forecast_of_a_lead_is_what_then_happens(visit: Enter, exercise: System) -> None:
    person = visit(STAFF)
    page = person.open("/leads/YS-2017-0019")
    sentence = re.search(r'data-test="forecast">(.*?)</div>', page, re.DOTALL)
    assert sentence
    first = re.search(r'<time datetime="([^"]+)">[^<]*</time> → (\S+?) ?<b>', sentence[1])
    assert first
    person.open("/sim")
    while True:
        moved = person.follow(person.send("/sim/move", to="next"))
        now = re.search(r'时钟 <strong><time datetime="([^"]+)"', moved)
        assert now
        if now[1] >= first[1]:
            break
    assert now[1] == first[1]
    assert first[2] in text(moved)


def test_the_rules_show_live_counts_that_open(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.follow(person.client.get("/definitions"))
    for state, n in re.findall(r'<a href="/leads\?state=(\w+)">[^<]*?(\d+)</a>', page):
        assert number_of(person.open(f"/leads?state={state}"), r"共 (\d+) 件") == int(n)
    assert "D-VERIFY" in page
    assert "R-TOWN" in page


@pytest.mark.parametrize(
    "path",
    ["/inbox", "/leads", "/leads/YS-2017-0009", "/supervise", "/sim", "/definitions/yangshan-ivory-2017/1"],
)
def test_every_page_speaks_english_too_and_shows_no_raw_value(visit: Enter, path: str) -> None:
    person = visit(STAFF)
    for lang in ("zh", "en"):
        said = text(person.open(f"{path}?lang={lang}"))
        assert not re.search(r"\bNone\b|\bNaN\b|Undefined|\d{4}-\d\d-\d\dT|(?<![\d.])0天", said), path
    assert "待办" not in text(person.page).replace("中文", "")


def _by(system: System, person: str) -> Caller:
    found = system.caller_for(person, "test")
    assert found is not None
    return found
