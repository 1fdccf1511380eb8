"""The second factor of an account: begin, confirm, give its code after the password, do without it again.

The bus hands these cases the real time. A wrong code is an answer and not an error, because it must be counted.
"""

from __future__ import annotations

import hashlib
from math import ceil
from typing import Any

from shared.application import matters
from shared.application.guarded import SealBroken
from shared.application.happenings import record
from shared.application.identities import unopened
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.second_factor import (
    HALF_LASTS,
    HALF_TRIES,
    Account,
    BeginFactor,
    ClearFactor,
    ConfirmFactor,
    EndFactor,
    GiveCode,
    fitting_step,
)
from workflows.sign_in import delay_after
from workflows.text import Text


def begin_factor(command: BeginFactor, work: Work) -> Done:
    """This will keep a new secret that is not in force yet. Raises Rejected: a factor is in force already."""
    held = _held(work, command.account)
    if held is not None and held["confirmed_at"] is not None:
        text = Text("两步验证已启用", "the second factor is in force already")
        hint = Text("先停用，再重新设置", "end it first, then set it up anew")
        raise Rejected(Reason("factor_in_force", text, None, hint))
    work.uow.factors.put(command.account, command.secret)
    return Done("factor", command.account.person_id, created=True)


def confirm_factor(command: ConfirmFactor, work: Work) -> Done:
    """This will put a factor in force; `extra["right"]` says whether the code was right."""
    held = _held(work, command.account)
    if held is None or held["confirmed_at"] is not None:
        raise Rejected(UNSEEN, kind="missing")
    step = fitting_step(held["secret"], command.code, work.at, held["last_step"])
    if step is None or not work.uow.factors.used(command.account, step):
        return Done("factor", command.account.person_id, extra={"right": False})
    work.uow.factors.confirm(command.account, work.at, command.recovery)
    return Done("factor", command.account.person_id, created=True, extra={"right": True})


def end_factor(command: EndFactor, work: Work) -> Done:
    """This will forget a factor; `extra["right"]` says whether the code was right, `extra["wait"]` for how long to wait."""
    right, wait = _is_right(work, command.account, command.code)
    if right:
        work.uow.factors.remove(command.account)
    return Done("factor", command.account.person_id, extra={"right": right, "wait": wait})


def clear_factor(command: ClearFactor, work: Work) -> Done:
    """This will take away the factor of somebody who lost it, end that person's sessions and record why.

    Raises Rejected: not whoever manages people, nobody of that id, no factor, one's own, or no reason.
    """
    work.demand("manage_people")
    try:
        reason = read_text(command.reason, 400)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "reason"), kind="invalid") from None
    if command.person_id == work.by.person_id:
        text = Text("不能处理自己的账户", "not one's own account")
        raise Rejected(Reason("own_account", text), kind="forbidden")
    account = Account(work.campaign.id, command.person_id)
    if not work.uow.factors.remove(account):
        raise Rejected(UNSEEN, kind="missing")
    work.uow.accounts.end_sessions(account.campaign_id, account.person_id, None, "", work.at)
    event = Event("account.factor_cleared", "person", command.person_id, work.at, {}, None, None, reason)
    record(work, matters.of_campaign(work), event)
    return Done("factor", command.person_id, version=1)


def give_code(command: GiveCode, work: Work) -> Done:
    """This will begin the session a code was asked for. `extra` names whose it is, or the seconds to `wait`, or `again`:

    the password has to be given again.
    """
    half = work.uow.factors.half(command.half_hash, work.at - HALF_LASTS)
    if half is None or half["tries"] >= HALF_TRIES:
        work.uow.factors.end_half(command.half_hash)
        return Done("session", "", extra={"again": True})
    account = Account(half["campaign_id"], half["person_id"])
    right, wait = _is_right(work, account, command.code)
    if not right:
        if wait:
            return Done("session", "", extra={"wait": wait})
        work.uow.factors.count_half(command.half_hash)
        return Done("session", "", extra={"wait": 0, "again": half["tries"] + 1 >= HALF_TRIES})
    work.uow.factors.end_half(command.half_hash)
    person = (account.campaign_id, account.person_id)
    work.uow.accounts.open_session(command.session_hash, *person, work.at, command.label)
    return Done("session", "", created=True, extra={"campaign_id": person[0], "person_id": person[1]})


def is_in_force(work: Work, account: Account) -> bool:
    """This will say whether somebody is asked for a code."""
    held = _held(work, account)
    return held is not None and held["confirmed_at"] is not None


def _is_right(work: Work, account: Account, code: str) -> tuple[bool, int]:
    """Whether a code is right, and for how many seconds no code is looked at: wrong ones slow the next ones down."""
    key = hashlib.sha256(f"code\n{account.campaign_id}\n{account.person_id}".encode()).hexdigest()
    failures, last_at = work.uow.accounts.failures(key)
    left = (last_at + delay_after(failures) - work.at).total_seconds() if last_at is not None else 0
    if left > 0:
        return False, ceil(left)
    held = _held(work, account)
    in_force = held is not None and held["confirmed_at"] is not None
    step = (
        fitting_step(held["secret"], code, work.at, held["last_step"])
        if held is not None and in_force
        else None
    )
    right = step is not None and work.uow.factors.used(account, step)
    if not right and in_force:
        right = work.uow.factors.use_recovery(account, code, work.at)
    if right:
        work.uow.accounts.forget_failures(key)
    else:
        work.uow.accounts.note_failure(key, work.at)
    return right, 0


def _held(work: Work, account: Account) -> Any:
    try:
        return work.uow.factors.get(account)
    except SealBroken as broken:
        raise unopened(broken) from broken
