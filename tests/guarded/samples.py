"""The least a request must say to be right in form, made from the description of the interface."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import description

BY_FORMAT = {"date": "2017-08-10", "date-time": "2017-08-10T08:00:00+08:00"}


def body_of(method: str, path: str) -> dict[str, Any]:
    """What to send with an operation so that only the right to know decides about the answer."""
    said = description()["paths"][path][method.lower()]
    content = said.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return {"json": sample(content["application/json"]["schema"])}
    asked = {p["name"]: "x" for p in said["parameters"] if p["in"] == "query" and p.get("required")}
    return {"data": b"x", "query_string": asked} if content else {}


def sample(schema: dict[str, Any]) -> Any:
    """The smallest value a schema allows, with what it requires."""
    if "$ref" in schema:
        return sample(description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        required = schema.get("required", ())
        return {name: sample(schema["properties"][name]) for name in required}
    if kind == "array":
        return [sample(schema["items"])] * schema.get("minItems", 0)
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    return True if kind == "boolean" else BY_FORMAT.get(schema.get("format", ""), "x")
