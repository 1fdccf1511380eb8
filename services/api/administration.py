"""/people, /agencies, /tokens: who acts in a campaign, for which agency, in which roles, with which tokens."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response
from marshmallow.fields import Boolean, List, String

from services.api import fields
from services.api.answers import Happened, Unit, View, flag, many, moment, one, text, whole
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed, NewPerson, Phrase, name_of
from services.api.writing import Write
from shared.application import administration as cases
from shared.application.work import Done, Work
from shared.bootstrap import token_hash
from workflows.administration import AddPerson, ChangeRoles, EndPerson, EndToken, NameToken, ReturnPerson

administration = Noun(
    "administration", __name__, url_prefix="/v1", description="人员与令牌 · People and tokens"
)


class NewRoles(Closed):
    """All the roles somebody has from now on, and why."""

    roles = fields.Several(name_of(), most=20, least=1, required=True)
    reason = fields.Text(400, required=True)


class Because(Closed):
    """Why."""

    reason = fields.Text(400, required=True)


class NewToken(Closed):
    """What a token is called, and until when it is valid in real time; without an end it is valid until it is ended."""

    name = fields.Text(60, required=True)
    expires_at = fields.Ahead()


class Role(View):
    """A role of the campaign."""

    id = text()
    name = one(Phrase)


class Person(View):
    """Somebody who acts, or acted, in the campaign."""

    id = text()
    name = text()
    agency = one(Unit, allow_none=True)
    roles = many(Role)
    active = flag()
    stand_in = text(allow_none=True)


class People(View):
    """Everybody of the campaign."""

    items = many(Person)
    as_of = moment()


class PersonActed(Person):
    """A person after a change."""

    events = many(Happened)
    dry_run = Boolean()


class Agency(Unit):
    """An agency with how many act for it, and in which roles."""

    type = text()
    parent = one(Unit, allow_none=True)
    calendar = text()
    office = flag()
    reports = flag()
    people = whole()
    roles = List(String(), required=True)


class Agencies(View):
    """Every agency of the campaign."""

    items = many(Agency)
    as_of = moment()


class Token(View):
    """A token; its text was shown when it was issued and is kept nowhere."""

    id = text()
    person = text()
    name = text()
    issued_by = text()
    issued_at = moment()
    expires_at = moment(allow_none=True)
    revoked_at = moment(allow_none=True)


class Tokens(View):
    """Every token of the campaign."""

    items = many(Token)


class TokenActed(Token):
    """A token after a change."""

    events = many(Happened)
    dry_run = Boolean()


class TokenIssued(TokenActed):
    """A new token with its text, this once; a repeat or a dry run gives null."""

    token = text(allow_none=True)


@administration.operation("GET", "/people", answer=People)
def list_people() -> Response:
    """列出人员 · List everybody of the campaign, for those who oversee it or manage people"""
    return show(cases.people)


@administration.operation("POST", "/people", body=NewPerson, answer=PersonActed, status=201)
def add_person(body: dict[str, Any], write: Write) -> Response:
    """增加人员 · Add a person"""
    command = AddPerson(caller(), body["id"], body["name"], body["agency"], tuple(body["roles"]))
    return write.perform(command, _person, status=201, location="/v1/people/{id}")


def _person(work: Work, done: Done) -> dict[str, Any]:
    return {**cases.person(work, done.id), "events": list(done.events)}


@administration.operation("GET", "/people/<word:person_id>", answer=Person)
def show_person(person_id: str) -> Response:
    """查看人员 · Read one person"""
    return show(cases.person, person_id=person_id)


@administration.operation("POST", "/people/<word:person_id>/roles", body=NewRoles, answer=PersonActed)
def change_roles(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """变更角色 · Give a person other roles; nobody changes their own"""
    command = ChangeRoles(caller(), person_id, tuple(body["roles"]), body["reason"])
    return write.perform(command, _person)


@administration.operation("POST", "/people/<word:person_id>/end", body=Because, answer=PersonActed)
def end_person(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """停用人员 · Let a person act no longer; tokens and sessions end at once"""
    return write.perform(EndPerson(caller(), person_id, body["reason"]), _person)


@administration.operation("POST", "/people/<word:person_id>/return", body=Because, answer=PersonActed)
def return_person(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """恢复人员 · Let a person act again"""
    return write.perform(ReturnPerson(caller(), person_id, body["reason"]), _person)


@administration.operation("GET", "/agencies", answer=Agencies)
def list_agencies() -> Response:
    """列出单位 · List the agencies, how many act for each and in which roles"""
    return show(cases.agencies)


@administration.operation("GET", "/tokens", answer=Tokens)
def list_tokens() -> Response:
    """列出令牌 · List the tokens, without their text"""
    return show(cases.tokens)


@administration.operation(
    "POST", "/people/<word:person_id>/tokens", body=NewToken, answer=TokenIssued, status=201
)
def issue_token(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """签发令牌 · Issue a token; its text is given this once and kept nowhere"""
    plain = new_token()
    command = NameToken(caller(), person_id, body["name"], token_hash(plain), body.get("expires_at"))

    def told(done: Done | None) -> dict[str, Any]:
        return {"token": plain if done is not None else None}

    return write.perform(command, _token, status=201, reveal=told)


def new_token() -> str:
    """This will make the text of a token."""
    return "xt_" + secrets.token_urlsafe(24)


def _token(work: Work, done: Done) -> dict[str, Any]:
    return {**cases.token(work, done.id), "events": list(done.events)}


@administration.operation("POST", "/tokens/<word:token_id>/end", body=Because, answer=TokenActed)
def end_token(body: dict[str, Any], write: Write, token_id: str) -> Response:
    """停用令牌 · End a token at once"""
    return write.perform(EndToken(caller(), token_id, body["reason"]), _token)
