"""As much of JSON Schema as docs/reference/result.schema.json uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
}
KNOWN = {
    "$defs", "$ref", "$schema", "additionalProperties", "const", "description", "enum", "items", "maxItems", "maximum",
    "minItems", "minimum", "oneOf", "pattern", "properties", "required", "title", "type",
}  # fmt: skip


def faults(value: Any, rule: Mapping[str, Any], *, root: Mapping[str, Any], at: str = "$") -> list[str]:
    """Say where `value` breaks the schema; an empty list when it does not."""
    assert set(rule) <= KNOWN, f"{at}: this checker does not know {set(rule) - KNOWN}"
    if "$ref" in rule:
        return faults(value, root["$defs"][rule["$ref"].removeprefix("#/$defs/")], root=root, at=at)
    if "oneOf" in rule:
        fitting = [one for one in rule["oneOf"] if not faults(value, one, root=root, at=at)]
        return [] if len(fitting) == 1 else [f"{at}: {len(fitting)} of the alternatives fit"]
    return [
        *_own_faults(value, rule, at=at),
        *_inner_faults(value, rule, root=root, at=at),
    ]


def _own_faults(value: Any, rule: Mapping[str, Any], *, at: str) -> list[str]:
    names = [rule["type"]] if isinstance(rule.get("type"), str) else rule.get("type", list(TYPES))
    typed = any(isinstance(value, TYPES[name]) for name in names)
    if not typed or (isinstance(value, bool) and "boolean" not in names):
        return [f"{at}: {value!r} is not {names}"]
    found = []
    if "const" in rule and value != rule["const"]:
        found.append(f"{at}: {value!r} is not {rule['const']!r}")
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{at}: {value!r} is not one of {rule['enum']}")
    if isinstance(value, (int, float)) and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        found.append(f"{at}: {value} is out of range")
    if isinstance(value, str) and not re.search(rule.get("pattern", ""), value):
        found.append(f"{at}: {value!r} does not match")
    if isinstance(value, list) and not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
        found.append(f"{at}: {len(value)} items")
    return found


def _inner_faults(value: Any, rule: Mapping[str, Any], *, root: Mapping[str, Any], at: str) -> list[str]:
    if isinstance(value, list) and "items" in rule:
        return [f for n, item in enumerate(value) for f in faults(item, rule["items"], root=root, at=f"{at}[{n}]")]
    if not isinstance(value, dict):
        return []
    found = [f"{at}: {key} is missing" for key in rule.get("required", ()) if key not in value]
    for key, item in value.items():
        inner = rule.get("properties", {}).get(key, rule.get("additionalProperties", True))
        if inner is False:
            found.append(f"{at}: {key} is unknown")
        elif inner is not True:
            found += faults(item, inner, root=root, at=f"{at}.{key}")
    return found
