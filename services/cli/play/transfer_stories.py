"""How a suspected crime goes to the police: every step of the transfer, and what can go otherwise on the way.

Most are filed at once. The seed deals to a few: material that is asked for later, a receiver that is not competent and
forwards, a refusal that reconsideration reverses, and one that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from services.cli.play.manners import Manner, conduct, draw
from services.cli.play.telling import Line

ENCLOSURES = (
    "transfer_letter",
    "investigation_report",
    "property_list",
    "appraisal_report",
    "other_material",
)


class Turn(StrEnum):
    """What happens to a transfer."""

    FILED = "filed"
    SUPPLEMENTED = "supplemented"
    FORWARDED = "forwarded"
    RECONSIDERED = "reconsidered"
    UPHELD = "upheld"
    REFUSED_FIRST = "refused_first"


DEALT = (
    Turn.SUPPLEMENTED,
    Turn.RECONSIDERED,
    Turn.FORWARDED,
    Turn.UPHELD,
    Turn.REFUSED_FIRST,
    Turn.SUPPLEMENTED,
    Turn.RECONSIDERED,
)


def deal_turns(seed: int, refs: Iterable[str]) -> Mapping[str, Turn]:
    """This will deal the turns to the criminal matters; the others are filed at once."""
    order = sorted(refs)
    draw(seed, "transfers", "turns").shuffle(order)
    return {ref: DEALT[place] if place < len(DEALT) else Turn.FILED for place, ref in enumerate(order)}


def tell_transfer(
    seed: int, unit: Line, to: str, other: str, turn: Turn, manner: Manner, number: str
) -> tuple[list[Line], bool]:
    """This will write a transfer from the proposal to its end; the unit's line waits for it.

    Gives the lines, and whether the police filed the case. `other` is who is competent when `to` forwards.
    """
    treats = conduct(seed, f"{unit.story}:transfer", to, manner)
    late = treats.sign > 3
    unit.act("officer", f"propose:{to}", "propose", **_proposal())
    head = unit.beside(unit.agency).slots(3)
    if turn is Turn.REFUSED_FIRST:
        head.act("unit_head", "transfer", "refuse", refused_reason="价值认定依据不足，补充后再议。")
        head.slots(3).act("officer", "transfer", "repropose", nth=1, reason="已补充价值认定材料。")
        head.slots(2)
    head.act("unit_head", "transfer", "approve")
    head.slots(1).act(
        "officer",
        "transfer",
        "send",
        document_number=f"移字{number}",
        enclosures=list(ENCLOSURES),
        cc_procuratorate=True,
    )
    police = head.beside(to)
    police.slots(4 if late else 1).act("liaison", "transfer", "receipt", document_number=f"收字{number}")
    lines = [head, police]
    if turn is Turn.FORWARDED:
        police.slots(1).act(
            "officer", "transfer", "forward", to_agency=other, reason="不属本单位管辖，移送有管辖权的机关。"
        )
        police = police.beside(other)
        police.slots(1).act("liaison", "transfer", "receipt", document_number=f"收字{number}甲")
        lines.append(police)
    if turn is Turn.SUPPLEMENTED:
        police.slots(1).act(
            "officer", "transfer", "request_supplement", missing_items="请补充涉案物品称重记录。"
        )
        again = police.beside(unit.agency).slots(5)
        again.act("officer", "transfer", "supplement", enclosures=list(ENCLOSURES), reason="称重记录已补充。")
        lines.append(again)
        police.until(again.at)
    filed = _decide(police, unit, turn, number, lines, late=late)
    if filed:
        back = police.beside(unit.agency).slots(4)
        back.act("officer", "transfer", "hand_over_property", handover_list=f"交接清单{number}")
        last = back.beside(police.agency).slots(1).act("officer", "transfer", "complete")
        lines += [back, last]
        unit.until(last.at)
    return lines, filed


def tell_refusal(unit: Line, to: str) -> Line:
    """This will write what a flag of the rules asks for where no crime is seen: a proposal, and the head's refusal."""
    unit.act("officer", f"propose:{to}", "propose", **_proposal())
    head = unit.beside(unit.agency).slots(2)
    reason = "经审查，情节显著轻微，尚不构成犯罪，依法作行政处理。"
    head.act("unit_head", "transfer", "refuse", refused_reason=reason)
    unit.until(head.at)
    return head


def _decide(police: Line, unit: Line, turn: Turn, number: str, lines: list[Line], *, late: bool) -> bool:
    police.slots(10 if late else 5)
    if turn not in (Turn.RECONSIDERED, Turn.UPHELD):
        police.act("unit_head", "transfer", "file", document_number=f"立字{number}")
        return True
    police.act(
        "unit_head",
        "transfer",
        "not_file",
        document_number=f"不立字{number}",
        reason="现有证据不足以证明犯罪事实。",
    )
    head = police.beside(unit.agency).slots(4)
    head.act(
        "unit_head", "transfer", "request_reconsideration", reason="鉴定意见和价值认定足以证明，请予复议。"
    )
    lines.append(head)
    police.until(head.at).slots(6)
    if turn is Turn.RECONSIDERED:
        police.act("unit_head", "transfer", "reconsider_file", document_number=f"复立字{number}")
        return True
    police.act(
        "unit_head", "transfer", "uphold", document_number=f"复字{number}", reason="经复议维持不立案决定。"
    )
    end = police.beside(unit.agency).slots(3)
    end.act("unit_head", "transfer", "accept_no_crime", reason="依法转为行政处理。")
    lines.append(end)
    unit.until(end.at)
    return False


def _proposal() -> dict[str, Any]:
    return {
        "report": "经核查，涉案物品和金额已达到移送标准，建议移送公安机关。",
        "officers": ["承办人甲", "承办人乙"],
        "reason": "涉嫌犯罪，依照行政执法机关移送涉嫌犯罪案件的规定提出。",
    }
