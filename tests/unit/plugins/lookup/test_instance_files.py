# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of instances must be like. tests/acceptance/test_apply_playbooks.py reads vaults and templates."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.huaweicloud.kafka.plugins.lookup.instance_files import plain, problem, with_keys
from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import connection_spec
from ansible_collections.huaweicloud.kafka.plugins.modules.huaweicloud_kafka_instance_resources import MODULE

OPTIONS = MODULE.spec.argument_spec.keys() - connection_spec().argument_spec.keys() - {"instance_id", "expect_plan"}
PLACE = {"instance_name": "kafka"}
CONTENTS: dict[str, tuple[Any, str]] = {
    "a name": ({**PLACE, "topics": []}, ""),
    "an id": ({"instance_name": "", "instance_id": "i-1", "users": []}, ""),
    "a policy": ({**PLACE, "topics": [], "prune": {"topics": {"all": True}}, "recreate": True, "wait_timeout": 9}, ""),
    "all options": ({**{key: [] for key in OPTIONS}, **PLACE}, ""),
    "a list": ([PLACE], "must be a dictionary."),
    "nothing": (None, "must be a dictionary."),
    "no instance": ({"topics": []}, "must have exactly one of instance_name and instance_id."),
    "two": ({**PLACE, "instance_id": "i-1"}, "must have exactly one of instance_name and instance_id."),
    "null": ({"instance_name": None, "instance_id": ""}, "must have exactly one of instance_name and instance_id."),
    "no list": ({**PLACE, "topics": None, "users": {}}, "must have a list as users, topics. Write []"),
    "unknown": ({**PLACE, "topicz": [], "Users": []}, "has unknown keys: Users, topicz."),
    "a connection": ({**PLACE, "access_key": "x", "expect_plan": "x"}, "has unknown keys: access_key, expect_plan."),
    "the old form": (
        {**PLACE, "tasks": []},
        "has unknown keys: tasks. Write tasks as sink_tasks or smart_connect_tasks.",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_wrong_with_a_file(name: str) -> None:
    content, sentence = CONTENTS[name]
    found = problem(content)
    assert found.startswith(sentence)
    assert bool(found) == bool(sentence)


KEYS = {"access_key": "a", "secret_key": "s"}
ENTRIES: dict[str, tuple[Any, bool]] = {
    "without keys": ({"sink_task": {"obs_bucket_name": "b"}}, True),
    "empty": ({"sink_task": {}}, True),
    "own keys": ({"sink_task": {"access_key": "x", "secret_key": "y"}}, False),
    "half a pair": ({"sink_task": {"secret_key": "y"}}, False),
    "an agency": ({"sink_task": {"agency_name": "x"}}, False),
    "no side": ({"task_name": "x"}, False),
    "null": ({"sink_task": None}, False),
    "no entry": ("x", False),
    "the side of the other kind": ({"obs_destination_descriptor": {}}, False),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_tasks_without_keys_get_those_of_the_environment(name: str) -> None:
    entry, gets = ENTRIES[name]
    given = {**PLACE, "smart_connect_tasks": [entry], "topics": [entry]}
    expected = {**given, "smart_connect_tasks": [{"sink_task": {**entry["sink_task"], **KEYS}} if gets else entry]}
    assert with_keys(given, KEYS) == expected
    sink = {"sink_tasks": [{"obs_destination_descriptor": {}}]}
    assert with_keys(sink, KEYS) == {"sink_tasks": [{"obs_destination_descriptor": KEYS}]}


def test_values_are_those_that_a_python_literal_can_have() -> None:
    given = {1: [True, None, 1.5, "a", float("nan"), datetime.date(2026, 1, 2)]}
    assert plain(given) == {"1": [True, None, 1.5, "a", "nan", "2026-01-02"]}
