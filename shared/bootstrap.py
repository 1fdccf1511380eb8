"""The composition root: builds the system from settings; the only module that names adapters."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import uuid_utils

from shared.adapters.backups import Checked, Made, check_backup, make_backup
from shared.adapters.database import make_engine
from shared.adapters.doorbell import listen
from shared.adapters.file_store import FileStore
from shared.adapters.receipt_picture import receipt_picture
from shared.adapters.repositories.lasting import Answers
from shared.adapters.unit_of_work import SqlAlchemyUnitOfWork, translated
from shared.adapters.vault import Vault
from shared.application import (
    calendars,
    lead_ledger,
    letter_templates,
    letters,
    page_queries,
    queries,
    report_queries,
)
from shared.application.bus import Bus, Handled, Render
from shared.application.handlers import HANDLERS
from shared.application.page_queries import breakdowns
from shared.application.ports import Clock, Idempotency
from shared.application.work import UNSEEN, Done, Work
from shared.clock import SystemClock
from shared.settings import Settings, load
from workflows import commands, guarded
from workflows import sign_in as sign_in_commands
from workflows.business_calendar import BusinessCalendar
from workflows.calendars import SHIPPED
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, Command, system_caller
from workflows.definition_format import read_definition
from workflows.letters import REPORT, Letter
from workflows.problem import DefinitionProblems
from workflows.rejection import Rejected
from workflows.reporting.form import FilledForm

if TYPE_CHECKING:
    from shared.adapters.documents import Rendered

SEALED = ("identity", "party", "tip", "factor")
"""What is sealed, each with keys of its own."""


@dataclass(frozen=True, slots=True)
class Chores:
    """What waits for the workers right now."""

    outbox: tuple[int, ...]
    exercises: tuple[str, ...]
    live: tuple[str, ...]
    sweep_age: float | None


LEAST_FREE_BYTES = 500_000_000
"""With less room than this an operator is told (policy)."""


class System:
    """Everything the processes can ask: commands through the bus, questions about the present."""

    receipt_picture = staticmethod(receipt_picture)

    def __init__(self, settings: Settings, clock: Clock, known: dict[str, CampaignDefinition]) -> None:
        self.settings = settings
        self._engine = make_engine(settings.database_url)
        self._known = known
        self._calendars: dict[tuple[str, str, int], BusinessCalendar] = {}
        self._answers = Answers()
        self._clock = clock
        self._vault = Vault(settings.key_folder)
        self._files = FileStore(settings.data / "materials")
        self._bus = Bus(self._unit, clock, HANDLERS, translated)

    def _unit(self, *, looks: bool = False) -> SqlAlchemyUnitOfWork:
        return SqlAlchemyUnitOfWork(
            self._engine,
            read_definition,
            self._known,
            calendar_named,
            self._calendars,
            new_id,
            self._vault,
            self._files,
            self._answers,
            looks=looks,
        )

    def handle(
        self,
        command: Command,
        *,
        dry_run: bool = False,
        idempotency: Idempotency | None = None,
        render: Render | None = None,
    ) -> Handled:
        """This will do what a command asks in one transaction. Raises Rejected, DefinitionProblems, Unavailable."""
        return self._bus.handle(command, dry_run=dry_run, idempotency=idempotency, render=render)

    def read(self, query: Callable[..., Any], by: Caller, **arguments: Any) -> Any:
        """This will answer a question of `shared.application.queries`. Raises Rejected, Unavailable."""
        return self._bus.read(by, lambda work: query(work, **arguments))

    def caller_for(self, token: str, request_id: str = "") -> Caller | None:
        """This will say who a bearer token stands for, None for one that was never issued or has ended."""
        with self._opened() as uow:
            person = uow.people.by_token(token_hash(token), self._clock.now())
        if person is None:
            return None
        roles = frozenset(person["roles"])
        return Caller(person["campaign_id"], person["id"], person["agency_id"], roles, request_id, "api")

    def session(self, token: str, request_id: str = "") -> tuple[Caller, datetime] | None:
        """This will say whose session on the pages a token stands for, and when it was last noted as used."""
        now = self._clock.now()
        idle, longest = now - sign_in_commands.IDLE, now - sign_in_commands.LONGEST
        with self._opened() as uow:
            found = uow.accounts.session(token_hash(token), idle, longest)
        if found is None:
            return None
        roles = frozenset(found["roles"])
        by = Caller(found["campaign_id"], found["id"], found["agency_id"], roles, request_id, "page")
        return by, found["last_seen_at"]

    def file_of(
        self, by: Caller, kind: str, period: str, version: int | None, form: str, *, now: bool = False
    ) -> Rendered:
        """This will render a compiled period, or `now` what would be compiled, as docx, xlsx, pdf or json. Raises Rejected."""
        # Word, Excel and PDF take as long to load as everything else together; most processes never print.
        from shared.adapters.documents import render

        def facts(work: Work) -> tuple[Mapping[str, Any], bytes | None]:
            asked = (work, kind, period)
            found = report_queries.table(*asked) if now else queries.compilation(*asked, version)
            return found["snapshot"], letter_templates.own_template(work, REPORT.id)

        snapshot, own = self.read(facts, by)
        made = render(snapshot, form, own)
        return replace(made, filename=f"preview-{made.filename}") if now else made

    def form_of(self, by: Caller, unit: str, kind: str, period: str, file_format: str) -> Rendered:
        """This will write the form of a unit's report as xlsx or csv, with what records know. Raises Rejected."""
        from shared.adapters.documents import write_report_form

        definition, rule, row = self.read(report_queries.form_of, by, unit=unit, kind=kind, period=period)
        return write_report_form(by.campaign_id, definition, rule, row, file_format)

    def read_form(self, content: bytes, file_format: str) -> FilledForm:
        """This will read a filled form. Raises Rejected (invalid) with every cell that is wrong."""
        from shared.adapters.documents import read_report_form

        return read_report_form(content, file_format)

    def letter_of(self, by: Caller, kind: str, subject_id: str, file_format: str) -> Rendered:
        """This will write a letter as docx or pdf; a PDF has the shipped words. Raises Rejected."""
        from shared.adapters.documents import render_letter

        def facts(work: Work) -> tuple[Letter, bytes | None]:
            return letters.letter(work, kind, subject_id), letter_templates.own_template(work, kind)

        letter, own = self.read(facts, by)
        return render_letter(letter, own, file_format)

    def chart_of(self, by: Caller, kind: str, period: str, version: int | None, column: str) -> Rendered:
        """This will draw a column of a compiled period as SVG, unit by unit. Raises Rejected (missing)."""
        from shared.adapters.documents import render_chart

        found = self.read(queries.compilation, by, kind=kind, period=period, version=version)
        drawn = render_chart(found["snapshot"], column)
        if drawn is None:
            raise Rejected(UNSEEN, kind="missing")
        return drawn

    def breakdown_of(self, by: Caller, file_format: str, **asked: Any) -> Rendered:
        """This will write a results table taken apart as xlsx or csv; `asked` as in `breakdowns.breakdown`. Raises Rejected."""
        from shared.adapters.documents import render_breakdown

        return render_breakdown(self.read(breakdowns.breakdown, by, **asked), file_format)

    def ledger_of(self, by: Caller) -> Rendered:
        """This will write the leads the caller may see as a workbook. Raises Rejected."""
        from shared.adapters.documents import render_ledger

        return render_ledger(self.read(lead_ledger.lead_ledger, by))

    def week_of(self, by: Caller, address: str) -> Rendered:
        """This will write the wall and the week ahead on one page, as far as the caller may see. Raises Rejected."""
        from shared.adapters.documents import render_week

        return render_week(self.read(page_queries.week, by), address)

    def template_of(self, by: Caller, kind: str) -> Rendered:
        """This will give the template of a letter: the office's own, else the shipped one. Raises Rejected (missing)."""
        from shared.adapters.documents import render_template

        return render_template(kind, self.read(letter_templates.template, by, kind=kind))

    def check_template(self, kind: str, content: bytes) -> None:
        """This will refuse a template that could not be used. Raises Rejected with everything that is wrong with it."""
        from shared.adapters.documents import check_letter_template

        check_letter_template(kind, content)

    def status(self) -> dict[str, Any]:
        """This will give what an operator watches. Raises Unavailable."""
        with self._opened() as uow:
            figures, live = uow.figures.status(), uow.campaigns.live_ids()
        return {**figures, "calendars_unpublished": sum(map(self._missing_years, live))}

    def watch_calendars(self) -> None:
        """This will raise the alarm in every live campaign that needs a year whose holidays are not known."""
        for campaign_id in self.chores(0).live:
            if self._missing_years(campaign_id):
                self.handle(commands.WatchCalendars(system_caller(campaign_id)))

    def _missing_years(self, campaign_id: str) -> int:
        """How many calendars lack a year; none can be named where this release cannot read the definition."""
        try:
            return len(self.read(calendars.unpublished, system_caller(campaign_id)))
        except DefinitionProblems:
            return 0

    def prune(self, batch: int = 1_000) -> int:
        """This will remove outbox rows done longer ago than the settings keep them; gives how many they were."""
        command, count = commands.PruneOutbox(system_caller(""), self.settings.outbox_days, batch), 0
        while (done := self.handle(command).done) is not None and done.version:
            count += done.version
        return count

    def free_bytes(self) -> int:
        """This will say how much room is left where files are kept; the folder itself may not be there yet."""
        data = self.settings.data.resolve()
        return shutil.disk_usage(next(folder for folder in (data, *data.parents) if folder.exists())).free

    def is_ready(self) -> bool:
        """This will say whether the database answers and its schema is this version's. Raises Unavailable."""
        from shared.adapters.migrations import at_head

        with translated():
            return at_head(self._engine)

    def chores(self, limit: int = 200) -> Chores:
        """This will list what waits for the workers: outbox rows, exercises that run, live campaigns to sweep."""
        with self._opened() as uow:
            return Chores(
                tuple(uow.outbox.waiting(limit)),
                tuple(uow.campaigns.advancing_ids()),
                tuple(uow.campaigns.live_ids()),
                uow.figures.last_beat_age("sweep"),
            )

    def campaigns_of_outbox(self, row_ids: Sequence[int]) -> Mapping[str, Sequence[int]]:
        """This will sort waiting outbox rows by their campaign."""
        with self._opened() as uow:
            return uow.outbox.campaigns_of(row_ids)

    def beat(self, name: str) -> None:
        """This will note, by the database's clock, that a process is alive."""
        self.handle(commands.Beat(system_caller(""), name))

    def back_up(self, folder: Path) -> Made:
        """This will back up database and files into a new folder. Raises BackupFailed."""
        return make_backup(self.settings.database_url, self.settings.data, folder, self._clock.now())

    def check_backup(self, folder: Path) -> Checked:
        """This will restore a backup into a database of its own and compare. Raises BackupFailed."""
        return check_backup(self.settings.database_url, folder)

    def blind(self, purpose: str, text: str) -> str:
        """This will give a keyed digest of a text: the same for the same text, and nothing to guess the text from."""
        return self._vault.mark(purpose, text)

    def rotate_keys(self, batch: int = 200) -> int:
        """This will make new sealing keys and seal everything again with them; gives how many values were.

        Raises SealBroken when a value does not open; what was sealed again until then stays so.
        """
        for purpose in SEALED:
            self._vault.add_key(purpose)
        count = 0
        while (done := self.handle(guarded.SealAgain(system_caller(""), batch)).done) and done.version:
            count += done.version
        return count

    def verify_materials(self, *, at_once: bool, batch: int = 100) -> list[dict[str, Any]]:
        """This will read kept files again, those unread for a week or all of them, and list the faulty ones."""
        with self._opened() as uow:
            campaign_ids = uow.materials.campaigns()
        faulty: list[dict[str, Any]] = []
        for campaign_id in campaign_ids:
            command: guarded.VerifyMaterials | None
            command = guarded.VerifyMaterials(system_caller(campaign_id), batch, at_once)
            while command is not None:
                done = self.handle(command).done
                assert done is not None, "a command without a key is always done"
                faulty += done.extra["faulty"]
                full = done.version == batch
                command = replace(command, after=done.extra["last"]) if full else None
        return faulty

    @contextmanager
    def doorbell(self) -> Iterator[Callable[[float], bool]]:
        """This will listen for commits that left work: the function it gives waits up to so many seconds."""
        with listen(self.settings.database_url) as wait:
            yield wait

    def close(self) -> None:
        """This will give back every connection."""
        self._engine.dispose()

    @contextmanager
    def _opened(self) -> Iterator[SqlAlchemyUnitOfWork]:
        with translated(), self._unit(looks=True) as uow:
            yield uow


