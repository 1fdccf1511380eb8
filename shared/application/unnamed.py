"""Free text must not say who reported: what those who know may write is held against the sealed identity.

Only they are checked. Whoever cannot know would learn from a refusal that a guess was right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.application.guarded import SealBroken
from shared.application.work import Work
from workflows.reporter import check_unnamed

KNOWING = "open_identities"
"""The duty of those who may know who reported."""


def check_texts(work: Work, lead_id: str | None, texts: Mapping[str, Any], place: str = "") -> None:
    """This will refuse texts of somebody who may know the reporter and names them. Raises Rejected naming each field.

    A seal that does not open is the operators' affair (`xunxian ops doctor`), and keeps nobody from working.
    """
    if lead_id is None or work.by.is_system or not work.may(KNOWING):
        return
    written = list(_written(texts, place))
    if not written or not work.uow.identities.is_sealed(lead_id):
        return
    try:
        known = work.uow.identities.open(lead_id)
    except SealBroken:
        return
    if known is not None:
        check_unnamed(known, written)


def _written(texts: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for name, value in texts.items():
        for part in value if isinstance(value, list | tuple) else (value,):
            if isinstance(part, str):
                yield f"{place}{name}", part
