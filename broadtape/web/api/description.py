"""The API described in OpenAPI, made of the same table that its requests are read by."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from broadtape.article import Article
from broadtape.corpus import Outlet
from broadtape.version import __version__
from broadtape.web.api.operations import OPERATIONS, Operation
from broadtape.web.api.parameters import CURSOR, FORMAT, Parameter, number

__all__ = ["description", "parameters_of"]

_TIME = {"type": "string", "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}
_PAGE = 100
_ABOUT = """A news archive, read-only. Names and filters are those of the command `broadtape`. A page says in `next`
which `cursor` gives the one after it; what is archived meanwhile moves no row from one page to another. `ETag` changes
with the archive's version. What is asked too often is answered 429 with `Retry-After`."""


def parameters_of(operation: Operation, rows: int) -> tuple[Parameter, ...]:
    """All that an operation may be asked; `rows` is how many a page may have."""
    limit = number("limit", "At the most so many rows; fewer where they are large.", rows, min(_PAGE, rows))
    return (*operation.parameters, CURSOR, limit, FORMAT)


def description(rows: int, *, token: bool) -> dict[str, Any]:
    """The document at `openapi.json`."""
    security = {"bearer": {"type": "http", "scheme": "bearer"}} if token else {}
    return {
        "openapi": "3.1.0",
        "info": {"title": "broadtape", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": {f"/{operation.name}": {"get": _operation(operation, rows)} for operation in OPERATIONS},
        "components": {"schemas": _schemas(), "securitySchemes": security},
        "security": [{name: []} for name in security],
    }


def _operation(operation: Operation, rows: int) -> dict[str, Any]:
    facts = {
        "version": {**_COUNT, "description": "Of the archive that was read: what `since` of `changes` takes."},
        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{operation.items}"}},
        "next": {"type": ["string", "null"], "description": "The `cursor` of the next page; null after the last."},
        **operation.facts,
    }
    page = {"type": "object", "required": list(facts), "properties": facts, "additionalProperties": False}
    answered = {
        "description": "A page.",
        "headers": {
            "ETag": {"schema": {"type": "string"}, "description": "Of this answer at this version of the archive."},
            "Link": {"schema": {"type": "string"}, "description": "The next page, where there is one."},
        },
        "content": {"application/json": {"schema": page}, "application/x-ndjson": {"schema": {"type": "string"}}},
    }
    refused = {
        "description": "Why not, in a sentence.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_parameter(each) for each in parameters_of(operation, rows)],
        "responses": {"200": answered, "304": {"description": "As the ETag that was sent."}, "default": refused},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    one = parameter.schema
    schema = {"type": "array", "items": one, "maxItems": 100} if parameter.several else one
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    }


@functools.cache
def _schemas() -> dict[str, Any]:
    made = TypeAdapter(Article).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    known = {name: made["properties"][name] for name in Article.columns()}
    known |= {"dated_at": _TIME, "dated_by": {"enum": ["published", "listed", "fetched"]}}
    hit = {
        "score": {"type": "number"},
        "snippet": {"type": "string"},
        "highlights": {"type": "array", "items": {"type": "array", "items": _COUNT}},
        "others": {"type": "array", "items": {"type": "string"}},
    }
    outlet = TypeAdapter(Outlet).json_schema(mode="serialization")["properties"]
    day = {"site": {"type": "string"}, "date": {"type": "string", "format": "date"}}
    problem = {"title": {"type": "string"}, "status": _COUNT, "detail": {"type": "string"}}
    return {
        "Article": _object(known | {"near_duplicates": _COUNT}),
        "Hit": _object(known | hit),
        "Outlet": _object(outlet),
        "Day": _object(day | dict.fromkeys(("articles", "polls", "undated"), _COUNT)),
        "Problem": {"type": "object", "required": list(problem), "properties": problem},
        **{name: made["$defs"][name] for name in _named(known)},
    }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Of what is not known, or was not asked for, there is null or nothing."""
    nullable = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in properties.items()}
    return {"type": "object", "properties": nullable, "additionalProperties": False}


def _named(properties: Mapping[str, Any]) -> Iterable[str]:
    for schema in properties.values():
        if reference := schema.get("items", {}).get("$ref"):
            yield reference.rpartition("/")[2]
