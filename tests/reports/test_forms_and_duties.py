"""Reporting on the real system: forms as files, taking back, waivers, units that join and leave, figures that open."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.conftest import Ask, tip
from tests.conftest import STARTS
from tests.turning import turn
from workflows.commands import DeliverOutbox

STATION, LIAISON, STAFF = "station_qinglan", "station_qinglan.liaison", "office.office_staff"
PATH = f"/v1/reports/stage/2017-09/units/{STATION}"
TEXTS = {"work_done": "已检查古玩城两次。", "problems": "人手不足。", "next_steps": "继续检查。"}


def manual(ask: Ask) -> list[str]:
    draft = ask("GET", f"{PATH}/draft", by=LIAISON).json
    return [line["code"] for line in draft["figures"] if line["basis"] == "manual"]


def submit(ask: Ask, **changes: Any) -> Any:
    body = {"zero": False, "texts": TEXTS, "figures": dict.fromkeys(manual(ask), 1), **changes}
    return ask("PUT", PATH, by=LIAISON, json=body)


def filled_csv(content: bytes, **values: str) -> bytes:
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    for row in rows[4:]:
        row[4] = values.get(row[0].replace("text:", ""), row[4])
    target = StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode("gb18030")


def test_a_form_filled_in_a_spreadsheet_gets_the_receipt_a_direct_report_gets(ask: Ask) -> None:
    form = ask("GET", f"{PATH}/form.csv", by=LIAISON)
    assert form.content_type == "text/csv; charset=utf-8"
    content = filled_csv(form.data, **dict.fromkeys(manual(ask), "1"), **TEXTS)
    sent = ask("PUT", f"{PATH}/form.csv", by=LIAISON, data=content, content_type="application/octet-stream")
    assert (sent.status_code, sent.json["version"]) == (201, 1)
    again = submit(ask)
    assert (again.status_code, again.json["receipt"]) == (200, sent.json["receipt"])


def test_a_problem_in_a_workbook_is_named_with_its_cell(ask: Ask) -> None:
    book = load_workbook(BytesIO(ask("GET", f"{PATH}/form.xlsx", by=LIAISON).data))
    sheet = book["填报"]
    rows = {sheet.cell(row, 1).value: row for row in range(5, sheet.max_row + 1)}
    first, second = manual(ask)[:2]
    sheet.cell(rows[first], 5).value = -3
    sheet.cell(rows[second], 5).value = "约三百"
    content = BytesIO()
    book.save(content)
    sent = ask(
        "PUT",
        f"{PATH}/form.xlsx",
        by=LIAISON,
        data=content.getvalue(),
        content_type="application/octet-stream",
    )
    assert sent.status_code == 422
    found = {(error["code"], error["pointer"]) for error in sent.json["errors"]}
    assert {("negative", f"/file/E{rows[first]}"), ("not_a_number", f"/file/E{rows[second]}")} <= found
    assert sum(code == "figure_missing" for code, _ in found) == len(manual(ask)) - 2


def test_a_form_is_not_filed_under_another_period(ask: Ask) -> None:
    form = ask("GET", f"{PATH}/form.csv", by=LIAISON).data
    other = PATH.replace("2017-09", "2017-12")
    sent = ask("PUT", f"{other}/form.csv", by=LIAISON, data=form, content_type="application/octet-stream")
    assert (sent.status_code, sent.json["code"]) == (422, "other_form")


def test_a_report_taken_back_before_its_date_is_owed_again(ask: Ask) -> None:
    submit(ask)
    taken = ask("POST", f"{PATH}/withdrawal", by=LIAISON, json={"reason": "数字有误"})
    assert (taken.status_code, taken.json["status"], taken.json["version"]) == (200, "scheduled", 2)
    assert (
        ask("POST", f"{PATH}/withdrawal", by=LIAISON, json={"reason": "再撤"}).json["code"] == "not_submitted"
    )
    assert [v["content"].get("withdrawn") for v in taken.json["versions"]] == [None, True]
    running = [
        c
        for c in ask("GET", "/v1/deadlines?subject=report&state=running", by=LIAISON).json["items"]
        if c["due_at"].startswith("2017-09-19")
    ]
    assert len(running) == 1
    again = submit(ask)
    assert (again.json["status"], again.json["version"]) == ("on_time", 3)


def test_after_the_date_a_report_is_corrected_with_its_reason_and_not_taken_back(
    ask: Ask, system: Any, callers: Any
) -> None:
    submit(ask)
    turn(system, callers["system"], STARTS.replace(month=9, day=20))
    assert (
        ask("POST", f"{PATH}/withdrawal", by=LIAISON, json={"reason": "数字有误"}).json["code"] == "past_due"
    )
    changed = dict.fromkeys(manual(ask), 2)
    assert submit(ask, figures=changed).json["errors"][0]["code"] == "required"
    corrected = submit(ask, figures=changed, reason="漏计一次宣传活动")
    assert (corrected.json["version"], corrected.json["status"]) == (2, "on_time")


def test_a_waiver_stops_the_clock_and_its_reason_is_shown(ask: Ask, system: Any, callers: Any) -> None:
    assert ask("POST", f"{PATH}/waiver", by=LIAISON, json={"reason": "抽调"}).status_code == 403
    waived = ask("POST", f"{PATH}/waiver", json={"reason": "全站抽调防汛"})
    assert waived.json["status"] == "waived"
    turn(system, callers["system"], STARTS.replace(month=9, day=20))
    ask("POST", "/v1/reports/stage/2017-09/compilations", json={})
    snapshot = ask("GET", "/v1/reports/stage/2017-09/compilation").json["snapshot"]
    unit = next(u for u in snapshot["units"] if u["id"] == STATION)
    assert (unit["status"], unit["waived"]) == ("waived", "全站抽调防汛")
    clocks = ask("GET", "/v1/deadlines?subject=report", by=LIAISON).json["items"]
    assert [c["state"] for c in clocks if c["due_at"].startswith("2017-09-19")] == ["met"]


def test_the_unit_is_told_of_its_waiver_and_of_its_end(ask: Ask, system: Any, callers: Any) -> None:
    def told(by: str) -> list[str]:
        system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
        return [item["kind"] for item in ask("GET", "/v1/notices", by=by).json["items"]]

    ask("POST", f"{PATH}/waiver", json={"reason": "全站抽调防汛"})
    assert "report.waived" in told(LIAISON)
    ask("POST", f"{PATH}/waiver/end", json={"reason": "已归建"})
    assert "report.waiver_ended" in told(LIAISON)
    assert not {"report.waived", "report.waiver_ended"} & set(told("market.liaison"))


def test_a_waiver_can_be_ended_and_a_report_made_already_needs_none(ask: Ask) -> None:
    ask("POST", f"{PATH}/waiver", json={"reason": "全站抽调防汛"})
    assert ask("POST", f"{PATH}/waiver/end", json={"reason": "已归建"}).json["status"] == "scheduled"
    assert ask("POST", f"{PATH}/waiver/end", json={"reason": "已归建"}).json["code"] == "not_waived"
    submit(ask)
    assert ask("POST", f"{PATH}/waiver", json={"reason": "免"}).json["code"] == "already_submitted"


def test_a_unit_that_joins_owes_what_is_still_to_come_and_one_that_leaves_does_not(ask: Ask) -> None:
    body = {"unit": "customs", "from_on": "2017-12-01", "reason": "海关加入"}
    agencies = {a["id"]: a["reports"] for a in ask("GET", "/v1/campaign").json["agencies"]}
    body["unit"] = next(name for name, reports in agencies.items() if not reports)
    joined = ask("POST", "/v1/reports/joining", json=body).json
    assert (joined["changed"], [o["period"] for o in joined["obligations"]]) == (2, ["2017-12", "2018-03"])
    assert ask("POST", "/v1/reports/joining", json=body).json["changed"] == 0
    left = ask(
        "POST", "/v1/reports/leaving", json={"unit": STATION, "from_on": "2017-12-01", "reason": "撤并"}
    ).json
    assert [o["status"] for o in left["obligations"]] == ["scheduled", "waived", "waived"]


def test_a_figure_of_a_compiled_period_opens_the_records_it_counted_then(ask: Ask) -> None:
    first = ask("POST", "/v1/leads", json=tip()).json["number"]
    ask("POST", "/v1/reports/stage/2017-09/compilations", json={})
    ask("POST", "/v1/leads", json=tip(title="另一条线索"))
    figure = ask("GET", "/v1/reports/stage/2017-09/compilation/figures/total/C1").json
    assert figure["figure"]["value"] == "1"
    assert [(r["number"], r["amount"]) for r in figure["records"]] == [(first, "1")]
    live = ask("GET", "/v1/reports/stage/2017-09/table").json["snapshot"]
    assert live["table"]["total"]["period"]["C1"]["value"] == "2"
    assert ask("GET", "/v1/reports/stage/2017-09/compilation/figures/nobody/C1").status_code == 404
    assert ask("GET", "/v1/reports/stage/2017-09/compilation/figures/total/C1", by=LIAISON).status_code == 404


def test_leaders_figures_of_the_past_do_not_change(ask: Ask, system: Any, callers: Any) -> None:
    number = ask("POST", "/v1/leads", json=tip()).json["number"]
    turn(system, callers["system"], STARTS.replace(day=12))
    asked = "/v1/figures?by=agency&as_of=2017-08-11T12:00:00%2B08:00"
    before = ask("GET", asked).json
    accept = {"given": {"lead_agency": STATION}}
    assert ask("POST", f"/v1/leads/{number}/actions/accept", json=accept).status_code == 200
    assert ask("GET", asked).json == before
    assert [(row["value"], row["counts"]["open"]) for row in before["rows"]] == [(None, 1)]
    now = ask("GET", "/v1/figures?by=agency").json["rows"]
    assert [(row["value"], row["name"]["zh"]) for row in now] == [(STATION, "青岚林业工作站")]
    opened = ask("GET", f"/v1/figures/leads?by=agency&value={STATION}&count=open:7").json
    assert [item["number"] for item in opened["items"]] == [number]
    assert ask("GET", "/v1/figures?as_of=2018-01-01T00:00:00%2B08:00").json["code"] == "in_future"


def test_a_unit_sees_only_the_numbers_of_its_own_leads(ask: Ask) -> None:
    number = ask("POST", "/v1/leads", json=tip()).json["number"]
    assert ask("GET", "/v1/figures", by=LIAISON).json["rows"] == []
    ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": {"lead_agency": STATION}})
    assert [row["counts"]["received"] for row in ask("GET", "/v1/figures", by=LIAISON).json["rows"]] == [1]
    assert ask("GET", "/v1/figures", by="market.liaison").json["rows"] == []


@pytest.mark.parametrize("query", ["by=score", "by=agency&as_of=yesterday", "by=agency&value=x"])
def test_a_question_about_figures_that_means_nothing_is_refused(ask: Ask, query: str) -> None:
    assert ask("GET", f"/v1/figures?{query}").status_code == 422
