# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why no answer came, in words: what the exceptions of ``requests``, ``urllib3`` and the system mean.

Their own texts are not shown, because they may hold a header, or the password of a proxy.
"""

from __future__ import annotations

import socket
import ssl
import typing as t

from .errors import Unusable
from .library import requests, urllib3

_TIMEOUT = "the timeout"


class Cause(t.NamedTuple):
    """*sent*: the service may have seen the request. *final*: another try can't help. *late*: the time was up."""

    text: str
    sent: bool = True
    final: bool = False
    late: bool = False


def cause_of(error: Exception, timeout: float) -> Cause:
    """Return the cause of *error*, which ended a request that had *timeout* seconds."""
    chain = list(_chain(error))
    for recognise in (_unusable, _proxy, _tls, _not_connected, _timed_out, _not_formed, _no_ca_bundle):
        cause = recognise(chain)
        if cause:
            return cause._replace(text=cause.text.replace(_TIMEOUT, f"{timeout:g} seconds"))
    return Cause("the connection broke off")


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """Yield *error* and whatever it wraps: these libraries pack a cause into arguments, ``reason`` or ``__cause__``."""
    seen: list[BaseException] = []
    queue: list[t.Any] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and not any(item is other for other in seen):
            seen.append(item)
            yield item
            context = None if item.__suppress_context__ else item.__context__
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, context]


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(item, kinds) for item in chain)


def _unusable(chain: list[BaseException]) -> Cause | None:
    return next((Cause(str(item)) for item in chain if isinstance(item, Unusable)), None)


def _proxy(chain: list[BaseException]) -> Cause | None:
    if not _has(chain, requests.exceptions.ProxyError):
        return None
    prefix = "Tunnel connection failed: "
    refusals = [str(item) for item in chain if isinstance(item, OSError) and str(item).startswith(prefix)]
    if refusals:
        status = refusals[0][len(prefix) :]
        return Cause(f"the proxy refused with {status}", sent=False, final=status.startswith("4"))
    return Cause("the proxy can't be reached", sent=False)


def _tls(chain: list[BaseException]) -> Cause | None:
    if not _has(chain, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        return None
    if any("doesn't match" in str(item) for item in chain):
        return Cause("TLS: the certificate is for another host", sent=False, final=True)
    if _has(chain, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        # The handshake, or the answer: nobody can tell.
        return Cause("TLS: the connection broke off")
    text = _text_of(chain, "verify_message") or _text_of(chain, "reason") or "the handshake failed"
    return Cause(f"TLS: {text}", sent=False, final=True)


def _text_of(chain: list[BaseException], name: str) -> str | None:
    texts = (getattr(item, name, None) for item in chain)
    return next((text for text in texts if isinstance(text, str) and text), None)


def _not_connected(chain: list[BaseException]) -> Cause | None:
    if _has(chain, socket.gaierror, urllib3.exceptions.LocationParseError):
        return Cause("the name of the host can't be resolved", sent=False)
    if _has(chain, requests.exceptions.ConnectTimeout):
        return Cause(f"no connection within {_TIMEOUT}", sent=False)
    if _has(chain, urllib3.exceptions.NewConnectionError):
        refused = _has(chain, ConnectionRefusedError)
        return Cause("the connection was refused" if refused else "no connection could be made", sent=False)
    return None


def _timed_out(chain: list[BaseException]) -> Cause | None:
    if _has(chain, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, socket.timeout):
        return Cause(f"no whole answer came within {_TIMEOUT}", late=True)
    return None


def _not_formed(chain: list[BaseException]) -> Cause | None:
    invalid = requests.exceptions
    kinds = (invalid.InvalidHeader, invalid.InvalidURL, invalid.InvalidSchema)
    # A TypeError is what some unusable addresses of a proxy end in; further inside it would mean something else.
    for item in chain:
        if isinstance(item, kinds) or (item is chain[0] and isinstance(item, TypeError)):
            return Cause(f"the request can't be formed ({type(item).__name__})", sent=False, final=True)
    return None


def _no_ca_bundle(chain: list[BaseException]) -> Cause | None:
    # requests raises a plain OSError, before it opens a connection.
    if any(isinstance(item, OSError) and "TLS CA certificate bundle" in str(item) for item in chain):
        return Cause("the bundle of CA certificates can't be read", sent=False, final=True)
    return None