def token_hash(token: str) -> str:
    """This will give what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_id() -> str:
    """This will make an id that sorts by the time it was made (UUID version 7)."""
    return str(UUID(bytes=uuid_utils.uuid7().bytes))


@lru_cache
def calendar_named(name: str) -> BusinessCalendar:
    """This will give a calendar by the name agencies carry. Raises KeyError for one that is not shipped."""
    return SHIPPED[name]()


def build_system(
    settings: Settings | None = None,
    clock: Clock | None = None,
    known: dict[str, CampaignDefinition] | None = None,
) -> System:
    """This will build the system from settings, by default the environment's. Raises BadSettings.

    `known` holds definitions by hash. One that was read never changes, so several systems of a process may share it.
    """
    return System(settings or load(), clock or SystemClock(), {} if known is None else known)


def migrate(settings: Settings | None = None) -> str:
    """This will bring the database to this version's schema and give its revision."""
    from shared.adapters.migrations import upgrade

    with translated():
        return upgrade((settings or load()).database_url)


def campaign_folder(definition_id: str) -> Path:
    """This will find the folder of a campaign that is shipped."""
    return Path(__file__).resolve().parent.parent / "workflows" / "campaigns" / definition_id


__all__ = ["Chores", "Done", "System", "Work", "build_system", "campaign_folder", "migrate", "token_hash"]
