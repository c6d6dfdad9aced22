# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creates something once, although a POST whose answer is lost can't simply be sent again."""

from __future__ import annotations

import typing as t

from ..client.errors import KafkaError, ResourceError, ServiceError, UnexpectedAnswer

if t.TYPE_CHECKING:
    from ..client.client import Client


class Created(t.NamedTuple):
    """*adopted*: it was found after an answer was lost, so it is still to be checked that it is as it was wanted."""

    id: str
    adopted: bool


def create_once(
    client: Client,
    create: t.Callable[[], str],
    new_ones: t.Callable[[], list[str]],
    delete: t.Callable[[str], None],
) -> Created:
    """Create something and return its id.

    *create* sends the request and returns the id; *new_ones* lists the ids of what has the wanted name now and was not
    there at first; *delete* removes one by its id. When it is in doubt whether a request did its work, *new_ones* is
    asked before another one is sent, up to the number of retries of the client.
    """
    doubt = False
    for retry in range(1, client.max_retries + 2):
        try:
            new_id = create()
        except KafkaError as error:
            if not (doubt or error.may_have_happened):
                raise
            doubt = True
            found = _look_after(client, error, retry, new_ones)
            if found:
                return Created(found[0], adopted=True)
            hopeless = isinstance(error, UnexpectedAnswer) or not error.may_have_happened
            if hopeless or retry > client.max_retries:
                raise
        else:
            return _without_twin(new_id, new_ones, delete) if doubt else Created(new_id, adopted=False)
    raise AssertionError("unreachable")


def _look_after(client: Client, error: KafkaError, retry: int, new_ones: t.Callable[[], list[str]]) -> list[str]:
    """Return what appeared after a request in doubt; *error* learns what that tells."""
    # Where the service may still be at work, it gets as much time once more.
    patience = client.timeout if error.may_come_late else 0
    found: list[str] = []
    waited, look = 0.0, retry
    while not found and (not waited or waited < patience):
        waited += client.pause(look, error)
        look += 1
        try:
            found = new_ones()
        except KafkaError as unread:
            error.advice = (
                "Whether it was created is not known,"
                f" because looking it up failed, too ({unread}): run the task again."
            )
            raise error from None
    if len(found) > 1:
        raise ResourceError(f"several of that name appeared while the answer was lost: {', '.join(found)}") from None
    if not found:
        error.advice = "It was looked up after that and is not there, so nothing was created."
    return found


def _without_twin(new_id: str, new_ones: t.Callable[[], list[str]], delete: t.Callable[[str], None]) -> Created:
    """Return what to keep after a request that followed one in doubt.

    The work of the earlier request may have come to light only now. Then there are two, and ours to give up without
    harm is the one whose id we were told.
    """
    early = [other for other in new_ones() if other != new_id]
    if not early:
        return Created(new_id, adopted=False)
    try:
        delete(new_id)
    except KafkaError as error:
        if not (isinstance(error, ServiceError) and error.missing):
            error.advice = f"Two of that name are there now, {early[0]} and {new_id}: delete one of them."
            raise
    return Created(early[0], adopted=True)
