# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks the collection in ways that would lose, leak or claim something, and shows that its own tests notice.

``python tests/reliability/mutations.py [-n WORKERS] [WORDS]``: each mutation whose name holds all WORDS is made in a copy of the
checkout, and the tests below run there until the first failure. Exit status 1 when one survives, or no longer applies.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/reliability/test_found.py",
    "tests/unit/plugins/module_utils",
    "tests/reliability/test_connections.py",
    "tests/reliability/test_state_machine.py",
)
_TIME_LIMIT = 900.0
CLIENT = "plugins/module_utils/client/"
SINK_TASK = "plugins/module_utils/resources/sink_task/"


class Mutation(t.NamedTuple):
    name: str
    path: str
    old: str
    new: str


MUTATIONS = [
    Mutation(
        "any 404 means absent",
        CLIENT + "errors.py",
        "return MISSING.get(self._key) if self.status == 404 else None",
        'return MISSING.get(self._key, "sink task") if self.status == 404 else None',
    ),
    Mutation(
        "a code means absent whatever the status",
        CLIENT + "errors.py",
        "return MISSING.get(self._key) if self.status == 404 else None",
        "return MISSING.get(self._key)",
    ),
    Mutation(
        "no lookup before a repeated creation",
        "plugins/module_utils/resources/creation.py",
        "            found = _look_after(client, error, retry, new_ones)\n",
        "            found = []\n",
    ),
    Mutation(
        "a second task is kept",
        "plugins/module_utils/resources/creation.py",
        "    early = [other for other in new_ones() if other != new_id]\n",
        "    early: list[str] = []\n",
    ),
    Mutation(
        "401 is tried again",
        CLIENT + "errors.py",
        "_TRANSIENT_STATUS = frozenset((500, 502, 503, 504))",
        "_TRANSIENT_STATUS = frozenset((401, 500, 502, 503, 504))",
    ),
    Mutation(
        "403 is tried again",
        CLIENT + "errors.py",
        "_TRANSIENT_STATUS = frozenset((500, 502, 503, 504))",
        "_TRANSIENT_STATUS = frozenset((403, 500, 502, 503, 504))",
    ),
    Mutation(
        "POST is repeated blindly",
        CLIENT + "retries.py",
        "return not error.final and (idempotent or not error.may_have_happened)",
        "return not error.final",
    ),
    Mutation(
        "POST is repeated blindly after a 5xx",
        CLIENT + "retries.py",
        "return error.throttled or (idempotent and error.transient)",
        "return error.throttled or error.transient",
    ),
    Mutation(
        "a secret is left in messages",
        CLIENT + "scrub.py",
        "            text = text.replace(spelling, MASK)\n",
        "            pass\n",
    ),
    Mutation(
        "an echoed token is left in messages",
        CLIENT + "scrub.py",
        '        text = _ECHOED.sub(r"\\1\\2" + MASK, text)\n',
        "",
    ),
    Mutation(
        "a short list is a proof",
        SINK_TASK + "task.py",
        "        if not listing.complete:\n            raise ResourceError(",
        "        if False:\n            raise ResourceError(",
    ),
    Mutation(
        "check mode deletes",
        SINK_TASK + "absent.py",
        "            elif self.run.check_mode:\n",
        "            elif False:\n",
    ),
    Mutation(
        "check mode creates",
        SINK_TASK + "present.py",
        "        if not self.run.check_mode:\n            self._create",
        "        if True:\n            self._create",
    ),
    Mutation(
        "check mode recreates",
        SINK_TASK + "present.py",
        "        if self.run.check_mode:\n            self._predict(body)\n            return\n        self.run.returned",
        "        self.run.returned",
    ),
    Mutation(
        "a deletion by somebody else counts as ours",
        SINK_TASK + "task.py",
        "                if error.lost_try or error.may_have_happened:\n                    self._did_delete(task_id)\n",
        "                self._did_delete(task_id)\n",
    ),
    Mutation(
        "a deletion whose answer was lost counts as somebody else's",
        SINK_TASK + "task.py",
        "                if error.lost_try or error.may_have_happened:\n                    self._did_delete(task_id)\n",
        "",
    ),
    Mutation(
        "a change is noted only when all has gone well",
        SINK_TASK + "task.py",
        "                self._did_delete(task_id)\n                if wait_until_gone:\n"
        "                    self.wait_until_gone(task_id)\n",
        "                if wait_until_gone:\n                    self.wait_until_gone(task_id)\n"
        "                self._did_delete(task_id)\n",
    ),
    Mutation(
        "redirects are followed",
        CLIENT + "transport.py",
        "allow_redirects=False",
        "allow_redirects=True",
    ),
    Mutation(
        "plain http to any host",
        CLIENT + "endpoints.py",
        'if match["scheme"] == "http" and not _is_loopback(match["host"]):',
        "if False:",
    ),
    Mutation(
        "an id may hold anything",
        "plugins/module_utils/client/answers.py",
        '_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)',
        '_ID = re.compile(r".+", re.ASCII)',
    ),
    Mutation(
        "the first of several tasks of one name",
        SINK_TASK + "task.py",
        "        if len(by_name) > 1:\n",
        "        if False:\n",
    ),
    Mutation(
        "id and name need not agree",
        SINK_TASK + "task.py",
        '            if self.task_name and by_id["task_name"] != self.task_name:\n',
        "            if False:\n",
    ),
    Mutation(
        "a body without end",
        CLIENT + "transport.py",
        "        if len(body) > LONGEST_BODY:\n",
        "        if False:\n",
    ),
    Mutation(
        "what appeared is adopted unseen",
        SINK_TASK + "present.py",
        "        if created.adopted:\n",
        "        if False:\n",
    ),
    Mutation(
        "a wait has no end",
        CLIENT + "waiter.py",
        "            if left <= 0:\n",
        "            if False:\n",
    ),
    Mutation(
        "throttling is not known by its code",
        CLIENT + "errors.py",
        "return self.status == 429 or (self._key in THROTTLED and not self._refused)",
        "return self.status == 429",
    ),
    Mutation(
        "certificates are not checked",
        CLIENT + "settings.py",
        'verify=(options["ca_path"] or True) if options["validate_certs"] else False,',
        "verify=False,",
    ),
    Mutation(
        "a token that was never good is fetched again",
        CLIENT + "client.py",
        "            if self._token == token and self._token_worked:\n",
        "            if self._token == token:\n",
    ),
    Mutation(
        "a refusal that broke off is tried again",
        CLIENT + "transport.py",
        "        if response.status_code in _REFUSALS:\n",
        "        if False:\n",
    ),
    Mutation(
        "an answer may trickle in for ever",
        CLIENT + "deadline.py",
        "        if left <= 0:\n",
        "        if False:\n",
    ),
    Mutation(
        "a look that failed proves a deletion",
        SINK_TASK + "task.py",
        'because looking it up failed, too: run the task again."\n            return False\n',
        'because looking it up failed, too: run the task again."\n            return True\n',
    ),
    Mutation(
        "a task that is on its way out is deleted again",
        SINK_TASK + "task.py",
        'return "DELET" in str(task.get("status")).upper()',
        "return False",
    ),
    Mutation(
        "null is a value",
        "plugins/module_utils/resources/ids.py",
        "    if all(params.get(option) is None for option in options):\n",
        "    if False:\n",
    ),
    Mutation(
        "connections are shared between users",
        "plugins/plugin_utils/in_worker.py",
        "        key = (type(settings.credentials), settings)\n",
        "        key = (type(settings.credentials), settings._replace(credentials=None))\n",
    ),
    Mutation(
        "another machine's task runs on the controller",
        "plugins/plugin_utils/in_worker.py",
        '        if self._connection.transport != "local":\n',
        "        if False:\n",
    ),
    Mutation(
        "a secret option is in the result of the worker",
        "plugins/plugin_utils/in_worker.py",
        "        return {**remove_values(result, secrets), **plain}\n",
        "        return {**result, **plain}\n",
    ),
    Mutation(
        "no_log does not hide the requests",
        "plugins/plugin_utils/in_worker.py",
        "        if self._task.no_log:\n",
        "        if False:\n",
    ),
    Mutation(
        "the pace is not slowed down",
        CLIENT + "pacing.py",
        "            self.interval = min(LONGEST_INTERVAL, max(FIRST_INTERVAL, _SLOWER * self.interval))\n",
        "            pass\n",
    ),
]


