"""What `xunxian ops doctor` looks at: each thing the service needs, one finding each, and what to do when it is wrong."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.inside import find_settings
from services.cli.screen import Stopped
from shared.application.ports import Unavailable
from shared.bootstrap import LEAST_FREE_BYTES, System, build_system
from shared.settings import Settings

SWEEP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, whether it is right, and the words for it."""

    name: str
    ok: bool
    words: str

    def as_json(self) -> dict[str, Any]:
        """This will give the finding as scripts read it."""
        return {"check": self.name, "ok": self.ok, "words": self.words}


def examine() -> list[Finding]:
    """This will look at everything that can be looked at; what cannot be reached is a finding, not a failure."""
    try:
        settings = find_settings()
    except Stopped as wrong:
        return [Finding("设置 settings", False, wrong.text.zh)]
    system = build_system(settings)
    try:
        return [
            Finding("设置 settings", True, "完整 complete"),
            _secret(settings.secret_file),
            _space(system.free_bytes()),
            _database(system),
            _broker(settings),
            *_figures(system),
        ]
    finally:
        system.close()


def _secret(path: Path | None) -> Finding:
    name = "密钥文件 secret file"
    if path is None:
        return Finding(name, False, "未设置 XUNXIAN_SECRET_FILE / not set")
    if not path.is_file():
        return Finding(name, False, f"没有文件 {path} / no such file")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding(name, False, f"其他用户可读：chmod 600 {path} / others may read it")
    return Finding(name, True, "仅本用户可读 private")


def _space(free: int) -> Finding:
    return Finding("磁盘空间 disk space", free >= LEAST_FREE_BYTES, f"{free // 1_000_000} MB")


def _database(system: System) -> Finding:
    name = "数据库 database"
    try:
        current = system.is_ready()
    except Unavailable:
        return Finding(name, False, "连不上 cannot be reached")
    return Finding(
        name, current, "结构为本版本 at this version" if current else "请先执行 xunxian ops migrate"
    )


def _broker(settings: Settings) -> Finding:
    import redis

    name = "消息代理 broker"
    if not settings.redis_url:
        return Finding(
            name, False, "未设置 REDIS_URL；期限照常，由工作进程自行扫描 / deadlines go on without it"
        )
    try:
        redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2).ping()
    except redis.RedisError as gone:
        return Finding(name, False, f"连不上 cannot be reached: {type(gone).__name__}")
    return Finding(name, True, "有应答 answers")


def _figures(system: System) -> list[Finding]:
    try:
        found = system.status()
    except Unavailable:
        return []
    age = found["sweep_age_seconds"]
    alive = age is not None and age < SWEEP_SECONDS
    words = (
        f"{age:.0f} 秒前扫描 since the last sweep"
        if age is not None
        else "从未扫描 never swept：请启动工作进程"
    )
    return [
        Finding("工作进程 worker", alive, words),
        _none("搁置的期限 deadlines set aside", found["deadlines_set_aside"]),
        _none("搁置的消息 messages set aside", found["outbox_set_aside"]),
        _none("未公布年份的日历 calendars without the year they need", found["calendars_unpublished"]),
    ]


def _none(name: str, count: int) -> Finding:
    return Finding(name, count == 0, str(count))
