"""What holds of the pages as such: lights told apart by everybody, words that count nobody's zeal, work that survives."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open

STAFF, OFFICER, LIAISON = "office.office_staff", "market.officer", "market.liaison"
LEAD, FORM = "/leads/YS-2017-0009", "/reports/stage/2017-09/units/market"
PAGES = Path(__file__).resolve().parents[2] / "services/api/pages"
LIGHTS = ("ok", "soon", "late", "up")
WECHAT = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.40"
ZEAL = ("签到", "积分", "在线时长", "登录次数", "排名分")
FOCUSABLE = "#main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)"
REACHED = """() => { const at = document.activeElement; if (!at.closest('#main') || at.id === 'main') return null;
  const whole = [...document.querySelectorAll('[FOCUSABLE]')];
  const ring = getComputedStyle(at.matches('.chip > input') ? at.nextElementSibling : at);
  return [whole.indexOf(at), parseFloat(ring.outlineWidth)] }""".replace("[FOCUSABLE]", FOCUSABLE)

Colour = tuple[float, float, float]
SIMULATED: dict[str, tuple[Colour, Colour, Colour]] = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "grey": ((0.2126, 0.7152, 0.0722), (0.2126, 0.7152, 0.0722), (0.2126, 0.7152, 0.0722)),
}
"""How colours look to people who miss one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1; and on paper."""


def test_lights_are_told_apart_by_every_kind_of_eye() -> None:
    style = (PAGES / "static/xunxian.css").read_text("utf-8")
    colours = [_linear(re.findall(rf"--{name}: (#\w+)", style)[0]) for name in LIGHTS]
    assert _closest(colours) >= 30
    for kind, matrix in SIMULATED.items():
        seen = [_apply(matrix, colour) for colour in colours]
        assert _closest(seen) >= (10 if kind == "grey" else 15), kind


def _closest(colours: list[Colour]) -> float:
    return min(_difference(_lab(one), _lab(other)) for one, other in itertools.combinations(colours, 2))


def _linear(code: str) -> Colour:
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def _apply(matrix: tuple[Colour, Colour, Colour], colour: Colour) -> Colour:
    red, green, blue = (
        min(1.0, max(0.0, sum(k * c for k, c in zip(row, colour, strict=True)))) for row in matrix
    )
    return red, green, blue


def _lab(colour: Colour) -> Colour:
    """CIE Lab for daylight (D65)."""
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1.0, 1.08883)
    xyz = [sum(k * c for k, c in zip(row, colour, strict=True)) for row in to_xyz]
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (value / most for value, most in zip(xyz, white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _difference(one: Colour, other: Colour) -> float:
    """How different two colours look: CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1, h2 = (
        math.degrees(math.atan2(b, a * stretch)) % 360 if a or b else 0.0 for a, b in ((a1, b1), (a2, b2))
    )
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    dl, dc, dh = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight = 1.0
    for factor, times, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63)):
        weight += factor * math.cos(math.radians(times * hue + shift))
    sl = 1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * weight
    bend = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    twist = -math.sin(math.radians(bend)) * 2 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + twist * (dc / sc) * (dh / sh))


