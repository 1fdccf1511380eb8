"""Words of official Chinese documents: dates, ordinals, figures, lists; and text made safe for XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workflows.reporting.submission import unprintable

_DIGITS = "零一二三四五六七八九"
GOES_BEFORE = frozenset({"约", "近"})
UNKNOWN = "—"


def printable(text: str) -> str:
    """This will replace characters no document format can carry by U+FFFD, so that their loss is seen."""
    return "".join("\ufffd" if unprintable(character) else character for character in text)


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


def rounded(value: str, decimals: int) -> Decimal:
    """This will round half up to the column's places."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def figure(cell: Mapping[str, Any], decimals: int) -> str:
    """This will write a cell as a reader expects it: rounded, qualified, and a dash where nobody has said."""
    if cell["value"] is None:
        return UNKNOWN
    exact = rounded(cell["value"], decimals)
    number = f"{exact:f}" if exact else "0"
    qualifier = cell.get("qualifier")
    if not qualifier:
        return number
    return f"{qualifier}{number}" if qualifier in GOES_BEFORE else f"{number}{qualifier}"


def source_words(source: str) -> str:
    """This will name a rule's source for readers: the plan, a law with its article, practice, or the office's ruling."""
    kind, _, rest = source.partition(" ")
    if kind == "plan":
        return f"行动方案{rest}"
    if kind == "law":
        law, _, article = rest.partition(" art. ")
        return f"{law}第{article}条" if article else law
    return {"policy": "领导小组办公室规定", "practice": "工作惯例"}.get(kind, source)


def listed(names: Iterable[str], most: int = 20) -> str:
    """This will join names; of more than `most` it says how many there are."""
    every = list(names)
    return "、".join(every) if len(every) <= most else f"{'、'.join(every[:most])}等{len(every)}个"
