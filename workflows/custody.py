"""Seized things and the chain of hands they pass through: every hand-over has a giver and a receiver.

What is handed out stays open, and with the giver's responsibility, until the receiver confirms it. Pieces and grams
are kept apart and never added to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from workflows.rejection import Reason, Rejected
from workflows.text import Text

HELD, IN_TRANSIT, RETURNED, DESTROYED = "held", "in_transit", "returned", "destroyed"
STATES: Mapping[str, Text] = {
    HELD: Text("在库", "held"),
    IN_TRANSIT: Text("移交中（待接收）", "handed out, not yet received"),
    RETURNED: Text("已返还", "returned"),
    DESTROYED: Text("已销毁", "destroyed"),
}
COLLECTED = "collected"
ACTS: Mapping[str, tuple[str, str]] = {
    "hand_out": (HELD, "handed_out"),
    "receive": (IN_TRANSIT, "received"),
    "take_back": (IN_TRANSIT, "taken_back"),
    "return": (HELD, "returned"),
    "destroy": (HELD, "destroyed"),
}
"""Each act with the state it starts from and the event it leaves."""

SUCCEEDED = "succeeded"
"""The link of a chain that a succession of agencies leaves: the same goods, another name that answers for them."""

WITNESSED = frozenset({"return", "destroy"})
"""Acts that end custody: a second person is named."""


@dataclass(frozen=True, slots=True)
class Item:
    """A seized thing. `holder_agency` answers for it; `to_agency` is where it was handed out to, until received."""

    id: str
    campaign_id: str
    record_id: str | None
    label: str
    product: str
    pieces: int | None
    grams: Decimal | None
    live_count: int | None
    state: str
    holder_agency: str
    version: int
    added_by: str
    added_at: datetime
    to_agency: str | None = None


def moved(item: Item, act: str, agency: str, to: str | None, witness: str | None) -> Item:
    """This will give the item after an act of an agency.

    Raises Rejected: an act that is none, one that its state does not allow, an agency whose act it is not, a receiver
    that is missing or the giver itself, or no witness where custody ends.
    """
    if act not in ACTS:
        text = Text(f"没有这个动作，可选：{'、'.join(ACTS)}", f"no such act; known: {', '.join(ACTS)}")
        raise Rejected(Reason("choice", text, "act"), kind="invalid")
    state, _ = ACTS[act]
    if item.state != state:
        now, wanted = STATES[item.state], STATES[state]
        text = Text(f"物品{now.zh}，须{wanted.zh}才能这样做", f"it is {now.en}; this needs it {wanted.en}")
        possible = tuple(name for name, (start, _) in ACTS.items() if start == item.state)
        raise Rejected(Reason("wrong_state", text), possible=possible)
    actor = item.to_agency if act == "receive" else item.holder_agency
    if agency != actor:
        text = Text(
            "须由现在的保管单位办理，接收由接收单位确认", "the holder acts; the receiver confirms a receipt"
        )
        raise Rejected(Reason("not_custodian", text), kind="forbidden")
    _check(item, act, to, witness)
    if act == "hand_out":
        return replace(item, state=IN_TRANSIT, to_agency=to, version=item.version + 1)
    holder = item.to_agency if act == "receive" and item.to_agency is not None else item.holder_agency
    after = {"return": RETURNED, "destroy": DESTROYED}.get(act, HELD)
    return replace(item, state=after, holder_agency=holder, to_agency=None, version=item.version + 1)


def _check(item: Item, act: str, to: str | None, witness: str | None) -> None:
    faults = []
    if act == "hand_out" and to is None:
        faults.append(Reason("required", Text("缺少接收单位", "the receiver is missing"), "to"))
    if act == "hand_out" and to == item.holder_agency:
        faults.append(Reason("same_agency", Text("不能交给本单位", "an agency cannot hand to itself"), "to"))
    if act != "hand_out" and to is not None:
        faults.append(Reason("unexpected", Text("这里不填接收单位", "no receiver is named here"), "to"))
    if act in WITNESSED and witness is None:
        faults.append(Reason("required", Text("须有见证人", "a witness is needed"), "witness"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def succeeded(item: Item, old: str, new: str) -> Item:
    """This will give the item after its holder, or whom it is on the way to, was succeeded by another agency."""
    holder = new if item.holder_agency == old else item.holder_agency
    to = new if item.to_agency == old else item.to_agency
    return replace(item, holder_agency=holder, to_agency=to, version=item.version + 1)


def check_amounts(pieces: int | None, grams: Decimal | None, live_count: int | None) -> None:
    """This will refuse an item without any amount. Raises Rejected."""
    if pieces is None and grams is None and live_count is None:
        text = Text("件数、重量、活体数至少填一项", "give at least one of pieces, grams and live count")
        raise Rejected(Reason("required", text, "pieces"), kind="invalid")
