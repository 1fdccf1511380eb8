"""What is written down of the work: inspections, goods, people and fines, as far as the outcome reports them.

Figures come from the outcome alone. Goods whose kind is not settled are recorded as unidentified, so that no result
counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cli.play.agenda import Act
from services.cli.play.manners import draw
from services.cli.play.matters import Matter, Outcome
from services.cli.play.telling import Line
from services.cli.play.wording import Vocabulary, goods_of

ONLINE = "网站/网络平台"
_METHOD = {"车站": "road", "物流中心": "joint", "网站/网络平台": "online"}


def verified_with(matter: Matter) -> dict[str, Any]:
    """This will give what a unit states when it finds a lead true."""
    outcome = matter.outcome
    given: dict[str, Any] = {
        "finding": outcome.result if outcome else "线索反映情况属实，当事人待查。",
        "products": sorted({goods_of(word, matter) for word in matter.products}) or ["other"],
        "crime_suspected": matter.track == "criminal",
    }
    if outcome and outcome.value_yuan is not None:
        given["estimated_value_yuan"] = outcome.value_yuan
    return given


def record_acts(moment: str, matter: Matter, place_types: Vocabulary, unit: Line) -> list[Act]:
    """This will list the records a unit adds when a matter was `verified` or `handled`, at the time of its line."""
    found = _of_verification(matter, place_types) if moment == "verified" else _of_handling(matter)
    line = unit.beside(unit.agency)
    for kind, data in found:
        line.act("officer", f"record:{kind}", "add", **data)
    return line.acts


def _of_verification(matter: Matter, place_types: Vocabulary) -> Iterator[tuple[str, dict[str, Any]]]:
    numbers = draw(0, matter.ref, "inspection")
    yield (
        "inspection",
        {
            "inspection_method": _method(matter),
            "place_type": place_types[matter.place_type],
            "places": 1,
            "staff": numbers.randint(2, 9),
            "police": numbers.randint(0, 2),
            "vehicles_used": numbers.randint(1, 2),
            "vehicles_checked": matter.vehicles or 0,
            "operators_talked_to": numbers.randint(0, 4),
            "violation_found": matter.track != "none",
        },
    )
    if matter.place_type == ONLINE:
        yield "online_check", {"sites": 1, "posts_removed": 3, "shops_closed_online": 1}
    if (seized := _seizure(matter)) is not None:
        yield "seizure", seized


def _method(matter: Matter) -> str:
    if matter.vehicles or "检查" in matter.address:
        return "road"
    return _METHOD.get(matter.place_type, "joint" if matter.channel == "other_agency" else "open")


def _seizure(matter: Matter) -> dict[str, Any] | None:
    outcome = matter.outcome
    if outcome is None or not (outcome.seized_pieces or outcome.seized_grams or outcome.seized_live):
        return None
    product, identified = _goods(matter, outcome)
    told: dict[str, object | None] = {
        "product": product,
        "identified": identified,
        "pieces": outcome.seized_pieces,
        "grams": outcome.seized_grams,
        "live_count": outcome.seized_live,
        "vehicles_seized": matter.vehicles,
        "value_yuan": outcome.value_yuan,
        "value_basis": "价格认定意见" if outcome.value_yuan is not None else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _goods(matter: Matter, outcome: Outcome) -> tuple[str, bool]:
    """Elephant and mammoth in one figure cannot be told apart: neither may be counted as ivory."""
    groups = [goods_of(word, matter) for word in matter.products]
    if matter.track == "unknown" or ("mammoth" in groups and len(set(groups)) > 1):
        return "unidentified", False
    if outcome.seized_live and not outcome.seized_pieces:
        return "live_wildlife", True
    return (groups[0] if groups else "other"), True


def _of_handling(matter: Matter) -> Iterator[tuple[str, dict[str, Any]]]:
    outcome = matter.outcome
    if outcome is None:
        return
    number = f"林罚〔{matter.reported_at.year}〕{matter.ref[-3:]}号"
    if outcome.persons:
        measure = "criminal" if matter.track == "criminal" else "administrative"
        yield "persons_handled", {"person_measure": measure, "persons": outcome.persons}
    if outcome.fine_yuan:
        yield "penalty", {"penalty_kind": "fine", "amount_yuan": outcome.fine_yuan, "document_number": number}
    if matter.track == "criminal" and (outcome.persons or 0) >= 3:
        dens = 1 if matter.place_type == "窝点" else 0
        yield "breakthrough", {"gangs": 1, "dens": dens}
    if matter.track == "administrative":
        yield "rectification", {"corrections_ordered": 1, "operators_talked_to": 1}
    if outcome.seized_pieces or outcome.seized_grams or outcome.seized_live:
        yield "seizure_decision", {"document_number": number, "reason": outcome.result}
