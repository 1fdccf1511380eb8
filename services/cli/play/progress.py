"""How far the exercise has come: a bar on a terminal, a line for every tenth otherwise, nothing when quiet."""

from __future__ import annotations

import sys
from datetime import datetime
from types import TracebackType
from typing import Any, Self


class Progress:
    """Shown on standard error, measured in the exercise's own time."""

    def __init__(self, start: datetime, end: datetime, *, quiet: bool) -> None:
        self._start = start
        self._span = max((end - start).total_seconds(), 1.0)
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None
        self._tenth = -1

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("演练 {task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}% · {task.fields[acts]} 件事 acts"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task(self._start.date().isoformat(), total=self._span, acts=0)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def reached(self, at: datetime, acts: int) -> None:
        """This will show that the exercise stands at a moment and how many acts were performed."""
        done = min(max((at - self._start).total_seconds(), 0.0), self._span)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=at.date().isoformat(), acts=acts)
        elif not self._quiet and (tenth := int(10 * done / self._span)) > self._tenth:
            self._tenth = tenth
            print(
                f"演练 {at.date().isoformat()} {tenth * 10}% · {acts} 件事 acts", file=sys.stderr, flush=True
            )

    def tell(self, zh: str, en: str) -> None:
        """This will say something without tearing the bar."""
        if self._bar is not None:
            self._bar.console.print(f"{zh} {en}")
        elif not self._quiet:
            print(f"{zh} {en}", file=sys.stderr, flush=True)
