"""The export's README: a dataset card, whose head `datasets.load_dataset` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

__all__ = ["card"]

_RIGHTS = """## Rights
The texts belong to their publishers. `rights` says what an outlet's robots.txt and pages said of mining when a page
was fetched: `allowed`, `reserved` or `unknown`. This export holds: {}. Whether your use is allowed is yours to find
out."""
_EVENTS = """- one row for each security that a text names itself; all times UTC. `first_seen`: when the archive first
  saw the story, listed or fetched; `published`: what the publisher says, which may have been set back; `fetched`: when
  this text could first be read here; `archived`: when the archive had it. Use `fetched` for what could be traded on.
  `cluster`: the id of the earliest of the stories that are nearly the same, as of this export"""
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_LARGEST = "10M<n<100M"


def card(facts: Mapping[str, Any], languages: Iterable[str]) -> str:
    """The card of an export with these facts, as `export.json` has them."""
    settings, rows, total = facts["settings"], facts["rows"], sum(facts["rows"].values())
    ending = "*.parquet" if settings["form"] == "parquet" else "*.jsonl.gz"
    files = [{"split": split, "path": f"data/{split}/{ending}"} for split in rows]
    head = {
        "pretty_name": f"Financial news, archive version {facts['version']}",
        "language": sorted(languages),
        "license": "other",
        "task_categories": ["text-generation", "text-classification"],
        "tags": ["finance", "news"],
        "size_categories": [next((name for most, name in _SIZES if total < most), _LARGEST)],
        "configs": [{"config_name": "default", "data_files": files}] if files else [],
    }
    parts = [
        f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---",
        f"# Financial news, archive version {facts['version']}",
        _about(facts, total),
        '```python\nfrom datasets import load_dataset\n\ndataset = load_dataset("path/to/this/folder")\n```',
        _table("split", settings["table"], rows),
        _table("outlet", "articles", facts["outlets"]),
        _left_out(facts["left_out"]),
        _how(settings),
        _RIGHTS.format(", ".join(settings["rights"])),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _about(facts: Mapping[str, Any], total: int) -> str:
    first, last = facts["fetched"]
    when = f", fetched from {first} to {last}" if total else ""
    what = f"{total:,} {facts['settings']['table']} of {len(facts['outlets'])} outlets{when}"
    return (
        f"{what}, exported from a broadtape archive at version {facts['version']} of its table `articles`. "
        "`export.json` holds the settings and the SHA-256 of every file; `croissant.json` describes the same for "
        "catalogues and loaders of datasets."
    )


def _table(name: str, counted: str, counts: Mapping[str, int]) -> str:
    lines = [f"| {what} | {count:,} |" for what, count in counts.items()]
    return "\n".join([f"| {name} | {counted} |", "|---|---:|", *lines]) if lines else ""


def _left_out(counts: Mapping[str, int]) -> str:
    if not counts:
        return "Nothing that the filters admit was left out."
    return "Left out of what the filters admit:\n\n" + _table("for", "rows", counts)


def _how(settings: Mapping[str, Any]) -> str:
    said = ["## How it was made"]
    filters = {name: value for name, value in settings["filters"].items() if value not in (None, [], False, "")}
    said.append(f"- filters: {', '.join(f'`{name}` = {value}' for name, value in filters.items()) or 'none'}")
    if settings["changed_since"] is not None:
        said.append(
            f"- only what was archived since {settings['changed_since']}: a story that is here replaces what an "
            "earlier export had of it, and those in `forgotten` of `export.json` were taken down: remove "
            "them from every copy"
        )
    if settings["table"] == "events":
        said.append(_EVENTS)
    said.append(
        {
            "none": "- duplicates: kept",
            "exact": "- duplicates: of equal texts, the one that was fetched first",
            "cluster": "- duplicates: of texts that share 0.8 of their three-word shingles, the one fetched first",
        }[settings["dedupe"]]
    )
    if settings["split_at"]:
        said.append(
            f"- splits at {', '.join(settings['split_at'])}, by when the first text of a cluster was fetched: all "
            "revisions of a story and all texts like it are in one split"
        )
    return "\n".join(said)
