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
sys.path.insert(0, str(ROOT / "tests"))

from reliability.harness.mutate import Change, always, never, returning, setting, without  # noqa: E402

TESTS = (
    "tests/reliability/test_found.py",
    "tests/unit/plugins/module_utils",
    "tests/reliability/test_connections.py",
    "tests/reliability/test_state_machine.py",
)
_TIME_LIMIT = 900.0


class Mutation(t.NamedTuple):
    name: str
    path: str
    change: Change


MUTATIONS = [
    Mutation(name, path, change)
    for path, changes in {
        "plugins/module_utils/client/errors.py": {
            "any 404 means absent": returning(
                "ServiceError.missing", "MISSING.get(self._key, 'sink task') if self.status == 404 else None"
            ),
            "a code means absent whatever the status": always("ServiceError.missing", "status"),
            "401 is retried": setting("", "_TRANSIENT_STATUS", "frozenset((401, 500, 502, 503, 504))"),
            "403 is retried": setting("", "_TRANSIENT_STATUS", "frozenset((403, 500, 502, 503, 504))"),
            "throttling is not known by its code": returning("ServiceError.throttled", "self.status == 429"),
        },
        "plugins/module_utils/resources/creation.py": {
            "no list before a repeated creation": setting("create_once", "found", "[]"),
            "a second task is kept": setting("_without_twin", "early", "[]"),
        },
        "plugins/module_utils/client/retries.py": {
            "POST is repeated after a lost response": returning("worth_another_try", "not error.final", "final"),
            "POST is repeated after a 5xx": returning(
                "worth_another_try", "error.throttled or error.transient", "throttled"
            ),
        },
        "plugins/module_utils/client/scrub.py": {
            "a secret is left in messages": without("Scrubber.text", "spelling"),
            "an echoed token is left in messages": without("Scrubber.text", "_ECHOED"),
        },
        "plugins/module_utils/resources/sink_task/task.py": {
            "a short list proves absence": never("NamedTask.find", "complete"),
            "another's deletion counts as ours": always("NamedTask.delete", "lost_try"),
            "a deletion without a response counts as another's": never("NamedTask.delete", "lost_try"),
            "the first of several tasks of one name": never("NamedTask.find", "len", "by_name"),
            "id and name need not agree": never("NamedTask.find", "by_id", "task_name"),
            "a task that is being deleted is deleted again": returning("is_leaving", "False"),
        },
        "plugins/module_utils/resources/sink_task/absent.py": {
            "check mode deletes": never("Removal.ensure", "check_mode", "!wait"),
        },
        "plugins/module_utils/resources/sink_task/present.py": {
            "check mode creates": always("Provision._create_anew", "check_mode"),
            "check mode recreates": never("Provision._recreate", "check_mode"),
            "what appeared is adopted without a comparison": never("Provision._create", "adopted"),
        },
        "plugins/module_utils/client/transport.py": {
            "redirects are followed": setting("Transport.send", "allow_redirects", "True"),
            "a body without end": never("_read", "LONGEST_BODY"),
            "a refusal that broke off is retried": never("_body", "_REFUSALS"),
        },
        "plugins/module_utils/client/endpoints.py": {
            "plain http to any host": never("check_endpoint", "scheme", "http", "_is_loopback"),
        },
        "plugins/module_utils/client/answers.py": {
            "an id may hold anything": setting("", "_ID", "re.compile('.+')"),
        },
        "plugins/module_utils/client/waiter.py": {
            "a wait has no end": never("wait", "left"),
        },
        "plugins/module_utils/client/settings.py": {
            "certificates are not checked": setting("read", "verify", "False"),
        },
        "plugins/module_utils/client/client.py": {
            "a token that was never good is fetched again": always("Client._give_up", "_token_worked"),
        },
        "plugins/module_utils/client/deadline.py": {
            "a response may trickle in for ever": never("_UntilDeadline.readinto", "left"),
        },
        "plugins/module_utils/resources/ids.py": {
            "null is a value": never("check_given", "all"),
        },
        "plugins/plugin_utils/in_worker.py": {
            "connections are shared between users": setting(
                "_Connections._connect",
                "key",
                "(type(settings.credentials), settings._replace(credentials=None))",
            ),
            "another machine's task runs on the controller": never("InWorker._reason_to_hand_over", "transport"),
            "a secret option is in the result of the worker": returning(
                "InWorker._work", "{**result, **plain}", "remove_values"
            ),
            "no_log does not hide the requests": never("InWorker._reporter", "no_log"),
        },
        "plugins/module_utils/client/pacing.py": {
            "the rate is not lowered": without("Pace.refused", "LONGEST_INTERVAL"),
        },
    }.items()
    for name, change in changes.items()
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
            try:
                broken = mutation.change(text)
            except LookupError as error:
                verdict = f"DOES NOT APPLY: {error}"
                survivors.append(mutation.name)
            else:
                path.write_text(broken, encoding="utf-8")
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
