# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import access_policies
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedResponse
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    Clock,
    Reply,
    Service,
    reply,
)

TOPICS = f"/v1/{PROJECT_ID}/instances/i-1/topics"
SHOW = f"GET {TOPICS}/orders/accesspolicy"
UPDATE = f"POST {TOPICS}/accesspolicy"
POLICY = {"owner": False, "user_name": "billing", "access_policy": "sub"}
WANTED = [{"name": "orders", "policies": [{"user_name": "billing", "access_policy": "sub"}]}]


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=0)


@pytest.mark.parametrize("policies", [[], [POLICY]])
def test_policies_of_a_topic(client: Client, service: Service, policies: list[t.Any]) -> None:
    service.expect((SHOW, reply(200, {"name": "orders", "topic_type": 0, "policies": policies})))
    assert access_policies.show_policies(client, "i-1", "orders") == policies


def test_name_is_encoded_in_the_path(client: Client, service: Service) -> None:
    service.expect((SHOW.replace("orders", "a%2Fb%20c"), reply(200, {"policies": []})))
    assert access_policies.show_policies(client, "i-1", "a/b c") == []


NOT_POLICIES = [
    None,
    {},
    ["billing"],
    [{}],
    [{**POLICY, "user_name": None}],
    [{**POLICY, "user_name": ""}],
    [{**POLICY, "access_policy": None}],
    [{**POLICY, "access_policy": 1}],
]


@pytest.mark.parametrize("policies", NOT_POLICIES)
def test_malformed_policies_do_not_mean_none(client: Client, service: Service, policies: t.Any) -> None:
    service.expect((SHOW, reply(200, {"policies": policies})))
    with pytest.raises(UnexpectedResponse, match="policies is not a list of users"):
        access_policies.show_policies(client, "i-1", "orders")


UPDATED: dict[str, tuple[Reply, str | None]] = {
    "204": (reply(204), None),
    "200 without a body": (reply(200), None),
    "200 with a job": (reply(200, {"job_id": "j-1"}), "j-1"),
    "200 without a job": (reply(200, {}), None),
    "200 with null": (reply(200, {"job_id": None}), None),
    "200 with text": (reply(200, '"success"'), None),
    "200 with an id that would change a path": (reply(200, {"job_id": "../x"}), None),
}


@pytest.mark.parametrize("case", UPDATED)
def test_update_replaces_the_policies_of_the_topics(client: Client, service: Service, case: str) -> None:
    response, job_id = UPDATED[case]
    service.expect((UPDATE, {"topics": WANTED}, response))
    assert access_policies.update_policies(client, "i-1", WANTED) == job_id
    service.assert_all_sent()


def test_operations_that_read_and_that_are_repeatable() -> None:
    operations = {name: item for name, item in vars(access_policies).items() if isinstance(item, Operation)}
    assert {name: (item.reads, item.repeatable, item.permission) for name, item in operations.items()} == {
        "SHOW": (True, True, "dms:instance:get"),
        "UPDATE": (False, True, "dms:instance:modify"),
    }


def test_update_is_repeated(clock: Clock, service: Service) -> None:
    client = samples.client(clock, service, max_retries=1)
    service.expect((UPDATE, {"topics": WANTED}, LOST), (UPDATE, {"topics": WANTED}, reply(204)))
    assert access_policies.update_policies(client, "i-1", WANTED) is None
    service.assert_all_sent()
