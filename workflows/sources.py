"""How a rule's source is named to readers: the plan, a law with its article, practice, or the office's own ruling."""

from __future__ import annotations

import re
from collections.abc import Mapping

_OFFICE = "办公室"
_LAW = re.compile(r"law (?P<law>[^\s:;,]+)(?: art\. (?P<article>[0-9]+(?:[-, ]+[0-9]+)*))?")
_REMARK = re.compile(r"\s+\(.*|[;:].*")
_PREAMBLE = "preamble"


def cited(source: str, laws: Mapping[str, str], office: str = _OFFICE) -> str:
    """This will name a source in Chinese, as documents do; `laws` gives the titles of the short names laws go by.

    `office` is the name of the campaign's office, which made what is called policy; a remark in brackets is left out.

    A law whose article was not read in the original is said so. A source without a known form is given as it stands.
    """
    kind = re.split(r"[\s;:]", source, maxsplit=1)[0]
    if kind == "plan":
        clause = re.sub(r", ?", "、", _REMARK.sub("", source.removeprefix("plan").strip()))
        return "行动方案" + ("引言" if clause == _PREAMBLE else clause)
    found = _LAW.match(source)
    if found is None:
        plain = {"policy": f"{office.partition('（')[0].partition('(')[0]}规定", "practice": "工作惯例"}
        return plain.get(kind, source)
    title, article = laws.get(found["law"]), found["article"]
    named = f"《{title}》" if title else found["law"]
    unread = "（条文未核对）" if "unverified" in source else ""
    return (f"{named}第{re.sub(r'[, ]+', '、', article)}条" if article else named) + unread
