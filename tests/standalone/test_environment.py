"""Setting up from nothing but Python and pip, without a network: with empty locks, real pip and real environments."""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.standalone.environment import SetupFailed, ensure, is_ready
from services.standalone.machine_pip import read_pip_configuration, uv_settings
from services.standalone.start import ROOT

EMPTY_LOCK = "# Made by hand for a test.\n# download: 0 packages, 0 MiB (x86_64, CPython 3.11)\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose locks name no package, so that the installation needs no network."""
    (tmp_path / "requirements").mkdir()
    for name in ("bootstrap", "runtime", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(EMPTY_LOCK, "utf-8")
    (tmp_path / "services" / "cli").mkdir(parents=True)
    (tmp_path / "services" / "cli" / "__main__.py").write_text("import sys; print(sys.argv[1:])\n", "utf-8")
    return tmp_path


def quiet(_line: str) -> None:
    return


def test_the_environment_runs_the_commands_of_the_checkout(checkout: Path) -> None:
    python = ensure(checkout, "runtime", quiet)
    command = python.with_name("xunxian")
    printed = subprocess.run(
        [command, "lead", "a b"], cwd="/", check=True, capture_output=True, text=True
    ).stdout
    assert printed == "['lead', 'a b']\n"


def test_a_second_set_up_does_nothing(checkout: Path) -> None:
    ensure(checkout, "runtime", quiet)
    said: list[str] = []
    ensure(checkout, "runtime", said.append)
    assert said == []


def test_an_interrupted_installation_is_started_again(checkout: Path) -> None:
    ensure(checkout, "runtime", quiet)
    (checkout / ".venv" / ".installing").touch()
    (checkout / ".venv" / ".complete").unlink()
    (checkout / ".venv" / "half").touch()
    said: list[str] = []
    ensure(checkout, "runtime", said.append)
    assert "interrupted" in said[0]
    assert not (checkout / ".venv" / "half").exists()
    assert is_ready(checkout, "runtime")


def test_the_larger_set_serves_the_smaller_one_but_not_the_reverse(checkout: Path) -> None:
    ensure(checkout, "runtime", quiet)
    assert not is_ready(checkout, "dev")
    ensure(checkout, "dev", quiet)
    assert is_ready(checkout, "dev")
    assert is_ready(checkout, "runtime")


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_a_changed_lock_asks_for_a_new_installation(checkout: Path, lock: str) -> None:
    ensure(checkout, "dev", quiet)
    (checkout / "requirements" / f"{lock}.txt").write_text(EMPTY_LOCK + "# changed\n", "utf-8")
    assert not is_ready(checkout, "runtime")


def test_a_moved_checkout_asks_for_a_new_installation(checkout: Path, tmp_path: Path) -> None:
    ensure(checkout, "runtime", quiet)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(checkout, elsewhere, symlinks=True, ignore=shutil.ignore_patterns("elsewhere"))
    assert not is_ready(elsewhere, "runtime")
    command = ensure(elsewhere, "runtime", quiet).with_name("xunxian")
    assert str(checkout / ".venv") not in command.read_text("utf-8")
    assert is_ready(elsewhere, "runtime")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_checkout_that_cannot_be_written_is_named(checkout: Path) -> None:
    checkout.chmod(0o500)
    with pytest.raises(SetupFailed, match="cannot be written"):
        ensure(checkout, "runtime", quiet)


def test_without_a_network_there_is_one_clear_sentence(tmp_path: Path) -> None:
    """The real `./run` on a copy, pip pointed at a port where nobody listens."""
    for name in ("run", "requirements", "services"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    nowhere = {"PATH": os.defpath, "HOME": str(tmp_path)}
    nowhere |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    command = [sys.executable, str(tmp_path / "run")]
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "connect to the network" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


UNTRUSTED = """#!/bin/sh
echo 'error: Failed to fetch: https://index.example/simple/alembic/' >&2
echo '  cause: error sending request for url' >&2
echo '  cause: invalid peer certificate: UnknownIssuer' >&2
exit 2
"""


def test_a_certificate_the_fast_installer_does_not_trust_is_left_to_pip(checkout: Path) -> None:
    """pip fetched the installer through the same proxy a moment ago: the machine is not offline."""
    lock = (checkout / "requirements" / "bootstrap.txt").read_bytes()
    uv = checkout / ".boot" / f"uv-{hashlib.sha256(lock).hexdigest()[:12]}" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(UNTRUSTED, "utf-8")
    uv.chmod(0o755)
    said: list[str] = []
    ensure(checkout, "runtime", said.append)
    assert any("using pip" in line for line in said)
    assert is_ready(checkout, "runtime")


def test_an_index_with_a_certificate_nobody_trusts_is_named(tmp_path: Path, untrusted_index: str) -> None:
    for name in ("run", "requirements", "services"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    there = {"PATH": os.defpath, "HOME": str(tmp_path)}
    there |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": untrusted_index}
    command = [sys.executable, str(tmp_path / "run")]
    done = subprocess.run(command, env=there, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "does not trust the certificate" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.fixture
def untrusted_index(tmp_path: Path) -> Iterator[str]:
    """The address of an index that signed its certificate itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "index.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "index.pem"
    pem.write_bytes(
        signed.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "x"], ["--nonsense"]])
def test_a_wrong_option_is_said_before_anything_is_installed(options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run"), *options], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert options[-1] in done.stderr


def test_pip_configuration_ranks_environment_over_install_over_global() -> None:
    listed = (
        ":env:.index-url='https://three.example/simple'\n"
        "global.find-links='/wheels /more wheels'\n"
        "global.index-url='https://one.example/simple'\n"
        "install.index-url='https://two.example/simple'\n"
        "list.format='columns'\n"
    )
    assert read_pip_configuration(listed) == {
        "index-url": "https://three.example/simple",
        "find-links": "/wheels /more wheels",
    }


def test_the_installer_gets_every_setting_of_pip_that_reaches_the_index() -> None:
    pip = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "https://a.example/simple\nhttps://b.example/simple",
        "find-links": "/wheels /more",
        "cert": "/ca.crt",
        "proxy": "http://proxy.example:3128",
        "trusted-host": "mirror.example",
        "no-index": "true",
        "timeout": "60",
    }
    assert uv_settings(pip, {"HTTPS_PROXY": "http://own.example"}) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://a.example/simple https://b.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INSECURE_HOST": "mirror.example",
        "UV_NO_INDEX": "1",
        "UV_HTTP_TIMEOUT": "60",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "SSL_CERT_FILE": "/ca.crt",
    }


def test_the_installer_trusts_what_pip_trusts() -> None:
    assert uv_settings({}, {}) == {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}
    named = uv_settings({}, {"REQUESTS_CA_BUNDLE": "/bundle.pem"})
    assert named == {"UV_INDEX_STRATEGY": "unsafe-best-match", "SSL_CERT_FILE": "/bundle.pem"}
    assert "UV_SYSTEM_CERTS" not in uv_settings({}, {"SSL_CERT_FILE": "/own.pem", "UV_SYSTEM_CERTS": "0"})
