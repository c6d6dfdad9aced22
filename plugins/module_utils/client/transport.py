# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One try of one request over ``requests``: gives a :class:`RawAnswer`, or a :class:`NoAnswer` that says why."""

from __future__ import annotations

import typing as t
from http.cookiejar import DefaultCookiePolicy

from . import library
from .deadline import DeadlineAdapter
from .errors import NoAnswer, Unusable
from .library import requests, urllib3

USER_AGENT = "huaweicloud.kafka/0.1.0 (Ansible collection)"

# The service caps its bodies at 12 MB; a longer one is not from it.
LONGEST_BODY = 16 * 1024 * 1024
_CHUNK = 64 * 1024

# Five of these lock an access key: that an answer was one is known without its body, so it must not count as none.
_REFUSALS = (401, 403)


class RawAnswer(t.NamedTuple):
    status: int
    headers: t.Mapping[str, str]
    body: bytes


class Transport:
    """A ``requests`` session that follows no redirect, keeps no cookie and always ends in finite time.

    *verify* is ``True``, ``False`` or the path of a CA bundle. Proxies and ``REQUESTS_CA_BUNDLE`` come from the
    environment as ``requests`` reads them. Raises :class:`ImportError` where the library is missing.
    """

    def __init__(self, verify: bool | str) -> None:
        self._verify = verify
        if library.MISSING:
            raise library.MISSING
        self._session = requests.Session()
        adapter = DeadlineAdapter()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._environment: dict[str, t.Mapping[str, t.Any]] = {}
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
        where = url.split("?", 1)[0]
        try:
            request = self._session.prepare_request(
                requests.Request(method, url, headers=dict(headers), data=body, auth=auth)
            )
            response = self._session.send(
                request, timeout=timeout, allow_redirects=False, **self._proxies_and_certificates(request.url or url)
            )
            try:
                return RawAnswer(response.status_code, response.headers, _body(response))
            finally:
                response.close()
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
            TypeError,
            Unusable,
        ) as error:
            from .causes import cause_of

            raise NoAnswer(method, where, *cause_of(error, timeout)) from None

    def _proxies_and_certificates(self, url: str) -> t.Mapping[str, t.Any]:
        """Return what the environment says of *url*; read once for each host, as it costs as much as the sending."""
        origin = url.split("/", 3)[2]
        if origin not in self._environment:
            found = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            if url.startswith("http:"):
                # Plain http is let through because it stays on the machine, so no proxy may carry it elsewhere.
                found["proxies"] = {}
            self._environment[origin] = found
        return self._environment[origin]


def _body(response: requests.Response) -> bytes:
    try:
        return _read(response)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, Unusable):
        if response.status_code in _REFUSALS:
            return b""
        raise


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    while True:
        chunk = response.raw.read(_CHUNK, decode_content=True)
        if not chunk:
            break
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Unusable(f"the body is longer than {LONGEST_BODY // 1024 // 1024} MB")
    promised = response.headers.get("Content-Length", "")
    plain = "Content-Encoding" not in response.headers and response.status_code not in (204, 304)
    if plain and promised.isdigit() and len(body) < int(promised):
        raise Unusable(f"the body broke off after {len(body)} of {promised} bytes")
    return bytes(body)
