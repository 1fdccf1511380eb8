"""Initials of Chinese names (拼音首字母), so that a list of choices is found by typing: "sqp" for 石桥铺镇.

An option begins with its initials; whatever finds options by their first letters (every browser's list, and what reads
pages aloud) finds it by them, and no script is needed. A name that begins with letters or digits is found as it stands.
"""

from __future__ import annotations

from functools import lru_cache

MOST = 8
"""More letters than that nobody types, and a long name keeps its room."""


def keyed(name: str) -> str:
    """This will put a name's initials before it, where it begins with a Chinese character."""
    found = initials(name) if name and _is_chinese(name[0]) else ""
    return f"{found} {name}" if found else name


@lru_cache(4096)
def initials(name: str) -> str:
    """This will give the first letters of how a name is read, as its words are read together: 银行 is YH, 行为 is XW."""
    from pypinyin import Style, lazy_pinyin  # 0.3 s and 60 MB, for whoever takes calls

    letters = lazy_pinyin(
        name, style=Style.FIRST_LETTER, errors=lambda other: "".join(filter(str.isalnum, other))
    )
    return "".join(letters)[:MOST].upper()


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "\u3007" or char >= "\U00020000"
