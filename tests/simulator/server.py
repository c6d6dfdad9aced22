# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server, in its own thread."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import uuid
import weakref
from collections import Counter
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from aiohttp.web_request import BaseRequest

from . import errors, metadata
from . import world as sample
from .calls import Request, Response
from .clock import Clock
from .control import CONTROL_PREFIX, Control
from .errors import ApiError, default_message, with_prefix
from .faults import Fault, Faults
from .journal import Entry, Journal
from .service import ROUTES, Service
from .settings import Settings
from .world import TemporaryKeys, World

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable
    from types import TracebackType

    from .routes import Routes

MAX_BODY_BYTES = 12 * 1024 * 1024
MAX_LINE_BYTES = 32 * 1024

_CREDENTIALS = (
    "access_key",
    "secret_key",
    "project_id",
    "region",
    "instance_id",
    "instance_name",
    "connector_id",
    "user_name",
    "password",
    "domain_name",
)
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Simulator:
    """A simulated cloud on its own port.

    port: 0 selects a free one. host: address to listen on. tls: context of a TLS server, None for plain HTTP.
    settings: the initial settings. clock: a clock to share with others. metadata_port: port of the metadata service,
    which is always plain HTTP; None: there is none.

    Use it as a context manager, or call `start` and `stop`.
    """

    region = sample.REGION
    project_id = sample.PROJECT_ID
    instance_id = sample.INSTANCE_ID
    instance_name = sample.INSTANCE_NAME
    connector_id = sample.CONNECTOR_ID
    access_key = sample.ACCESS_KEY
    secret_key = sample.SECRET_KEY
    user_name = sample.USER_NAME
    password = sample.PASSWORD
    domain_name = sample.DOMAIN_NAME

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        *,
        settings: Settings | None = None,
        clock: Clock | None = None,
        metadata_port: int | None = 0,
    ) -> None:
        self.port = port
        self.metadata_port = metadata_port
        self.host = host
        self.settings = (settings or Settings()).copy()
        self.clock = clock or Clock()
        self.world = World(self.settings, self.clock)
        self.journal = Journal()
        self.faults = Faults()
        self.service = Service(self.world, self.settings, self.clock)
        self.metadata = metadata.Metadata(self.world, self.settings, self.clock)
        self._initial_settings = self.settings.copy()
        self._tls = tls
        self._handler = _Handler(self)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_event: asyncio.Event | None = None
        self._failure: BaseException | None = None

    @property
    def endpoint(self) -> str:
        """The URL of all services."""
        return f"{'https' if self._tls else 'http'}://{self._url_host}:{self.port}"

    @property
    def metadata_endpoint(self) -> str:
        """The URL of the metadata service."""
        return f"http://{self._url_host}:{self.metadata_port}"

    @property
    def _url_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def connections(self) -> int:
        """How many TCP connections sent at least one request; requests to the control API don't count."""
        return self._handler.connections

    def security_token_keys(self, lifetime: float = 900.0) -> TemporaryKeys:
        """Create a temporary access key, secret key and security token, valid for `lifetime` seconds."""
        return self.world.add_temporary_keys(lifetime)

    def credentials(self) -> dict[str, str]:
        """What a client needs, with the names that the command line prints."""
        return {name: getattr(self, name) for name in _CREDENTIALS}

    def reset(self) -> None:
        """Restore the initial state: data, settings, no faults, an empty journal, the real time."""
        with self.world.lock:
            self.clock.reset()
            self.settings.restore(self._initial_settings)
            self.faults.clear()
            self.world.reset()
            self.service.gateway.clear()
            self.metadata.clear()
            self.journal.clear()
            self._handler.reset_connections()

    def start(self) -> Simulator:
        """Start to listen. Raises OSError if the port is in use."""
        if self._thread is not None:
            raise RuntimeError("the simulator is already running")
        ready = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run, args=(ready,), name="simulator", daemon=True)
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise RuntimeError("the simulator did not start")
        if self._failure is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop listening, close all connections, end the thread. Does nothing if it is not running."""
        if self._thread is None:
            return
        assert self._loop is not None
        assert self._stop_event is not None
        self._loop.call_soon_threadsafe(self._stop_event.set)
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError("the simulator did not stop")
        self._thread = None

    def __enter__(self) -> Simulator:  # noqa: PYI034 - typing has no Self before Python 3.11
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._main(ready))
        except OSError as exc:
            self._failure = exc
        finally:
            ready.set()

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop_event = asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            self.port = await stack.enter_async_context(self._listening(self._handler.handle, self.port, self._tls))
            if self.metadata_port is not None:
                listening = self._listening(self._handler.handle_metadata, self.metadata_port)
                self.metadata_port = await stack.enter_async_context(listening)
            ready.set()
            await self._stop_event.wait()

    @contextlib.asynccontextmanager
    async def _listening(
        self,
        handle: Callable[[BaseRequest], Awaitable[web.StreamResponse]],
        port: int,
        tls: ssl.SSLContext | None = None,
    ) -> AsyncIterator[int]:
        """Listen on a port; the value is its number."""
        server = web.Server(
            handle,
            request_factory=self._handler.make_request,
            access_log=None,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
        )
        assert self._loop is not None
        listener = await self._loop.create_server(server, self.host, port, ssl=tls, backlog=1024)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
            await server.shutdown(timeout=0.01)


class _Handler:
    """Handles requests of the web framework, and applies faults."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._control = Control(simulator)
        self._serial: Counter[str] = Counter()
        self._numbers: weakref.WeakKeyDictionary[asyncio.BaseTransport, int] = weakref.WeakKeyDictionary()
        self._scheme = "https" if simulator._tls else "http"
        self.connections = 0

    def reset_connections(self) -> None:
        """Count connections from 1 again."""
        self._numbers.clear()
        self.connections = 0

    def make_request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> BaseRequest:
        return BaseRequest(
            message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=MAX_BODY_BYTES
        )

    async def handle(self, http: BaseRequest) -> web.StreamResponse:
        """Handle one request to the services or to the control API."""
        if http.raw_path.startswith(CONTROL_PREFIX):
            return await self._control.handle(http)
        return await self._handle(http, ROUTES, self._simulator.service.respond)

    async def handle_metadata(self, http: BaseRequest) -> web.StreamResponse:
        """Handle one request to the metadata service."""
        return await self._handle(http, metadata.ROUTES, self._simulator.metadata.respond)

    async def _handle(
        self, http: BaseRequest, routes: Routes, respond: Callable[[Request, Any], Response]
    ) -> web.StreamResponse:
        transport = http.transport
        if transport is None:
            return _NothingToSend()
        target = http.raw_path
        try:
            body = await http.read() if http.body_exists else b""
        except web.HTTPRequestEntityTooLarge:
            body = None
        path, _unused, query = target.partition("?")
        request = Request(
            method=http.method,
            path=path,
            query=parse_qsl(query, keep_blank_values=True) if query else [],
            headers=http.headers,
            body=body or b"",
            base_url=f"{self._scheme}://{http.headers.get('Host', '')}",
        )
        found = routes.find(request.method, path)
        entry = Entry(
            operation=found[0].name if found else None,
            method=request.method,
            path=path,
            query=dict(request.query),
            headers=request.headers,
            body=request.body,
            connection=self._connection_number(transport),
            ticks=self._simulator.clock.ticks(),
            reads=found[0].reads if found else request.method == "GET",
            request_id=uuid.uuid4().hex,
        )
        self._simulator.journal.append(entry)
        if body is None:
            return _web_response(self._finish(self._error(ApiError(413, "APIG.0201"), entry), entry))
        instance_id = found[1]["instance_id"] if found and found[0].serial else ""
        request.side_by_side = bool(instance_id) and self._serial[instance_id] > 0
        self._serial[instance_id] += 1
        try:
            fault = self._simulator.faults.take(entry.operation, request.method, target)
            if fault is not None:
                return await self._apply_fault(fault, transport, lambda: respond(request, found), entry)
            response = self._process(lambda: respond(request, found), entry)
            if self._simulator.settings.latency:
                await asyncio.sleep(self._simulator.settings.latency)
            return _web_response(response)
        finally:
            self._serial[instance_id] -= 1

    def _connection_number(self, transport: asyncio.BaseTransport) -> int:
        number = self._numbers.get(transport)
        if number is None:
            self.connections += 1
            number = self._numbers[transport] = self.connections
        return number

    def _process(self, work: Callable[[], Response], entry: Entry, fault: Fault | None = None) -> Response:
        """Process a request between the hooks of a fault."""
        simulator = self._simulator
        with simulator.world.lock:
            if fault is not None and fault.before is not None:
                fault.before(simulator.world)
            try:
                response = work()
            except ApiError as exc:
                response = self._error(exc, entry)
            if fault is not None and fault.after is not None:
                fault.after(simulator.world)
        entry.effect = response.effect
        return self._finish(response, entry)

    def _error(self, exc: ApiError, entry: Entry) -> Response:
        code = exc.code and with_prefix(exc.code, self._simulator.settings.error_prefix)
        entry.code = code
        return Response(
            exc.status, errors.body(exc.status, code, exc.message, entry.request_id or ""), dict(exc.headers)
        )

    def _finish(self, response: Response, entry: Entry) -> Response:
        entry.status = response.status
        response.headers["X-Request-Id"] = entry.request_id or ""
        # By default, the web framework adds the real time.
        response.headers["Date"] = formatdate(self._simulator.clock.now(), usegmt=True)
        if entry.path.startswith(("/v3/", "/v3.0/")):
            response.headers["X-IAM-Trace-Id"] = f"token_{self._simulator.region}_null_{entry.request_id}"
        return response

    async def _apply_fault(
        self, fault: Fault, transport: asyncio.Transport, work: Callable[[], Response], entry: Entry
    ) -> web.StreamResponse:
        entry.fault = fault
        if fault.drop == "before":
            await asyncio.sleep(fault.delay)
            return _abort(transport, fault.reset)
        if fault.delay_work:
            await asyncio.sleep(fault.delay_work)
        replaced = fault.replaces_response
        if not replaced or fault.after_work or fault.drop == "after":
            response = self._process(work, entry, fault)
        if replaced:
            response = self._replacement(fault, entry)
        elif fault.mutate is not None:
            mutated = fault.mutate(response.body)
            response.body = response.body if mutated is None else mutated
        response.headers.update(fault.headers)
        if fault.drop == "after":
            entry.status = entry.code = None
        await asyncio.sleep(self._simulator.settings.latency + fault.delay)
        if fault.drop == "after":
            return _abort(transport, fault.reset)
        if fault.is_raw:
            await _send_raw(transport, response, fault)
            return _NothingToSend()
        return _web_response(response)

    def _replacement(self, fault: Fault, entry: Entry) -> Response:
        status = fault.response_status
        entry.code = None
        if fault.body is not None:
            response = Response(status, fault.body)
        elif fault.code is not None or status >= 400:
            message = default_message(status, fault.code) if fault.message is None else fault.message
            response = self._error(ApiError(status, fault.code, message), entry)
        else:
            response = Response(status)
        if fault.body is not None:
            entry.code = fault.code
        return self._finish(response, entry)


