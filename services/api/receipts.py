"""Who holds a receipt: a tip is found by it, wrong tries are counted, and nothing of who asks is looked at.

Promises: neither an address nor the name of a program is read here; a receipt nobody has is answered like one that was
mistyped, in the same time; after wrong tries the answer is to wait, for everybody who tries receipts that begin alike.
"""

from __future__ import annotations

from services.api.auth import system
from workflows.commands import Caller, Command, system_caller
from workflows.inputs import Wrong
from workflows.receipt import read_receipt
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.tip import FindTip

_HINT = Text("请对照收到的 16 位数字", "compare it with the 16 digits you were given")


def holder(text: str) -> tuple[Caller, str]:
    """This will find the tip of a receipt: whom the system acts as in its campaign, and the id of its lead.

    Raises Rejected: it is no receipt or nobody's (unauthenticated), or one has to wait (limited).
    """
    try:
        receipt = read_receipt(text)
    except Wrong as wrong:
        hint = None if wrong.code == "receipt_digit" else _HINT
        raise Rejected(Reason(wrong.code, wrong.text, "receipt", hint), kind="unauthenticated") from None
    done = system().handle(FindTip(system_caller(""), receipt)).done
    found = done.extra if done is not None else {}
    _check_wait(found.get("wait", 0))
    if "lead_id" not in found:
        words = Text("没有这个查询码", "there is no such receipt")
        raise Rejected(Reason("receipt_unknown", words, "receipt", _HINT), kind="unauthenticated")
    return system_caller(found["campaign_id"]), str(found["lead_id"])


def allow(command: Command) -> None:
    """This will use one of an allowance. Raises Rejected (limited) while there is none."""
    done = system().handle(command).done
    _check_wait(done.extra["wait"] if done is not None else 0)


def _check_wait(seconds: int) -> None:
    if seconds:
        span = _span(seconds)
        words = Text(f"现在提交的人太多或试错太多，请 {span.zh}后再试", f"too many: try again in {span.en}")
        hint = Text("内容没有丢失，稍后再提交即可", "nothing is lost; send it again then")
        raise Rejected(
            Reason("too_many_requests", words, None, hint), kind="limited", details={"retry_after": seconds}
        )


def _span(seconds: int) -> Text:
    """A wait as people say it: seconds up to two minutes, then minutes, rounded up so that trying then is not too soon."""
    if seconds <= 120:
        return Text(f"{seconds} 秒", f"{seconds} seconds")
    return Text(f"{-(-seconds // 60)} 分钟", f"{-(-seconds // 60)} minutes")
