"""The options of `./run`, read before anything is installed, so that a mistyped one costs nothing."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8000
HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Options:
    """What was asked of `./run`. `port` 0 means: any free one. `data` is absolute."""

    json: bool
    port: int
    data: Path
    fresh: bool


def parse_options(arguments: Sequence[str], environment: Mapping[str, str], root: Path) -> Options:
    """This will read the command line; the data folder comes from --data, else XUNXIAN_DATA, else `root`/var.

    A wrong option ends the process with code 2 and says which.
    """
    parser = argparse.ArgumentParser(
        prog="./run",
        description="循线：一条命令在本机运行全部（数据库、队列、接口、后台）· "
        "Xunxian: everything on this machine in one command.",
    )
    parser.add_argument(
        "--json", action="store_true", help="就绪后只输出一行 JSON · print one JSON line when ready"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"接口端口，默认 {DEFAULT_PORT}，0 为任一空闲端口 · port of the API; 0 takes any free one",
    )
    parser.add_argument(
        "--data",
        type=_folder,
        metavar="DIR",
        help="数据文件夹，默认 var/ · data folder, var/ in the checkout by default",
    )
    parser.add_argument("--fresh", action="store_true", help="先清空数据文件夹 · empty the data folder first")
    given = parser.parse_args(arguments)
    data = Path(given.data or environment.get("XUNXIAN_DATA") or root / "var").absolute()
    return Options(json=given.json, port=given.port, data=data, fresh=given.fresh)


def _folder(text: str) -> Path:
    """An empty word, as of a variable that is not set, names no folder: least of all the usual one, with --fresh."""
    if not text:
        raise argparse.ArgumentTypeError("没有写明文件夹 · no folder is named")
    return Path(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(
            f"{text!r} 不是 0 至 {HIGHEST_PORT} 的端口 · is not a port from 0 to {HIGHEST_PORT}"
        )
    return int(text)
