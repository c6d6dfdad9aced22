# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the time per task, compared with other modules: tables, and the picture in the documentation.

First, one read of the service for each item of a loop; a module that can't do that does less, with a note in the table.
Then, deletions and creations of many tasks: as a loop, as one set for each connector, and as a request of
ansible.builtin.uri for each task. Then, topics that are unchanged, changed, pruned and created, as one set and as a loop. Last,
the CPU time of a module process alone, without Ansible. The contenders run in turn, so that changes of the machine's speed
affect all; quote ratios only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import requests
from matplotlib import pyplot, ticker

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "speed.svg"

SINK_TASK = "huaweicloud_kafka_sink_task"
MODULE_PROCESS = f"{SINK_TASK} as a module process"
SMART_CONNECT_TASK = "huaweicloud_kafka_smart_connect_task"
SET = "huaweicloud_kafka_sink_tasks"
TOPIC = "huaweicloud_kafka_topic"
TOPIC_SET = "huaweicloud_kafka_topics"
URI = "ansible.builtin.uri"
PING = "ansible.builtin.ping"
SMN = "community.general.hwc_smn_topic"
IN_PROCESS = (SINK_TASK, SMART_CONNECT_TASK)
NOTES = {PING: "sends no request", SMN: "logs in, then ends: the simulator has no SMN"}
STYLES = {
    SINK_TASK: ("#c7000b", "o"),
    SMART_CONNECT_TASK: ("#e69f00", "^"),
    SET: ("#6a3d9a", "*"),
    MODULE_PROCESS: ("#0072b2", "s"),
    URI: ("#222222", "D"),
    PING: ("#999999", "v"),
    SMN: ("#009e73", "P"),
}
DRAWN = (18, "deletions")
KEPT = 10
"""The topics that are listed while the others are pruned."""
RETENTION = 24
"""Hours: what the topics are created with, or changed to."""


@dataclass(frozen=True)
class Case:
    """The work of the contenders: *count* items on each of *connectors*; *verb* is empty for the loop of reads.

    With "unchanged", "changed", "pruned" or "created", the items are topics.
    """

    count: int
    latency: int
    verb: str = ""
    connectors: int = 1

    @property
    def items(self) -> int:
        return self.count * self.connectors

    @property
    def of_topics(self) -> bool:
        return self.verb.endswith("d")

    @property
    def left(self) -> int:
        """How many tasks, or topics with the wanted retention time, exist afterwards."""
        if self.of_topics:
            return KEPT if self.verb == "pruned" else self.count
        return self.items if self.verb == "creations" else 0

    def __str__(self) -> str:
        work = f"{self.count} {self.verb or 'items in a loop'}{' topics' if self.of_topics else ''}"
        work += f" on each of {self.connectors} connectors" if self.connectors > 1 else ""
        return f"{work}, {self.latency} ms per response"


@dataclass
class Figure:
    """The seconds of each run of a contender, and the numbers of requests and connections in the last one."""

    seconds: list[float] = field(default_factory=list)
    counted: tuple[int, int] = (0, 0)

    def per_item(self, case: Case) -> float:
        """Return the milliseconds per item."""
        return statistics.median(self.seconds) / case.items * 1000


Figures = dict[Case, dict[str, Figure]]
Processes = dict[str, list[float]]
"""The CPU seconds of each run of a module process."""


