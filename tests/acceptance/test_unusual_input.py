# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual but valid input: Ansible converts values in the same way in-process and for module processes."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from acceptance.harness.cases import NULL, Case, absent, changed, fails, present, unchanged
from acceptance.harness.cloud import OBS, OBS_ACCESS_KEY, OBS_SECRET_KEY, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways

ABSENT = unchanged("LIST", sink_task=None)
CREATED = changed("LIST CREATE LIST SHOW")
UNCHANGED = unchanged("LIST SHOW")


def creates(name: str, **more: Any) -> Case:
    return present(name, CREATED, **{"again": UNCHANGED, "remaining": ["orders"], **more})


ROWS = [
    absent("null counts as not set", ABSENT, options={"task_id": NULL, "region": NULL, "ca_path": NULL}),
    absent(
        "an option and its alias",
        changed("LIST DELETE LIST", warns=("task_name", "name")),
        again=unchanged("LIST", warns=("task_name", "name")),
        existing=[task()],
        options={"name": "orders"},
    ),
    absent("a number as name", ABSENT, options={"task_name": 12345}),
    absent("a number as id", ABSENT, options={"task_name": NULL, "task_id": 12345}),
    absent(
        "numbers and booleans as text",
        ABSENT,
        options={"timeout": "20", "max_retries": "0", "wait": "no", "recreate": "yes", "validate_certs": "0"},
    ),
    creates("a name that is not ASCII", options={"task_name": "заказы-注文"}, remaining=["заказы-注文"]),
    creates("topics as comma-separated text", obs={"topics": "orders,invoices"}),
    creates("numbers as topics, a number as text", obs={"topics": [1, 2], "deliver_time_interval": "60"}),
    creates(
        "the descriptor as JSON",
        options={"obs_destination_descriptor": json.dumps({**OBS, "access_key": "A" * 30, "secret_key": "S" * 30})},
    ),
    # Secrets are redacted in all values, even in those that are not secret.
    present(
        "a secret that equals the name of the bucket",
        changed("LIST CREATE LIST SHOW"),
        again=UNCHANGED,
        obs={"secret_key": "archive"},
    ),
    present(
        "a secret that equals a word of the message",
        fails("exists", requests="LIST SHOW"),
        obs={"secret_key": "differs", "obs_bucket_name": "other"},
        existing=[task()],
    ),
    present(
        "a secret that contains another one",
        CREATED,
        again=UNCHANGED,
        obs={"access_key": OBS_ACCESS_KEY[3:], "secret_key": OBS_SECRET_KEY},
    ),
]
CASES = [dataclasses.replace(row, as_module=True) for row in ROWS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
