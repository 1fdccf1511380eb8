"""Pages of a campaign with much in it: counts stay true, and no page asks a question for each of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from shared.bootstrap import System
from shared.settings import Settings
from tests.pages.conftest import Enter, entering, number_of

MANY = 260
"""More than any list shows at once."""
COPIED = """
WITH one AS (SELECT * FROM handoffs WHERE to_agency = 'station_daluo' AND state = 'acknowledged' LIMIT 1),
clock AS (SELECT d.* FROM deadlines d, one WHERE d.subject_id = one.id AND d.state = 'running' LIMIT 1),
more AS (
    INSERT INTO handoffs
    SELECT (jsonb_populate_record(NULL::handoffs, to_jsonb(one) || jsonb_build_object('id', 'more-' || n))).*
    FROM one, generate_series(1, %s) n RETURNING id
)
INSERT INTO deadlines (id, campaign_id, definition_hash, subject, subject_id, lead_id, code, rule, generation, round,
    holder, started_at, original_due_at, due_at, provisional, calendar, state, done, pauses, extensions)
SELECT 'clock-of-' || more.id, campaign_id, definition_hash, subject, more.id, lead_id, code, rule, generation, round,
    holder, started_at, original_due_at, due_at, provisional, calendar, state, done, pauses, extensions
FROM clock, more
"""


@contextmanager
def questions() -> Iterator[list[str]]:
    """Every question asked of a database meanwhile."""
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def enter_many(exercise: System, copied: Settings) -> Callable[[str], Any]:
    """Signs a person in where one unit has more to do than a list shows."""
    with psycopg.connect(copied.database_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute(COPIED, (MANY,))
    return entering(exercise, "exercise")


def test_more_waits_than_a_page_shows_and_its_count_is_true(enter_many: Enter) -> None:
    unit = enter_many("station_daluo.officer")
    first = unit.open("/inbox?box=tasks")
    waiting = number_of(first, r"待签收办理 <b>(\d+)")
    assert waiting > MANY
    assert first.count('data-test="task-row"') == 50
    last = -(-waiting // 50)
    assert f"第 1 / {last} 页" in first
    rest = unit.open(f"/inbox?box=tasks&page={last}")
    assert rest.count('data-test="task-row"') == waiting - 50 * (last - 1)
    seen = {
        href
        for page in range(1, last + 1)
        for href in re.findall(r'href="(/t/[^"]+)"', unit.open(f"/inbox?box=tasks&page={page}"))
    }
    assert len(seen) == waiting


@pytest.mark.parametrize(
    ("person", "path", "rows", "most"),
    [
        ("office.office_staff", "/leads", 40, 22),
        ("office.office_staff", "/leads?light=overdue", 12, 22),
        ("culture.officer", "/leads", 5, 22),
        ("market.officer", "/leads", 7, 22),
        ("office.office_director", "/supervise", 12, 26),
        ("station_daluo.officer", "/inbox?box=tasks", 50, 22),
        ("office.office_director", "/progress", 0, 22),
        ("office.office_director", "/progress/leads?count=open", 35, 22),
        ("office.office_director", "/results/stage/2017-09/period", 0, 26),
    ],
)
def test_a_page_asks_as_many_questions_for_many_rows_as_for_few(
    enter_many: Enter, person: str, path: str, rows: int, most: int
) -> None:
    somebody = enter_many(person)
    with questions() as asked:
        page = somebody.open(path)
    assert sum(page.count(f'data-test="{kind}-row"') for kind in ("lead", "task", "overdue")) == rows
    assert len(asked) <= most, "\n".join(asked)
