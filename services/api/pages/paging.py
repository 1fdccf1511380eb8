"""Which page of a long list an address asks for; the links beside it are the macro `paging` of `parts.html`."""

from __future__ import annotations

from flask import request

from services.api.pages.typed_numbers import whole_number

MOST = 100_000


def page_asked() -> int:
    """This will give the page the address asks for, counted from 1; the first where it asks for none there can be."""
    return min(whole_number(request.args.get("page", "1")) or 1, MOST)
