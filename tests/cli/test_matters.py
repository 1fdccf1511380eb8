"""The 77 leads are read whole, and a row that cannot be read is named."""

from __future__ import annotations

import pytest

from services.cli.play.matters import read_matters, shipped_matters

LEAD = {
    "external_ref": "T-1",
    "reported_at": "2017-08-10T09:40:00+08:00",
    "channel": "phone",
    "place_type": "餐馆",
    "township": "青岚镇",
    "address": "河边",
    "act": "食用",
    "product": "蛇;龟",
    "species": "",
    "pieces": "3",
    "grams": "1.5",
    "live_count": "",
    "estimated_value_yuan": "",
    "vehicles": "",
    "suspects": "",
    "description": "有人举报",
    "reporter_kind": "anonymous",
    "urgency": "normal",
    "duplicate_of": "",
}


def test_all_77_leads_are_read_in_order_of_time() -> None:
    matters = shipped_matters()
    assert len(matters) == 77
    assert [m.reported_at for m in matters] == sorted(m.reported_at for m in matters)
    assert {m.ref: m.duplicate_of for m in matters if m.duplicate_of} == {
        "RL-004": "RL-001",
        "RL-007": "RL-006",
        "RL-011": "RL-010",
        "RL-025": "RL-024",
    }


def test_an_outcome_reported_under_the_duplicate_belongs_to_the_first_lead() -> None:
    matters = {m.ref: m for m in shipped_matters()}
    assert matters["RL-006"].track == "criminal"
    assert matters["RL-028"].track == "unknown"


def test_cells_become_values() -> None:
    (matter,) = read_matters([LEAD], [])
    assert matter.products == ("蛇", "龟")
    assert (matter.pieces, matter.grams, matter.live_count) == (3, 1.5, None)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("pieces", "three"),
        ("pieces", "1.5"),
        ("grams", "nan"),
        ("grams", "-1"),
        ("reported_at", "2017-08-10T09:40:00"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"T-1: {column}"):
        read_matters([{**LEAD, column: text}], [])


def test_a_duplicate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="T-1: duplicate_of"):
        read_matters([{**LEAD, "duplicate_of": "T-9"}], [])
