# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""One attempt of one request over ``requests``: returns a :class:`RawResponse` or raises :class:`ConnectionFailed`."""

from __future__ import annotations

import os
import re
import ssl
import time
import typing as t
import urllib.request

from . import library
from .errors import ConnectionFailed
from .library import HTTPAdapter, requests, urllib3

if t.TYPE_CHECKING:
    from .auth import Auth
    from .operation import Operation

USER_AGENT = "huaweicloud.kafka/0.1.0 (Ansible collection)"

# The service caps its bodies at 12 MB.
LONGEST_BODY = 16 * 1024 * 1024

# In anything else, "@" comes after what ends the host: a character of the password is not percent-encoded.
_PROXY = re.compile(
    r"(\w+://)?([^/?#\\\[\]]*@)?(?P<host>[^/?#\\\[\]@:\s]+|\[[^/?#\\\[\]@]+\])(:[0-9]*)?([/?#\\][^@]*)?", re.ASCII
)
_PROXY_SCHEMES = (None, "http", "https", "socks4", "socks4a", "socks5", "socks5h")

# Read when this is imported, which is before Ansible forks its workers: on macOS, reading them can crash a forked process.
SYSTEM_PROXIES: dict[str, str] = {} if urllib.request.getproxies_environment() else urllib.request.getproxies()


class UnusableBody(Exception):
    """The body of a response can't be read to its end; with the reason as text."""


class RawResponse(t.NamedTuple):
    """A response as it arrived."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes


class Request(t.NamedTuple):
    """A request to send, with the operation that it is for."""

    operation: Operation
    url: str
    headers: t.Mapping[str, str]
    body: bytes | None
    auth: Auth


class _SystemTrust(HTTPAdapter):
    """Trusts the certificate authorities of the system and those that come with ``requests``."""

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        self._context = ssl.create_default_context()
        if urllib3.__version__.startswith("1."):  # type: ignore[attr-defined]
            # It compares host names itself, and connects to an IP address without a name for ssl to compare.
            self._context.check_hostname = False
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)


class Http:
    """Sends with the adapters of ``requests``, without its session: redirects are not followed, cookies not kept.

    Tests replace it.

    *verify* is ``True``, ``False`` or the path of a CA bundle. Proxies and ``REQUESTS_CA_BUNDLE`` come from the environment.
    Raises :class:`ImportError` if the library is missing.
    """

    def __init__(self, verify: bool | str) -> None:
        if library.MISSING:
            raise library.MISSING
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._verify = bundle or True if verify is True else verify
        self._headers = {**requests.utils.default_headers(), "User-Agent": USER_AGENT}
        self._adapters: dict[str, HTTPAdapter] = {}
        self._proxies: dict[str, dict[str, str]] = {}
        if self._verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self) -> None:
        """Close all connections."""
        for adapter in self._adapters.values():
            adapter.close()

    def send(self, request: Request, timeout: float) -> RawResponse:
        """Send *request* once and return its response, whatever its status is.

        *timeout*, in seconds, bounds connecting to one address, each wait for data, and reading the body.
        Raises :class:`ConnectionFailed` without a complete response.
        """
        try:
            prepared = requests.Request(
                request.operation.method,
                request.url,
                headers={**self._headers, **request.headers},
                data=request.body,
                auth=request.auth,
            ).prepare()
            response = self._adapter_for(request.url).send(
                prepared, stream=True, timeout=timeout, verify=self._verify, proxies=self._proxies_for(request)
            )
            try:
                return RawResponse(response.status_code, response.headers, _read_body(response, timeout))
            finally:
                response.close()
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
            TypeError,
            UnusableBody,
        ) as error:
            # Imported here, because few requests fail, and a module process compiles what it imports.
            from .network_errors import explain

            failure = explain(error, timeout)
            raise ConnectionFailed(request.operation, request.url.split("?", 1)[0], **failure._asdict()) from None

    def _adapter_for(self, url: str) -> HTTPAdapter:
        scheme = url.split(":", 1)[0]
        if scheme not in self._adapters:
            own = _SystemTrust if scheme == "https" and self._verify is True else HTTPAdapter
            self._adapters.setdefault(scheme, own())
        return self._adapters[scheme]

    def _proxies_for(self, request: Request) -> dict[str, str]:
        """Return the proxies for *request*, looked up once a host, which costs as much as sending."""
        url = request.url
        origin = url.split("/", 3)[2]
        if origin not in self._proxies:
            if url.startswith("http:"):
                # Plain http is accepted because it stays on the machine, so no proxy may send it elsewhere.
                proxies: dict[str, str] = {}
            elif urllib.request.getproxies_environment():
                proxies = requests.utils.get_environ_proxies(url)
            else:
                proxies = SYSTEM_PROXIES
            _check_proxy(request, proxies)
            self._proxies[origin] = proxies
        return self._proxies[origin]


def _check_proxy(request: Request, proxies: dict[str, str]) -> None:
    """Raise :class:`ConnectionFailed`, without the address, if that of the proxy for https is invalid."""
    name = next((name for name in ("https", "all") if name in proxies), None)
    if name and not _is_valid(proxies[name]):
        before_host = proxies[name].rpartition("@")[0].split("://", 1)[-1]
        advice = "" if "://" in proxies[name] else ": it must begin with http://"
        if re.search(r"[/?#\\\[\]]", before_host):
            advice = ": percent-encode special characters of its password"
        cause = f"the proxy's address in {name.upper()}_PROXY is invalid{advice}"
        raise ConnectionFailed(request.operation, request.url.split("?", 1)[0], cause, sent=False, final=True)


def _is_valid(proxy: str) -> bool:
    match = _PROXY.fullmatch(proxy)
    try:
        parsed = urllib3.util.parse_url(proxy)
        usable = parsed.host and parsed.port != 0 and parsed.scheme in _PROXY_SCHEMES
        # Encoding refuses labels that are empty or too long.
        return bool(match and match["host"].encode("idna") and usable)
    except ValueError:
        return False


def _read_body(response: requests.Response, timeout: float) -> bytes:
    try:
        return _read(response, time.monotonic() + timeout)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, UnusableBody):
        # Five of these lock an access key, so the status counts even without the body.
        if response.status_code in (401, 403):
            return b""
        raise


def _read(response: requests.Response, deadline: float) -> bytes:
    # urllib3 before 2.1 can't return what has arrived, only wait for the number of bytes that is to be read.
    read, size = (response.raw.read1, 64 * 1024) if hasattr(response.raw, "read1") else (response.raw.read, 256)
    body = bytearray()
    while True:
        chunk = read(size, decode_content=True)
        if not chunk:
            break
        body += chunk
        if len(body) > LONGEST_BODY:
            raise UnusableBody(f"the body is longer than {LONGEST_BODY // 1024 // 1024} MB")
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout
    promised = response.headers.get("Content-Length", "")
    plain = "Content-Encoding" not in response.headers and response.status_code not in (204, 304)
    if plain and promised.isdigit() and len(body) < int(promised):
        raise UnusableBody(f"the body ended after {len(body)} of {promised} bytes")
    return bytes(body)
