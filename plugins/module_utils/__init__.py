# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code behind the modules, private to this collection: no promise is made about its names between releases.

``options`` and ``definition`` are what a module file uses; below them lie ``resources`` (desired state to calls to
result), ``api`` (one function for each REST operation) and ``client`` (session, credentials, retries, errors).
Imports point down only.
"""
