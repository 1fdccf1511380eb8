"""Moments and spans in words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from services.api.pages.times import lamp, moment, span

NOW = "2017-09-16T10:00:00+08:00"


def clock(minutes: float, light: str, **more: object) -> dict[str, object]:
    due = datetime.fromisoformat(NOW) + timedelta(minutes=minutes)
    return {"due_at": due.isoformat(), "light": light, "state": "running", **more}


@pytest.mark.parametrize(
    ("minutes", "light", "said"),
    [
        (25, "soon", "剩25分钟"),
        (5 * 60, "soon", "剩5小时"),
        (26 * 60, "soon", "剩1天2小时"),
        (48 * 60, "ok", "剩2天"),
        (5 * 1440, "ok", "剩5天"),
        (-21 * 60, "overdue", "超期21小时"),
        (-2 * 1440 - 300, "overdue", "超期2天"),
        (-8 * 1440, "escalated", "超期8天·已升级"),
        (60, "paused", "暂停"),
    ],
)
def test_a_light_says_how_long_is_left_or_how_late_it_is(minutes: float, light: str, said: str) -> None:
    assert lamp(clock(minutes, light), NOW, "zh") == said


def test_days_are_working_days_where_the_rule_counts_them() -> None:
    assert lamp(clock(6 * 1440, "ok", working_days_left=4), NOW, "zh") == "剩4工作日"


def test_what_ended_says_whether_in_time() -> None:
    assert lamp(clock(60, "done", state="met"), NOW, "zh") == "按期办结"
    late = clock(-1440, "done", state="missed", stopped_at=NOW)
    assert lamp(late, NOW, "zh") == "超期1天办结"
    assert lamp(clock(-60, "done", optional_right=True), NOW, "zh") == "窗口已过"


def test_midnight_as_an_end_is_2400_of_the_day_that_ends() -> None:
    assert moment("2017-09-19T00:00:00+08:00", NOW, "zh", ends=True) == "9月18日（周一）24:00"
    assert moment("2018-01-01T00:00:00+08:00", NOW, "zh", ends=True) == "12月31日（周日）24:00"
    assert moment("2018-01-02T09:00:00+08:00", NOW, "zh") == "2018年1月2日（周二）09:00"
    assert moment("2017-09-18T18:00:00+08:00", NOW, "en") == "Mon 18 Sep 18:00"


def test_no_span_is_worded_with_a_zero_a_minus_or_an_overflow() -> None:
    for minutes in range(-20_000, 20_000, 7):
        for lang in ("zh", "en"):
            said = span(minutes * 60, lang)
            assert not re.search(r"(?<!\d)0(天|小时|分钟| d| h| min)|-|\d+ d (2[4-9]|[3-9]\d) h", said), (
                minutes,
                said,
            )
