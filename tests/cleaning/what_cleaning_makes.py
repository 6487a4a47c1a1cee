"""What cleaning makes of the project's own pages, as digests kept beside the number of its code.

`make cleaned` (this file, run) takes them anew, and raises `CODE` where that was forgotten.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broadtape.cleaning import extract, extractor
from broadtape.errors import NotAnArticle
from broadtape.recorded_page import Case, cases_in
from broadtape.site import Site, load_site

HERE = Path(__file__).parent
KEPT = HERE / "what_cleaning_makes.json"
_SITES = HERE.parents[1] / "examples" / "newsroom" / "config" / "sites"
_FETCHED = datetime(2026, 11, 23, tzinfo=UTC)


def digests() -> dict[str, str]:
    """Page → digest of all that cleaning says of it."""
    found = {page.name: _digest(page.read_bytes(), f"https://pages.example/{page.stem}", _FETCHED)
             for page in sorted((HERE / "pages").glob("*.html"))}  # fmt: skip
    recorded = cases_in(HERE.parent / "sites" / "recorded")
    return found | {f"{case.site}/{case.path.stem}": _of_case(case) for case in recorded}


def kept() -> dict[str, Any]:
    """The digests that were taken last, `pages`, and the number of the code that made them, `code`."""
    told: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return told


def changed() -> list[str]:
    """The pages of which cleaning makes something else than it did, or that came or went since."""
    before, now = kept()["pages"], digests()
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _of_case(case: Case) -> str:
    return _digest(case.page, case.url, case.fetched_at, load_site(_SITES / f"{case.site}.yaml"), case.content_type)


def _digest(
    page: bytes, url: str, fetched_at: datetime, site: Site | None = None, content_type: str | None = None
) -> str:
    try:
        article = extract(page, url, site=site, content_type=content_type, fetched_at=fetched_at)
        said: Any = {name: value for name, value in asdict(article).items() if name != "extractor"}
    except NotAnArticle as refused:
        said = refused.reason
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def take_anew() -> str:
    """Keeps what cleaning makes now; raises CODE in the cleaner where nobody has. A sentence of what was done."""
    code, before = extractor.CODE, kept() if KEPT.exists() else {"code": 0, "pages": {}}
    pages = digests()
    known = before["pages"].keys() & pages.keys()
    differs = any(before["pages"][name] != pages[name] for name in known)
    if differs and code <= before["code"]:
        code = before["code"] + 1
        source = Path(extractor.__file__)
        source.write_text(re.sub(r"(?m)^CODE = \d+$", f"CODE = {code}", source.read_text("utf-8")), "utf-8")
    KEPT.write_text(json.dumps({"code": code, "pages": pages}, indent=1) + "\n", "utf-8")
    return f"{len(pages)} pages as cleaned by code {code}: {KEPT}"


if __name__ == "__main__":
    sys.stdout.write(f"{take_anew()}\n")
