"""Who reported a lead: what may be known of a person who must stay unknown, sealed before it reaches any store."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

LONGEST = {"name": 60, "phone": 30, "contact": 200}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: never shown when printed, so that no log can hold it by accident."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    contact: str | None = field(default=None, repr=False)

    def known(self) -> dict[str, str]:
        """This will give what is known, by its name."""
        found = {"name": self.name, "phone": self.phone, "contact": self.contact}
        return {name: value for name, value in found.items() if value is not None}


def check_reporter(reporter: Reporter, reporter_kind: str) -> Mapping[str, str]:
    """This will give what is known of a reporter. Raises Rejected naming the field, never what was in it."""
    known, faults = reporter.known(), []
    for name, value in known.items():
        try:
            read_text(value, LONGEST[name])
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, f"reporter/{name}"))
    if not known:
        text = Text("没有写任何内容", "nothing is said")
        hint = Text(
            "填写姓名、电话或联系方式，或不要写 reporter", "give a name, phone or contact, or leave it out"
        )
        faults.append(Reason("blank", text, "reporter", hint))
    if "name" in known and reporter_kind == "anonymous":
        text = Text("匿名举报不登记姓名", "an anonymous tip carries no name")
        hint = Text("改为实名举报，或去掉姓名", "say real_name, or leave the name out")
        faults.append(Reason("not_anonymous", text, "reporter/name", hint))
    phone = known.get("phone")
    if phone is not None and not _is_phone(phone):
        text = Text(
            "电话只能有数字、空格和 + - ( )", "a telephone number has digits, spaces and + - ( ) only"
        )
        faults.append(Reason("format", text, "reporter/phone"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return known


def check_unnamed(known: Mapping[str, str], texts: Iterable[tuple[str, str | None]]) -> None:
    """This will refuse open texts that say who reported. Raises Rejected naming the field."""
    faults = []
    for name, text in texts:
        if text is not None and any(len(value) > 1 and value in text for value in known.values()):
            words = Text("写有举报人的姓名或联系方式", "this says who reported, or how to reach them")
            hint = Text("只写在 reporter 里，由系统密封", "say it in reporter only, where it is sealed")
            faults.append(Reason("names_reporter", words, name, hint))
    if faults:
        raise Rejected(*faults, kind="invalid")


def _is_phone(value: str) -> bool:
    plain = unicodedata.normalize("NFKC", value)
    return all(c in "0123456789 +-()" for c in plain) and sum(c.isdigit() for c in plain) >= 3
