# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What `make docs` adds at the end of the configuration that antsibull-docs writes for Sphinx.

project = "huaweicloud.kafka"
copyright = "huaweicloud.kafka contributors"  # noqa: A001
title = html_short_title = html_title = "huaweicloud.kafka"
html_theme_options = {"topbar_links": {}, "documentation_home_url": "index.html"}
html_static_path = ["static"]
html_css_files = ["site.css"]

# Without the net there is no Ansible documentation to look references up in.
intersphinx_mapping = {}
suppress_warnings = ["ref.ref"]
