# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of consumer groups: malformed responses, pages, spellings, and names in paths."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import consumer_groups, consumer_offsets, jobs
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    ConnectionFailed,
    KafkaError,
    ServiceError,
    UnexpectedResponse,
)
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import (
    JOBS,
    PAST_END,
    create,
    delete,
    lists,
    offset,
    offsets,
    reset,
    row,
    shows,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Clock, Service, error_reply, reply


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=1)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        *(
            (state, "PREPARING_REBALANCE")
            for state in ("PREPARING_REBALANCE", "PreparingRebalance", "preparing_rebalance")
        ),
        *((state, "EMPTY") for state in ("EMPTY", "Empty", " empty ")),
        ("CompletingRebalance", "COMPLETING_REBALANCE"),
        ("Stable", "STABLE"),
        ("Dead", "DEAD"),
        ("Assigning", "Assigning"),
        ("", None),
        (None, None),
        (1, None),
    ],
)
def test_states_have_one_spelling(given: t.Any, state: str | None) -> None:
    assert consumer_groups.spelled(given) == state


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"groups": []},
        {"groups": None, "total": 1},
        {"groups": ["a"], "total": 1},
        {"groups": [{}], "total": 1},
        {"groups": [{"group_id": 1}], "total": 1},
        {"groups": [], "total": -1},
    ],
)
def test_a_malformed_list_proves_nothing(client: Client, service: Service, body: t.Any) -> None:
    service.expect(lists(reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        consumer_groups.list_groups(client, "i-1")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"group": None},
        {"group": []},
        {"group": {"group_id": "other", "state": "EMPTY"}},
        {"group": {"state": "EMPTY", "members": {}, "group_message_offsets": [{}]}},
    ],
)
def test_a_malformed_group_proves_nothing(client: Client, service: Service, body: t.Any) -> None:
    service.expect(shows(response=reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        consumer_groups.show_group(client, "i-1", "billing")


def test_offsets_stop_at_the_total(client: Client, service: Service) -> None:
    rows = [offset(number, 120) for number in range(50)]
    service.expect(offsets(*rows))
    assert len(consumer_offsets.list_offsets(client, "i-1", "billing", "orders")) == 50
    service.assert_all_sent()


def test_offsets_that_become_fewer_while_they_are_read_are_read_again(client: Client, service: Service) -> None:
    rows = [offset(number, 120) for number in range(50)]
    line = offsets()[0]
    service.expect(
        (line, reply(200, {"group_message_offsets": rows, "total": 51})),
        (line.replace("offset=0", "offset=50"), PAST_END),
        (line, reply(200, {"group_message_offsets": rows, "total": 50})),
    )
    assert len(consumer_offsets.list_offsets(client, "i-1", "billing", "orders")) == 50
    service.assert_all_sent()


@pytest.mark.parametrize(
    "response", [PAST_END, reply(200, {"group_message_offsets": [], "total": 0}), reply(200, {"total": 0})]
)
def test_an_empty_list_of_offsets_in_each_form(client: Client, service: Service, response: t.Any) -> None:
    service.expect(offsets(response=response))
    assert consumer_offsets.list_offsets(client, "i-1", "billing", "orders") == []


def test_another_refusal_is_not_an_empty_list(client: Client, service: Service) -> None:
    service.expect(offsets(response=error_reply(400, "DMS.00400975")))
    with pytest.raises(ServiceError, match="00400975"):
        consumer_offsets.list_offsets(client, "i-1", "billing", "orders")


def test_names_are_quoted_in_paths(client: Client, service: Service) -> None:
    service.expect(delete("a%2F..%2Fb%20c"))
    consumer_groups.delete_group(client, "i-1", "a/../b c")
    service.assert_all_sent()


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_names_that_would_change_a_path_are_not_sent(client: Client, name: str) -> None:
    with pytest.raises(KafkaError, match="no request can have the name"):
        consumer_groups.delete_group(client, "i-1", name)


def test_a_creation_and_a_reset_of_all_topics_are_not_repeated(client: Client, service: Service) -> None:
    service.expect(create(response=LOST), reset(topic="", timestamp=1, response=LOST))
    with pytest.raises(ConnectionFailed):
        consumer_groups.create_group(client, "i-1", {"group_name": "billing"})
    with pytest.raises(ConnectionFailed):
        consumer_offsets.reset_offsets(client, "i-1", "billing", "", None, timestamp=1)


@pytest.mark.parametrize("body", [{}, {"tasks": None}, {"tasks": ["x"]}])
def test_a_malformed_list_of_jobs_is_an_error(client: Client, service: Service, body: t.Any) -> None:
    service.expect((JOBS, reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        jobs.newest_jobs(client, "i-1", "x")


def test_a_row_without_a_state_is_kept(client: Client, service: Service) -> None:
    service.expect(lists(row(state=None), row("dead", "dead")))
    found = consumer_groups.list_groups(client, "i-1")
    assert ([group["state"] for group in found.rows], found.total_number, found.complete) == ([None], 1, True)
