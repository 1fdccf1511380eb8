"""Two versions of a definition: what differs is named by what it is, not by where it stands."""

from __future__ import annotations

from workflows.definition_changes import Change, changes


def test_the_same_document_does_not_differ() -> None:
    document = {"a": 1, "list": [{"id": "x", "n": 1}]}
    assert changes(document, document) == ()


def test_an_entry_put_in_between_changes_nothing_else() -> None:
    before = {"clocks": [{"code": "A", "term": {"amount": 3}}, {"code": "B", "term": {"amount": 5}}]}
    after = {
        "clocks": [
            {"code": "A", "term": {"amount": 3}},
            {"code": "N", "term": {"amount": 1}},
            {"code": "B", "term": {"amount": 7}},
        ]
    }
    assert changes(before, after) == (
        Change("/clocks/B/term/amount", 5, 7),
        Change("/clocks/N", None, {"code": "N", "term": {"amount": 1}}),
    )


def test_what_is_gone_is_named_and_a_list_without_names_is_compared_whole() -> None:
    before = {"phases": [{"id": "p1"}, {"id": "p2"}], "to": ["a", "b"]}
    assert changes(before, {"phases": [{"id": "p1"}], "to": ["b"]}) == (
        Change("/phases/p2", {"id": "p2"}, None),
        Change("/to", ["a", "b"], ["b"]),
    )


def test_entries_that_share_a_name_are_told_apart_by_another_or_compared_whole() -> None:
    twins = {"steps": [{"code": "A", "level": "1"}, {"code": "A", "level": "2"}]}
    other = {"steps": [{"code": "A", "level": "1"}, {"code": "A", "level": "2", "x": 1}]}
    assert changes(twins, other) == (Change("/steps/2/x", None, 1),)
    bare = {"steps": [{"code": "A"}, {"code": "A"}]}
    assert changes(bare, {"steps": [{"code": "A"}]})[0].path == "/steps"
