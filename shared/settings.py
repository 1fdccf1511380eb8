"""Settings from the environment, parsed once. A setting that cannot be right stops the start with a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from environs import Env, EnvError


class BadSettings(Exception):
    """The environment does not say what is needed; the message says which variable and what to put there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the processes need to know of their surroundings."""

    database_url: str
    redis_url: str
    data: Path
    secret_file: Path | None
    trusted_hosts: tuple[str, ...]
    base_url: str
    keys: Path | None = None
    outbox_days: int = 90

    @property
    def key_folder(self) -> Path:
        """Where the sealing keys are: beside the secret, unless XUNXIAN_KEYS names a folder; never in the database."""
        if self.keys is not None:
            return self.keys
        return self.secret_file.parent if self.secret_file is not None else self.data


def load() -> Settings:
    """This will read the environment. Raises BadSettings naming the variable at fault."""
    env = Env()
    try:
        data = Path(env.str("XUNXIAN_DATA", "var"))
        secret = env.str("XUNXIAN_SECRET_FILE", "")
        keys = env.str("XUNXIAN_KEYS", "")
        return Settings(
            database_url=env.str("DATABASE_URL"),
            redis_url=env.str("REDIS_URL", ""),
            data=data,
            secret_file=Path(secret) if secret else None,
            trusted_hosts=tuple(env.list("XUNXIAN_TRUSTED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])),
            keys=Path(keys) if keys else None,
            outbox_days=env.int("XUNXIAN_OUTBOX_DAYS", 90, validate=_days),
            base_url=env.str("XUNXIAN_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        )
    except EnvError as error:
        raise BadSettings(f"环境变量有误 / the environment is not right: {error}") from error


def _days(number: int) -> None:
    if not 1 <= number <= 36_500:
        raise EnvError(
            "XUNXIAN_OUTBOX_DAYS must be a number of days from 1 to 36500 / 须为 1 至 36500 的天数"
        )


def program_version() -> str:
    """This will name the version of the program, "?" where nothing says it."""
    try:
        return version("xunxian")
    except PackageNotFoundError:
        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        said = tomllib.loads(project.read_text("utf-8")) if project.exists() else {}
        return str(said.get("project", {}).get("version", "?"))
