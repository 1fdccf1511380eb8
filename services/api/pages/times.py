"""How moments and spans are worded: absolute always, relative as help, never two units where the smaller overflows.

Under an hour minutes; under a day hours; under three days days and hours; beyond that working days where the rule counts
them, else days. Lateness is said as lateness, never with a minus sign. A day's end is 24:00 of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LATE = {"overdue", "escalated"}


def moment(value: str, now: str, lang: str, *, ends: bool = False) -> str:
    """This will word a moment: `9月18日（周一）18:00`, the year only where it is not this one.

    With `ends` midnight is the end of the day before.
    """
    at = datetime.fromisoformat(value)
    clock = at.strftime("%H:%M")
    if ends and clock == "00:00":
        at, clock = at - timedelta(days=1), "24:00"
    return f"{_day(at, now, lang)}{'' if lang == 'zh' else ' '}{clock}"


def day(value: str, now: str, lang: str) -> str:
    """This will word a day."""
    return _day(datetime.fromisoformat(value), now, lang)


def _day(at: datetime, now: str, lang: str) -> str:
    other_year = str(at.year) != now[:4]
    if lang == "zh":
        year = f"{at.year}年" if other_year else ""
        return f"{year}{at.month}月{at.day}日（周{_WEEKDAYS['zh'][at.weekday()]}）"
    year = f" {at.year}" if other_year else ""
    return f"{_WEEKDAYS['en'][at.weekday()]} {at.day} {_MONTHS[at.month - 1]}{year}"


def span(seconds: float, lang: str) -> str:
    """This will word a length of time."""
    minutes = int(abs(seconds) // 60)
    hours, days = minutes // 60, minutes // 1440
    if hours < 1:
        return _unit(max(minutes, 1), "分钟", "min", lang)
    if days < 1:
        return _unit(hours, "小时", "h", lang)
    rest = hours - days * 24
    if days < 3 and rest:
        return _unit(days, "天", "d", lang) + ("" if lang == "zh" else " ") + _unit(rest, "小时", "h", lang)
    return _unit(days, "天", "d", lang)


def age(seconds: float, lang: str) -> str:
    """This will word how long ago machinery was last seen, from seconds on."""
    return span(seconds, lang) if seconds >= 60 else _unit(int(seconds), "秒", "s", lang)


def _unit(amount: int, zh: str, en: str, lang: str) -> str:
    return f"{amount}{zh}" if lang == "zh" else f"{amount} {en}"


def lamp(clock: Mapping[str, Any], now: str, lang: str) -> str:
    """This will word a clock's light: how long is left, how late it is, or how it ended."""
    zh, light = lang == "zh", clock["light"]
    due = datetime.fromisoformat(clock["due_at"])
    if light == "done":
        return _ended(clock, due, lang)
    if light == "paused":
        return "暂停" if zh else "paused"
    left = (due - datetime.fromisoformat(now)).total_seconds()
    if light in _LATE:
        days = int(-left // 86400)
        late = _unit(days, "天", "d", lang) if days else span(left, lang)
        said = f"超期{late}" if zh else f"{late} overdue"
        return said + ("" if light == "overdue" else "·已升级" if zh else ", escalated")
    working = clock.get("working_days_left")
    if left >= 3 * 86400 and working:
        return f"剩{working}工作日" if zh else f"{working} working days left"
    return f"剩{span(left, lang)}" if zh else f"{span(left, lang)} left"


def _ended(clock: Mapping[str, Any], due: datetime, lang: str) -> str:
    zh = lang == "zh"
    if clock.get("optional_right"):
        return "窗口已过" if zh else "window shut"
    if clock["state"] == "cancelled":
        return "已取消" if zh else "cancelled"
    if clock["state"] == "met" or not clock.get("stopped_at"):
        return "按期办结" if zh else "done in time"
    late = span((datetime.fromisoformat(clock["stopped_at"]) - due).total_seconds(), lang)
    return f"超期{late}办结" if zh else f"done {late} late"
