"""A recorded page as a test case: the page, where it lay, and the article that must come of it.

Three files of one name: `….html` (the page's bytes, content encoding undone), `….json` (address, type, time, facts) and
`….txt` (the text, as it is read and reviewed).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from broadtape.article import Article
from broadtape.cleaning import extract
from broadtape.errors import UsageError
from broadtape.site import Site
from broadtape.times import iso, parse_time

__all__ = ["Case", "cases_in", "differences", "load_case", "save_case"]

_FACTS = (*Article.facts(), "canonical_url")


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded page with what is expected of it."""

    path: Path
    """Of its JSON file; the others lie beside it."""
    site: str
    url: str
    content_type: str | None
    fetched_at: datetime
    facts: dict[str, Any]
    """Those that it was recorded with: of one that came later it says nothing."""
    text: str

    @property
    def page(self) -> bytes:
        """The page."""
        return self.path.with_suffix(".html").read_bytes()

    def clean(self, site: Site | None) -> Article:
        """What cleaning makes of it today; raises NotAnArticle."""
        return extract(self.page, self.url, site=site, content_type=self.content_type, fetched_at=self.fetched_at)


def cases_in(folder: Path) -> Iterator[Case]:
    """The cases below a folder, by name; raises UsageError for a broken one."""
    return (load_case(path) for path in sorted(folder.rglob("*.json")))


def load_case(path: Path) -> Case:
    """The case of one JSON file; raises UsageError where it is none."""
    try:
        values = json.loads(path.read_text("utf-8"))
        text = path.with_suffix(".txt").read_text("utf-8").rstrip("\n")
        facts = {name: values["expected"][name] for name in _FACTS if name in values["expected"]}
        at = parse_time(values["fetched_at"])
        return Case(path, values["site"], values["url"], values.get("content_type"), at, facts, text)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(f"{path} is no recorded case ({type(error).__name__}: {error}): record it anew.") from None


def save_case(
    path: Path, page: bytes, article: Article, *, site: str, url: str, content_type: str | None, fetched_at: datetime
) -> Case:
    """Writes a case, `path` being that of its JSON file; what is there of the same name is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"site": site, "url": url, "content_type": content_type, "fetched_at": iso(fetched_at)}
    values |= {"expected": _facts(article)}  # type: ignore[dict-item]
    path.with_suffix(".html").write_bytes(page)
    path.with_suffix(".txt").write_text((article.text or "") + "\n", "utf-8")
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return load_case(path)


def differences(case: Case, article: Article) -> list[str]:
    """What of an article is not as the case expects, in words; empty where all is."""
    now = _facts(article)
    found = [f"{name}: {was!r} became {now[name]!r}" for name, was in case.facts.items() if now[name] != was]
    return found + (["the text differs"] if (article.text or "") != case.text else [])


def _facts(article: Article) -> dict[str, Any]:
    row = article.as_dict() | {"canonical_url": article.canonical_url}
    return {name: iso(value) if isinstance(value := row[name], datetime) else value for name in _FACTS}
