# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules for files that no linter checks."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

import pytest

PLUGINS = Path("plugins")
COLLECTION = "ansible_collections.huaweicloud.kafka."
HEADER = """\
# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
# The layers of plugins/, from top to bottom: each imports only its own and lower layers.
LAYERS = (
    ("plugins/modules", "plugins/action"),
    ("plugins/plugin_utils",),
    ("plugins/module_utils/module",),
    ("plugins/module_utils/argspec",),
    ("plugins/module_utils/resources",),
    ("plugins/module_utils/reconcile",),
    ("plugins/module_utils/context",),
    ("plugins/module_utils/api",),
    ("plugins/module_utils/rest",),
    ("plugins/doc_fragments",),
)
# Layers that do not import Ansible.
WITHOUT_ANSIBLE = tuple(f"plugins/module_utils/{layer}" for layer in ("api", "rest", "reconcile", "resources"))

# What reconcile/ must not know: it is for any kind.
FOREIGN = re.compile(r"(?i)kafka(?!Error)|connector|topic|quota|(?<!is)instance|sink|task_(?:id|name)")


def texts(root: Path, files: list[Path]) -> list[tuple[Path, str]]:
    """The text files, with their text."""
    found = []
    for path in files:
        try:
            found.append((path, (root / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            assert path.suffix in {".png", ".ico", ".gif", ".jpg"}, f"{path} is not UTF-8"
    return found


@pytest.fixture(scope="module")
def sources(root, files):
    return [(path, text) for path, text in texts(root, files) if path.suffix == ".py"]


@pytest.fixture(scope="module")
def plugins(sources):
    return [(path, text) for path, text in sources if path.parts[0] == "plugins"]


def imports(path: Path, text: str) -> list[tuple[int, str]]:
    """The imports of a file: line and module name; those of the collection are names such as plugins.module_utils.x."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(path.parent.parts[: len(path.parent.parts) - node.level + 1]) if node.level else []
            name = ".".join([*base, *filter(None, [node.module])]).removeprefix(COLLECTION)
            # `from . import x` imports modules, `from .x import y` names of a module
            found += (
                [(node.lineno, f"{name}.{alias.name}") for alias in node.names]
                if not node.module
                else [(node.lineno, name)]
            )
    return found


def test_python_files_have_the_license_header(sources):
    without = []
    for path, text in sources:
        body = text.partition("\n")[2].lstrip("\n") if text.startswith("#!") else text
        if text.strip() and not body.startswith(HEADER):
            without.append(str(path))
    assert without == []


def test_only_modules_have_a_shebang(sources):
    """Ansible replaces that of modules."""
    allowed = {path: "#!/usr/bin/python" for path, _text in sources if path.parent == PLUGINS / "modules"}
    wrong = [str(path) for path, text in sources if text.startswith("#!") and text.splitlines()[0] != allowed.get(path)]
    assert wrong == []


def test_plugins_are_compatible_with_python_3_9(plugins):
    for path, text in plugins:
        tree = ast.parse(text, str(path), feature_version=(3, 9))
        if len(tree.body) > 1:
            assert "\nfrom __future__ import annotations\n" in text, path


def test_plugins_need_only_requests(plugins):
    known = set(sys.stdlib_module_names) | {"ansible", "plugins", "requests", "urllib3"}  # requests brings urllib3
    others = [
        f"{path}:{line}: {name}"
        for path, text in plugins
        for line, name in imports(path, text)
        if name.split(".")[0] not in known
    ]
    assert others == []


def layer_of(name: str) -> int | None:
    """The number of the layer of a module such as plugins.module_utils.rest.retry: that of the longest match."""
    path = name.replace(".", "/") + "/"
    matches = [
        (len(part), number) for number, parts in enumerate(LAYERS) for part in parts if path.startswith(part + "/")
    ]
    return max(matches)[1] if matches else None


def upward(path: Path, text: str) -> list[str]:
    """The imports of a file that point to a higher layer, or to a file without a layer."""
    own = str(path.with_suffix(""))
    layer = layer_of(own)
    found = []
    for line, name in imports(path, text):
        if name.startswith("plugins."):
            other = layer_of(name)
            if layer is None or other is None or other < layer:
                found.append(f"{path}:{line}: {name}")
        elif name.split(".")[0] == "ansible" and own.startswith(WITHOUT_ANSIBLE):
            found.append(f"{path}:{line}: {name}")
    return found


