"""A command a page tells its reader to type is one the command line takes as it stands there."""

from __future__ import annotations

import re

import pytest

from services.api.pages.words import WORDS

TOLD = sorted(
    {
        (language, said)
        for text in WORDS.values()
        for language, words in (("zh", text.zh), ("en", text.en or ""))
        for said in re.findall(r"xunxian (ops (?:backup|restore-check)[^。.;；]*)", words)
    }
)


@pytest.mark.parametrize(("language", "said"), TOLD)
def test_a_command_that_needs_a_folder_is_told_with_it(language: str, said: str) -> None:
    assert said.split()[2:] == ["文件夹" if language == "zh" else "FOLDER"]


def test_both_are_told_in_both_languages() -> None:
    assert len(TOLD) == 4