def test_the_measure_of_colours_gives_known_differences() -> None:
    """Pairs published with the formula (Sharma, Wu and Dalal 2005)."""
    assert _difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert _difference((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)
    assert _difference((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514)) == pytest.approx(
        0.9082, abs=1e-4
    )


def test_nothing_counts_zeal_and_no_picture_or_place_is_demanded() -> None:
    for file in sorted([*PAGES.rglob("*.py"), *PAGES.rglob("*.html"), *PAGES.rglob("xunxian.js")]):
        said = file.read_text("utf-8").replace("不记录登录次数和在线时间", "")
        assert not [word for word in ZEAL if word in said], file.name
        assert "geolocation" not in said, file.name
        assert not re.search(r'<input(?=[^>]*type="file")[^>]*(?:\bcapture|\brequired)', said), file.name


@pytest.mark.browser
def test_a_lead_goes_to_three_units_with_four_presses_of_the_mouse(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    page.locator("[data-test=triage-row] a").nth(2).click()
    page.wait_for_function("() => location.search.includes('lead=')")
    page.wait_for_function("() => document.querySelector('#pane .field select').value !== ''")
    boxes = page.locator("#pane label.chip:has(input[name='given.assisting']:not(:checked)):visible")
    chosen = page.locator("#pane input[name='given.assisting']:checked").count()
    for _ in range(max(0, 2 - chosen)):
        boxes.first.click()
    page.click("[data-test=triage-submit]")
    page.wait_for_selector("[data-test=flash]")
    assert page.inner_text("[data-test=flash]").count("、") >= 2


@pytest.mark.browser
def test_every_lead_with_a_running_clock_says_who_is_waited_for_and_what_comes_by_itself(visit: Open) -> None:
    page = visit(STAFF, "/leads?light=overdue")
    numbers = page.eval_on_selector_all(
        "[data-test=lead-row] a", "all => all.map(a => a.getAttribute('href'))"
    )
    page.goto("/leads?light=soon")
    numbers += page.eval_on_selector_all(
        "[data-test=lead-row] a", "all => all.map(a => a.getAttribute('href'))"
    )
    paths = sorted({n for n in numbers if re.fullmatch(r"/leads/[\w-]+", n)})
    assert len(paths) >= 12
    for path in paths:
        said = page.request.get(path).text()
        found = re.search(r'data-test="forecast">(.*?)</div>', said, re.DOTALL)
        assert found, path
        assert re.search(r"<strong>\s*现在等待\s*\S+", found[1]), path
        assert re.search(r'<time datetime="[^"]+">[^<]+</time> → \S+', found[1]), path
        assert re.search(r"规则 \S+", found[1]), path


@pytest.mark.browser
def test_refused_input_puts_the_summary_in_focus_with_links_to_its_fields(visit: Open) -> None:
    page = visit(OFFICER, LEAD)
    page.click("summary:has-text('请求协作')")
    boxes = page.locator("#f-handoffs-to input")
    for place in range(boxes.count()):
        boxes.nth(place).set_checked(place == 2, force=True)
    page.click("form[action$='/handoffs'] button.primary")
    page.wait_for_selector("[data-test=errors]")
    assert page.evaluate("document.activeElement.dataset.test") == "errors"
    targets = [str(link.get_attribute("href")) for link in page.locator("[data-test=errors] a").all()]
    assert "#f-handoffs-request" in targets
    assert all(page.locator(target).is_visible() for target in targets)
    assert [place for place in range(boxes.count()) if boxes.nth(place).is_checked()] == [2]


@pytest.mark.browser
def test_an_answer_survives_the_loss_of_the_network_and_is_sent_once(visit: Open) -> None:
    page = visit(OFFICER, "/inbox?box=tasks", phone=True, user_agent=WECHAT)
    page.tap("[data-test=task-row] .title a")
    page.wait_for_selector(".bar button")
    if not page.locator("#reply").count():
        page.tap(".bar button")
        page.wait_for_selector("#reply")
    page.fill("#f-reply-result", "已到场核查。")
    page.context.set_offline(True)
    page.tap("#reply .bar button")
    assert page.is_visible(".offline")
    assert page.input_value("#f-reply-result") == "已到场核查。"
    page.context.set_offline(False)
    page.reload()
    assert page.input_value("#f-reply-result") == "已到场核查。"
    page.tap("#reply .bar button")
    page.wait_for_selector("[data-test=flash]")
    assert page.inner_text(".timeline").count("已到场核查。") == 1


@pytest.mark.browser
def test_a_task_in_a_web_view_needs_few_requests_so_that_a_slow_line_shows_it_soon(visit: Open) -> None:
    """At 1.6 Mbit/s and 300 ms a round trip: three round trips and 120 KiB are 1.5 s; nothing is downloaded or printed."""
    page = visit(OFFICER, "/inbox?box=tasks", phone=True, user_agent=WECHAT)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    task = str(page.get_attribute("[data-test=task-row] .title a", "href"))
    page.goto("about:blank")
    asked: dict[str, str] = {}
    weights: dict[str, float] = {}
    wire.on(
        "Network.requestWillBeSent", lambda told: asked.update({told["requestId"]: told["request"]["url"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda told: weights.update({asked.get(told["requestId"], "?"): told["encodedDataLength"]}),
    )
    page.goto(task)
    page.wait_for_load_state("networkidle")
    weights = {url: weight for url, weight in weights.items() if not url.startswith("data:")}
    assert len(weights) <= 6, weights
    assert sum(weights.values()) <= 120 * 1024, weights


@pytest.mark.browser
@pytest.mark.parametrize(
    ("person", "paths"),
    [(STAFF, ("/inbox", LEAD, "/supervise")), (OFFICER, ("/inbox?box=tasks",)), (LIAISON, (FORM,))],
)
def test_by_keys_alone_every_control_is_reached_in_order_with_a_ring(
    visit: Open, person: str, paths: tuple[str, ...]
) -> None:
    page = visit(person, paths[0])
    for path in paths:
        page.goto(path)
        if path == "/inbox?box=tasks":
            page.click("[data-test=task-row] .title a")
        _all_by_keys(page)


def _all_by_keys(page: Page) -> None:
    page.evaluate("document.querySelector('#main').focus()")
    page.evaluate("document.querySelectorAll('#main details').forEach(d => { d.open = false })")
    seen: list[int] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(REACHED)
        if at is None:
            break
        seen.append(at[0])
        assert at[1] >= 3, page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
    assert len(seen) > 8, page.url
    assert seen == sorted(set(seen)), (
        f"{page.url}: the order of keys is the order of the page, without a trap"
    )


@pytest.mark.browser
def test_before_a_session_ends_by_itself_there_is_a_warning_and_one_press_to_stay(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    page.clock.install()
    page.goto("/leads")
    idle = int(page.get_attribute("body", "data-idle") or 0)
    page.clock.fast_forward((idle - 200) * 1000)
    assert not page.is_visible(".idle")
    page.clock.fast_forward(30_000)
    assert page.is_visible(".idle")
    page.click(".idle button")
    page.wait_for_selector(".idle", state="hidden")
