"""Words of official Chinese documents: dates, moments, spans of days, ordinals, and the punctuation of names."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_DIGITS = "零一二三四五六七八九"
_HAN = "\u3400-\u9fff\uff08\uff09"
_PAIR = re.compile(rf"(?<=[{_HAN}])\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)")
_COMMA = re.compile(rf"(?<=[{_HAN}]), ?(?=[{_HAN}])")


def official(words: str) -> str:
    """This will set the brackets and commas of a Chinese name as official documents do: full width, in pairs."""
    found, changed = words, -1
    while changed:
        found, changed = _PAIR.subn(lambda pair: f"（{pair[1] if pair[1] is not None else pair[2]}）", found)
    return _COMMA.sub("，", found)


def due_words(moment: str) -> str:
    """This will write an ISO moment something is due at: midnight is the end of the day before, 24时."""
    read = datetime.fromisoformat(moment)
    if (read.hour, read.minute, read.second) == (0, 0, 0):
        return f"{long_date(read.date() - timedelta(days=1))}24时"
    return long_moment(moment)


def ordinal(number: int) -> str:
    """This will write 1 to 99 in Chinese numerals, larger ones in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def long_date(day: str | date) -> str:
    """This will write a date as official documents do: 2017年9月18日."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def long_moment(moment: str) -> str:
    """This will write an ISO moment, in the offset it carries, to the minute."""
    read = datetime.fromisoformat(moment)
    return f"{long_date(read.date())}{read.hour}时{read.minute:02}分"


def span(first: str, last: str) -> str:
    """This will write a span of days, naming the year of the second only where it differs."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return f"{long_date(start)}至{long_date(end) if start.year != end.year else f'{end.month}月{end.day}日'}"
