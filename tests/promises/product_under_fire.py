"""The product as `./run` would run it, for tests that hurt it: PostgreSQL, broker, two workers, two beats.

Run as a process of its own. It prints one JSON line with the addresses, keeps `pids.json` in its folder true, writes
every death into `deaths.jsonl`, starts whatever dies again at once, and ends with its parent. Everything listens on the
loopback address.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from services.standalone.accounts import choose_account
from services.standalone.data_folder import open_data_folder
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.embedded_postgres import EmbeddedPostgres
from services.standalone.processes import Service, Stop, StopRequested, free_port, kill_session, spawn
from services.standalone.start import ROOT, say
from services.standalone.supervisor import Supervisor
from shared.bootstrap import migrate

LONGEST_LIFE = 600.0


def main(folder: Path) -> None:
    stop = Stop()
    stop.listen()
    data = open_data_folder(folder / "data", fresh=False, stop=stop, say=say)
    postgres = EmbeddedPostgres(data, choose_account(), free_port())
    broker = EmbeddedBroker(data, free_port())
    supervisor = Supervisor(data, stop, say)
    preparation = postgres.preparation()
    if preparation is not None:
        supervisor.step(preparation)
        postgres.prepared()
    addresses = {"DATABASE_URL": postgres.url, "REDIS_URL": broker.url}
    environment = {**os.environ, **addresses, "XUNXIAN_DATA": str(folder)}
    keeper = _Keeper(folder)
    try:
        keeper.start(postgres.service())
        keeper.start(broker.service())
        postgres.wait(stop, [os.getpid()])
        os.environ.update(environment)
        migrate()
        for name, command in _processes(folder):
            keeper.start(Service(name, command, environment, ROOT))
        print(json.dumps(addresses), flush=True)
        keeper.keep(stop)
    except StopRequested:
        pass
    finally:
        keeper.end()


def _processes(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    celery = (sys.executable, "-m", "celery", "-A", "services.worker.app:celery")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "error")
    found: list[tuple[str, tuple[str, ...]]] = []
    for number in (1, 2):
        found.append(
            (f"worker{number}", (*celery, "worker", "--concurrency", "2", "-n", f"w{number}@test", *quiet))
        )
        found.append((f"beat{number}", (*celery, "beat", "-s", str(folder / f"beat{number}"), "-l", "error")))
    return found


class _Keeper:
    """Starts again whatever has died, a quarter of a second later."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._services: dict[str, tuple[Service, subprocess.Popen[bytes], float]] = {}

    def start(self, service: Service) -> None:
        log = (self._folder / f"{service.name}.log").open("ab")
        process = spawn(service, log.fileno())
        log.close()
        self._services[service.name] = (service, process, time.time())
        self._note()

    def keep(self, stop: Stop) -> None:
        until = time.monotonic() + LONGEST_LIFE
        while time.monotonic() < until:
            for service, process, _ in list(self._services.values()):
                if process.poll() is not None:
                    self._note_death(service.name, process.pid)
                    kill_session(process.pid)
                    stop.pause(0.25)
                    self.start(service)
            stop.pause(0.05)

    def end(self) -> None:
        for _, process, _ in reversed(list(self._services.values())):
            kill_session(process.pid)
            process.wait()

    def _note_death(self, name: str, pid: int) -> None:
        with (self._folder / "deaths.jsonl").open("a") as file:
            file.write(json.dumps({"name": name, "pid": pid, "at": time.time()}) + "\n")

    def _note(self) -> None:
        pids = {name: {"pid": p.pid, "since": since} for name, (_, p, since) in self._services.items()}
        part = self._folder / "pids.json.part"
        part.write_text(json.dumps(pids))
        part.rename(self._folder / "pids.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