def test_imports_point_down(plugins):
    assert [found for path, text in plugins for found in upward(path, text)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("module_utils/rest/client.py", "from ..context import TaskContext"),
        ("module_utils/rest/client.py", "from ..api import sink_tasks"),
        ("module_utils/api/pagination.py", "from ..reconcile.plan import Step"),
        ("module_utils/reconcile/plan.py", "from ..resources.instances import find"),
        ("module_utils/resources/instances.py", "from ..module import KafkaModule"),
        ("module_utils/module.py", "from ..plugin_utils.in_process import InProcess"),
        ("module_utils/rest/client.py", "from ..new_file import something"),
        ("module_utils/rest/client.py", "from ansible.module_utils.basic import AnsibleModule"),
        ("module_utils/rest/client.py", f"from {COLLECTION}plugins.module_utils.context import TaskContext"),
        ("modules/huaweicloud_kafka_sink_task.py", f"from {COLLECTION}plugins.new_folder.file import something"),
    ],
)
def test_upward_import_is_detected(path, line):
    assert upward(Path("plugins", path), line) != []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("module_utils/rest/client.py", "from .retry import backoff"),
        ("module_utils/resources/instances.py", "from ..reconcile.plan import Step"),
        ("module_utils/api/sink_tasks.py", "from ..rest.operation import Operation"),
        ("action/huaweicloud_kafka_sink_task.py", "from ..modules.huaweicloud_kafka_sink_task import MODULE"),
        ("modules/huaweicloud_kafka_sink_task.py", f"from {COLLECTION}plugins.module_utils.module import KafkaModule"),
    ],
)
def test_downward_import_is_allowed(path, line):
    assert upward(Path("plugins", path), line) == []


def foreign(text: str) -> list[str]:
    """The words of :data:`FOREIGN` in a file, without comments and docstrings, whose examples need them."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(...)
    return FOREIGN.findall(ast.unparse(tree))


def test_engine_knows_nothing_of_kafka(plugins):
    engine = [(path, text) for path, text in plugins if path.parent == PLUGINS / "module_utils/reconcile"]
    assert len(engine) > 5
    assert {str(path): foreign(text) for path, text in engine if foreign(text)} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("row['task_id']", ["task_id"]),
        ("raise KafkaError(f'the {noun} of a connector')", ["connector"]),
        ("class SinkTask: ...", ["Sink"]),
        ("def check_quota(topics): return instance", ["quota", "topic", "instance"]),
        ("import kafka", ["kafka"]),
        ("def a():\n    'Such as a topic.'  # or a quota\n    return isinstance(b, KafkaError)", []),
    ],
)
def test_word_that_the_engine_must_not_know_is_detected(text, found):
    assert foreign(text) == found


def test_modules_import_absolutely(plugins):
    """Mitogen runs a module without its package, in which relative imports fail."""
    relative = [
        f"{path}:{node.lineno}"
        for path, text in plugins
        if path.parent == PLUGINS / "modules"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_fail_json_is_called_in_one_file(plugins):
    callers = {str(path) for path, text in plugins if re.search(r"\.fail_json\(", text)}
    assert len(callers) <= 1, callers


def test_no_file_contains_a_machine_path(root, files):
    """Paths of the checkout and of home directories."""
    patterns = [re.escape(str(root)) + r"(?![\w-])", r"/(?:Users|home)/\w", "/" + r"root\b(?!/?ca)", r"[A-Z]:\\Users"]
    home = str(Path.home())
    if home.count("/") > 1:
        patterns.append(re.escape(home))
    pattern = re.compile("|".join(rf"(?<![\w.~}}]){item}" for item in patterns))
    found = []
    for path, text in texts(root, files):
        if path == Path("LICENSE") or path == Path(__file__).resolve().relative_to(root):
            continue
        found += [
            f"{path}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    assert found == []


def test_text_ends_with_one_newline_and_has_no_tabs_or_trailing_whitespace(root, files):
    wrong = []
    for path, text in texts(root, files):
        if path.suffix in {".svg", ".json"} or not text:
            continue
        if not text.endswith("\n") or text.endswith("\n\n"):
            wrong.append(f"{path}: end of file")
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip() or ("\t" in line and path.name != "Makefile"):
                wrong.append(f"{path}:{number}")
    assert wrong == []


def test_only_scripts_are_executable(root, files):
    assert {str(path) for path in files if (root / path).stat().st_mode & 0o111} <= {".ci/run"}


OPERATORS = {"and", "or", "in", "is", "+", "-", "*", "/", "%", "|", "&", "==", "!=", "<", ">", "<=", ">="}


def misplaced(text: str) -> list[int]:
    """The lines that begin with a binary operator, or have a blank before a colon: galaxy-importer refuses them."""
    found = []
    depth, last = 0, None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        begins = last is not None and token.start[0] > last.end[0]
        if begins and depth and token.string in OPERATORS and last.string not in ("(", "[", "{", ",", "="):
            found.append(token.start[0])
        if token.string == ":" and last is not None and last.end[0] == token.start[0] and last.end != token.start:
            found.append(token.start[0])
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        last = token
    return found


def test_operators_and_colons_are_placed_as_galaxy_importer_wants(plugins):
    assert [f"{path}:{line}" for path, text in plugins for line in misplaced(text)] == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = (\n    a\n    and b\n)\n", [3]),
        ("x = (\n    a and\n    b\n)\n", []),
        ("x = y[a : b]\n", [1]),
        ("x = y[a:b]\n", []),
        ("x = f(\n    *a,\n    -1,\n    b=-1,\n)\n", []),
    ],
)
def test_misplaced_operator_or_colon_is_detected(text, lines):
    assert misplaced(text) == lines
