"""The export described in Croissant 1.0, the JSON-LD by which catalogues and loaders of datasets know one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

__all__ = ["croissant"]

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""As the specification gives it, word for word."""
_KINDS = {"parquet": ("application/x-parquet", "*.parquet"), "jsonl": ("application/jsonlines", "*.jsonl.gz")}


def croissant(facts: Mapping[str, Any], schema: pl.Schema, languages: list[str]) -> dict[str, Any]:
    """The document of an export with these facts, as `export.json` has them, whose files have this schema."""
    settings = facts["settings"]
    encoding, ending = _KINDS[settings["form"]]
    files = [
        {
            "@type": "cr:FileObject",
            "@id": path,
            "name": path,
            "contentUrl": path,
            "encodingFormat": encoding if settings["form"] == "parquet" else "application/gzip",
            "sha256": digest,
        }
        for path, digest in facts["files"].items()
    ]
    sets = [
        {
            "@type": "cr:FileSet",
            "@id": f"{split}-files",
            "name": f"{split}-files",
            "encodingFormat": encoding,
            "includes": f"data/{split}/{ending}",
        }
        for split in facts["rows"]
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"financial-news-v{facts['version']}",
        "description": (
            f"Financial news, {settings['table']} of a broadtape archive at version {facts['version']}; the texts "
            "belong to their publishers."
        ),
        "version": f"{facts['version']}.0.0",
        "inLanguage": languages,
        "isLiveDataset": False,
        "distribution": [*files, *sets],
        "recordSet": [_records(split, schema) for split in facts["rows"]],
    }


def _records(split: str, schema: pl.Schema) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "field": [_field(split, name, kind) for name, kind in schema.items()],
    }


def _field(split: str, name: str, kind: pl.DataType) -> dict[str, Any]:
    inner = kind.inner if isinstance(kind, pl.List) else kind
    head: dict[str, Any] = {"@type": "cr:Field", "@id": f"{split}/{name}", "name": name}
    source = {"fileSet": {"@id": f"{split}-files"}, "extract": {"column": name}}
    repeated = {"repeated": True} if isinstance(kind, pl.List) else {}
    if isinstance(inner, pl.Struct):
        parts = [
            {
                "@type": "cr:Field",
                "@id": f"{split}/{name}/{part.name}",
                "name": part.name,
                "dataType": _type(part.dtype),
                "source": {**source, "transform": {"jsonPath": part.name}},
            }
            for part in inner.fields
        ]
        return {**head, **repeated, "subField": parts}
    return {**head, **repeated, "dataType": _type(inner), "source": source}


def _type(kind: Any) -> str:
    if kind.is_integer():
        return "sc:Integer"
    if kind.is_float():
        return "sc:Float"
    if isinstance(kind, pl.Boolean):
        return "sc:Boolean"
    return "sc:DateTime" if kind.is_temporal() else "sc:Text"
