"""Beside Chinese stand full-width marks: what people read is set in one hand, on pages, in documents and in terminals."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HALF = re.compile(r"[\u4e00-\u9fff”》）][,;:?!(]|[,;:?!][\u4e00-\u9fff“《（]")
RINGS = ("workflows", "shared", "services")
TOML = sorted((ROOT / "workflows" / "campaigns").rglob("*.toml"))


def texts(source: str) -> Iterator[str]:
    """The strings of a module that may be read by people: no patterns, no docstrings, no JSON to copy."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        opening = re.match(r"([A-Za-z]*)(\"\"\"|'''|\"|')", token.string)
        if token.type != tokenize.STRING or opening is None or len(opening[2]) == 3:
            continue
        if (
            re.search(r"[\u4e00-\u9fff]", token.string)
            and "r" not in opening[1].lower()
            and '{"' not in token.string
        ):
            yield re.sub(r"\{[^{}]*\}", "{}", token.string)


def phrases(value: Any) -> Iterator[str]:
    """The Chinese of every phrase of a definition."""
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key == "zh" and isinstance(text, str))
        yield from (text for inner in value.values() for text in phrases(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in phrases(inner))


@pytest.mark.parametrize("ring", RINGS)
def test_no_half_width_mark_stands_beside_chinese_in_a_module(ring: str) -> None:
    modules = sorted((ROOT / ring).rglob("*.py"))
    assert len(modules) > 20
    found = [
        f"{module.relative_to(ROOT)}: {text}"
        for module in modules
        for text in texts(module.read_text("utf-8"))
        if HALF.search(text)
    ]
    assert found == []


def test_no_half_width_mark_stands_beside_chinese_in_a_template() -> None:
    pages = sorted((ROOT / "services" / "api" / "pages" / "templates").glob("*.html"))
    assert len(pages) > 20
    bare = {
        page.name: re.sub(r"\{#.*?#\}|<!--.*?-->", "", page.read_text("utf-8"), flags=re.DOTALL)
        for page in pages
    }
    assert [name for name, page in bare.items() if HALF.search(page)] == []


@pytest.mark.parametrize("path", TOML, ids=lambda path: path.name)
def test_no_half_width_mark_stands_beside_chinese_in_a_campaign(path: Path) -> None:
    found = [text for text in phrases(tomllib.loads(path.read_text("utf-8"))) if HALF.search(text)]
    assert found == []