class _NothingToSend(web.StreamResponse):
    """A placeholder for responses that were written directly, or are not sent."""

    async def prepare(self, request: BaseRequest) -> None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None

    @property
    def keep_alive(self) -> bool:
        return False


def _payload(response: Response) -> tuple[bytes, str]:
    """The bytes of a body and their content type."""
    if response.body is None:
        return b"", "application/json"
    if isinstance(response.body, bytes):
        return response.body, "application/octet-stream"
    if isinstance(response.body, str):
        kind = "text/html; charset=utf-8" if response.body.lstrip().startswith("<") else "text/plain; charset=utf-8"
        return response.body.encode(), kind
    return json.dumps(response.body, ensure_ascii=False, separators=(",", ":")).encode(
        errors="replace"
    ), "application/json"


def _web_response(response: Response) -> web.StreamResponse:
    payload, kind = _payload(response)
    headers = {hdrs.SERVER: "api-gateway", **response.headers}
    if payload:
        headers.setdefault(hdrs.CONTENT_TYPE, kind)
    return web.Response(status=response.status, body=payload or None, headers=headers)


async def _send_raw(transport: asyncio.Transport, response: Response, fault: Fault) -> None:
    """Write a response directly to the transport, as the web framework sends only valid ones."""
    payload, kind = _payload(response)
    length = len(payload) if fault.content_length is None else fault.content_length
    headers = {
        hdrs.SERVER: "api-gateway",
        hdrs.CONTENT_TYPE: kind,
        hdrs.CONTENT_LENGTH: str(length),
        **response.headers,
    }
    head = f"HTTP/1.1 {response.status} Simulated\r\n" + "".join(
        f"{key}: {value}\r\n" for key, value in headers.items()
    )
    if fault.truncate is not None:
        payload = payload[: fault.truncate]
    if fault.trickle is None:
        _cork(transport)
        transport.write(head.encode() + b"\r\n" + payload)
    else:
        transport.write(head.encode() + b"\r\n")
        for position in range(len(payload)):
            await asyncio.sleep(fault.trickle)
            if transport.is_closing():
                break
            transport.write(payload[position : position + 1])
    transport.close()


def _cork(transport: asyncio.Transport) -> None:
    """Send the last bytes together with the end of the connection, so that clients always receive both."""
    sock = transport.get_extra_info("socket")
    if sock is not None and hasattr(socket, "TCP_CORK"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)


def _abort(transport: asyncio.Transport, reset: bool) -> web.StreamResponse:
    """Close a connection without a response."""
    if reset:
        sock = transport.get_extra_info("socket")
        if sock is not None:
            # With a linger time of 0 the kernel sends RST instead of FIN.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return _NothingToSend()
