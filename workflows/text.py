"""Words for people: Chinese first, English second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase in the two languages of the product."""

    zh: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """This will give the phrase in `language` ("zh" or "en"), the Chinese one where no English was written."""
        return self.en if language == "en" and self.en else self.zh
