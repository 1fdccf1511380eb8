"""The wire format of answers about guarded things: identities, materials, items, parties, stand-ins."""

from __future__ import annotations

from marshmallow.fields import Boolean, String

from services.api.answers import Happened, View, many, one, text


class Identity(View):
    """Who reported; null where nothing is known."""

    name = String(required=True, allow_none=True)
    phone = String(required=True, allow_none=True)
    contact = String(required=True, allow_none=True)


class IdentityOpened(View):
    """An identity, opened once; null in a dry run and in a repeated answer."""

    number = text()
    identity = one(Identity, allow_none=True)
    events = many(Happened)
    dry_run = Boolean()
