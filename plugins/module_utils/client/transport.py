# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One try of one request over ``requests``: gives a :class:`RawAnswer`, or a :class:`NoAnswer` that says why."""

from __future__ import annotations

import socket
import time
import typing as t
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3

from .errors import NoAnswer

USER_AGENT = "huaweicloud.kafka/0.1.0 (Ansible collection)"

# The service caps its bodies at 12 MB; a longer one is not from it.
LONGEST_BODY = 16 * 1024 * 1024
_CHUNK = 64 * 1024


class RawAnswer(t.NamedTuple):
    status: int
    headers: t.Mapping[str, str]
    body: bytes


class Transport:
    """A ``requests`` session that follows no redirect, keeps no cookie and always ends in finite time.

    *verify* is ``True``, ``False`` or the path of a CA bundle. Proxies and ``REQUESTS_CA_BUNDLE`` come from the
    environment as ``requests`` reads them.
    """

    def __init__(self, verify: bool | str) -> None:
        self._verify = verify
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = USER_AGENT
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: t.Mapping[str, str],
        body: bytes | None,
        auth: requests.auth.AuthBase,
        timeout: float,
    ) -> RawAnswer:
        """Send one request and return its answer, whatever its status. *timeout* is in seconds.

        Raises :class:`NoAnswer` when none came.
        """
        deadline = time.monotonic() + timeout
        where = url.split("?", 1)[0]
        try:
            response = self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                auth=auth,
                timeout=timeout,
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            )
            try:
                return RawAnswer(response.status_code, response.headers, _read(response, deadline))
            finally:
                response.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, _Unusable) as error:
            raise _no_answer(method, where, error, timeout) from None


class _Unusable(Exception):
    """A body that can't be read to its end."""


def _read(response: requests.Response, deadline: float) -> bytes:
    raw = response.raw
    # read1 gives what has arrived, so that a body that trickles in can't outlive the deadline; urllib3 1 lacks it.
    read_some = getattr(raw, "read1", None) or raw.read
    body = bytearray()
    while True:
        chunk = read_some(_CHUNK, decode_content=True)
        if not chunk:
            break
        body += chunk
        if len(body) > LONGEST_BODY:
            raise _Unusable(f"the body is longer than {LONGEST_BODY // 1024 // 1024} MB")
        if time.monotonic() > deadline:
            raise _Unusable("the body did not end in time")
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and "Content-Encoding" not in response.headers and response.status_code != 204:
        if len(body) < int(promised):
            raise _Unusable(f"the body broke off after {len(body)} of {promised} bytes")
    return bytes(body)


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """Yield *error* and whatever it wraps: ``requests`` and ``urllib3`` pack the cause into arguments."""
    seen: list[BaseException] = []
    queue: list[t.Any] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and not any(item is other for other in seen):
            seen.append(item)
            yield item
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]


def _no_answer(method: str, url: str, error: Exception, timeout: float) -> NoAnswer:
    """Return what *error* means in words. Its own text is used only where it can't hold a header or a password."""
    chain = list(_chain(error))

    def first(*kinds: type[BaseException]) -> BaseException | None:
        return next((item for item in chain if isinstance(item, kinds)), None)

    unusable = first(_Unusable)
    if unusable:
        return NoAnswer(method, url, str(unusable))
    if first(requests.exceptions.ProxyError):
        refused = next(
            (item for item in chain if isinstance(item, OSError) and "Tunnel connection failed" in str(item)), None
        )
        cause = f"the proxy refused: {refused.args[-1]}" if refused else "the proxy can't be reached"
        return NoAnswer(method, url, cause, sent=False, final=bool(refused and ": 4" in str(refused)))
    tls = first(requests.exceptions.SSLError)
    if tls:
        reason = next(
            (item for item in reversed(chain) if isinstance(item, OSError) and getattr(item, "reason", None)), None
        )
        text = getattr(reason, "verify_message", "") or getattr(reason, "reason", "") or "the handshake failed"
        return NoAnswer(method, url, f"TLS: {text}", sent=False, final=True)
    if first(socket.gaierror, urllib3.exceptions.NewConnectionError, requests.exceptions.ConnectTimeout):
        number = first(ConnectionRefusedError, socket.gaierror)
        if isinstance(number, ConnectionRefusedError):
            cause = "the connection was refused"
        elif isinstance(number, socket.gaierror) or "resolve" in str(error):
            cause = "the name of the host can't be resolved"
        elif first(requests.exceptions.ConnectTimeout):
            cause = f"no connection within {timeout:g} seconds"
        else:
            cause = "no connection could be made"
        return NoAnswer(method, url, cause, sent=False)
    if first(requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, socket.timeout):
        return NoAnswer(method, url, f"nothing came within {timeout:g} seconds")
    if first(requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        return NoAnswer(method, url, f"the request can't be formed ({type(error).__name__})", sent=False, final=True)
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException) and error.filename:
        return NoAnswer(method, url, f"{error.filename}: {error.strerror}", sent=False, final=True)
    if isinstance(error, OSError) and "CA certificate bundle" in str(error):
        return NoAnswer(method, url, "the CA bundle can't be read", sent=False, final=True)
    return NoAnswer(method, url, "the connection broke off")
