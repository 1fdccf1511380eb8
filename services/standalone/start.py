"""The order of a start: data folder, servers, migrations, API and seed, worker and beat, ready; and of the end.

Promises: whatever goes wrong ends in one sentence, exit code 1 and no process left; Ctrl-C and SIGTERM end with code 0
after everything stopped in good order.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.standalone.accounts import choose_account
from services.standalone.data_folder import CannotStart, DataFolder, open_data_folder
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.embedded_postgres import EmbeddedPostgres
from services.standalone.options import Options
from services.standalone.plan import Plan
from services.standalone.processes import LOOPBACK, Service, Stop, StopRequested, check_port, free_port
from services.standalone.screen import Ready, line, screen
from services.standalone.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90.0
REASON_BYTES = 300
PlanFor = Callable[[int, Path], Plan]


@dataclass(frozen=True, slots=True)
class Seed:
    """What the seed step reports: a sign-in token per role, and how many leads there are."""

    tokens: Mapping[str, str]
    leads: int


def say(text: str) -> None:
    """This will tell a person something; stdout stays for the result."""
    print(text, file=sys.stderr, flush=True)


def run(options: Options, environment: Mapping[str, str], plan_for: PlanFor) -> int:
    """This will run everything until it is asked to stop; returns the exit code."""
    stop = Stop()
    stop.listen()
    try:
        _check_machine(options.port)
        folder = open_data_folder(options.data, options.fresh, stop, say)
    except CannotStart as problem:
        say(str(problem))
        return 1
    except StopRequested:
        return 0
    supervisor = Supervisor(folder, stop, say)
    try:
        _run(options, environment, plan_for, folder, supervisor, stop)
    except CannotStart as problem:
        say(str(problem))
        return 1
    except StopRequested:
        say("正在停止 · stopping")
        return 0
    finally:
        folder.retract()
        supervisor.stop_all()
    return 0


def _run(
    options: Options,
    environment: Mapping[str, str],
    plan_for: PlanFor,
    folder: DataFolder,
    supervisor: Supervisor,
    stop: Stop,
) -> None:

    def announce(text: str) -> None:
        stop.pause(0)
        say(text)

    began = time.monotonic()
    port = options.port or free_port()
    base_url = f"http://{LOOPBACK}:{port}"
    plan = plan_for(port, folder.path)
    settings = start_servers(environment, folder, supervisor, stop)
    settings |= {
        "XUNXIAN_BASE_URL": environment.get("XUNXIAN_BASE_URL") or base_url,
        "XUNXIAN_DATA": str(folder.path),
        "XUNXIAN_SECRET_FILE": environment.get("XUNXIAN_SECRET_FILE")
        or str(folder.secret_file("secret.key")),
    }
    everything = {**keeping_bytecode(environment), **settings, "PYTHONUNBUFFERED": "1"}
    announce("更新数据库结构 · migrating the database")
    supervisor.step(Service("migrate", plan.migrate, everything, ROOT))
    announce("载入 2017 年专项行动，启动接口 · loading the campaign of 2017, starting the API")
    first, *others = (Service(name, command, everything, ROOT) for name, command in plan.services)
    supervisor.start(first)
    seeded = read_seed(supervisor.step(Service("seed", plan.seed, everything, ROOT)))
    _wait_until_ready(port, supervisor, stop, folder)
    announce("启动后台 · starting the worker and beat")
    for service in others:
        supervisor.start(service)
    supervisor.ready()
    folder.announce({"base_url": base_url, "tokens": seeded.tokens, **settings})
    is_usual = folder.path == ROOT / "var"
    ready = Ready(base_url, seeded.tokens, folder.path, is_usual, seeded.leads, time.monotonic() - began)
    print(line(ready) if options.json else screen(ready), flush=True)
    supervisor.run()


def start_servers(
    environment: Mapping[str, str],
    folder: DataFolder,
    supervisor: Supervisor,
    stop: Stop,
    *,
    throwaway: bool = False,
) -> dict[str, str]:
    """This will start the servers that `environment` does not name and return DATABASE_URL and REDIS_URL."""
    settings = {name: environment[name] for name in ("DATABASE_URL", "REDIS_URL") if environment.get(name)}
    broker = None if "REDIS_URL" in settings else EmbeddedBroker(folder, free_port())
    broker_pid = supervisor.start(broker.service()) if broker else 0
    if "DATABASE_URL" not in settings:
        postgres = EmbeddedPostgres(folder, choose_account(), free_port(), throwaway=throwaway)
        if preparation := postgres.preparation():
            say("建立数据库 · making the database")
            supervisor.step(preparation)
            postgres.prepared()
        postgres.wait(stop, [supervisor.start(postgres.service())])
        settings["DATABASE_URL"] = postgres.url
    if broker:
        broker.wait(stop, [broker_pid])
        settings["REDIS_URL"] = broker.url
    return settings


def keeping_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """This will return the environment for Python processes that load the same code: the first one compiles it for all."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def read_seed(printed: str) -> Seed:
    """This will read what the seed step printed: its last line is JSON with a token per role and the count of leads."""
    lines = printed.strip().splitlines()
    try:
        seeded = json.loads(lines[-1])
        return Seed({str(role): str(token) for role, token in seeded["tokens"].items()}, int(seeded["leads"]))
    except (IndexError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise CannotStart(
            "载入数据没有给出登录令牌 · The seed step gave no sign-in tokens: see log/seed.log in the data folder."
        ) from problem


def _check_machine(port: int) -> None:
    if not Path("/proc/self/stat").exists():
        raise CannotStart(
            "/proc 没有挂载 · /proc is not mounted: mount it (`mount -t proc proc /proc`) and run this again."
        )
    try:
        check_port(port)
    except PermissionError as problem:
        raise CannotStart(
            f"无权使用端口 {port}，请用 --port 选 1024 以上的 · "
            f"Port {port} is not for this user: choose one above 1024 with --port."
        ) from problem
    except OSError as problem:
        raise CannotStart(
            f"端口 {port} 已被占用，请用 --port 换一个 · "
            f"Port {port} is in use: choose another with --port (0 takes any free one)."
        ) from problem


def _wait_until_ready(port: int, supervisor: Supervisor, stop: Stop, folder: DataFolder) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while (answer := _readiness(port)) != "200":
        if time.monotonic() > deadline:
            raise CannotStart(
                f"接口 {READY_SECONDS:.0f} 秒内没有就绪（{answer}）· "
                f"The API was not ready within {READY_SECONDS:.0f} s ({answer}): see {folder.log('api')}."
            )
        supervisor.tend()
        stop.pause(0.05)


def _readiness(port: int) -> str:
    """What the API says of itself: "200" when it is ready, else its status and the beginning of its reason."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        if answer.status == http.client.OK:
            return "200"
        return f"{answer.status} {answer.read(REASON_BYTES).decode('utf-8', errors='replace')}"
    except (OSError, http.client.HTTPException) as problem:
        return f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()
