"""Definitions with one thing wrong in their keys, phases, people, words or machines: the change, and what must be found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from tests.workflows.spoiling import LEAD, Document, add, put

MACHINES: dict[str, tuple[Callable[[Document], object], tuple[str, str]]] = {
    # keys and types
    "format_of_the_future": (put("format", 2), ("format", "out_of_range")),
    "no_format": (put("format", ...), ("format", "missing_key")),
    "unknown_top_key": (put("extras", []), ("extras", "unknown_key")),
    "unknown_key": (put("agencies[1].colour", "red"), ("agencies[1].colour", "unknown_key")),
    "unknown_key_in_a_phrase": (put("roles[0].name.fr", "x"), ("roles[0].name.fr", "unknown_key")),
    "no_source": (put("phases[0].source", ...), ("phases[0].source", "missing_key")),
    "no_source_of_a_word": (put("vocabularies.act[0].source", ...), ("vocabularies.act[0].source", "missing_key")),
    "no_source_of_a_guard": (
        put(f"{LEAD}.transitions[3].guards[0].source", ...),
        (f"{LEAD}.transitions[3].guards[0].source", "missing_key"),
    ),
    "boolean_for_integer": (put("campaign.version", True), ("campaign.version", "wrong_type")),
    "text_for_integer": (put("campaign.version", "1"), ("campaign.version", "wrong_type")),
    "integer_for_boolean": (put("agencies[0].office", 1), ("agencies[0].office", "wrong_type")),
    "text_for_table": (put("campaign", "x"), ("campaign", "wrong_type")),
    "table_for_list": (put("phases", {}), ("phases", "wrong_type")),
    "text_for_list": (put("agencies[1].townships", "东岭镇"), ("agencies[1].townships", "wrong_type")),
    "number_in_list": (put("agencies[1].townships", [1]), ("agencies[1].townships", "wrong_type")),
    "repeated_word": (put("agencies[1].townships", ["a", "a"]), ("agencies[1].townships", "repeated")),
    "blank_word": (put("agencies[1].townships", [" "]), ("agencies[1].townships", "blank")),
    "name_as_text": (put("roles[0].name", "x"), ("roles[0].name", "wrong_type")),
    "english_only": (put("roles[0].name", {"en": "x"}), ("roles[0].name.zh", "missing_key")),
    "week_date": (put("phases[0].ends_on", "2027-W20-1"), ("phases[0].ends_on", "wrong_type")),
    "compact_date": (put("phases[0].ends_on", "20270531"), ("phases[0].ends_on", "wrong_type")),
    "datetime_for_date": (put("phases[0].ends_on", datetime(2027, 5, 31, tzinfo=UTC)), ("phases[0].ends_on", "wrong_type")),
    "date_too_early": (put("campaign.starts_on", date(1999, 12, 31)), ("campaign.starts_on", "out_of_range")),
    "date_too_late": (put("campaign.ends_on", date(2101, 1, 1)), ("campaign.ends_on", "out_of_range")),
    "time_of_nonsense": (put("reports[0].due_time", "25:00"), ("reports[0].due_time", "wrong_type")),
    # the campaign itself
    "bad_campaign_id": (put("campaign.id", "../etc"), ("campaign.id", "bad_id")),
    "unknown_zone": (put("campaign.time_zone", "Asia/Qingshi"), ("campaign.time_zone", "unknown_zone")),
    "zone_is_a_path": (put("campaign.time_zone", "../../etc/passwd"), ("campaign.time_zone", "unknown_zone")),
    "number_reaches_into_objects": (
        put("campaign.lead_number", "{seq.__class__}"),
        ("campaign.lead_number", "bad_pattern"),
    ),
    "number_without_sequence": (put("campaign.lead_number", "QY-{year}"), ("campaign.lead_number", "bad_pattern")),
    "number_of_unknown_part": (put("campaign.lead_number", "{seq}{env}"), ("campaign.lead_number", "bad_pattern")),
    "number_with_wide_format": (
        put("campaign.lead_number", "{seq:099999999d}"),
        ("campaign.lead_number", "bad_pattern"),
    ),
    "window_reversed": (put("campaign.ends_on", date(2027, 1, 1)), ("campaign.ends_on", "reversed")),
    # phases
    "phase_gap": (put("phases[1].starts_on", date(2027, 6, 2)), ("phases[1].starts_on", "phase_gap")),
    "phase_overlap": (put("phases[1].starts_on", date(2027, 5, 31)), ("phases[1].starts_on", "phase_overlap")),
    "phase_reversed": (put("phases[1].ends_on", date(2027, 5, 1)), ("phases[1].ends_on", "reversed")),
    "phase_starts_late": (put("phases[0].starts_on", date(2027, 3, 2)), ("phases[0].starts_on", "phase_window")),
    "phase_ends_early": (put("phases[1].ends_on", date(2027, 8, 30)), ("phases[1].ends_on", "phase_window")),
    # people and words
    "two_offices": (put("agencies[1].office", True), ("agencies", "one_office")),
    "no_office": (put("agencies[0].office", False), ("agencies", "one_office")),
    "unknown_type": (put("agencies[1].type", "navy"), ("agencies[1].type", "unknown_name")),
    "unknown_parent": (put("agencies[1].parent", "nobody"), ("agencies[1].parent", "unknown_name")),
    "own_parent": (put("agencies[0].parent", "resources"), ("agencies[0].parent", "circular")),
    "long_short_name": (put("agencies[1].short", "青石县自然资源局"), ("agencies[1].short", "too_long")),
    "same_agency_twice": (put("agencies[2].id", "resources"), ("agencies[2].id", "duplicate_id")),
    "bad_id": (put("roles[0].id", "Office Staff"), ("roles[0].id", "bad_id")),
    "reserved_role": (put("roles[0].id", "system"), ("roles[0].id", "reserved")),
    "no_channels": (put("vocabularies.channel", ...), ("vocabularies.channel", "missing_key")),
    "same_word_twice": (put("vocabularies.act[1].id", "dig"), ("vocabularies.act[1].id", "duplicate_id")),
    "empty_vocabulary": (put("vocabularies.disposition", []), ("vocabularies.disposition", "too_few")),
    "unknown_field_type": (put("fields[2].type", "money"), ("fields[2].type", "unknown_word")),
    "choice_without_words": (put("fields[3].vocabulary", ...), ("fields[3].vocabulary", "missing_key")),
    "text_with_words": (put("fields[2].vocabulary", "act"), ("fields[2].vocabulary", "not_here")),
    "unknown_vocabulary": (put("fields[3].vocabulary", "moods"), ("fields[3].vocabulary", "unknown_name")),
    # machines
    "unknown_machine": (put("lifecycles.ship", {}), ("lifecycles.ship", "unknown_key")),
    "no_handoffs": (put("lifecycles.handoff", ...), ("lifecycles.handoff", "missing_key")),
    "unknown_initial": (put(f"{LEAD}.initial", "born"), (f"{LEAD}.initial", "unknown_name")),
    "unknown_from": (put(f"{LEAD}.transitions[0].from", ["x"]), (f"{LEAD}.transitions[0].from[0]", "unknown_name")),
    "no_from": (put(f"{LEAD}.transitions[0].from", []), (f"{LEAD}.transitions[0].from", "too_few")),
    "unknown_to": (put(f"{LEAD}.transitions[0].to", "x"), (f"{LEAD}.transitions[0].to", "unknown_name")),
    "unknown_kind": (put(f"{LEAD}.states[0].kind", "x"), (f"{LEAD}.states[0].kind", "unknown_word")),
    "dotted_event": (put(f"{LEAD}.transitions[0].event", "os.system"), (f"{LEAD}.transitions[0].event", "bad_id")),
    "dotted_trigger": (put(f"{LEAD}.transitions[0].trigger", "os.x"), (f"{LEAD}.transitions[0].trigger", "bad_id")),
    "same_trigger_twice_from_a_state": (
        put(f"{LEAD}.transitions[3].trigger", "suspend"),
        (f"{LEAD}.transitions[3].trigger", "duplicate_id"),
    ),
    "unreachable_state": (
        add(f"{LEAD}.states", {"id": "lost", "name": {"zh": "失"}, "kind": "side", "source": "policy"}),
        (f"{LEAD}.states[4]", "unreachable"),
    ),
    "trap": (put(f"{LEAD}.transitions[2]", {}), (f"{LEAD}.states[2]", "trap")),
    "leaves_a_final_state": (
        put(f"{LEAD}.transitions[4].new_round", False),
        (f"{LEAD}.transitions[4].from", "leaves_final"),
    ),
    "nothing_remembered": (
        put(f"{LEAD}.transitions[1].remembers", False),
        (f"{LEAD}.transitions[2].to", "nothing_to_resume"),
    ),
    "never_resumed": (
        put(f"{LEAD}.transitions[2].to", "checking"),
        (f"{LEAD}.transitions[1].remembers", "never_resumed"),
    ),
    "no_confirmed_state": (
        put("lifecycles.handoff.states[2].kind", "working"),
        ("lifecycles.handoff.states", "missing_state"),
    ),
    "unknown_role": (
        put(f"{LEAD}.transitions[0].by", ["king@office"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_name"),
    ),
    "role_without_relation": (
        put(f"{LEAD}.transitions[0].by", ["officer"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_relation"),
    ),
    "relation_no_agency_can_have": (
        put(f"{LEAD}.transitions[0].by", ["officer@receiver"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_relation"),
    ),
    "officer_of_the_system": (
        put(f"{LEAD}.transitions[0].by", ["officer@system"]),
        (f"{LEAD}.transitions[0].by[0]", "unknown_role"),
    ),
    "nobody_may": (put(f"{LEAD}.transitions[0].by", []), (f"{LEAD}.transitions[0].by", "too_few")),
    "system_step_nothing_fires": (
        put(f"{LEAD}.transitions[1].by", ["system"]),
        (f"{LEAD}.transitions[1].by", "never_fired"),
    ),
    "step_of_a_lead_agency_that_nothing_names": (
        put(f"{LEAD}.transitions[0].sets", {}),
        (f"{LEAD}.transitions[1].by", "nobody_leads"),
    ),
    "unknown_need": (put(f"{LEAD}.transitions[0].needs", ["x"]), (f"{LEAD}.transitions[0].needs[0]", "unknown_name")),
    "needed_and_taken": (
        put(f"{LEAD}.transitions[0].takes", ["lead_agency"]),
        (f"{LEAD}.transitions[0].takes", "repeated"),
    ),
    "hands_off_nothing_known": (
        put(f"{LEAD}.transitions[0].hands_off", "x"),
        (f"{LEAD}.transitions[0].hands_off", "unknown_name"),
    ),
    "hands_off_to_nobody": (
        put(f"{LEAD}.transitions[1].hands_off", "work"),
        (f"{LEAD}.transitions[1].hands_off", "missing_input"),
    ),
    "guard_of_an_unknown_fact": (
        put(f"{LEAD}.transitions[3].guards[0].condition", {"fact": "mood", "equals": "good"}),
        (f"{LEAD}.transitions[3].guards[0].condition.fact", "unknown_fact"),
    ),
    "guard_of_an_input_not_given": (
        put(f"{LEAD}.transitions[3].guards[0].condition", {"fact": "given.reason", "present": True}),
        (f"{LEAD}.transitions[3].guards[0].condition.fact", "unknown_fact"),
    ),
    "guard_as_text": (
        put(f"{LEAD}.transitions[3].guards[0].condition", "os.getpid"),
        (f"{LEAD}.transitions[3].guards[0].condition", "wrong_type"),
    ),
    "guard_without_condition": (
        put(f"{LEAD}.transitions[3].guards[0].condition", ...),
        (f"{LEAD}.transitions[3].guards[0].condition", "missing_key"),
    ),
    "sets_an_input_not_given": (
        put(f"{LEAD}.transitions[1].sets", {"note": "given.tonnes"}),
        (f"{LEAD}.transitions[1].sets.note", "unknown_name"),
    ),
    "sets_an_unknown_word": (
        put(f"{LEAD}.transitions[1].sets", {"disposition": "shot"}),
        (f"{LEAD}.transitions[1].sets.disposition", "unknown_word"),
    ),
    "sets_a_list": (put(f"{LEAD}.transitions[1].sets", {"x": [1]}), (f"{LEAD}.transitions[1].sets.x", "wrong_type")),
    "sets_a_bad_name": (put(f"{LEAD}.transitions[1].sets", {"__x": 1}), (f"{LEAD}.transitions[1].sets.__x", "bad_id")),
}  # fmt: skip
