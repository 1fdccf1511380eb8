"""Which leads may tell of the same matter: a score with its reasons, for a person to judge; nothing is ever merged here.

Weights, windows and the threshold are policy, tuned on the 77 leads of the exercise of 2017, where four matters were
reported twice and four others only look alike. What the places, the goods and the words share adds up; what shows two
matters (another stall of one market, a change of law between, too long a time) holds a pair below the threshold, where
it may still be worth a link.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from workflows.text import Text

THRESHOLD = 0.60
"""From this score on a pair is proposed as one matter (policy)."""
WORTH_A_LINK = 0.45
"""From this score on a pair that is not proposed as one matter is shown as possibly related (policy)."""
WEIGHTS: Mapping[str, float] = {"place": 0.45, "goods": 0.25, "words": 0.30}
"""How much each likeness counts (policy); one that cannot be told is left out, and the others make up the whole."""
CLOSE_DAYS, WINDOW_DAYS, FADED = 4, 30, 0.3
"""Reports of one matter come close together (policy): up to the first the likeness counts in full, then it fades to
`FADED` of itself; after the second they are not taken for one."""
ONE_ONLINE = 0.5
"""How alike a place and an account that offers goods from the same township are taken to be (policy)."""
LEAST_THEMES = 2
"""One theme in common shows little: it counts in full from so many on (policy)."""
SAME_PARTY = 0.25
"""What a party known in both adds to the score (policy)."""
TITLE_TOLD = 0.25
"""From how much of a lead's title on, said by somebody who is still telling, the lead is worth a look (policy)."""
SAME_TOWNSHIP = 0.25
"""What one township adds to the order of those (policy)."""
HELD_AT = THRESHOLD - 0.01
"""What a pair scores at most when something shows that it is two matters."""

THEMES: Mapping[str, tuple[str, ...]] = {
    "workshop": ("加工", "作坊", "锯", "磨", "半成品", "机器", "雕刻"),
    "parcels": ("发货", "快递", "顺丰", "寄", "纸箱", "包裹", "物流"),
    "trade": ("卖", "买", "问价", "要价", "摊", "售", "柜台"),
    "table": ("火锅", "野味", "吃", "菜", "厨房", "酒"),
    "birds": ("鸟", "鹰", "羽毛", "鸮"),
    "road": ("车", "行李", "司机", "服务区", "收费站"),
}
"""What reports speak of, by words of any: two people seldom use the same words, but they mean the same things (policy)."""
_PART = re.compile(r"([A-Za-z0-9一二三四五六七八九十]+)(区|栋|幢|楼|号|座|铺)")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of one lead. `online` places lie nowhere; `parties` are opaque ids, never names."""

    id: str
    on: date
    words: str
    address: str | None = None
    township: str | None = None
    online: bool = False
    products: frozenset[str] = frozenset()
    species: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two leads are: the score from 0 to 1, what adds to it, and what shows that they are two matters."""

    id: str
    score: float
    reasons: tuple[Text, ...]
    against: tuple[Text, ...] = ()

    @property
    def is_candidate(self) -> bool:
        """Whether the pair is proposed as one matter."""
        return self.score >= THRESHOLD

    @property
    def is_worth_a_link(self) -> bool:
        """Whether a person should look at the pair at all."""
        return self.score >= WORTH_A_LINK


def candidates(
    lead: Sketch, others: Iterable[Sketch], changes_of_law: Collection[date] = ()
) -> tuple[Likeness, ...]:
    """This will list the leads worth looking at beside one, the most alike first.

    `changes_of_law` are the days on which rules of the definition began: what was done before and after one is two acts.
    """
    found = (compare(lead, other, changes_of_law) for other in others if other.id != lead.id)
    return tuple(sorted((f for f in found if f.is_worth_a_link), key=lambda f: (-f.score, f.id)))


def recalled(
    told: Sketch, others: Iterable[Sketch], changes_of_law: Collection[date] = ()
) -> tuple[Likeness, ...]:
    """This will list the leads worth a look while somebody still tells, the most alike first.

    Little is known yet: that two speak of like things counts only in one township, and the words of a lead's title count
    by themselves.
    """
    found: list[tuple[float, Likeness]] = []
    for other in others:
        like, said = compare(told, other, changes_of_law), overlap(other.title, told.words) or 0.0
        near = told.township is not None and told.township == other.township
        worth = like.is_candidate or (near and like.is_worth_a_link)
        if said >= TITLE_TOLD:
            words = Text(f"题名中的字词重合（{said:.0%}）", f"words of its title ({said:.0%})")
            like, worth = replace(like, reasons=(words, *like.reasons)), True
        if worth:
            found.append((like.score + said + SAME_TOWNSHIP * near, like))
    return tuple(like for _, like in sorted(found, key=lambda pair: (-pair[0], pair[1].id)))


