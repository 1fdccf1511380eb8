"""Cells of a decision table in the words of its definition: facts, vocabularies, agencies; an id only where nothing names
it. An answer the engine does not read may list fields, as what is to be checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from shared.application.views import words
from workflows.campaign import CampaignDefinition
from workflows.comparison import WORDS, show
from workflows.conditions import Condition
from workflows.decision_table import Row
from workflows.definition_format.routing import OUTPUTS
from workflows.facts import FACTS, FactKind
from workflows.text import Text

_BARE = ("present", "absent")
_FROM_ABOVE = ("less_than", "at_most")
"""What bounds from above is said after what bounds from below."""
_YES, _NO = Text("是", "yes"), Text("否", "no")
_RECORDS = "records."


def row_words(
    definition: CampaignDefinition, row: Row, names: Mapping[str, Text] = MappingProxyType({})
) -> dict[str, Any]:
    """This will show what a row asks and what it answers; `name` is None where the definition has none for it.

    `names` are those the table itself gives to its answers.
    """
    return {
        "when": [
            {
                "fact": fact,
                "name": words(_named(definition, fact)),
                "is": words(_cell(definition, _kind(fact), cell)),
            }
            for fact, cell in row.when.items()
        ],
        "then": [
            {
                "output": output,
                "name": words(names.get(output) or _named(definition, output)),
                "is": words(_answer(definition, OUTPUTS.get(output) or _kind(output), value, names)),
            }
            for output, value in row.then.items()
        ],
    }


def _kind(name: str) -> FactKind | None:
    return FACTS["lead"].get(name)


def _named(definition: CampaignDefinition, name: str) -> Text | None:
    """What the definition calls a fact or an answer: as a field, or as a kind of record that is counted."""
    if name.startswith(_RECORDS):
        return _among(definition.record_kinds, name.removeprefix(_RECORDS))
    return _among(definition.fields, name)


def _cell(definition: CampaignDefinition, kind: FactKind | None, cell: Condition) -> Text:
    """A cell of a table without the fact it is about."""
    parts = []
    for finding in sorted(cell.explain({}), key=lambda f: f.operator in _FROM_ABOVE):
        word, value = WORDS[finding.operator], _value(definition, kind, finding.expected)
        bare = finding.operator in _BARE
        parts.append(word if bare else Text(f"{word.zh} {value.zh}", f"{word.en} {value.in_language('en')}"))
    return _joined(parts, "且", " and ")


def _answer(
    definition: CampaignDefinition, kind: FactKind | None, value: object, names: Mapping[str, Text]
) -> Text:
    """What a table answers: by the names the table gives where nothing else says what the answer is."""
    items = value if isinstance(value, tuple) else (value,)
    own = [names.get(item) if kind is None and isinstance(item, str) else None for item in items]
    if not any(own):
        return _value(definition, kind, value)
    pairs = zip(own, items, strict=True)
    return _joined([name or _value(definition, kind, item) for name, item in pairs], "、", ", ")


def _value(definition: CampaignDefinition, kind: FactKind | None, value: object) -> Text:
    if isinstance(value, (tuple, list)):
        fields = [_among(definition.fields, item) for item in value] if kind is None else [None]
        if all(fields):
            return _joined([name for name in fields if name is not None], "、", ", ")
        return _joined([_value(definition, kind, item) for item in value], "、", ", ")
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, str):
        return _word(definition, kind, value) or _as_written(value)
    return Text(show(value), show(value))


def _as_written(value: str) -> Text:
    """A word nothing names, as one reads it."""
    said = value.replace("_", " ")
    return Text(said, said)


def _joined(parts: Iterable[Text], zh: str, en: str) -> Text:
    found = list(parts)
    return Text(zh.join(p.zh for p in found), en.join(p.in_language("en") for p in found))


def _word(definition: CampaignDefinition, kind: FactKind | None, value: str) -> Text | None:
    """The name of a word of a set. A word of no set has none: that something else is called so says nothing."""
    if kind is None or kind.values is None:
        return None
    if kind.values.startswith("@state."):
        machine = definition.lifecycles.get(kind.values.removeprefix("@state."))
        return _among(machine.states if machine is not None else (), value)
    sets = _SETS.get(kind.values)
    return _among(sets(definition) if sets else definition.vocabularies.get(kind.values, ()), value)


_SETS: Mapping[str, Callable[[CampaignDefinition], Iterable[Any]]] = {
    "@agency": lambda definition: definition.agencies,
    "@agency_type": lambda definition: definition.agency_types,
    "@coordination": lambda definition: definition.coordination,
    "@role": lambda definition: definition.roles,
}


def _among(entries: Iterable[Any], name: str) -> Text | None:
    return next((entry.name for entry in entries if entry.id == name), None)
