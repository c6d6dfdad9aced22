# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Sends the requests that set and delete the offsets of a consumer group."""

from __future__ import annotations

import typing as t

from ...api import consumer_offsets
from ...reconcile.writes import InPart
from ...rest.errors import SUBSCRIBED, ServiceError

if t.TYPE_CHECKING:
    from ...rest.client import Client
    from .options import Wanted
    from .plan import Key

BATCH = 50
"""How many topics one request for deletions has at most."""


def reset(client: Client, instance_id: str, wanted: Wanted, changing: t.Sequence[Key]) -> list[t.Any]:
    """Set the offsets of the partitions that are *changing*."""
    # One request for several partitions, so that none is left if a further one fails.
    partition = changing[0][1] if wanted.topic and len(changing) == 1 else None
    consumer_offsets.reset_offsets(client, instance_id, wanted.group, wanted.topic or "", partition, **wanted.body)
    return [True]


def delete(client: Client, instance_id: str, wanted: Wanted, names: t.Sequence[str]) -> tuple[list[t.Any], set[str]]:
    """Delete the offsets in the topics *names*. Returns the result of each, and if all are wanted, those that turned out to be read."""
    try:
        errors = consumer_offsets.delete_offsets(client, instance_id, wanted.group, names)
    except ServiceError as error:
        if error.reason != SUBSCRIBED or len(names) > 1:
            raise
        errors = [error]
    read_now = {
        topic for topic, error in zip(names, errors) if error and error.reason == SUBSCRIBED and wanted.topic is None
    }
    return [
        _in_part(topic, error) if error and topic not in read_now else True for topic, error in zip(names, errors)
    ], read_now


def _in_part(topic: str, error: ServiceError) -> InPart:
    """Return the *error* that the service returned for one of several topics."""
    part = InPart.of(error)
    part.args = (f"topic {topic}: {error}",)
    return part
