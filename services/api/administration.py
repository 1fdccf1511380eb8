"""/people, /agencies, /tokens: who acts in a campaign, for which agency, in which roles, with which tokens."""

from __future__ import annotations

import secrets
from typing import Any

import marshmallow as ma
from flask import Response
from marshmallow.fields import Boolean, Dict, List, String

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
from workflows.administration import (
    AddPerson,
    AddPersons,
    ChangeRoles,
    EndPerson,
    EndToken,
    NameToken,
    Newcomer,
    ReturnPerson,
)

MOST_AT_ONCE = 200
"""How many people are added at once at most (policy)."""

administration = Noun(
    "administration", __name__, url_prefix="/v1", description="人员与令牌 · People and tokens"
)


class PeopleQuery(Closed):
    """Whom to list: every filter given must hold."""

    q = fields.Text(64, metadata={"description": "姓名或编号的一部分 · part of a name or an id"})
    agency = name_of()
    role = name_of()
    state = fields.Choice(*cases.STATES)


class NewPersons(Closed):
    """Several people, all or none; `token_name` is what the token of each is called."""

    people = fields.Several(
        ma.fields.Nested(NewPerson, error_messages=fields.DEFAULT_MESSAGES),
        most=MOST_AT_ONCE,
        least=1,
        required=True,
    )
    token_name = fields.Text(60, required=True)
    expires_at = fields.Ahead()


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


class PeopleAdded(View):
    """Several people who were just added; `tokens` has the text of each one's token by id, this once: a repeat or a dry run
    gives null.
    """

    items = many(Person)
    tokens = Dict(required=True, allow_none=True)
    events = many(Happened)
    dry_run = Boolean()


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


@administration.operation("GET", "/people", query=PeopleQuery, answer=People)
def list_people(query: dict[str, Any]) -> Response:
    """列出人员 · List everybody of the campaign, or those who fit, for those who oversee it or manage people"""
    return show(cases.people, filters=query)


@administration.operation("POST", "/people/batch", body=NewPersons, answer=PeopleAdded, status=201)
def add_persons(body: dict[str, Any], write: Write) -> Response:
    """增加多人 · Add several people, all or none, each with a token whose text is given this once

    有一处不对就一个也不加，逐处指出。One fault and nobody is added; every fault is named with its place.
    """
    people = tuple(Newcomer(p["id"], p["name"], p["agency"], tuple(p["roles"])) for p in body["people"])
    texts = {person.person_id: new_token() for person in people}
    hashes = {person_id: token_hash(plain) for person_id, plain in texts.items()}
    command = AddPersons(caller(), people, hashes, body["token_name"], body.get("expires_at"))

    def added(work: Work, done: Done) -> dict[str, Any]:
        items = [cases.person(work, person.person_id) for person in people]
        return {"items": items, "events": list(done.events)}

    def told(done: Done | None) -> dict[str, Any]:
        return {"tokens": texts if done is not None else None}

    return write.perform(command, added, status=201, reveal=told)


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