class Service:
    """The simulator in a subprocess, controlled over HTTP."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0", "--exit-with-parent"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.endpoint = self._process.stdout.readline().split()[-1]
        self.facts = self._call("GET", "/_simulator/credentials")
        self.url = f"{self.endpoint}/v2/{self.facts['project_id']}/connectors"
        self.token = ""

    def stop(self) -> None:
        """End the simulator."""
        self._process.terminate()
        self._process.wait(10)

    def prepare(self, case: Case) -> list[dict[str, Any]]:
        """Reset the simulator, create what *case* deletes or changes, and return the tasks or topics of *case*."""
        self._call("POST", "/_simulator/reset")
        self.token = self._log_in()
        items = self._add_topics(case) if case.of_topics else self._add_tasks(case)
        quota = max(18, case.count)
        settings = {"latency": case.latency / 1000, "max_tasks": quota, "quota_tasks": quota}
        self._call("PUT", "/_simulator/settings", settings)
        self._call("DELETE", "/_simulator/journal")
        return items

    def _add_topics(self, case: Case) -> list[dict[str, Any]]:
        topics = [{"name": f"topic-{number}", "partition": 1} for number in range(case.count)]
        kept = [{"name": f"kept-{number}", "partition": 1} for number in range(KEPT if case.verb == "pruned" else 0)]
        retention = 72 if case.verb == "changed" else RETENTION
        for topic in [] if case.verb == "created" else [*topics, *kept]:
            self._call("POST", "/_simulator/topics", {**topic, "retention_time": retention})
        return topics

    def _add_tasks(self, case: Case) -> list[dict[str, Any]]:
        names = [{"name": f"kafka-{number}"} for number in range(1, case.connectors)]
        others = [self._call("POST", "/_simulator/instances", name)["connector_id"] for name in names]
        ids = [self.facts["connector_id"], *others]
        tasks = [{"connector_id": one, "task_name": f"task-{number}"} for one in ids for number in range(case.count)]
        if case.verb == "deletions":
            for task in tasks:
                task.update(self._call("POST", "/_simulator/tasks", task))
        return tasks

    def add_task(self, name: str) -> None:
        """Create the sink task *name* on the connector that exists after a reset."""
        self._call("POST", "/_simulator/tasks", {"connector_id": self.facts["connector_id"], "task_name": name})

    def counted(self) -> tuple[int, int]:
        """Return the numbers of requests and connections."""
        journal = self._call("GET", "/_simulator/journal")
        return len(journal), len({entry["connection"] for entry in journal})

    def count_tasks(self, tasks: list[dict[str, Any]]) -> int:
        """Return the number of tasks on the connectors of *tasks*."""
        ids = {task["connector_id"] for task in tasks}
        connectors = self._call("GET", "/_simulator/state")["connectors"]
        return sum(len(connector["tasks"]) for connector in connectors if connector["connector_id"] in ids)

    def count_topics(self) -> int:
        """Return the number of topics with the wanted retention time."""
        (instance,) = self._call("GET", "/_simulator/state")["instances"]
        return sum(topic["retention_time"] == RETENTION for topic in instance["topics"])

    def _log_in(self) -> str:
        facts = self.facts
        user = {"name": facts["user_name"], "password": facts["password"], "domain": {"name": facts["domain_name"]}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": {"id": facts["project_id"]}}}}
        response = requests.post(f"{self.endpoint}/v3/auth/tokens", json=body, timeout=60)
        response.raise_for_status()
        return response.headers["X-Subject-Token"]

    def _call(self, method: str, path: str, body: object = None) -> Any:
        response = requests.request(method, self.endpoint + path, json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else None


def plays(service: Service, case: Case, tasks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the playbook task of each contender for *case*.

    The modules read region, endpoint and token from the environment, as in a job of AWX; all send the same token.
    """
    facts = service.facts
    if case.of_topics:
        return topic_plays(case, facts["instance_id"], tasks)
    uri: dict[str, Any] = {
        "url": f"{service.url}/{facts['connector_id']}/sink-tasks",
        "headers": {"X-Auth-Token": service.token},
    }
    if not case.verb:
        absent = {"state": "absent", "task_name": "{{ item }}"}
        loop = {"loop": [task["task_name"] for task in tasks]}
        sink_task = {f"huaweicloud.kafka.{SINK_TASK}": {**absent, "connector_id": facts["connector_id"]}, **loop}
        smn = {name: facts[f"{name}_name"] for name in ("user", "domain")} | {"password": facts["password"]}
        smn |= {"identity_endpoint": f"{service.endpoint}/v3", "project": facts["region"], "region": facts["region"]}
        return {
            SINK_TASK: sink_task,
            SMART_CONNECT_TASK: {
                f"huaweicloud.kafka.{SMART_CONNECT_TASK}": {**absent, "instance_id": facts["instance_id"]},
                **loop,
            },
            MODULE_PROCESS: {**sink_task, "vars": {"huaweicloud_kafka_in_worker": False}},
            URI: {URI: uri, **loop},
            PING: {PING: {}, **loop},
            SMN: {SMN: {**smn, "name": "{{ item }}", "state": "absent"}, "failed_when": False, **loop},
        }
    wanted: dict[str, Any] = {"state": "absent"}
    if case.verb == "creations":
        keys = {name: facts[name] for name in ("access_key", "secret_key")}
        descriptor = {"topics": ["orders"], "obs_bucket_name": "archive", **keys}
        wanted = {"state": "present", "obs_destination_descriptor": descriptor}
    uri["url"] = service.url + "/{{ item.connector_id }}/sink-tasks"
    if case.verb == "creations":
        body: dict[str, Any] = {"source_type": "BLOB", "destination_type": "OBS", "task_name": "{{ item.task_name }}"}
        descriptor = {**descriptor, "topics": "orders", "consumer_strategy": "latest", "destination_file_type": "TEXT"}
        body["obs_destination_descriptor"] = {**descriptor, "deliver_time_interval": 300}
        uri |= {"method": "POST", "body_format": "json", "body": body}
    else:
        uri |= {"url": uri["url"] + "/{{ item.task_id }}", "method": "DELETE", "status_code": 204}
    names: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        names.setdefault(task["connector_id"], []).append({"task_name": task["task_name"], **wanted})
    sets = [{"connector_id": connector_id, "tasks": members} for connector_id, members in names.items()]
    task_set = {"connector_id": "{{ item.connector_id }}", "tasks": "{{ item.tasks }}"}
    loop = {"loop": sets}
    if len(sets) == 1:
        task_set, loop = sets[0], {}
    return {
        SINK_TASK: {
            f"huaweicloud.kafka.{SINK_TASK}": {
                "connector_id": "{{ item.connector_id }}",
                "task_name": "{{ item.task_name }}",
                **wanted,
            },
            "loop": tasks,
        },
        SET: {f"huaweicloud.kafka.{SET}": task_set, **loop},
        URI: {URI: uri, "loop": tasks},
    }


