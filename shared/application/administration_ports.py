"""What managing people needs, and what they keep for themselves, as Protocols; `shared.adapters` fulfils them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

Row = Mapping[str, Any]
BACKUP, RESTORE_CHECK = "backup", "restore_check"
"""Under which names the last backup, and the last one proved to restore, are noted beside the signs of life."""


class BackupFailed(Exception):
    """A backup that could not be made or restored; the message says why, without anything secret."""


class Administration(Protocol):
    """People's roles and time, and their tokens; `token_id` is the beginning of a token's hash."""

    def change_roles(self, campaign_id: str, person_id: str, roles: Sequence[str]) -> None:
        """This will give a person these roles and no others."""

    def set_active(self, campaign_id: str, person_id: str, *, active: bool) -> None:
        """This will let a person act, or no longer."""

    def end_entries(self, campaign_id: str, person_id: str, at: datetime) -> int:
        """This will end every token and every session of a person; gives how many."""

    def name_token(self, token_hash: str, name: str, issued_by: str) -> None:
        """This will keep the name of a token."""

    def tokens(self, campaign_id: str) -> Sequence[Row]:
        """This will list the tokens of a campaign, newest first."""

    def sizes(self) -> Row:
        """This will give how large the database is, and its largest tables, in bytes."""


class SavedViews(Protocol):
    """Views people saved; an ended one stays on record."""

    def add(self, view: Row) -> bool:
        """This will keep a view; False if the person has one of that name."""

    def get(self, view_id: str) -> Row | None:
        """This will find a view that has not ended."""

    def seen_by(self, campaign_id: str, person_id: str, agency_id: str) -> Sequence[Row]:
        """This will list a person's views and those shared inside their agency, by name."""

    def end(self, view_id: str, at: datetime) -> None:
        """This will end a view."""
