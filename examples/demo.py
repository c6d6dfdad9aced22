# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs examples/demo.yml, and a folder of two instances, against the simulator as a user would, and checks the results. `make demo` calls this.

Needs ansible-playbook on PATH, the collection installed where ANSIBLE_COLLECTIONS_PATH points, and the simulator on
PYTHONPATH. Exits with 0 when every step did what it should, else with 1. Writes to a temporary folder alone.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = "examples/demo.yml"
STEP_SECONDS = 120
WIDTH = 100
COLOURS = {"bold": "1", "red": "31", "green": "32", "cyan": "36"}


class Wrong(Exception):
    """Something is not as it should be; the text says what."""


class Step(NamedTuple):
    """One run of a playbook: what it shows, its arguments, and the expected result.

    *writes* are the methods of the requests that write, None for any. *files* are written into the folder before it.
    """

    title: str
    arguments: tuple[str, ...]
    changed: int
    writes: tuple[str, ...] | None
    tasks_after: int
    playbook: str = PLAYBOOK
    files: tuple[tuple[str, str], ...] = ()

    @property
    def effect(self) -> str:
        if not self.changed:
            return "no change"
        return "would change" if "--check" in self.arguments else "changed"


APPLY, EXPORT = "huaweicloud.kafka.apply", "huaweicloud.kafka.export"
FOLDER = ("-e", "dms_folder=instances")
ORDERS = """\
instance_name: {name}
topics:
  - name: orders
    partition: 3
    replication: 3
    retention_time: {hours}
consumer_groups:
  - group_name: billing
smart_connect_tasks:
  - task_name: orders-to-obs
    topics: [orders]
    sink_task: {consumer_strategy: earliest, obs_bucket_name: archive}
"""
SECOND = """\
instance_name: kafka-second
topics:
  - {name: invoices, partition: 3, replication: 3}
"""
STEPS = (
    Step("Create the tasks and wait until they are running", (), 2, ("POST", "POST"), 2),
    Step("Run it again: the tasks are as wanted", (), 0, (), 2),
    Step("Show what a deletion would do", ("-e", "state=absent", "--check", "--diff"), 2, (), 2),
    Step("Delete the tasks and wait until they are gone", ("-e", "state=absent"), 2, ("DELETE", "DELETE"), 0),
    Step("Delete them again: the service reports that they are absent", ("-e", "state=absent"), 0, (), 0),
    Step(
        "Apply a folder with a file for each of two instances",
        FOLDER,
        1,
        None,
        1,
        APPLY,
        (("orders.yml", ORDERS.replace("{hours}", "24")), ("second.yml", SECOND)),
    ),
    Step("Apply it again: both instances are as wanted", FOLDER, 0, (), 1, APPLY),
    Step(
        "Change a file, and show what that changes and the number of the plan",
        (*FOLDER, "--check", "--diff"),
        1,
        (),
        1,
        APPLY,
        (("orders.yml", ORDERS.replace("{hours}", "48")),),
    ),
    Step("Apply what was approved, by its number", (*FOLDER, "-e", "dms_expect_plan={number}"), 1, ("PUT",), 1, APPLY),
    Step("Export both instances to another folder", ("-e", "dms_folder=exported"), 2, (), 1, EXPORT),
    Step("Apply what was exported: nothing changes", ("-e", "dms_folder=exported"), 0, (), 1, APPLY),
)


class Outcome(NamedTuple):
    """The result of a step: requests as "METHOD Operation", seconds, and the number of the plan if it was shown."""

    step: Step
    requests: list[str]
    seconds: float
    number: str


def colourful() -> bool:
    return "NO_COLOR" not in os.environ and ("FORCE_COLOR" in os.environ or sys.stdout.isatty())


def styled(text: str, *styles: str) -> str:
    return f"\033[{';'.join(COLOURS[style] for style in styles)}m{text}\033[0m" if colourful() else text


def say(text: str = "") -> None:
    print(text, flush=True)


class Simulator:
    """The simulator in a process of its own. *values* are what it printed: addresses, ids and credentials."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.values: dict[str, str] = {}
        for line in process.stdout or ():
            name, _unused, value = line.strip().partition(" on " if line.startswith("listening on ") else ": ")
            self.values[name] = value
            if name == "domain_name":
                return
        raise Wrong("the simulator did not start")

    def ask(self, what: str, method: str = "GET", body: Any = None) -> Any:
        """Ask its control interface."""
        connection = http.client.HTTPConnection(self.values["listening"].removeprefix("http://"), timeout=10)
        try:
            connection.request(method, f"/_simulator/{what}", None if body is None else json.dumps(body))
            return json.loads(connection.getresponse().read() or "null")
        finally:
            connection.close()


@contextlib.contextmanager
def simulator() -> Iterator[Simulator]:
    """Start the simulator; it ends with this block, or with this process."""
    command = [sys.executable, "-m", "simulator", "--port", "0", "--exit-with-parent", "--lifetime", "900"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Simulator(process)
        finally:
            process.terminate()


def user_environment(values: dict[str, str], place: Path) -> dict[str, str]:
    """What a user would have set, and nothing of what the caller's own Ansible or cloud account needs."""
    foreign = ("ANSIBLE_", "HW_", "HUAWEICLOUD_")
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
    (place / "ansible.cfg").touch()
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_CONFIG": str(place / "ansible.cfg"),
        "ANSIBLE_HOME": str(place),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_FORCE_COLOR" if colourful() else "ANSIBLE_NOCOLOR": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_PROXY": "127.0.0.1",
        "HW_REGION_NAME": values["region"],
        "HW_DMS_ENDPOINT": values["listening"],
        "HW_IAM_ENDPOINT": values["listening"],
        "HW_PROJECT_ID": values["project_id"],
        "HW_ACCESS_KEY": values["access_key"],
        "HW_SECRET_KEY": values["secret_key"],
        "OBS_ACCESS_KEY": "an-access-key-of-the-bucket",
        "OBS_SECRET_KEY": "its-secret-key",
    }


