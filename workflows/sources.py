"""How a rule's source is named to readers: the plan, a law with its article, practice, or the office's own ruling."""

from __future__ import annotations

from collections.abc import Mapping

_PLAIN = {"policy": "领导小组办公室规定", "practice": "工作惯例"}


def cited(source: str, laws: Mapping[str, str]) -> str:
    """This will name a source in Chinese, as documents do; `laws` gives the titles of the short names laws go by.

    A source without a known form is given as it stands.
    """
    kind, _, rest = source.partition(" ")
    if kind == "plan":
        return f"行动方案{rest}"
    if kind == "law":
        law, _, article = rest.partition(" art. ")
        title = laws.get(law)
        named = f"《{title}》" if title else law
        return f"{named}第{article}条" if article else named
    return _PLAIN.get(kind.rstrip(";,:"), source)
