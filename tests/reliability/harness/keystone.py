# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenStack Keystone on loopback, an independent implementation of the protocol of IAM."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import requests

PASSWORD = "keystone-Password-1"
TOKEN_SECONDS = 30

_ROOT = Path(__file__).parents[3]
_VENV = _ROOT / ".cache" / "venv" / "keystone"

_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///{folder}/keystone.db
[token]
expiration = {token_seconds}
[fernet_tokens]
key_repository = {folder}/fernet-keys
[credential]
key_repository = {folder}/credential-keys
[cache]
enabled = false
[identity]
password_hash_algorithm = bcrypt
password_hash_rounds = 4
[security_compliance]
lockout_failure_attempts = 5
lockout_duration = 300
"""

# Keystone parses the arguments of the process.
_WSGI = "import sys\nsys.argv = ['keystone']\nfrom keystone.wsgi.api import application\n"


class NotInstallable(Exception):
    """Keystone can't be installed here; the text contains the cause."""


def installed() -> Path:
    """Return the folder of Keystone's programs; installs them once. Raises :class:`NotInstallable`."""
    programs = _VENV / "bin"
    _VENV.parent.mkdir(parents=True, exist_ok=True)
    with (_VENV.parent / "keystone.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (programs / "gunicorn").exists() or not (programs / "keystone-manage").exists():
            for command in (
                [sys.executable, "-m", "venv", str(_VENV)],
                [str(programs / "python"), "-m", "pip", "install", "--quiet", "keystone >= 26", "gunicorn"],
            ):
                done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
                if done.returncode:
                    raise NotInstallable((done.stderr.strip().splitlines() or ["unknown"])[-1])
    return programs


class Keystone(t.NamedTuple):
    """A running Keystone, with its first user and the project of the tests."""

    url: str
    user: str
    domain: str
    project: str
    project_id: str
    log: Path

    def requests(self) -> list[str]:
        """Return method, path and status of each request so far."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            parts = line.split('"')
            if len(parts) >= 3 and " HTTP/" in parts[1]:
                found.append(parts[1].rsplit(" ", 1)[0] + " " + parts[2].split()[0])
        return found

    def requests_after(self, count: int) -> list[str]:
        """Return the requests after the first *count*; waits for one, as requests are logged after their responses."""
        end = time.monotonic() + 10
        while len(self.requests()) <= count and time.monotonic() < end:
            time.sleep(0.05)
        return self.requests()[count:]


@contextlib.contextmanager
def running(folder: Path, token_seconds: int = TOKEN_SECONDS) -> Iterator[Keystone]:
    """Run Keystone in *folder* during the context. Raises :class:`NotInstallable`."""
    programs = installed()
    # Not the scripts themselves, whose interpreter path breaks if the checkout is moved.
    manage, gunicorn = ([str(programs / "python"), str(programs / name)] for name in ("keystone-manage", "gunicorn"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("fernet-keys", "credential-keys"):
        (folder / name).mkdir(mode=0o700)
    (folder / "keystone.conf").write_text(_CONFIGURATION.format(folder=folder, token_seconds=token_seconds))
    (folder / "wsgi_of_keystone.py").write_text(_WSGI)
    url = f"http://127.0.0.1:{port}"
    user, group = (subprocess.check_output(["id", flag], text=True).strip() for flag in ("-un", "-gn"))
    keys = ["--keystone-user", user, "--keystone-group", group]
    for arguments in (
        ["db_sync"],
        ["fernet_setup", *keys],
        ["credential_setup", *keys],
        [
            *("bootstrap", "--bootstrap-password", PASSWORD, "--bootstrap-username", "admin"),
            *("--bootstrap-project-name", "admin", "--bootstrap-role-name", "admin"),
            *("--bootstrap-service-name", "keystone", "--bootstrap-region-id", "RegionOne"),
            *("--bootstrap-admin-url", url + "/v3", "--bootstrap-public-url", url + "/v3"),
            *("--bootstrap-internal-url", url + "/v3"),
        ],
    ):
        command = [*manage, "--config-file", str(folder / "keystone.conf"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            raise NotInstallable(f"keystone-manage {arguments[0]}: {done.stderr[-500:]}")
    log = folder / "access.log"
    with (folder / "gunicorn.log").open("w") as output:
        process = subprocess.Popen(
            [
                *(*gunicorn, "--chdir", str(folder), "-b", f"127.0.0.1:{port}", "--threads", "4"),
                *("--access-logfile", str(log), "wsgi_of_keystone:application"),
            ],
            env={
                **os.environ,
                "OS_KEYSTONE_CONFIG_DIR": str(folder),
                "OS_KEYSTONE_CONFIG_FILES": "keystone.conf",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_ready(url, process)
        yield _with_project(url, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            requests.get(url + "/v3", timeout=5).raise_for_status()
            return
        time.sleep(0.1)
    raise NotInstallable("it did not start")


def call(
    url: str, method: str, path: str, body: t.Any = None, token: str = "", subject: str = ""
) -> tuple[t.Any, t.Mapping[str, str]]:
    """Send a request to Keystone without the code under test; return the JSON and the headers of the response."""
    headers = {name: value for name, value in (("X-Auth-Token", token), ("X-Subject-Token", subject)) if value}
    response = requests.request(method, url + path, json=body, headers=headers, timeout=30)
    response.raise_for_status()
    return response.json() if response.content else None, response.headers


def _with_project(url: str, log: Path) -> Keystone:
    """Create a project that has the name of a region, and give the user a role in it."""
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": "admin", "password": PASSWORD, "domain": {"name": "Default"}}},
    }
    scope = {"project": {"name": "admin", "domain": {"name": "Default"}}}
    login, headers = call(url, "POST", "/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
    token = headers["X-Subject-Token"]
    name = "eu-west-101"
    body = {"project": {"name": name, "domain_id": "default"}}
    project_id = call(url, "POST", "/v3/projects", body, token)[0]["project"]["id"]
    role = call(url, "GET", "/v3/roles?name=admin", None, token)[0]["roles"][0]["id"]
    user = login["token"]["user"]["id"]
    call(url, "PUT", f"/v3/projects/{project_id}/users/{user}/roles/{role}", None, token)
    return Keystone(url, "admin", "Default", name, project_id, log)