def play(step: Step, service: Simulator, environment: dict[str, str], number: str) -> Outcome:
    """Run one step, show it, and raise Wrong unless what it did is what it should do. *number* is that of the last plan."""
    place = Path(environment["ANSIBLE_HOME"])
    name = service.values["instance_name"]
    arguments = [argument.replace("{number}", number) for argument in step.arguments]
    if step.playbook == PLAYBOOK:
        arguments = ["-e", f"instance_name={name}", *arguments]
    for file, text in step.files:
        (place / "instances").mkdir(exist_ok=True)
        content = text.replace("{name}", name)
        (place / "instances" / file).write_text(content, encoding="utf-8")
        say(textwrap.indent(f"instances/{file}:\n{content}", "  "))
    say(styled(f"$ ansible-playbook {step.playbook} {' '.join(arguments)}", "cyan"))
    service.ask("journal", "DELETE")
    began = time.monotonic()
    try:
        done = subprocess.run(
            ["ansible-playbook", step.playbook, *arguments],
            cwd=ROOT if step.playbook == PLAYBOOK else place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Wrong(f"ansible-playbook did not run to its end: {error}") from None
    seconds = time.monotonic() - began
    say("\n" + "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines()) + "\n")
    plain = re.sub(r"\033\[[0-9;]*m", "", done.stdout)
    recap = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", plain.partition("PLAY RECAP")[2])}
    journal = service.ask("journal")
    requests = [f"{entry['method']} {entry['operation']}" for entry in journal]
    there = sum(len(connector["tasks"]) for connector in connectors(service.ask("state")))
    writes = tuple(entry["method"] for entry in journal if entry["method"] != "GET")
    expectations = (
        (done.returncode == 0, f"ansible-playbook ended with {done.returncode}"),
        (recap.get("failed") == 0 and recap.get("unreachable") == 0, f"the recap is {recap}"),
        (recap.get("changed") == step.changed, f"changed is {recap.get('changed')} and should be {step.changed}"),
        (
            step.writes is None or writes == step.writes,
            f"the requests that write are {writes} and should be {step.writes}",
        ),
        (there == step.tasks_after, f"the service has {there} tasks and should have {step.tasks_after}"),
        (environment["OBS_SECRET_KEY"] not in plain, "the output shows a secret"),
        ("--diff" not in step.arguments or "+++ after" in plain, "the output shows no diff"),
    )
    for good, complaint in expectations:
        if not good:
            raise Wrong(complaint)
    verdict = f"As it should be: {step.effect}, {len(requests)} requests ({', '.join(requests)})."
    say(styled(textwrap.fill(verdict, WIDTH), "green"))
    found = re.search(r"dms_expect_plan: (\w+)", plain)
    return Outcome(step, requests, seconds, found[1] if found else "")


def connectors(state: Any) -> Iterator[dict[str, Any]]:
    """Every object with a list of tasks in the simulator's state, wherever it stands."""
    if isinstance(state, dict):
        if "tasks" in state:
            yield state
        for value in state.values():
            yield from connectors(value)
    elif isinstance(state, list):
        for value in state:
            yield from connectors(value)


def summary(outcomes: list[Outcome]) -> str:
    lines = [styled("What happened", "bold"), ""]
    for number, outcome in enumerate(outcomes, 1):
        cost = f"{len(outcome.requests):>2} requests  {outcome.seconds:4.1f} s"
        lines.append(f"  {number:>2}  {outcome.step.effect:12}  {cost}  {outcome.step.title}")
    lines += [
        "",
        "The simulator has stopped, and nothing is left but .cache.",
        "",
        styled("Against the real cloud", "bold"),
        "",
        "  make build && ansible-galaxy collection install dist/huaweicloud-kafka-*.tar.gz",
        "  python3 -m pip install requests",
        "  export HW_REGION_NAME=eu-west-101 HW_ACCESS_KEY=... HW_SECRET_KEY=...",
        f"  ansible-playbook {PLAYBOOK} -e instance_name=... -e task_name=... -e smart_connect_task_name=... \\",
        "    -e state=absent --check --diff",
        "",
        "The last command only reads; without --check it deletes.",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run all steps; returns the exit code."""
    if "ANSIBLE_COLLECTIONS_PATH" not in os.environ:
        say("ANSIBLE_COLLECTIONS_PATH must say where the collection is installed; `make demo` sees to that.")
        return 1
    say("Sink tasks, and the Smart Connect tasks that replace them, dump topics of a Kafka instance to a bucket.")
    say(
        "Here are five runs of one playbook against a simulated cloud, and six with a folder of two instances, each one checked."
    )
    outcomes: list[Outcome] = []
    try:
        with tempfile.TemporaryDirectory(prefix="huaweicloud-kafka-demo-") as place, simulator() as service:
            environment = user_environment(service.values, Path(place))
            service.ask("instances", "POST", {"name": "kafka-second"})
            for number, step in enumerate(STEPS, 1):
                say(f"\n{styled(f'{number}. {step.title}', 'bold')}\n")
                outcomes.append(play(step, service, environment, outcomes[-1].number if outcomes else ""))
    except Wrong as wrong:
        say(styled(f"Not as it should be: {wrong}.", "red"))
        return 1
    except KeyboardInterrupt:
        return 130
    say(f"\n{summary(outcomes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
