"""A column of `articles` is told once, on its field: what keeps, compares, shows and reads articles follows from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from broadtape.article import Article

# A field more, before anything else of the package is imported: no other file is touched.
WIDER = """
import sys
from dataclasses import field, make_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from broadtape import article

told = article.column(fact=True, listed=True)
article.Article = make_dataclass(
    "Article",
    [("dateline", str | None, field(default=None, metadata=told)),
     ("places", tuple[str, ...], field(default=(), metadata=article.column(fact=True)))],
    bases=(article.Article,), frozen=True, slots=True, kw_only=True,
)

from broadtape.archive import Archive
from broadtape.cli.common.story import facts
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext import update_index
from broadtape.ingest.edition_changes import Change
from broadtape.recorded_page import differences, save_case
from broadtape.web.article_list import COLUMNS

at = datetime(2026, 11, 23, tzinfo=UTC)
story = article.Article(
    url="https://wire.example/a", title="Orders double", text="Orders doubled.", article_id="a", site="wire",
    fetched_at=at, extractor="x", dateline="HARBOUR", places=("Harbour", "Quay"),
)
archive = Archive.open(sys.argv[1], create=True)
with archive.lease("wire", run="r") as lease:
    archive.commit(articles=[story], captures=[], leases=[lease])
update_index(archive, run="i")
corpus = Corpus(archive)
(read,) = corpus.articles()
assert (read.dateline, read.places) == ("HARBOUR", ("Harbour", "Quay"))
assert corpus.search("orders").hits[0].article.places == ("Harbour", "Quay")
assert corpus.sql("SELECT dateline FROM articles").item() == "HARBOUR"
assert dict(facts(read))["dateline"] == "HARBOUR"
assert "dateline" in COLUMNS and "places" not in COLUMNS
assert Change(read, replace(read, dateline="QUAY")).changed
known = dict(site="wire", url=story.url, content_type=None, fetched_at=at)
case = save_case(Path(sys.argv[1], "case.json"), b"", story, **known)
assert differences(case, replace(story, places=())) == ["places: ['Harbour', 'Quay'] became []"]
print("everything follows")
"""


def test_a_column_more_touches_no_other_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WIDER, str(tmp_path / "archive")], capture_output=True, text=True, check=False
    )
    assert done.stdout == "everything follows\n", done.stderr


def test_what_a_column_is() -> None:
    assert set(Article.facts()) | set(Article.carried()) <= set(Article.columns())
    assert not set(Article.facts()) & set(Article.carried()), "what a page states is not taken from the edition before"
    assert {"minhash", "outside", "canonical_url"}.isdisjoint(Article.columns())