def _copy(place: Path) -> Path:
    """Copy what git knows or would add to a checkout of its own, with the links that tests need; return it."""
    target = place / "checkout"
    listing = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], cwd=ROOT
    )
    for name in filter(None, os.fsdecode(listing).split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    link = target / ".cache" / "collections" / "ansible_collections" / "huaweicloud" / "kafka"
    link.parent.mkdir(parents=True)
    link.symlink_to(target, target_is_directory=True)
    return target


def _passes(checkout: Path, tests: t.Sequence[str], workers: str) -> tuple[bool, str]:
    """Return whether *tests* pass there, and the last lines of what they say."""
    collections = checkout / ".cache" / "collections"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(collections), str(checkout / "tests")]),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("RELIABILITY", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        *(["-n", workers] if workers != "0" else []),
        "--no-header",
        "--tb=no",
        "-r",
        "f",
        *tests,
    ]
    try:
        done = subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=_TIME_LIMIT
        )
    except subprocess.TimeoutExpired:
        return False, f"FAILED to end within {_TIME_LIMIT:.0f} seconds"
    # 2: an interrupted run, which is how the first failure ends one with several processes.
    if done.returncode not in (0, 1, 2) or (done.returncode and "FAILED" not in done.stdout):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode == 0, done.stdout


def _noticed_by(checkout: Path, mutation: Mutation, workers: str) -> str | None:
    """Return the test that fails first, ``None`` if none does; those that lie nearest are asked first."""
    stem = Path(mutation.path).stem
    near = [str(path.relative_to(checkout)) for path in sorted(checkout.glob(f"tests/unit/**/test_*{stem}*.py"))]
    for tests in (near, TESTS[:1], TESTS[1:]):
        if not tests:
            continue
        passed, text = _passes(checkout, tests, workers)
        if not passed:
            return next(line for line in text.splitlines() if line.startswith("FAILED")).split(" - ")[0]
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", dest="workers", default="2", help="processes that run tests")
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if all(word in mutation.name for word in arguments.words)]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutations-") as place:
        checkout = _copy(Path(place))
        for mutation in chosen:
            path = checkout / mutation.path
            text = path.read_text(encoding="utf-8")
            began = time.monotonic()
            if text.count(mutation.old) != 1:
                verdict = "DOES NOT APPLY"
                survivors.append(mutation.name)
            else:
                path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
                try:
                    noticed = _noticed_by(checkout, mutation, arguments.workers)
                finally:
                    path.write_text(text, encoding="utf-8")
                verdict = noticed or "SURVIVED"
                if not noticed:
                    survivors.append(mutation.name)
            print(f"{mutation.name}: {verdict} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"mutations: {len(chosen)} made, {len(chosen) - len(survivors)} noticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
