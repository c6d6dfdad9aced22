# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the demo and makes docs/pictures/demo.svg of a part of its output. `make pictures` calls this.

Needs what examples/demo.py needs, and rich. What differs from run to run is left out or made the same.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).with_suffix(".svg")
WIDTH = 118
THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (230, 237, 243),
    ],
)


def demo_output() -> str:
    """What `make demo` shows in a terminal."""
    return subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=ROOT,
        env={**os.environ, "FORCE_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=True,
    ).stdout


def excerpt(output: str) -> str:
    """The run in check mode, and the summary."""
    start = r"\n(?=\S*{}\. )"
    check_mode = re.split(start.format(4), re.split(start.format(3), output)[1])[0]
    summary = re.split(r"\n(?=\S*What happened)", output)[1].partition("\n\nThe simulator")[0]
    return f"{check_mode.strip()}\n\n...\n\n{summary.strip()}"


def shortened(text: str) -> str:
    """`text` with only the first three fields of the bucket in the diff of the Smart Connect task."""
    return re.sub(r'("sink_task": \{.*\n(?:.*\n){3})(?:.*\n)*?(.*-    \},)', r"\1        ...\n\2", text)


def settled(text: str) -> str:
    """`text` without what differs from run to run."""
    text = re.sub(r'("create_time": )\d+', r"\g<1>1735689600000", text)
    text = re.sub(r'("task_id": ")[0-9a-f-]{36}', r"\g<1>5d4ae8a0-3f9f-4e2e-8a1c-0a2f5b3c7d11", text)
    text = re.sub(r'("id": ")[0-9a-f-]{36}', r"\g<1>9b0c7c56-6d0e-4d7f-9a35-1f6e8d2b4c22", text)
    return re.sub(r"( requests) +\d+\.\d s", r"\1", text)


def svg(text: str) -> str:
    """A picture of a terminal with `text`."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(text), soft_wrap=False)
    picture = console.export_svg(title="make demo", theme=THEME, unique_id="demo", font_aspect_ratio=0.61)
    # A picture in a document has nothing to fetch.
    picture = re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
    return "\n".join(line.rstrip() for line in picture.splitlines()) + "\n"


def main() -> None:
    PICTURE.write_text(svg(settled(shortened(excerpt(demo_output())))), encoding="utf-8")


if __name__ == "__main__":
    main()
