"""The wire format of answers about guarded things: identities, materials, items, parties, stand-ins."""

from __future__ import annotations

from marshmallow.fields import Boolean, String

from services.api.answers import Happened, View, many, moment, one, text, whole


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


class Material(View):
    """A file: its name as it was given, its size in bytes, its SHA-256; `fault` where it is no longer what was kept."""

    id = text()
    name = text()
    media_type = text()
    size = whole()
    sha256 = text()
    agency = text()
    added_by = text()
    added_at = moment()
    checked_at = moment(allow_none=True)
    fault = text(allow_none=True)
    handoff = text(allow_none=True)
    href = text()


class MaterialAdded(Material):
    """A file that was attached."""

    events = many(Happened)
    dry_run = Boolean()
