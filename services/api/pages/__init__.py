"""The pages people work in: server-rendered, through the same commands and reads as the interface for programs.

`frame.py` says how to add one.
"""

from __future__ import annotations

from flask import Flask

from services.api.pages import (
    account,
    admin,
    audit,
    bulk,
    compiling,
    errors,
    evidence,
    filters,
    hotline,
    inbox,
    items,
    leads,
    letters,
    managing,
    many_people,
    materials,
    new_exercise,
    ops,
    orders,
    printing,
    progress,
    recording,
    registering,
    reports,
    results,
    rules,
    saved_views,
    search,
    sign_in,
    sim,
    successors,
    tasks,
    tip,
    track,
    wall,
)
from services.api.pages.frame import pages

FAMILIES = (
    filters,
    sign_in,
    account,
    inbox,
    leads,
    registering,
    tasks,
    orders,
    wall,
    reports,
    compiling,
    results,
    recording,
    progress,
    letters,
    printing,
    hotline,
    tip,
    track,
    sim,
    new_exercise,
    rules,
    search,
    managing,
    admin,
    many_people,
    audit,
    ops,
    errors,
    saved_views,
    bulk,
    evidence,
    items,
    materials,
    successors,
)
"""Importing a family puts its pages on the blueprint."""


def register(app: Flask) -> None:
    """This will add the pages to an application."""
    errors.register(app)
    app.register_blueprint(pages)


__all__ = ["FAMILIES", "register"]
