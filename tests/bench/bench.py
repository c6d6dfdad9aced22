# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs, against peers in the same run: a table, and the picture in the documentation.

Each contender does the same kind of work, one read of the service, in a loop of so many items. A peer that can't do
it does what it can, and the table says so. All run in turn, so that a machine that grows slower meanwhile does so
for all of them; the figures to quote are ratios.
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

import matplotlib as mpl
import requests
from matplotlib import pyplot

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "speed.svg"
TASK_LIST = "/v2/{project_id}/connectors/{connector_id}/sink-tasks"


@dataclass(frozen=True)
class Contender:
    """One way of doing the work: a task of a playbook, with the names in braces filled in from the simulator."""

    name: str
    task: str
    requests_per_item: int
    note: str = ""
    variables: dict[str, str] = field(default_factory=dict)


OURS = """huaweicloud.kafka.huaweicloud_kafka_sink_task:
        state: absent
        task_name: "task-{{{{ item }}}}"
        connector_id: "{connector_id}"
        project_id: "{project_id}"
        region: "{region}"
        endpoint: "{endpoint}"
        access_key: "{access_key}"
        secret_key: "{secret_key}"
"""

CONTENDERS = (
    Contender("huaweicloud_kafka_sink_task in-process", OURS, 1),
    Contender(
        "huaweicloud_kafka_sink_task as a module process", OURS, 1, variables={"huaweicloud_kafka_in_worker": "false"}
    ),
    Contender(
        "ansible.builtin.uri",
        """ansible.builtin.uri:
        url: "{endpoint}/v2/{project_id}/connectors/{connector_id}/sink-tasks"
        headers:
          X-Auth-Token: "{token}"
""",
        1,
    ),
    Contender("ansible.builtin.ping", "ansible.builtin.ping:\n", 0, note="sends no request"),
    Contender(
        "community.general.hwc_smn_topic",
        """community.general.hwc_smn_topic:
        identity_endpoint: "{endpoint}/v3"
        user: "{user_name}"
        password: "{password}"
        domain: "{domain_name}"
        project: "{region}"
        region: "{region}"
        name: "topic-{{{{ item }}}}"
        state: absent
      failed_when: false
""",
        1,
        note="logs in, then ends: the simulator has no SMN",
    ),
)

PLAYBOOK = """- hosts: localhost
  gather_facts: false
  connection: local
  vars:
    ansible_python_interpreter: "{python}"
{variables}
  tasks:
    - name: measured
      {task}
      loop: "{{{{ range(0, {items}) | list }}}}"
      loop_control:
        label: ""
"""


@dataclass(frozen=True)
class Figure:
    """Medians of the runs of one contender: seconds, and what the simulator counted in one run."""

    contender: Contender
    items: int
    latency: float
    seconds: float
    requests: int
    connections: int

    @property
    def per_item(self) -> float:
        """Seconds for one item."""
        return self.seconds / self.items


