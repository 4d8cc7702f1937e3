"""The OpenAPI document is complete: whoever reads only it can call every endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocban.config.api_urls import api

SCHEMA: Any = api.get_openapi_schema()
OPERATIONS = [(verb, address) for address, verbs in SCHEMA["paths"].items() for verb in verbs]


def resolved(schema: Any) -> Any:
    while "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def shown(field: Any) -> bool:
    """Whether a reader sees what to write: an example, the list of values, or what it is when it is left out."""
    known = {"example", "examples", "enum", "const"} & set(field)
    return bool(known) or ("default" in field and field["default"] is not None) or "$ref" in field


def given(operation: Any) -> Iterator[tuple[str, Any]]:
    """The fields of the bodies that the operation takes."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for name, field in resolved(content["schema"]).get("properties", {}).items():
            binary = field.get("format") == "binary" or field.get("items", {}).get("format") == "binary"
            if not binary and "anyOf" in field:
                binary = any(part.get("format") == "binary" for part in field["anyOf"])
            if not binary:
                yield name, field


@pytest.mark.parametrize(("verb", "address"), OPERATIONS)
def test_every_endpoint_says_what_it_does_and_shows_what_it_takes(verb: str, address: str) -> None:
    operation = SCHEMA["paths"][address][verb]
    assert operation["summary"]
    assert [name for name, field in given(operation) if not shown(field)] == []
    asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    assert [one["name"] for one in asked if not (shown(one["schema"]) or one["schema"].get("description"))] == []
    assert [code for code, answer in operation["responses"].items() if not answer.get("description")] == []
