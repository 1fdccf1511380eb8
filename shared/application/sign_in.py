"""Passwords and sessions of the pages. The bus hands these cases the real time: they belong to no campaign's clock."""

from __future__ import annotations

import hashlib
from math import ceil

from shared.application import matters
from shared.application.happenings import record
from shared.application.second_factor import is_in_force
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.rejection import Reason, Rejected
from workflows.second_factor import Account
from workflows.sign_in import (
    FEWEST_SIGNS,
    SHORTEST_PASSWORD,
    ChangePassword,
    EndSession,
    EndSessions,
    KnowDevice,
    OpenSession,
    SetPassword,
    SignIn,
    TouchSession,
    delay_after,
)
from workflows.text import Text

PEOPLE = "manage_people"


def sign_in(command: SignIn, work: Work) -> Done:
    """This will check a password. `extra` names the campaign and person, or the seconds to wait before the next try.

    A refusal is an answer and not an error, because the count of wrong tries must be kept. While a delay runs the
    password is not looked at; an unknown person costs the same work as a wrong password. A browser the person signed
    in with before has a count of its own, all others share one.
    """
    known = bool(command.device) and work.uow.accounts.knows_device(command.person_id, command.device)
    key = _key(command.person_id, command.device if known else "")
    left = _left(work, key)
    if left:
        return Done("session", "", extra={"wait": left})
    campaign = work.uow.accounts.check_password(command.person_id, command.password)
    if campaign is None:
        return Done("session", "", extra={"wait": _failed(work, key)})
    work.uow.accounts.forget_failures(key)
    return Done("session", "", extra={"campaign_id": campaign, "person_id": command.person_id})


def _key(person_id: str, device: str) -> str:
    return hashlib.sha256(f"{person_id}\n{device}".encode()).hexdigest()


def _left(work: Work, key: str) -> int:
    failures, last_at = work.uow.accounts.failures(key)
    left = (last_at + delay_after(failures) - work.at).total_seconds() if last_at is not None else 0
    return max(0, ceil(left))


def _failed(work: Work, key: str) -> int:
    work.uow.accounts.note_failure(key, work.at)
    failures, _ = work.uow.accounts.failures(key)
    return ceil(delay_after(failures).total_seconds())


def open_session(command: OpenSession, work: Work) -> Done:
    """This will begin a session, or half a one where a code must be given: `extra["asks_code"]`."""
    if command.instead_of:
        work.uow.accounts.end_session(command.instead_of, work.at)
    account = Account(command.campaign_id, command.person_id)
    asks_code = is_in_force(work, account)
    if asks_code:
        work.uow.factors.open_half(command.session_hash, account, work.at)
    else:
        person = (command.campaign_id, command.person_id)
        work.uow.accounts.open_session(command.session_hash, *person, work.at, command.label)
    return Done("session", "", created=True, extra={"asks_code": asks_code})


def know_device(command: KnowDevice, work: Work) -> Done:
    """This will remember the browser somebody signed in with."""
    work.uow.accounts.know_device(command.person_id, command.device, work.at)
    return Done("session", "")


def touch_session(command: TouchSession, work: Work) -> Done:
    """This will note that a session is in use."""
    work.uow.accounts.touch_session(command.session_hash, work.at)
    return Done("session", "")


def end_session(command: EndSession, work: Work) -> Done:
    """This will end a session; one that has ended stays as it is."""
    work.uow.accounts.end_session(command.session_hash, work.at)
    return Done("session", "")


def end_sessions(command: EndSessions, work: Work) -> Done:
    """This will end sessions of one's own, or, as whoever manages people, of somebody else's, which is recorded.

    `version` is how many ended. Raises Rejected: neither the owner nor whoever manages people, or nobody of that id.
    """
    own = command.person_id == work.by.person_id
    if not own:
        work.demand(PEOPLE)
    _check_person(work, command.person_id)
    person = (work.campaign.id, command.person_id)
    count = work.uow.accounts.end_sessions(*person, command.session_id, command.but, work.at)
    if count and not own:
        event = Event("account.sessions_ended", "person", command.person_id, work.at, {"sessions": count})
        record(work, matters.of_campaign(work), event)
    return Done("person", command.person_id, version=count)


def change_password(command: ChangePassword, work: Work) -> Done:
    """This will change one's own password and end one's sessions; `extra["wait"]` where the present one was wrong.

    Raises Rejected: the new password is too short, or is the present one.
    """
    _check_password(command.password)
    key = _key(command.person_id, "change")
    left = _left(work, key)
    if left:
        return Done("person", command.person_id, extra={"right": False, "wait": left})
    if not work.uow.accounts.is_password(command.campaign_id, command.person_id, command.current):
        return Done("person", command.person_id, extra={"right": False, "wait": _failed(work, key)})
    if command.current == command.password:
        text = Text("新密码与现用密码相同", "the new password is the present one")
        raise Rejected(Reason("same_password", text, "password"), kind="invalid")
    work.uow.accounts.forget_failures(key)
    work.uow.accounts.set_password(command.campaign_id, command.person_id, command.password, work.at)
    return Done("person", command.person_id, extra={"right": True, "wait": 0})


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < FEWEST_SIGNS:
        text = Text(
            f"密码至少 {SHORTEST_PASSWORD} 个字符，其中至少 {FEWEST_SIGNS} 种不同",
            f"at least {SHORTEST_PASSWORD} characters, {FEWEST_SIGNS} of them different",
        )
        raise Rejected(Reason("too_short", text, "password"), kind="invalid")


def _check_person(work: Work, person_id: str) -> None:
    if work.uow.people.find(work.campaign.id, person_id) is None:
        raise Rejected(UNSEEN, kind="missing")


def set_password(command: SetPassword, work: Work) -> Done:
    """This will give a person a password; that somebody else gave it is recorded.

    Raises Rejected: somebody else's, too short, or nobody of that id.
    """
    own = command.person_id == work.by.person_id
    if not (own or work.may("manage_people")):
        text = Text("密码由本人或管理员设置", "a password is set by its owner or an administrator")
        raise Rejected(Reason("role", text), kind="forbidden")
    _check_password(command.password)
    _check_person(work, command.person_id)
    work.uow.accounts.set_password(work.campaign.id, command.person_id, command.password, work.at)
    if not own:
        event = Event("account.password_set", "person", command.person_id, work.at, {})
        record(work, matters.of_campaign(work), event)
    return Done("person", command.person_id)