class Service:
    """The simulator, in a process of its own, steered over HTTP."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0", "--exit-with-parent"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.facts = {"endpoint": self._process.stdout.readline().split()[-1]}
        while "domain_name" not in self.facts:
            name, _unused, value = self._process.stdout.readline().strip().partition(": ")
            self.facts[name] = value
        self.facts["token"] = self._log_in()

    def stop(self) -> None:
        """End the simulator."""
        self._process.terminate()
        self._process.wait(10)

    def reset(self, latency: float) -> None:
        """Forget what was counted, and add *latency* seconds to each answer from now on."""
        self._call("DELETE", "/_simulator/journal")
        self._call("PUT", "/_simulator/settings", {"latency": latency})

    def counted(self) -> tuple[int, int]:
        """Return how many requests came, over how many connections."""
        entries = json.loads(self._call("GET", "/_simulator/journal")[0])
        entries = entries["journal"] if isinstance(entries, dict) else entries
        return len(entries), len({entry["connection"] for entry in entries})

    def _log_in(self) -> str:
        facts = self.facts
        domain = {"name": facts["domain_name"]}
        user = {"name": facts["user_name"], "password": facts["password"], "domain": domain}
        body = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"id": facts["project_id"]}},
            }
        }
        return self._call("POST", "/v3/auth/tokens", body)[1]["X-Subject-Token"]

    def _call(self, method: str, path: str, body: object = None) -> tuple[bytes, dict[str, str]]:
        answer = requests.request(method, self.facts["endpoint"] + path, json=body, timeout=60)
        answer.raise_for_status()
        return answer.content, dict(answer.headers)


def run_once(contender: Contender, items: int, service: Service, folder: Path) -> float:
    """Run the playbook of *contender* once and return how long its task took, in seconds."""
    playbook = folder / "playbook.yml"
    playbook.write_text(
        PLAYBOOK.format(
            python=sys.executable,
            task=contender.task.format(**service.facts).rstrip(),
            items=items,
            variables="\n".join(f"    {name}: {value}" for name, value in contender.variables.items()),
        )
    )
    times = folder / "times"
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".cache" / "collections")),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "task_seconds",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "TASK_SECONDS_FILE": str(times),
    }
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{contender.name} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return float(times.read_text())


def measure(options: argparse.Namespace, service: Service) -> list[Figure]:
    """Run everything and return the figures, telling on stderr how far it is."""
    figures = []
    with tempfile.TemporaryDirectory() as name:
        for latency in options.latencies:
            for items in options.items:
                contenders = [one for one in CONTENDERS if one is CONTENDERS[0] or items <= options.most_processes]
                repeats = options.repeats if items < 100 else max(1, options.repeats // 3)
                runs: dict[str, list[float]] = {one.name: [] for one in contenders}
                counts: dict[str, tuple[int, int]] = {}
                for _unused in range(repeats):
                    for one in contenders:
                        service.reset(latency / 1000)
                        runs[one.name].append(run_once(one, items, service, Path(name)))
                        counts[one.name] = service.counted()
                        print(".", end="", file=sys.stderr, flush=True)
                for one in contenders:
                    seconds = statistics.median(runs[one.name])
                    figures.append(Figure(one, items, latency, seconds, *counts[one.name]))
    print(file=sys.stderr)
    return figures


def table(figures: list[Figure]) -> str:
    """Return the figures as a table for people, with ratios to ``ansible.builtin.uri`` of the same row group."""
    lines = []
    head = f"{'':48} {'ms per item':>12} {'to uri':>9} {'requests':>9} {'connections':>12}"
    for latency, items in dict.fromkeys((figure.latency, figure.items) for figure in figures):
        group = [figure for figure in figures if (figure.latency, figure.items) == (latency, items)]
        uri = next((figure for figure in group if figure.contender.name == "ansible.builtin.uri"), None)
        lines += ["", f"{items} item{'s' if items > 1 else ''}, the service adds {latency:g} ms to each answer", head]
        for figure in group:
            ratio = f"{figure.per_item / uri.per_item:9.3f}" if uri else " " * 9
            note = f"  ({figure.contender.note})" if figure.contender.note else ""
            lines.append(
                f"{figure.contender.name:48} {figure.per_item * 1000:12.1f} {ratio}"
                f" {figure.requests:9} {figure.connections:12}{note}"
            )
    return "\n".join(lines[1:])


def draw(figures: list[Figure], path: Path) -> None:
    """Draw the cost per item over the number of items, without added latency, as SVG."""
    pyplot.switch_backend("svg")
    mpl.rcParams.update({"svg.hashsalt": "huaweicloud.kafka", "font.size": 10, "svg.fonttype": "path"})
    latencies = list(dict.fromkeys(figure.latency for figure in figures))
    drawing, axes = pyplot.subplots(1, len(latencies), figsize=(4.2 * len(latencies), 4.2), sharey=True, squeeze=False)
    for axis, latency in zip(axes[0], latencies):
        for number, contender in enumerate(CONTENDERS):
            points = [
                (f.items, f.per_item * 1000) for f in figures if f.contender is contender and f.latency == latency
            ]
            style = {"color": "#c7000b", "linewidth": 2.5} if number == 0 else {"linewidth": 1.4}
            axis.plot(*zip(*points), marker="o", label=contender.name, **style)
        axis.set(xscale="log", yscale="log", xlabel="items in the loop", title=f"+{latency:g} ms per answer")
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_ylabel("milliseconds per item")
    handles, labels = axes[0][0].get_legend_handles_labels()
    drawing.legend(handles, labels, loc="lower center", ncols=2, frameon=False)
    drawing.tight_layout(rect=(0, 0.17, 1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(path, metadata={"Date": None, "Creator": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = {"type": lambda text: [int(part) for part in text.split(",")], "metavar": "N,N"}
    parser.add_argument("--items", default=[1, 10, 100, 500], help="lengths of the loop", **numbers)
    parser.add_argument("--latencies", default=[0, 5, 50], help="milliseconds added to each answer", **numbers)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each, of which the median counts")
    parser.add_argument(
        "--most-processes",
        type=int,
        default=100,
        metavar="N",
        help="longest loop for the contenders that start a process for each item, which takes long (default: 100)",
    )
    parser.add_argument(
        "--picture", type=Path, default=PICTURE, metavar="FILE", help="where to draw (default: the docs)"
    )
    options = parser.parse_args()
    service = Service()
    try:
        figures = measure(options, service)
    finally:
        service.stop()
    print(table(figures))
    draw(figures, options.picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
