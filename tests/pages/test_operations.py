"""What an operator sees when something stands still, and who else is told; what was given up is taken up again."""

from __future__ import annotations

import re
from dataclasses import replace

import psycopg
import pytest

from shared.bootstrap import System, token_hash
from tests.pages.conftest import Enter
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, IssueToken, OpenCampaign, system_caller

OFFICE, OPERATOR, OFFICER = "office.office_staff", "office.operator", "market.officer"
LIVE = "live-2017"
SAID = "deadline_of 张三 could not be read"


@pytest.fixture
def live(system: System, definition: CampaignDefinition) -> str:
    """A live campaign beside the exercise; its people sign in by tokens of their own."""
    system.handle(OpenCampaign(system_caller(""), LIVE, definition.id, definition.version, "live", None))
    people = [
        {"id": id_, "name": id_, "agency_id": id_.split(".")[0], "roles": [id_.split(".")[1]]}
        for id_ in (OFFICE, OPERATOR, OFFICER)
    ]
    system.handle(AddPeople(system_caller(LIVE), tuple(people)))
    for person in people:
        system.handle(IssueToken(system_caller(LIVE), str(person["id"]), token_hash(f"live.{person['id']}")))
    return LIVE


def swept(system: System, seconds: int) -> None:
    """The last look at the deadlines was so many seconds ago."""
    system.beat("sweep")
    with psycopg.connect(system.settings.database_url, autocommit=True) as connection:
        connection.execute("UPDATE heartbeats SET beat_at = beat_at - make_interval(secs => %s)", (seconds,))


@pytest.mark.usefixtures("live")
def test_who_coordinates_is_told_when_no_deadline_is_looked_at(system: System, enter: Enter) -> None:
    swept(system, 250)
    page = enter(f"live.{OFFICE}").open("/inbox")
    assert "时限检查已停 4分钟，到期提醒可能迟到。" in page
    assert 'href="/manage/ops"' in enter(f"live.{OPERATOR}").open("/inbox")
    assert "时限检查" not in enter(f"live.{OFFICER}").open("/inbox"), (
        "who can do nothing about it is not troubled"
    )
    assert "时限检查" not in enter(OFFICE).open("/inbox"), "an exercise is moved by hand"
    swept(system, 30)
    assert "时限检查" not in enter(f"live.{OFFICE}").open("/inbox")


@pytest.mark.usefixtures("live")
def test_a_worker_that_never_ran_is_told_too(enter: Enter) -> None:
    assert "时限检查还没有运行" in enter(f"live.{OFFICE}").open("/inbox")
    page = enter(OPERATOR).open("/manage/ops")
    assert "从未" in page
    assert "项需要处理" in page, "a process nobody has seen is no process that is well"


def test_the_page_looks_at_the_broker_and_the_disk(system: System, enter: Enter) -> None:
    system.beat("sweep")
    system.beat("beat")
    page = enter(OPERATOR).open("/manage/ops")
    assert page.count('data-test="ops-row"') == 11
    assert "GB" in page
    system.settings = replace(system.settings, redis_url="redis://127.0.0.1:1/0")
    page = enter(OPERATOR).open("/manage/ops")
    assert "连不上" in page


@pytest.mark.usefixtures("live")
def test_a_live_campaign_without_a_backup_is_trouble_and_an_exercise_is_not(
    system: System, enter: Enter
) -> None:
    for name in ("sweep", "beat"):
        system.beat(name)
    asked, exercise = enter(f"live.{OPERATOR}"), enter(OPERATOR)
    before, without = trouble(asked.open("/manage/ops")), trouble(exercise.open("/manage/ops"))
    assert "演练不要求" in exercise.page
    for name in ("backup", "restore_check"):
        system.beat(name)
    assert trouble(asked.open("/manage/ops")) == before - 2
    assert trouble(exercise.open("/manage/ops")) == without


def trouble(page: str) -> int:
    return len(re.findall(r'data-test="ops-row".*?lamp-overdue', page.replace("</tr>", "</tr>\n")))


def give_up(system: System, campaign: str) -> None:
    """One message of a campaign and one clock were tried too often."""
    with psycopg.connect(system.settings.database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO outbox (campaign_id, key, kind, data, created_at, tries, set_aside)"
            " VALUES (%s, 'a-key', 'no_such_kind', '{}', now(), 8, %s)",
            (campaign, f"KeyError: {SAID}"),
        )
        connection.execute(
            "UPDATE deadlines SET set_aside = %s, tries = 5 WHERE id ="
            " (SELECT id FROM deadlines WHERE campaign_id = %s AND next_at IS NOT NULL LIMIT 1)",
            (f"ValueError: {SAID}", campaign),
        )


def waiting(system: System) -> int:
    status = system.status()
    return int(status["outbox_set_aside"]) + int(status["deadlines_set_aside"])


def test_what_was_given_up_is_seen_with_its_reason_and_taken_up_again(exercise: System, visit: Enter) -> None:
    give_up(exercise, "test-2017")
    operator = visit(OPERATOR)
    page = operator.open("/manage/ops")
    assert page.count('data-test="aside"') == 2
    for shown in ("no_such_kind", "KeyError", "ValueError", "重试"):
        assert shown in page
    assert SAID not in page, "a reason may quote what somebody wrote"
    assert waiting(exercise) == 2
    for left in (1, 0):
        page = operator.follow(operator.send("/manage/ops/again"))
        assert "已重新排队" in page
        assert waiting(exercise) == left
    assert 'data-test="aside"' not in page
    assert "搁置的事项重试" in visit("office.auditor").open("/manage/audit")


def test_only_operators_take_up_and_only_what_waits_in_their_campaign(exercise: System, visit: Enter) -> None:
    give_up(exercise, "test-2017")
    auditor = visit("office.auditor")
    page = auditor.open("/manage/ops")
    assert page.count('data-test="aside"') == 2
    assert "/manage/ops/again" not in page
    operator = visit(OPERATOR)
    operator.open("/manage/ops")
    for made_up in (
        {"kind": "message", "id": "999999999999999999999"},
        {"kind": "x", "id": "1"},
        {"id": "١"},
    ):
        assert operator.send("/manage/ops/again", **made_up).status_code == 404
    assert waiting(exercise) == 2
