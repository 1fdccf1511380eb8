"""Passwords and sessions of the pages. The bus hands these cases the real time: they belong to no campaign's clock."""

from __future__ import annotations

import hashlib
from math import ceil

from shared.application.work import UNSEEN, Done, Work
from workflows.rejection import Reason, Rejected
from workflows.sign_in import (
    SHORTEST_PASSWORD,
    EndSession,
    OpenSession,
    SetPassword,
    SignIn,
    TouchSession,
    delay_after,
)
from workflows.text import Text


def sign_in(command: SignIn, work: Work) -> Done:
    """This will check a password. `extra` names the campaign and person, or the seconds to wait before the next try.

    A refusal is an answer and not an error, because the count of wrong tries must be kept. While a delay runs the
    password is not looked at; an unknown person costs the same work as a wrong password.
    """
    key = hashlib.sha256(f"{command.person_id}\n{command.source}".encode()).hexdigest()
    failures, last_at = work.uow.accounts.failures(key)
    left = (last_at + delay_after(failures) - work.at).total_seconds() if last_at is not None else 0
    if left > 0:
        return Done("session", "", extra={"wait": ceil(left)})
    campaign = work.uow.accounts.check_password(command.person_id, command.password)
    if campaign is None:
        work.uow.accounts.note_failure(key, work.at)
        return Done("session", "", extra={"wait": ceil(delay_after(failures + 1).total_seconds())})
    work.uow.accounts.forget_failures(key)
    return Done("session", "", extra={"campaign_id": campaign, "person_id": command.person_id})


def open_session(command: OpenSession, work: Work) -> Done:
    """This will begin a session."""
    work.uow.accounts.open_session(command.session_hash, command.campaign_id, command.person_id, work.at)
    return Done("session", "", created=True)


def touch_session(command: TouchSession, work: Work) -> Done:
    """This will note that a session is in use."""
    work.uow.accounts.touch_session(command.session_hash, work.at)
    return Done("session", "")


def end_session(command: EndSession, work: Work) -> Done:
    """This will end a session; one that has ended stays as it is."""
    work.uow.accounts.end_session(command.session_hash, work.at)
    return Done("session", "")


def set_password(command: SetPassword, work: Work) -> Done:
    """This will give a person a password. Raises Rejected: somebody else's, too short, or nobody of that id."""
    own = command.person_id == work.by.person_id
    if not (own or work.may("manage_people")):
        text = Text("密码由本人或管理员设置", "a password is set by its owner or an administrator")
        raise Rejected(Reason("role", text), kind="forbidden")
    if len(command.password) < SHORTEST_PASSWORD:
        text = Text(f"密码至少 {SHORTEST_PASSWORD} 个字符", f"at least {SHORTEST_PASSWORD} characters")
        raise Rejected(Reason("too_short", text, "password"), kind="invalid")
    if work.uow.people.find(work.campaign.id, command.person_id) is None:
        raise Rejected(UNSEEN, kind="missing")
    work.uow.accounts.set_password(work.campaign.id, command.person_id, command.password, work.at)
    return Done("person", command.person_id)
