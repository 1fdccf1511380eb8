"""The results table of 2017 counted another way: each column written by hand as SQL over the tables.

Nothing of the system's own counting is used, neither its measures nor its conditions: what the definition says of a
column is said here again, so that a wrong measure, a lost record or a doubled one shows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

_IDENTIFIED = "(data->>'identified')::boolean"
_ANIMALS = "data->>'product' IN ('pangolin', 'rhino', 'hornbill', 'wildlife_product')"
_PLACES = {
    "B2": ("trade_market", "small_goods_market"),
    "B3": ("warehouse",),
    "B4": ("heritage_shop", "antique_market", "mall", "craft_shop", "tourist_shop"),
    "B5": ("guesthouse", "hotel", "restaurant"),
    "B6": ("station", "logistics_centre", "customs_area"),
    "B7": ("licensed_processor", "licensed_shop"),
    "B8": ("den", "online_platform", "road_checkpoint", "home", "other"),
}
_ACTS = {
    "E7a": ("smuggle",),
    "E7b": ("process",),
    "E7c": ("sell", "buy", "online_trade"),
    "E7d": ("transport", "store"),
    "E7e": ("eat", "hunt", "possess"),
}


def _seized(field: str, product: str, by: str = "1") -> tuple[str, str, str]:
    return "seizure", f"(data->>'{field}')::numeric * {by}", f"{product} AND {_IDENTIFIED}"


def _sum(kind: str, field: str, where: str = "true", by: str = "1") -> tuple[str, str, str]:
    return kind, f"(data->>'{field}')::numeric * {by}", where


def _among(fact: str, words: tuple[str, ...]) -> str:
    return f"{fact} IN ({', '.join(repr(word) for word in words)})"


_IVORY, _PLANT = "data->>'product' = 'ivory'", "data->>'product' = 'plant'"
RECORDS: dict[str, tuple[str, str, str]] = {
    "A1": _sum("inspection", "staff"),
    "A2": _sum("inspection", "police"),
    "A3": _sum("inspection", "vehicles_used"),
    "A4": ("inspection", "1", "data->>'inspection_method' = 'joint'"),
    **{code: _sum("inspection", "places", _among("data->>'place_type'", kinds)) for code, kinds in _PLACES.items()},
    "B9": _sum("inspection", "vehicles_checked"),
    "B10": _sum("online_check", "sites"),
    "B11a": _sum("online_check", "shops_closed_online"),
    "B11b": _sum("online_check", "posts_removed"),
    "F1": _sum("persons_handled", "persons", _among("data->>'person_measure'", ("administrative", "criminal"))),
    "F2": _sum("persons_handled", "persons", "data->>'person_measure' = 'administrative'"),
    "F3": _sum("persons_handled", "persons", "data->>'person_measure' = 'criminal'"),
    "F4": _sum("persons_handled", "persons", "data->>'person_measure' = 'prosecuted'"),
    "F5": _sum("breakthrough", "gangs"),
    "F6": _sum("breakthrough", "dens"),
    "G1a": _seized("pieces", _IVORY),
    "G1b": _seized("grams", _IVORY, "0.001"),
    "G2": _seized("live_count", "data->>'product' = 'live_wildlife'"),
    "G3a": _seized("pieces", _ANIMALS),
    "G3b": _seized("grams", _ANIMALS, "0.001"),
    "G4a": _seized("plants", _PLANT),
    "G4b": _seized("pieces", _PLANT),
    "G4c": _seized("grams", _PLANT, "0.001"),
    "G5a": _sum("seizure", "tools"),
    "G5b": _sum("seizure", "vehicles_seized"),
    "G6": _sum("seizure", "value_yuan", by="0.0001"),
    "H1": _sum("penalty", "amount_yuan", "data->>'penalty_kind' = 'fine'", "0.0001"),
    "H2": _sum("penalty", "amount_yuan", "data->>'penalty_kind' = 'confiscation'", "0.0001"),
    "I1": _sum("rectification", "shops_closed_down"),
    "I2": _sum("rectification", "corrections_ordered"),
    "I3": _sum("rectification", "operators_talked_to"),
    "K2a": ("reward", "1", "true"),
    "K2b": _sum("reward", "amount_yuan", by="0.0001"),
}  # fmt: skip
"""By column: the kind of record, what each counts for, and which of them count."""

_FILED = "(attributes->>'filed_at')::timestamptz"
LEADS: dict[str, tuple[str, str]] = {
    "C1": ("received_at", "true"),
    "C2": ("(attributes->>'accepted_at')::timestamptz", "true"),
    "C3": ("(attributes->>'verified_at')::timestamptz", "true"),
    "C4": ("(attributes->>'refuted_at')::timestamptz", "true"),
    "C5": ("(attributes->>'transferred_at')::timestamptz", "true"),
    "C6": ("(attributes->>'closed_at')::timestamptz", "true"),
    "C8": ("(attributes->>'rejected_at')::timestamptz", "true"),
    "C9": ("(attributes->>'merged_at')::timestamptz", "true"),
    "C10": ("(attributes->>'referred_at')::timestamptz", "true"),
    "E2": (_FILED, "true"),
    "E3": ("(attributes->>'police_filed_at')::timestamptz", "true"),
    "E6": ("(attributes->>'referral_accepted_at')::timestamptz", "true"),
    **{code: (_FILED, _among("coalesce(attributes->>'act', intake->>'act')", acts)) for code, acts in _ACTS.items()},
    "E8": (
        "(attributes->>'verified_at')::timestamptz",
        "coalesce(attributes->>'estimated_value_yuan', intake->>'estimated_value_yuan')::numeric >= 200000",
    ),
    "K1": ("received_at", "intake->>'reporter_kind' IN ('anonymous', 'real_name')"),
}  # fmt: skip
"""By column: the moment that must fall in the period, and which leads count."""

TRANSFERS = {"E4": "sent_at", "E5": "filed_at"}
SUMS = {"B1": tuple(_PLACES), "E1": ("E2", "E3"), "H3": ("H1", "H2")}
COLUMNS = (*RECORDS, *LEADS, *TRANSFERS, *SUMS)

_DAY = "({moment} AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s"
_OF_RECORDS = """SELECT coalesce(l.lead_agency, r.agency_id), sum({amount}) FROM records r
    LEFT JOIN leads l ON l.id = r.lead_id WHERE r.campaign_id = %(campaign)s AND r.kind = '{kind}'
    AND r.occurred_on BETWEEN %(first)s AND %(last)s AND {where} GROUP BY 1"""
_OF_LEADS = """SELECT coalesce(lead_agency, ''), count(*) FROM leads
    WHERE campaign_id = %(campaign)s AND {day} AND {where} GROUP BY 1"""
_OF_TRANSFERS = """SELECT from_agency, count(*) FROM transfers
    WHERE campaign_id = %(campaign)s AND {day} GROUP BY 1"""


def counted(
    connection: psycopg.Connection[Any], campaign: str, first: date, last: date, units: Collection[str]
) -> dict[str, dict[str, Decimal]]:
    """This will count every column for every unit that reports and, under "", for all others together."""
    found: dict[str, dict[str, Decimal]] = {}
    for code in COLUMNS:
        if code in SUMS:
            continue
        rows = connection.execute(
            _query(code), {"campaign": campaign, "first": first, "last": last}
        ).fetchall()
        found[code] = {}
        for unit, amount in rows:
            row = unit if unit in units else ""
            found[code][row] = found[code].get(row, Decimal(0)) + Decimal(amount or 0)
    for code, parts in SUMS.items():
        names = {unit for part in parts for unit in found[part]}
        found[code] = {
            name: sum((found[part].get(name, Decimal(0)) for part in parts), Decimal(0)) for name in names
        }
    return found


def _query(code: str) -> str:
    if code in RECORDS:
        kind, amount, where = RECORDS[code]
        return _OF_RECORDS.format(
            kind=kind, amount=amount.replace("data", "r.data"), where=where.replace("data", "r.data")
        )
    if code in LEADS:
        moment, where = LEADS[code]
        return _OF_LEADS.format(day=_DAY.format(moment=moment), where=where)
    return _OF_TRANSFERS.format(day=_DAY.format(moment=f"(attributes->>'{TRANSFERS[code]}')::timestamptz"))
