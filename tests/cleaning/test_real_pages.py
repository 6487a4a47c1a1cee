"""Checks against what is kept beside the checkout; skipped where it is missing."""

from __future__ import annotations

import functools
import gzip
import json
import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadtape.article import Article, Ticker
from broadtape.cleaning import clean_text, extract
from broadtape.errors import NotAnArticle
from broadtape.ingest.minhash import minhash
from broadtape.learning.recurrence import StoryLines, Thresholds, recurring
from broadtape.learnt_rules import folded
from broadtape.site import Site
from broadtape.site.outlets import load_sites

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SITES: dict[str, Site | None] = {"": None, **load_sites(ROOT / "config" / "sites")}
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "seed").is_dir(), reason=f"the example pages are not at {SHARED}"),
]


@functools.cache
def keep_tests() -> list[str]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return list(yaml.load((SHARED / "sites" / "sites.yaml").read_text("utf-8"), Loader=loader)["keep_tests"])


def test_the_example_the_project_started_from() -> None:
    expected = json.loads((SHARED / "seed" / "expected.json").read_text("utf-8"))
    wanted = "\n\n".join(expected["body"])
    for name in ("", "benzinga"):
        article = extract((SHARED / "seed" / "page.html").read_bytes(), expected["url"], site=SITES[name])
        assert article.text == wanted
        assert (article.title, list(article.authors)) == (expected["title"], expected["authors"])
        assert clean_text((SHARED / "seed" / "scraped.txt").read_text("utf-8"), site=SITES[name]).text == wanted


@pytest.mark.parametrize("name", SITES)
def test_keep_sentences_survive_on_every_outlet(name: str) -> None:
    after = "The index closed higher after a volatile session that began with losses in Asia."
    for line in keep_tests():
        for text in (line, f"{line}\n\n{after}", f"{after}\n\n{line}"):
            assert line in clean_text(text, site=SITES[name]).text.split("\n\n")


@pytest.mark.parametrize("name", SITES)
def test_keep_sentences_survive_on_every_outlets_page(name: str) -> None:
    real = "<p>The index closed higher after a volatile session that began with losses in {}.</p>"
    lines = "".join(f"<p>{escape(line)}</p>{real.format(n)}" for n, line in enumerate(keep_tests()))
    for order in (lines, real.format("Asia") + lines + real.format("Europe")):
        page = f"<html><body><article><h1>Some headline</h1>{order}</article></body></html>"
        kept = extract(page, "https://e.example/a", site=SITES[name]).paragraphs
        assert [line for line in keep_tests() if line not in kept] == []


def test_securities_of_saved_pages_are_those_that_were_read_off_them() -> None:
    stated = yaml.safe_load((Path(__file__).parent / "tickers.yaml").read_text("utf-8"))
    found = {row["id"]: {_shown(t) for t in article.tickers} for row, article in saved_pages() if article}
    assert {name: symbols for name, symbols in found.items() if symbols} == {n: set(s) for n, s in stated.items()}


def _shown(ticker: Ticker) -> str:
    return f"{ticker.exchange}:{ticker.symbol}" if ticker.exchange else ticker.symbol


@functools.cache
def saved_pages() -> list[tuple[dict[str, Any], Article | None]]:
    """Every saved page's row with its article; None where it is taken for none."""
    pages: list[tuple[dict[str, Any], Article | None]] = []
    for folder in (SHARED / "pages" / "finance", SHARED / "pages" / "general"):
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            site = next((site for site in SITES.values() if site and row["url"] and site.owns(row["url"])), None)
            try:
                article = extract(gzip.decompress((folder / row["html"]).read_bytes()), row["url"], site=site)
            except NotAnArticle:
                article = None
            pages.append((row, article))
    return pages


def test_every_rule_that_is_listed_for_all_outlets_is_honoured() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    listed = yaml.load((SHARED / "sites" / "sites.yaml").read_text("utf-8"), Loader=loader)["generic_boilerplate"]
    lines = yaml.safe_load((Path(__file__).parent / "listed_boilerplate.yaml").read_text("utf-8"))
    assert set(lines) == {rule["name"] for rule in listed}
    before = "The index closed higher after a volatile session that began with losses in Asia."
    for rule in listed:
        line = lines[rule["name"]]
        assert re.search(rule["pattern"], line), rule["name"]
        assert line not in clean_text(f"{before}\n\n{line}").text.split("\n\n"), rule["name"]
        flag = re.match(r"flag: (\w+)", rule["action"])
        if flag and flag[1] in ("machine_generated", "paywalled", "syndicated_from"):
            story = f"<h1>Index closed higher after volatile session</h1><p>{before}</p><p>{escape(line)}</p>"
            page = f"<html><body><article>{story}</article></body></html>"
            assert getattr(extract(page, "https://e.example/a"), flag[1]), rule["name"]


def test_what_little_recurs_on_saved_pages_of_one_outlet_is_not_taken_for_boilerplate_where_it_is_none() -> None:
    outlets: dict[str, list[tuple[dict[str, Any], Article]]] = {}
    for row, article in saved_pages():
        if article and row["publisher"]:
            outlets.setdefault(row["publisher"], []).append((row, article))
    several = {name: pages for name, pages in outlets.items() if len(pages) > 1}
    found = {
        candidate.line
        for name, pages in several.items()
        for candidate in recurring([_story(article) for _, article in pages], thresholds=LOW, outlet=(name,))
        if candidate.rule
    }
    written = {line.strip("[]") for pages in several.values() for row, _ in pages for line in row["body"]}
    assert len(several) > 40
    assert found & written <= {"Deixe suas dúvidas e opiniões aqui embaixo! Obrigado por compartilhar nosso conteúdo!"}


LOW = Thresholds(stories=2, share=0, days=1)
"""Far below what is asked of an archive: no outlet has more than a handful of saved pages."""


def _story(article: Article) -> StoryLines:
    lines = tuple(map(folded, article.paragraphs))
    when = article.published_at or datetime(2020, 1, 1, tzinfo=UTC)
    return StoryLines(
        article.url, article.title or "", lines, when, minhash=minhash(article.text), day=f"{when:%Y-%m-%d}"
    )
