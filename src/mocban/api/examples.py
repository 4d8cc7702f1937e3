"""Examples of the OpenAPI document that follow from a type alone: ids, days and moments."""

from __future__ import annotations

from typing import Any

BY_FORMAT = {
    "uuid": "0199d3a0-7c1e-7b32-9a41-5c2f8e6d0b17",
    "date": "2026-11-04",
    "date-time": "2026-11-04T08:30:00+07:00",
}


def add_examples(schema: Any) -> None:
    """Give every id, day and moment of an OpenAPI document an example, unless its field has one already; in place."""
    if isinstance(schema, list):
        for part in schema:
            add_examples(part)
    if not isinstance(schema, dict):
        return
    for part in schema.values():
        add_examples(part)
    example = BY_FORMAT.get(_format(schema))
    if example and not {"example", "examples", "enum", "const"} & set(schema):
        schema["examples"] = [[example] if schema.get("type") == "array" else example]


def _format(schema: dict[str, Any]) -> str:
    """The format of a value, of a value or null, or of the members of a list; "" where it has none."""
    choices = [schema, *schema.get("anyOf", ())]
    if schema.get("type") == "array":
        choices.append(schema.get("items", {}))
    found = (part["format"] for part in choices if isinstance(part, dict) and isinstance(part.get("format"), str))
    return next(found, "")
