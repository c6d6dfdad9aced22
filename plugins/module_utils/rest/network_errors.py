# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Why no response arrived: what the exceptions of ``requests``, ``urllib3`` and the system mean.

Their own texts are not shown, because they can contain a header, or the password of a proxy.
"""

from __future__ import annotations

import socket
import ssl
import typing as t

from .http import UnusableBody
from .library import requests, urllib3

_TIMEOUT = "the timeout"
# The numbers that OpenSSL has for what only ssl.VERIFY_X509_STRICT refuses, which is a default from Python 3.13 on.
_STRICT = range(80, 94)


class Failure(t.NamedTuple):
    """The arguments of ``ConnectionFailed``."""

    cause: str
    sent: bool = True
    final: bool = False
    late: bool = False
    hint: str | None = None


def explain(error: Exception, timeout: float) -> Failure:
    """Return why the request that failed with *error*, and had *timeout* seconds, got no response."""
    chain = list(_chain(error))
    for recognise in (_body, _proxy, _tls, _not_connected, _timed_out, _invalid, _ca_bundle):
        failure = recognise(chain)
        if failure:
            return failure._replace(cause=failure.cause.replace(_TIMEOUT, f"{timeout:g} seconds"))
    return Failure("the connection was closed")


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """Yield *error* and whatever it wraps: these libraries put a cause into arguments, ``reason`` or ``__cause__``."""
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


def _body(chain: list[BaseException]) -> Failure | None:
    return next((Failure(str(item)) for item in chain if isinstance(item, UnusableBody)), None)


def _proxy(chain: list[BaseException]) -> Failure | None:
    if _has(chain, requests.exceptions.InvalidSchema) and any("SOCKS" in str(item) for item in chain):
        hint = "Install PySocks where the task runs: python3 -m pip install pysocks"
        return Failure("a SOCKS proxy needs the Python library PySocks", sent=False, final=True, hint=hint)
    if any(type(item).__module__ == "socks" for item in chain):
        return Failure("the SOCKS proxy could not connect", sent=False)
    if not _has(chain, requests.exceptions.ProxyError):
        return None
    prefix = "Tunnel connection failed: "
    refusals = [str(item) for item in chain if isinstance(item, OSError) and str(item).startswith(prefix)]
    if refusals:
        status = refusals[0].removeprefix(prefix)
        return Failure(f"the proxy returned {status}", sent=False, final=status.startswith("4"))
    return Failure("the proxy can't be reached", sent=False)


def _tls(chain: list[BaseException]) -> Failure | None:
    if not _has(chain, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        return None
    if any("doesn't match" in str(item) for item in chain):
        return Failure("TLS: the certificate is for another host", sent=False, final=True)
    if _has(chain, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        # During the handshake or during the response: the exception is the same.
        return Failure("TLS: the connection was closed")
    text = _text_of(chain, "verify_message") or _text_of(chain, "reason") or "the handshake failed"
    hint = None
    if any(getattr(item, "verify_code", None) in _STRICT for item in chain):
        hint = (
            "Python 3.13 and newer refuse certificates that do not comply with RFC 5280, also if their certificate authority"
            " is trusted: have them issued again, or run the task with Python 3.12 or older."
        )
    elif _has(chain, ssl.SSLCertVerificationError):
        hint = "If the certificate authority is your own, set ca_path, or REQUESTS_CA_BUNDLE in the environment."
    return Failure(f"TLS: {text}", sent=False, final=True, hint=hint)


def _text_of(chain: list[BaseException], name: str) -> str | None:
    texts = (getattr(item, name, None) for item in chain)
    return next((text for text in texts if isinstance(text, str) and text), None)


def _not_connected(chain: list[BaseException]) -> Failure | None:
    if _has(chain, socket.gaierror, urllib3.exceptions.LocationParseError):
        return Failure("the host name can't be resolved", sent=False)
    if _has(chain, requests.exceptions.ConnectTimeout):
        return Failure(f"no connection within {_TIMEOUT}", sent=False)
    if _has(chain, urllib3.exceptions.NewConnectionError):
        refused = _has(chain, ConnectionRefusedError)
        return Failure("the connection was refused" if refused else "no connection could be made", sent=False)
    return None


def _timed_out(chain: list[BaseException]) -> Failure | None:
    if _has(chain, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, socket.timeout):
        return Failure(f"no complete response within {_TIMEOUT}", late=True)
    return None


def _invalid(chain: list[BaseException]) -> Failure | None:
    exceptions = requests.exceptions
    kinds = (exceptions.InvalidHeader, exceptions.InvalidURL, exceptions.InvalidSchema)
    for item in chain:
        # Some invalid addresses of a proxy end in a TypeError; further inside it would mean something else.
        if isinstance(item, kinds) or (item is chain[0] and isinstance(item, TypeError)):
            return Failure(f"the request is invalid ({type(item).__name__})", sent=False, final=True)
    return None


def _ca_bundle(chain: list[BaseException]) -> Failure | None:
    # requests raises a plain OSError, before it opens a connection.
    if any(isinstance(item, OSError) and "TLS CA certificate bundle" in str(item) for item in chain):
        return Failure("the bundle of CA certificates can't be read", sent=False, final=True)
    return None
