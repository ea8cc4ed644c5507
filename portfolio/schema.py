"""What the JSON of *Neem alles mee* means, in JSON Schema, made from the columns themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Integer, LargeBinary

from portfolio.models.erasure import Whole, rows_of
from portfolio.models.takeaway import exported, tables_taken

if TYPE_CHECKING:
    from sqlalchemy import Column

# Another meaning of what stands in the JSON is another version, at another address.
VERSION = 1
SCHEMA_PATH = f"/schema/mijn-map-{VERSION}.json"
# Another person's forms are no part of it, and one's own unfinished ones are not kept words.
NOT_TAKEN = frozenset({"draft"})


def schema() -> dict[str, Any]:
    """Say what the JSON is, in JSON Schema (2020-12): every table and every column of it."""
    tables = {
        table.name: {
            "type": "array",
            "items": _object({column.name: _kind(column) for column in exported(table)}),
        }
        for table in tables_taken()
        if table.name not in NOT_TAKEN and table in _owned()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_PATH,
        "title": "Mijn map",
        **_object(
            {
                "schema": {"const": SCHEMA_PATH},
                "version": {"const": VERSION},
                "files": {"type": "object", "additionalProperties": {"type": "string"}},
                "missing": {"type": "array", "items": {"type": "string"}},
                "tables": _object(tables),
            }
        ),
    }


def _owned() -> dict[Any, Any]:
    return rows_of(Whole("", "", ()))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _kind(column: Column[Any]) -> dict[str, Any]:
    if isinstance(column.type, LargeBinary):
        kinds = ["string", "object", "array", "null"]
    else:
        plain = {Boolean: "boolean", Integer: "integer"}
        kinds = [next((k for t, k in plain.items() if isinstance(column.type, t)), "string")]
        kinds += ["null"] if column.nullable else []
    return {"type": kinds}
