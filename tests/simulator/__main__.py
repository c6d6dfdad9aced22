# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m simulator --port 8080` runs the simulator in the foreground."""

from __future__ import annotations

import argparse
import json
import os
import signal
import ssl
import sys
import threading
import time

from .server import Simulator
from .settings import Settings

_POLL_SECONDS = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal, the end of the lifetime or the end of the parent process. Returns the exit code."""
    options = _parser().parse_args(arguments)
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_unused: stop.set())
    try:
        simulator = Simulator(
            options.port,
            options.host,
            _tls(options),
            settings=_settings(options),
            metadata_port=options.metadata_port,
        ).start()
    except (OSError, ValueError) as exc:
        print(f"simulator: {exc}", file=sys.stderr)
        return 1
    try:
        print(f"listening on {simulator.endpoint}")
        if simulator.metadata_port is not None:
            print(f"metadata_endpoint: {simulator.metadata_endpoint}")
        for name, value in simulator.credentials().items():
            print(f"{name}: {value}")
        sys.stdout.flush()
        end = None if options.lifetime is None else time.monotonic() + options.lifetime
        while not stop.wait(_POLL_SECONDS):
            if end is not None and time.monotonic() >= end:
                break
            if options.exit_with_parent and os.getppid() != parent:
                break
    finally:
        simulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulator", description="A simulated Huawei Cloud: IAM, DMS for Kafka and Cloud Eye."
    )
    parser.add_argument("--port", type=int, default=8080, help="port to listen on, 0 for a free one (default: 8080)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--metadata-port", type=int, help="port of the metadata service (default: no metadata service)")
    parser.add_argument("--lifetime", type=float, metavar="SECONDS", help="stop after this many seconds")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when the process that started it ends")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="delay of each response")
    parser.add_argument("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", metavar="FILE", help="key of the certificate (PEM), if it is in another file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting, for example creation_looks=2; the value is JSON, or else a string",
    )
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings(latency=options.latency)
    for pair in options.set:
        name, _unused, text = pair.partition("=")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        settings.update(**{name: value})
    return settings


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if options.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context


if __name__ == "__main__":
    sys.exit(main())
