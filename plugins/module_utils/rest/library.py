# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The HTTP library. If it is missing, the task fails with a message, so importing this file never fails."""

from __future__ import annotations

import typing as t

MISSING: ImportError | None = None
"""Why the library can't be used; ``None`` if it can."""

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
except ImportError as error:
    MISSING = error
    requests = urllib3 = t.cast("t.Any", None)
    AuthBase = HTTPAdapter = t.cast("t.Any", object)  # type: ignore[misc]

__all__ = ["MISSING", "AuthBase", "HTTPAdapter", "requests", "urllib3"]
