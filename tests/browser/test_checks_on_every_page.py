"""Every page there is, in both sizes: readable by all, from this host alone, light, within the strict policy.

Promises: the pages are those of the application's own map, so a page added later is looked at here or these tests fail.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from services.api.pages import register
from shared.application import queries
from shared.bootstrap import System, build_system
from shared.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, Open
from workflows.commands import Caller
from workflows.guarded import AddMaterial, AddParty, CollectItem

STAFF, ADMINISTRATOR, OFFICER, CLERK = (
    "office.office_staff",
    "office.administrator",
    "market.officer",
    "office.intake",
)
LIAISON, NOBODY = "market.liaison", ""
RULES, ROOM = "/definitions/yangshan-ivory-2017/1", "/reports/stage/2017-09"
LEAD = "/leads/YS-2017-0009"
PAGES: dict[str, tuple[str, ...]] = {
    NOBODY: ("/sign-in", "/tip", "/tip/receipt", "/track", "/problems", "/problems/not_found"),
    STAFF: (
        "/inbox",
        "/inbox?box=answers",
        "/inbox/print",
        "/leads",
        "/leads?view=board",
        "/leads/new",
        "/leads?light=overdue",
        "/leads/bulk?act=accept&n=YS-2017-0029&n=YS-2017-0009",
        LEAD,
        f"{LEAD}/print",
        f"{LEAD}/reporter",
        "/transfers/{transfer}",
        "/transfers/{transfer}/print",
        "/orders/new?lead=YS-2017-0009",
        "/orders/new?to=market",
        "/orders/{order}",
        "/orders/{order}/print",
        "/deadlines/{deadline}",
        "/supervise",
        "/supervise?kiosk=1",
        ROOM,
        "/sim",
        "/search?q=象牙",
        "/letters",
        RULES,
        f"{RULES}/changes/1",
        f"{RULES}/what-if?rule=0&holder=market&starts_at=2017-09-30T16:00&amount=9",
        "/account",
        "/nowhere",
        "/leads/YS-2017-9999",
    ),
    ADMINISTRATOR: (
        "/sim",
        "/manage/agencies",
        "/manage/people?agency=market",
        "/manage/people/many",
        "/manage/successors",
        "/manage/tokens",
        "/manage/calendars",
        "/manage/audit",
        "/manage/ops",
    ),
    CLERK: ("/hotline", "/inbox"),
    OFFICER: (
        "/inbox?box=tasks",
        "/t/{handoff}",
        "/t/{handoff}/print",
        f"{LEAD}/evidence",
        "/items",
        "/items/{item}",
        "/results/record",
    ),
    LIAISON: (
        "/reports",
        f"{ROOM}/units/market",
        "/results/stage/2017-09/period",
        "/results/stage/2017-09/cumulative?lines=all",
        "/results/stage/2017-09/cumulative/C1/market",
        "/results/stage/2017-12/compared",
        "/progress",
        "/progress/leads?count=open",
    ),
}
"""Who looks at what; a path may name something of the exercise, and the same rule may be looked at more than once."""
NOT_PAGES = {
    "/": "goes to the inbox",
    "/definitions": "goes to the one in force",
    "/manage": "goes to the first page one may manage",
    "/results": "goes to the latest table",
    "/session": "says that somebody is still there",
    "/sign-in/code": "shown between password and code only: see tests/pages/test_account.py",
    "/assets/<path:filename>": "files of the pages",
    "/leads.csv": "a file",
    "/definitions/<definition_id>/<int(min=1, max=1000000):version>.json": "a file",
    "/manage/audit/history.jsonl.gz": "a file",
    "/supervise/week.pdf": "a file",
    "/leads/<number>/steps": "a part of the board",
    "/letters/<kind>/<subject>.<any(docx, pdf):file_format>": "a file",
    "/letters/ledger.xlsx": "a file",
    "/letters/templates/<kind>.docx": "a file",
    "/materials/<material_id>": "a file",
    "/reports/<kind>/<period>/<int(max=2147483647):version>.<any(docx, xlsx, pdf):file_format>": "a file",
    "/reports/<kind>/<period>/preview.<any(docx, xlsx, pdf):file_format>": "a file",
    "/reports/<kind>/<period>/units/<unit>/form.<any(xlsx, csv):file_format>": "a file",
    "/results/<kind>/<period>/<any(period, cumulative):span>.<any(xlsx, csv):file_format>": "a file",
}
EXAMPLES = "/problems"
"""Explains every refusal, and so shows what was refused as it was written."""
MISSING = ("/nowhere", "/leads/YS-2017-9999")
MOST = 120 * 1024
STANDARDS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
ODD = re.compile(
    r"\b(?:NaN|None|undefined|Undefined)\b|(?<![\d.])0天|\d{4}-\d\d-\d\dT|\b\d+d \d+h\b|(?<![\d-])-\d+天"
)
INLINE = """() => [...document.querySelectorAll('script:not([src]), style, [style]')]
  .concat([...document.querySelectorAll('*')].filter(n => [...n.attributes].some(a => a.name.startsWith('on'))))
  .map(n => n.outerHTML.slice(0, 120))"""
UNFOLD = """() => document.querySelectorAll('details:not(.places)').forEach(d => { d.removeAttribute('name'); d.open = true })"""
"""The fold of the head lies over the page, as a menu does; it is looked at by itself in test_office_in_chromium.py."""
FOLD = """() => document.querySelectorAll('details').forEach(d => { d.open = false })"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(n => n.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at) }"""
SMALL = """least => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, a.button')]
  .filter(n => n.offsetParent && !n.closest('.away')).map(n => [n, (n.closest('label') || n).getBoundingClientRect()])
  .filter(([n, b]) => b.width && (b.height < least || b.width < least)).map(([n]) => n.outerHTML.slice(0, 90))"""


