# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.wait import check_wait_timeout
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.options import (
    check_given,
    check_id,
    check_name,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption


@pytest.mark.parametrize("value", ["t-1", "0123abcd-0000-4000-8000-000000000000", "A_b-9", None])
def test_valid_id_is_returned(value: str | None) -> None:
    assert check_id({"x": value}, "x") == value


@pytest.mark.parametrize("value", ["orders", "a b", "a/b?", "ä", None])
def test_valid_name_is_returned(value: str | None) -> None:
    assert check_name({"x": value}, "x") == value


@pytest.mark.parametrize(
    ("check", "value", "rule"),
    [
        *((check, value, "must not be empty") for check in (check_id, check_name) for value in ("", " ", "\t\n")),
        *(
            (check_id, value, "can contain only letters")
            for value in ("..", "a/b", "t 1", "t-1\n", "t-1?x", "任务", "%2e", "None ", "{{ id }}")
        ),
        *(
            (check_name, value, "must not begin or end with whitespace")
            for value in ("a ", " a", "a\n", "\ta", "a\u00a0", "a\u3000")
        ),
    ],
)
def test_invalid_id_or_name_is_refused(check: t.Callable[..., t.Any], value: str, rule: str) -> None:
    with pytest.raises(InvalidOption, match=f"^x {rule}"):
        check({"x": value}, "x")


def test_null_counts_as_not_set() -> None:
    for params in ({}, {"task_id": None, "task_name": None}):
        with pytest.raises(InvalidOption, match="task_id or task_name must be set"):
            check_given(params, "task_id", "task_name")
    check_given({"task_id": None, "task_name": "orders"}, "task_id", "task_name")


def test_wait_timeout_is_not_negative() -> None:
    assert [check_wait_timeout({"wait_timeout": seconds}) for seconds in (0, 300)] == [0, 300]
    with pytest.raises(InvalidOption, match="wait_timeout must be 0 or more, not -1"):
        check_wait_timeout({"wait_timeout": -1})
