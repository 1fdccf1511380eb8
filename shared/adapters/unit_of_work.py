"""SqlAlchemyUnitOfWork: one connection, one transaction, all repositories. Leaving without a commit undoes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.adapters import tables
from shared.adapters.asked_once import AskedOnce
from shared.adapters.file_store import FileStore
from shared.adapters.repositories.accounts import AccountRows
from shared.adapters.repositories.administration import AdministrationRows, SavedViewRows
from shared.adapters.repositories.arrangements import RoutingRuleRows, StandInRows
from shared.adapters.repositories.audit import AuditRows
from shared.adapters.repositories.calendars import CalendarRows, Shipped
from shared.adapters.repositories.campaigns import CampaignRows, DefinitionRows, PeopleRows, Reader
from shared.adapters.repositories.custody import ItemRows
from shared.adapters.repositories.factors import FactorRows
from shared.adapters.repositories.figures import FigureRows
from shared.adapters.repositories.guarded import CopyRows, IdentityRows
from shared.adapters.repositories.history import EventRows
from shared.adapters.repositories.lasting import Answers, LastingRows
from shared.adapters.repositories.letters import LetterRows
from shared.adapters.repositories.links import LinkRows, MergeRows
from shared.adapters.repositories.materials import MaterialRows
from shared.adapters.repositories.messages import GrantRows, NoticeRows, OutboxRows, RecordRows, RepeatRows
from shared.adapters.repositories.overviews import OverviewRows
from shared.adapters.repositories.parties import PartyRows
from shared.adapters.repositories.past import PastRows
from shared.adapters.repositories.reports import ReportRows
from shared.adapters.repositories.search import SearchRows
from shared.adapters.repositories.subjects import LeadRows, PartRows
from shared.adapters.repositories.timers import DeadlineRows
from shared.adapters.repositories.tips import AllowanceRows, TipRows
from shared.adapters.vault import Vault
from shared.application.ports import LostRace, OutOfRoom, Unavailable
from workflows.business_calendar import BusinessCalendar
from workflows.campaign import CampaignDefinition
from workflows.coordination import Handoff
from workflows.order import Order
from workflows.transfer import Transfer

_SERIALIZATION, _DEADLOCK, _LOCK_TIMEOUT, _UNIQUE = "40001", "40P01", "55P03", "23505"
_DISK_FULL = "53100"


class SqlAlchemyUnitOfWork:
    """One transaction on PostgreSQL, READ COMMITTED. Database failures leave as LostRace or Unavailable.

    One that only `looks` changes nothing and asks each question for itself, without the two trips a transaction costs.
    """

    def __init__(
        self,
        engine: Engine,
        reader: Reader,
        known: dict[str, CampaignDefinition],
        shipped: Shipped,
        calendars: dict[tuple[str, str, int], BusinessCalendar],
        new_id: Callable[[], str],
        vault: Vault,
        files: FileStore,
        answers: Answers,
        *,
        looks: bool = False,
    ) -> None:
        self._looks = looks
        self._engine, self._reader, self._known = engine, reader, known
        self._shipped, self._calendars = shipped, calendars
        self.new_id, self._vault, self._files, self._answers = new_id, vault, files, answers
        self._connection: AskedOnce | None = None
        self._hurries = False

    def __enter__(self) -> Self:
        with translated():
            connection = self._connection = AskedOnce(self._engine)
            if self._looks:
                connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.begin()
        self.definitions = DefinitionRows(connection, self._reader, self._known)
        self.calendars = CalendarRows(connection, self._shipped, self._calendars)
        self.campaigns = CampaignRows(connection)
        self.people = PeopleRows(connection)
        self.leads = LeadRows(connection)
        self.handoffs = PartRows(connection, tables.handoffs, Handoff)
        self.transfers = PartRows(connection, tables.transfers, Transfer)
        self.orders = PartRows(connection, tables.orders, Order)
        self.deadlines = DeadlineRows(connection)
        self.events = EventRows(connection)
        self.outbox = OutboxRows(connection)
        self.notices = NoticeRows(connection)
        self.grants = GrantRows(connection)
        self.records = RecordRows(connection)
        self.reports = ReportRows(connection)
        self.repeats = RepeatRows(connection)
        self.figures, self.past = FigureRows(connection), PastRows(connection)
        self.lasting = LastingRows(connection, self._answers)
        self.accounts = AccountRows(connection)
        self.overviews = OverviewRows(connection)
        self.search = SearchRows(connection)
        self.audit = AuditRows(connection)
        self.administration = AdministrationRows(connection)
        self.saved_views = SavedViewRows(connection)
        self.letters = LetterRows(connection)
        self.links = LinkRows(connection)
        self.merges = MergeRows(connection)
        self.identities = IdentityRows(connection, self._vault)
        self.copies = CopyRows(connection)
        self.stand_ins, self.routing_rules = StandInRows(connection), RoutingRuleRows(connection)
        self.parties = PartyRows(connection, self._vault)
        self.items = ItemRows(connection)
        self.materials = MaterialRows(connection, self._files)
        self.factors = FactorRows(connection, self._vault)
        self.tips, self.allowances = TipRows(connection, self._vault), AllowanceRows(connection)
        return self

    def __exit__(self, *details: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def commit(self) -> None:
        """This will make everything since the beginning durable."""
        assert self._connection is not None
        self._connection.commit()

    def must_not_linger(self) -> None:
        """This will have the database end this transaction if the process holding it stands still for two seconds."""
        assert self._connection is not None
        if not self._hurries:
            self._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '2s'"))
            self._hurries = True

    @contextmanager
    def savepoint(self) -> Iterator[Any]:
        """This will undo only what is done inside, if that fails: one bad row harms no other."""
        assert self._connection is not None
        try:
            with translated(), self._connection.begin_nested() as point:
                yield point
        except BaseException:
            self._connection.forget()
            self.events.forget_heads()
            raise


@contextmanager
def translated() -> Iterator[None]:
    """This will turn database failures into what use cases know: a lost race to try again, or no database."""
    try:
        yield
    except IntegrityError as error:
        if _code(error) == _UNIQUE:
            raise LostRace(str(error.orig).splitlines()[0]) from error
        raise
    except PoolTimeout as error:
        raise Unavailable("every database connection is busy") from error
    except OperationalError as error:
        if _code(error) in {_SERIALIZATION, _DEADLOCK, _LOCK_TIMEOUT}:
            raise LostRace(str(error.orig).splitlines()[0]) from error
        if _code(error) == _DISK_FULL:
            raise OutOfRoom("the disk of the database is full") from error
        raise Unavailable("the database cannot be reached") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("the database went away") from error
        raise


def _code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
