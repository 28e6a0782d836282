"""A result as JSON, tables, HTML."""

from beholder.reports.envelope import SCHEMA, from_dict, from_json, json_parts, to_dict, to_json
from beholder.reports.html import render_html
from beholder.reports.report import write_report
from beholder.reports.tables import to_table, write_table

__all__ = [
    "SCHEMA",
    "from_dict",
    "from_json",
    "json_parts",
    "render_html",
    "to_dict",
    "to_json",
    "to_table",
    "write_report",
    "write_table",
]
