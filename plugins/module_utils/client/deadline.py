# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounds the time of a whole answer: ``requests`` alone bounds the time between two of its bytes."""

from __future__ import annotations

import http.client
import io
import socket
import time
import typing as t

from .library import HTTPAdapter, urllib3


class _UntilDeadline(io.RawIOBase):
    """What arrives at *sock* from now on for as long as its timeout is; raises ``socket.timeout`` after that."""

    def __init__(self, sock: socket.socket, arriving: io.RawIOBase) -> None:
        self._sock = sock
        self._arriving = arriving
        self._deadline = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self._sock.settimeout(left)
        return t.cast("int | None", self._arriving.readinto(buffer))

    def close(self) -> None:
        self._arriving.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: t.Any, **more: t.Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_UntilDeadline(sock, self.fp.detach()))


class DeadlineAdapter(HTTPAdapter):
    """Makes connections on which the head and the body of an answer together have the time of the request."""

    def init_poolmanager(self, *arguments: t.Any, **more: t.Any) -> None:
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = _pools()

    def proxy_manager_for(self, *arguments: t.Any, **more: t.Any) -> t.Any:
        manager = super().proxy_manager_for(*arguments, **more)
        manager.pool_classes_by_scheme = _pools()
        return manager


def _pools() -> dict[str, type]:
    """Return the kinds of connections that ``urllib3`` has, each with our kind of answer."""
    found = {}
    pools: dict[str, t.Any] = urllib3.poolmanager.pool_classes_by_scheme
    for scheme, pool in pools.items():
        connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": _Response})
        found[scheme] = type(pool.__name__, (pool,), {"ConnectionCls": connection})
    return found