def compare(a: Sketch, b: Sketch, changes_of_law: Collection[date] = ()) -> Likeness:
    """This will compare two leads; the order does not matter, and the result names the second."""
    parts = {"place": _place(a, b), "goods": _goods(a, b), "words": _words(a, b)}
    known = {name: value for name, value in parts.items() if value is not None}
    whole = sum(WEIGHTS[name] for name in known)
    score = (
        _closeness(a, b) * sum(WEIGHTS[name] * value for name, value in known.items()) / whole
        if whole
        else 0.0
    )
    shared = a.parties & b.parties
    if shared:
        score = min(1.0, score + SAME_PARTY)
    against = tuple(_against(a, b, changes_of_law))
    if against:
        score = min(score, HELD_AT)
    days = abs((a.on - b.on).days)
    return Likeness(b.id, round(score, 2), tuple(_reasons(known, days, party=bool(shared))), against)


def _reasons(parts: Mapping[str, float], days: int, *, party: bool) -> Iterable[Text]:
    names = {
        "place": Text("地点", "place"),
        "goods": Text("物品", "goods"),
        "words": Text("所述内容", "what is told"),
    }
    for name, value in parts.items():
        if value >= 0.5:
            yield Text(f"{names[name].zh}相近（{value:.0%}）", f"{names[name].en} alike ({value:.0%})")
    if days <= WINDOW_DAYS:
        yield Text(f"相隔 {days} 天", f"{days} days apart")
    if party:
        yield Text("当事人相同", "the same party")


def _place(a: Sketch, b: Sketch) -> float | None:
    """How alike the places are; None where one of them lies nowhere and only the township could be compared."""
    same_township = a.township is not None and a.township == b.township
    if a.online != b.online:
        return ONE_ONLINE if same_township else 0.0
    likeness = overlap(a.address or "", b.address or "")
    if likeness is None:
        return 0.5 if same_township else None
    if a.township is not None and b.township is not None and not same_township:
        return likeness / 2
    return likeness


def _closeness(a: Sketch, b: Sketch) -> float:
    days = min(max(abs((a.on - b.on).days), CLOSE_DAYS), WINDOW_DAYS)
    return 1 - (1 - FADED) * (days - CLOSE_DAYS) / (WINDOW_DAYS - CLOSE_DAYS)


def _goods(a: Sketch, b: Sketch) -> float | None:
    found = [_shared(x, y) for x, y in ((a.products, b.products), (a.species, b.species)) if x and y]
    return max(found) if found else None


def _shared(x: frozenset[str], y: frozenset[str]) -> float:
    return len(x & y) / min(len(x), len(y))


def _words(a: Sketch, b: Sketch) -> float | None:
    """The same things meant, or the same words used: whichever shows more."""
    x, y = themes(a.words), themes(b.words)
    meant = len(x & y) / max(len(x | y), LEAST_THEMES) if x and y else None
    used = overlap(a.words, b.words)
    told = [value for value in (meant, used) if value is not None]
    return max(told) if told else None


@lru_cache(4096)
def themes(words: str) -> frozenset[str]:
    """This will name what a report speaks of."""
    return frozenset(name for name, marks in THEMES.items() if any(mark in words for mark in marks))


def overlap(a: str, b: str) -> float | None:
    """This will say how much of the shorter text's pairs of characters the longer has; None where one is too short."""
    x, y = _pairs(a), _pairs(b)
    return _shared(x, y) if x and y else None


@lru_cache(4096)
def _pairs(text: str) -> frozenset[str]:
    bare = "".join(mark for mark in text if mark.isalnum())
    return frozenset(first + second for first, second in pairwise(bare))


def _against(a: Sketch, b: Sketch, changes_of_law: Collection[date]) -> Iterable[Text]:
    first, last = sorted((a.on, b.on))
    if (last - first).days > WINDOW_DAYS:
        yield Text(f"相隔超过 {WINDOW_DAYS} 天", f"more than {WINDOW_DAYS} days apart")
    for day in sorted(day for day in changes_of_law if first < day <= last):
        yield Text(
            f"其间规则有变（{day.isoformat()}）", f"the rules changed between them ({day.isoformat()})"
        )
    mine, others = _numbered(a.address or ""), _numbered(b.address or "")
    for unit in sorted(mine.keys() & others.keys()):
        if mine[unit] != others[unit]:
            other = f"{mine[unit]}{unit}/{others[unit]}{unit}"
            yield Text(f"同一处所的不同位置（{other}）", f"different parts of one place ({other})")


def _numbered(address: str) -> dict[str, str]:
    return {unit: number for number, unit in _PART.findall(address)}
