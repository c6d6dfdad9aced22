# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The endpoints of a region's services, and the check of an endpoint."""

from __future__ import annotations

import functools
import ipaddress
import re

from .errors import InvalidOption

_REGION = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9._~-]+)*)/*",
    re.ASCII,
)


def check_region(region: str) -> str:
    """Return *region*, or raise :class:`InvalidOption` when it can't be part of a host name."""
    if not _REGION.fullmatch(region):
        raise InvalidOption(f"region must be the id of a region, such as eu-west-101, not {region!r}")
    return region


def domain(region: str) -> str:
    """Return the domain of the endpoints of *region*."""
    # The European realm has a top-level domain of its own; eu-west-0 belongs to the international one.
    return "myhuaweicloud.eu" if region.startswith("eu-west-1") else "myhuaweicloud.com"


def dms_endpoint(region: str) -> str:
    """Return the endpoint of DMS for Kafka in *region*. Source: the endpoint list of the vendor's Python SDK."""
    return f"https://dms.{region}.{domain(region)}"


def iam_endpoint(region: str) -> str:
    """Return the endpoint of IAM in *region*. Source: the vendor's Terraform provider, which has the EU realm."""
    return f"https://iam.{region}.{domain(region)}"


def ces_endpoint(region: str) -> str:
    """Return the endpoint of Cloud Eye in *region*. Source: the endpoint list of the vendor's Python SDK."""
    return f"https://ces.{region}.{domain(region)}"


def host(address: str) -> str:
    """Return the host of *address* in lower case; empty if it is not a valid address."""
    match = _ADDRESS.fullmatch(address)
    return match["host"].lower().rstrip(".") if match else ""


def is_in(name: str, address: str) -> bool:
    """Return whether the host of *address* is in the domain *name*."""
    return f".{host(address)}".endswith(f".{name}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_iam_endpoint(address: str) -> str:
    """Return *address* as :func:`check_endpoint` does, without the version that other tools require at its end."""
    checked = check_endpoint("iam_endpoint", address)
    return checked.removesuffix("/v3")


@functools.lru_cache(maxsize=64)
def check_endpoint(option: str, address: str) -> str:
    """Return *address* without a slash at its end.

    Raises :class:`InvalidOption`, naming *option*, unless it is ``https://host[:port][/path]``; plain ``http`` is
    accepted for a loopback address only, because credentials travel with each request.
    """
    match = _ADDRESS.fullmatch(address)
    if not match or int(match["port"] or 1) not in range(1, 65536):
        # The address itself is not shown: it may contain a password.
        raise InvalidOption(
            f"{option} must be an address such as https://dms.example.com, without user, query and fragment"
        )
    if match["scheme"] == "http" and not _is_loopback(match["host"]):
        raise InvalidOption(
            "{} must begin with https://; plain http is for a loopback address only, not for {}".format(
                option, match["host"]
            )
        )
    return address.rstrip("/")
