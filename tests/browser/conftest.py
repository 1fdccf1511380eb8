"""Chromium on the exercise of the pages: a server of its own on loopback, one browser for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from shared.bootstrap import build_system
from shared.settings import Settings
from tests.conftest import KNOWN
from tests.serving import application, served

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 640}
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def address(copied: Settings) -> Iterator[str]:
    """Where the pages are served for this test."""
    system = build_system(copied, known=KNOWN)
    with served(application(system, "browser")) as found:
        yield found
    system.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page as a person, on a desktop unless told; pages complain into `page.complaints`."""
    contexts: list[Any] = []

    def go(person: str, path: str, *, phone: bool = False, **options: Any) -> Page:
        size = PHONE if phone else DESKTOP
        context = browser.new_context(
            viewport=size, has_touch=phone, locale="zh-CN", base_url=address, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]  # a list of ours
        page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]  # set by these tests
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]  # set by these tests
        page.goto("/sign-in")
        page.fill("#token", person)
        page.click("text=用令牌登录")
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