@pytest.fixture
def things(copied: Settings) -> dict[str, str]:
    """What paths name: one of each kind in the exercise, and a thing, a file and a party on a lead."""
    system = build_system(copied)
    staff, officer = _caller(system, STAFF), _caller(system, OFFICER)
    number = LEAD.rpartition("/")[2]
    item = system.handle(CollectItem(officer, number, "牙雕一组", "ivory", pieces=3)).done
    system.handle(AddMaterial(officer, number, "现场照片.pdf", b"%PDF-1.4 invented"))
    system.handle(AddParty(officer, number, "person", "suspect", {"name": "石小满"}))
    everything: dict[str, Any] = {"state": None, "cursor": None, "limit": 50}
    handoffs = system.read(queries.handoffs, officer, box="inbox", number=None, **everything)["items"]
    found = {
        "handoff": handoffs[0]["id"],
        "transfer": system.read(queries.transfers, staff, **everything)["items"][0]["id"],
        "order": system.read(queries.orders, staff, **everything)["items"][0]["id"],
        "deadline": system.read(queries.deadlines, staff, filters={}, cursor=None, limit=1)["items"][0]["id"],
        "item": str(item.id) if item is not None else "",
    }
    system.close()
    return found


def _caller(system: System, token: str) -> Caller:
    found = system.caller_for(token, "test")
    assert found is not None
    return found


def test_every_page_of_the_map_is_looked_at_or_is_said_to_be_none() -> None:
    app = Flask(__name__)
    register(app)
    rules = {rule.rule: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    ours = {name for name, rule in rules.items() if rule.endpoint.startswith("pages.")}
    asked = app.url_map.bind("localhost")
    paths = [urlsplit(path.format_map(_AnyId())).path for paths in PAGES.values() for path in paths]
    seen = {asked.match(path, return_rule=True)[0].rule for path in paths if path not in MISSING}
    assert ours - seen - set(NOT_PAGES) == set()
    assert set(NOT_PAGES) <= ours


class _AnyId(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


@pytest.mark.browser
@pytest.mark.parametrize("person", list(PAGES))
def test_it_is_accessible_light_ours_and_whole_in_both_sizes(
    visit: Open, things: dict[str, str], person: str
) -> None:
    page = visit(person, "/account") if person else _stranger(visit)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    hosts: set[str] = set()
    wire.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    faults: list[str] = []
    for wanted in PAGES[person]:
        path = wanted.format_map(things)
        page.set_viewport_size(DESKTOP)
        weights.clear()
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        page.wait_for_timeout(50)
        found = [f"answered {answer.status}"] if answer.status != (404 if path in MISSING else 200) else []
        found += _policy(answer.headers.get("content-security-policy", ""))
        found += [f"{sum(weights) / 1024:.0f} KiB"] if sum(weights) > MOST else []
        found += [f"inline {what}" for what in page.evaluate(INLINE)]
        found += _words(page) if path != EXAMPLES else []
        found += _as_seen(page)
        faults += [f"{path}: {fault}" for fault in found]
    assert len(hosts) == 1, hosts
    complaints = [said for said in page.complaints if "404" not in said]  # type: ignore[attr-defined]  # set by these tests
    assert not faults + complaints, "\n".join(faults + complaints)


def _stranger(visit: Open) -> Page:
    """Somebody who never signed in here."""
    page = visit(STAFF, "/sign-in")
    page.context.clear_cookies()
    return page


def _policy(policy: str) -> list[str]:
    """What is missing from a policy that lets nothing in but files of this host."""
    said = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    wanted = {"default-src": ["'self'"], "object-src": ["'none'"], "frame-ancestors": ["'none'"]}
    found = [f"policy {name}" for name, values in wanted.items() if said.get(name) != values]
    return found + [f"policy {policy}"] * bool(re.search(r"unsafe|\*|https?:", policy))


def _words(page: Page) -> list[str]:
    return [f"says {odd}" for odd in ODD.findall(page.inner_text("body"))]


def _as_seen(page: Page) -> list[str]:
    """What is wrong with the page as it stands open: words, width, sizes, and what axe finds with every sheet unfolded."""
    found = ["not one first heading"] if page.locator("h1").count() != 1 else []
    found += [f"id twice {name}" for name in page.evaluate(TWICE)]
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict stands for its typed one
        wide = page.evaluate(WIDE)
        found += [f"{wide} px too wide with twice the text at {size['width']}"] if wide > 0 else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    for size in ({"width": 320, "height": 256}, PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a size is two numbers
        found += [f"{page.evaluate(WIDE)} px too wide at {size['width']}"] if page.evaluate(WIDE) > 0 else []
        if size["width"] == 320:
            continue
        page.evaluate(UNFOLD)
        found += [f"at {size['width']} small {what}" for what in page.evaluate(SMALL, 23.5)]
        for fault in Axe().run(page, options=STANDARDS).response["violations"]:
            nodes = [node["html"][:100] for node in fault["nodes"][:2]]
            found.append(f"at {size['width']} {fault['id']} ×{len(fault['nodes'])} {nodes}")
        page.evaluate(FOLD)
    return found
