"""The wire format of answers about templates of letters."""

from __future__ import annotations

from services.api.answers import View, acted_of, flag, many, one, text, whole
from services.api.schemas import Phrase


class Placeholder(View):
    """A name a template may use; a list's line is written `list.name`."""

    name = text()
    meaning = one(Phrase)


class Template(View):
    """The template of one kind of letter."""

    kind = text()
    name = one(Phrase)
    own = flag()
    version = whole()
    sha256 = text(allow_none=True)
    placeholders = many(Placeholder)
    href = text()


class Templates(View):
    """The letters there are."""

    items = many(Template)


TemplateActed = acted_of(Template)
