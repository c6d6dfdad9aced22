# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import InvalidInput
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.ids import check_given, check_id, check_name


@pytest.mark.parametrize("given", ["t-1", "0123abcd-0000-4000-8000-000000000000", "A_b-9"])
def test_an_id_is_returned_as_it_is(given: str) -> None:
    assert check_id({"task_id": given}, "task_id") == given


@pytest.mark.parametrize("params", [{}, {"task_id": None}])
def test_what_is_not_given_is_none(params: dict[str, str | None]) -> None:
    assert check_id(params, "task_id") is None
    assert check_name(params, "task_id") is None


@pytest.mark.parametrize("given", ["", " ", "\t\n"])
def test_a_blank_is_refused(given: str) -> None:
    for check in (check_id, check_name):
        with pytest.raises(InvalidInput, match="task_id must not be empty"):
            check({"task_id": given}, "task_id")


@pytest.mark.parametrize("given", ["..", "a/b", "t 1", "t-1\n", "t-1?x", "任务", "%2e", "None ", "{{ id }}"])
def test_what_leads_elsewhere_is_no_id(given: str) -> None:
    with pytest.raises(InvalidInput, match="must hold only letters"):
        check_id({"task_id": given}, "task_id")


def test_null_is_no_value() -> None:
    with pytest.raises(InvalidInput, match=r"task_id or task_name must be given, and null is no value"):
        check_given({"task_id": None, "task_name": None}, "task_id", "task_name")
    check_given({"task_id": None, "task_name": "orders"}, "task_id", "task_name")