def topic_plays(case: Case, instance_id: str, topics: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the playbook task of each contender for *topics*."""
    where, wanted = {"instance_id": instance_id}, {"partition": 1, "retention_time": RETENTION}
    topic_set: dict[str, Any] = {"topics": [{**topic, **wanted} for topic in topics]}
    if case.verb == "pruned":
        wanted = {"state": "absent"}
        topic_set = {"topics": [{"name": f"kept-{number}"} for number in range(KEPT)], "prune": True}
    return {
        TOPIC: {f"huaweicloud.kafka.{TOPIC}": {**where, "name": "{{ item.name }}", **wanted}, "loop": topics},
        TOPIC_SET: {f"huaweicloud.kafka.{TOPIC_SET}": {**where, **topic_set}},
    }


def run_once(name: str, case: Case, service: Service, folder: Path) -> tuple[float, tuple[int, int]]:
    """Run one contender; return the seconds of its task, and the numbers of requests and connections."""
    tasks = service.prepare(case)
    task = {"name": name, **plays(service, case, tasks)[name]}
    variables: dict[str, Any] = {}
    if "loop" in task:
        # As in most playbooks, the list is a variable: the worker returns a literal one with each item.
        variables["bench_items"] = task["loop"]
        task |= {"loop": "{{ bench_items }}", "loop_control": {"label": ""}}
    times = folder / "times"
    run_playbook(task, variables, service, folder, TASK_SECONDS_FILE=str(times))
    left = service.count_topics() if case.of_topics else service.count_tasks(tasks)
    if left != case.left:
        raise SystemExit(f"{name} failed: {left} exist afterwards, not {case.left}")
    return float(times.read_text()), service.counted()


def run_playbook(
    task: dict[str, Any], variables: dict[str, Any], service: Service, folder: Path, **environment: str
) -> None:
    """Run a playbook with *task* only; *variables* are those of its play."""
    variables = {"ansible_python_interpreter": sys.executable, **variables}
    play = {"hosts": "localhost", "gather_facts": False, "connection": "local", "vars": variables, "tasks": [task]}
    playbook = folder / "playbook.yml"
    playbook.write_text(json.dumps([play]))
    environment = {
        **os.environ,
        **credentials(service),
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".cache" / "collections")),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "task_seconds",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        **environment,
    }
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{task} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def credentials(service: Service) -> dict[str, str]:
    """Return the environment variables that all modules of the collection read."""
    return {
        "HW_REGION_NAME": service.facts["region"],
        "HW_PROJECT_ID": service.facts["project_id"],
        "HW_DMS_ENDPOINT": service.endpoint,
        "HW_AUTH_TOKEN": service.token,
    }


def measure_processes(service: Service, repeats: int) -> Processes:
    """Return the CPU times of module processes, in turn: a deletion with three requests, one request of uri, and none."""
    case = Case(1, 0)
    tasks = service.prepare(case)
    times: Processes = {name: [] for name in (MODULE_PROCESS, URI, PING)}
    with tempfile.TemporaryDirectory() as place:
        programs = {}
        for number, name in enumerate(times):
            task = {"name": name, **plays(service, case, tasks)[name]}
            folder = Path(place, str(number))
            folder.mkdir()
            variables = {"ansible_remote_tmp": str(folder / "remote")}
            # Ansible leaves the program there that it would send to the target.
            more = {"ANSIBLE_KEEP_REMOTE_FILES": "true", "ANSIBLE_PIPELINING": "false"}
            run_playbook(task, variables, service, folder, TASK_SECONDS_FILE=str(folder / "times"), **more)
            [programs[name]] = folder.glob("remote/*/AnsiballZ_*.py")
        for _unused in range(repeats):
            for name, program in programs.items():
                if name == MODULE_PROCESS:
                    service.add_task(tasks[0]["task_name"])
                times[name].append(cpu_seconds(program, {**os.environ, **credentials(service)}))
                if service.count_tasks(tasks):
                    raise SystemExit(f"{name} did not delete the task")
    return times


def cpu_seconds(program: Path, environment: dict[str, str]) -> float:
    """Run *program* and return its CPU time."""
    process = subprocess.Popen([sys.executable, program], env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{program.name} failed")
    return usage.ru_utime + usage.ru_stime


def measure(cases: list[Case], options: argparse.Namespace, service: Service) -> Figures:
    """Run all cases and return the figures; prints a line on stderr for each run."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            names = list(plays(service, case, []))
            if not case.verb and case.items > options.most_processes:
                names = list(IN_PROCESS)
            names = [name for name in names if name not in options.without]
            figures[case] = {name: Figure() for name in names}
            for _unused in range(options.repeats if case.items < 100 else max(1, options.repeats // 3)):
                for name, figure in figures[case].items():
                    seconds, figure.counted = run_once(name, case, service, Path(folder))
                    figure.seconds.append(seconds)
                    print(f"{case}: {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
    return figures


def table(figures: Figures) -> str:
    """Return a table of the figures, with speeds relative to ``ansible.builtin.uri`` and to the loop."""
    lines = []
    for case, group in figures.items():
        head = (
            f"{'':48} {'seconds':>8} {'ms per item':>12} {'x uri':>8} {'x loop':>8} {'requests':>9} {'connections':>12}"
        )
        lines += ["", str(case), head]
        for name, figure in group.items():
            time_per_item = figure.per_item(case)
            peers = (group.get(URI), group.get(TOPIC if case.of_topics else SINK_TASK) if case.verb else None)
            ratios = " ".join(f"{peer.per_item(case) / time_per_item:8.1f}" if peer else " " * 8 for peer in peers)
            note = f"  ({NOTES[name]})" if name in NOTES else ""
            numbers = f"{statistics.median(figure.seconds):8.2f} {time_per_item:12.1f}"
            lines.append(f"{name:48} {numbers} {ratios} {figure.counted[0]:9} {figure.counted[1]:12}{note}")
    return "\n".join(lines[1:])


def process_table(times: Processes) -> str:
    """Return a table of the CPU times of module processes, as parts of that of ``ansible.builtin.uri``."""
    repeats = len(times[URI])
    lines = [
        "",
        f"CPU time of a module process, {repeats} runs",
        f"{'':48} {'least ms':>12} {'/ uri':>8} {'median ms':>12} {'/ uri':>8}",
    ]
    for name, seconds in times.items():
        cells = (f"{of(seconds) * 1000:12.1f} {of(seconds) / of(times[URI]):8.2f}" for of in (min, statistics.median))
        lines.append(f"{name:48} {' '.join(cells)}")
    return "\n".join(lines)


def draw(figures: Figures, path: Path) -> None:
    """Draw the time per item over the length of the loop, and that of deletions over the time per response, as SVG."""
    pyplot.switch_backend("svg")
    mpl.rcParams.update({"svg.hashsalt": "huaweicloud.kafka", "font.size": 10, "svg.fonttype": "path"})
    panels: list[tuple[str, str, Callable[[Case], int], list[Case]]] = []
    for latency in dict.fromkeys(case.latency for case in figures if not case.verb):
        cases = [case for case in figures if not case.verb and case.latency == latency]
        panels.append((f"one read, {latency} ms per response", "items in the loop", lambda case: case.count, cases))
    sets = [case for case in figures if (case.count, case.verb) == DRAWN and case.connectors == 1]
    if sets:
        sets.sort(key=lambda case: case.latency)
        panels.append((" ".join(map(str, DRAWN)), "ms per response", lambda case: case.latency, sets))
    if not panels:
        return
    drawing, axes = pyplot.subplots(1, len(panels), figsize=(4.2 * len(panels), 4.4), sharey=True, squeeze=False)
    drawn = {}
    for axis, (title, label, position, cases) in zip(axes[0], panels):
        for name, (color, marker) in STYLES.items():
            points = [(position(case), figures[case][name].per_item(case)) for case in cases if name in figures[case]]
            if points:
                width = 2.5 if name in (*IN_PROCESS, SET) else 1.4
                # Dashed, because the lines of the two modules for a single task overlap.
                style = "--" if name == SMART_CONNECT_TASK else "-"
                [drawn[name]] = axis.plot(*zip(*points), style, marker=marker, color=color, linewidth=width)
        axis.set(yscale="log", xscale="linear" if cases is sets else "log", xlabel=label, title=title)
        axis.set_xticks(sorted({position(case) for case in cases}))
        axis.xaxis.set_minor_locator(ticker.NullLocator())
        axis.xaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_major_formatter("{x:g}")
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_ylabel("milliseconds per item")
    drawing.legend(drawn.values(), drawn.keys(), loc="lower center", ncols=2, frameon=False)
    drawing.tight_layout(rect=(0, 0.25, 1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(path, metadata={"Date": None, "Creator": None})


def cases_of(options: argparse.Namespace) -> list[Case]:
    """Return the cases: loops, then sets of tasks, then those of topics."""
    cases = [Case(items, latency) for latency in options.latencies for items in options.items]
    sizes = [(count, 1) for count in options.sets] + ([(18, 10)] if options.full else [])
    for verb in ("deletions", "creations"):
        cases += [Case(count, latency, verb, many) for latency in options.latencies for count, many in sizes]
    cases += [Case(count, 20, "deletions") for count in options.deletions]
    works = ("unchanged", "changed", "pruned", "created")
    return cases + [
        Case(count - KEPT if work == "pruned" else count, 50, work) for count in options.topics for work in works
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers: dict[str, Any] = {"type": lambda text: [int(part) for part in text.split(",") if part], "metavar": "N,N"}
    parser.add_argument("--full", action="store_true", help="also the long combinations; takes most of an hour")
    parser.add_argument("--items", help="lengths of the loop (default: 1,10,50; --full: 1,10,100,500)", **numbers)
    parser.add_argument("--latencies", help="ms per response (default: 0,50; --full: 0,5,50)", **numbers)
    parser.add_argument("--sets", default=[9, 18], help="tasks of a connector (default: 9,18)", **numbers)
    parser.add_argument("--deletions", default=[18, 40], help="deletions at 20 ms (default: 18,40)", **numbers)
    parser.add_argument("--topics", default=[100], help="topics of an instance at 50 ms (default: 100)", **numbers)
    parser.add_argument("--repeats", type=int, help="runs of each; the median counts (default: 1; --full: 3)")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave out a contender")
    parser.add_argument("--processes", type=int, default=15, metavar="N", help="runs of a module process (default: 15)")
    parser.add_argument(
        "--most-processes",
        type=int,
        default=100,
        metavar="N",
        help="longest loop for the contenders that start a process for each item (default: 100)",
    )
    parser.add_argument(
        "--picture", type=Path, default=PICTURE, metavar="FILE", help="where to draw (default: the docs)"
    )
    options = parser.parse_args()
    options.items = [1, 10, 100, 500] if options.full and options.items is None else options.items
    options.items = [1, 10, 50] if options.items is None else options.items
    options.latencies = options.latencies or ([0, 5, 50] if options.full else [0, 50])
    options.repeats = options.repeats or (3 if options.full else 1)
    service = Service()
    try:
        figures = measure(cases_of(options), options, service)
        times = measure_processes(service, options.processes) if options.processes else None
    finally:
        service.stop()
    print(table(figures))
    if times:
        print(process_table(times))
    draw(figures, options.picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
