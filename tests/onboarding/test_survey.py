"""Adding an outlet: what is found out, drafted, checked and recorded, politely, with the newsroom as the web."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from broadtape.cli import main
from broadtape.errors import UsageError
from broadtape.site import Site, load_site
from broadtape.site.house_rules import KEYS
from examples.newsroom import Newsroom
from spiders.onboarding.draft import Draft, Found
from spiders.onboarding.homepage import read_front_page, sitemaps_in
from spiders.onboarding.survey import name_of
from spiders.onboarding.url_patterns import find_shapes

LISTED = {
    "marketferry": "feeds",
    "wirepoint": "feeds",
    "kontorblatt": "feeds",
    "harbour-ledger": "news_sitemaps",
}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.ledger.example/", "ledger"),
        ("ledger.co.uk", "ledger"),
        ("https://markets.ledger.com", "ledger"),
        ("https://the-ledger.news/section", "the-ledger"),
    ],
)
def test_an_outlet_is_called_after_its_domain(url: str, name: str) -> None:
    assert name_of(url) == name


@pytest.mark.parametrize("url", ["http://127.0.0.1:8600/", "http://[::1]/", "https://localhost/"])
def test_an_address_without_a_name_needs_one(url: str) -> None:
    with pytest.raises(UsageError):
        name_of(url)


def test_a_front_page_tells_name_language_and_feeds() -> None:
    page = b"""<html lang="de-DE"><head><title>Kaiblatt | Nachrichten</title>
    <link rel="alternate" type="application/rss+xml" href="/rss/alle.xml">
    <link rel="alternate" hreflang="en" href="/en"></head>
    <body><a href="/newsletter">N</a><a href="/feed/maerkte">RSS</a><a href="javascript:x">y</a></body></html>"""
    front = read_front_page(page, "https://kai.example/")
    assert (front.title, front.language) == ("Kaiblatt", "de")
    assert front.feeds == ("https://kai.example/rss/alle.xml", "https://kai.example/feed/maerkte")
    assert read_front_page(b"", "https://kai.example/").feeds == ()
    assert sitemaps_in("User-agent: *\nSITEMAP: /s.xml\n", "https://kai.example") == ("https://kai.example/s.xml",)


STORIES = {
    "https://quay.example/markets/tin-prices-rise-100234": "https://quay.example/markets/",
    "https://quay.example/2026/11/24/tin-prices-rise": "https://quay.example/2026/11/24/",
    "https://quay.example/article/tin-prices-rise.html": "https://quay.example/about.html",
    "https://quay.example/news/4500012345": "https://quay.example/news/",
}


@pytest.mark.parametrize(("story", "other"), STORIES.items())
def test_patterns_match_the_next_story_and_not_the_section(story: str, other: str) -> None:
    listed = [story, story.replace("tin", "lead").replace("234", "777").replace("45", "67")]
    shapes = find_shapes(listed)
    assert shapes.matched == 2
    site = site_with(shapes.patterns)
    assert site.is_article(story.replace("tin", "zinc").replace("100", "200"))
    assert site.is_article(story + "?utm_source=feed")
    assert not site.is_article(other)


def site_with(patterns: tuple[str, ...]) -> Site:
    return Site.model_validate(
        {
            "name": "quay",
            "title": "Quay",
            "homepage": "https://quay.example/",
            "hosts": ["quay.example"],
            "article_patterns": patterns,
        }
    )


def test_a_number_of_its_own_names_a_story() -> None:
    urls = [f"https://quay.example/markets/story-{word}-10023{n}" for n, word in enumerate("abc")]
    shapes = find_shapes(urls)
    assert shapes.number
    site = site_with(shapes.patterns).model_copy(update={"article_number_pattern": shapes.number})
    assert [site.number_of(url) for url in urls] == ["100230", "100231", "100232"]
    assert find_shapes([*urls, urls[0].replace("story-a", "other")]).number is None


@pytest.mark.parametrize(
    "title", ['Tin: "rises"\n# enabled: true', "{{x}}", "- a", "Ümläut & Söhne", "yes", "x\u2028y"]
)
def test_a_draft_is_yaml_whatever_the_page_calls_itself(tmp_path: Path, title: str) -> None:
    hostile = "https://quay.example/a\u2028enabled: true"
    draft = Draft("quay", title, "https://quay.example/", ["quay.example"], silent=[(hostile, title)], at="2026-11-24")
    draft.feeds, draft.robots, draft.notes = [Found("https://quay.example/feed", 3)], [title], [title]
    file = tmp_path / "quay.yaml"
    file.write_text(draft.text(), "utf-8")
    site = load_site(file)
    assert not site.enabled
    assert site.title == " ".join(title.split())
    assert site.evidence == "lists-only"


# --- over HTTP


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(delay=0.0) as room:
        yield room


Call = Callable[..., int]


@pytest.fixture
def call(room: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    room.log.clear()
    return lambda *words: main(["--config", str(room.config), "sites", *words])


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTED)
def test_an_outlet_is_drafted_and_its_file_fits_it(
    name: str, room: Newsroom, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    drafted = f"new-{name}"
    file = room.config / "sites" / f"{drafted}.yaml"
    assert call("add", room.base(name), "--name", drafted, "--private") == 0
    site = load_site(file)
    assert len(getattr(site, LISTED[name])) == 1
    assert site.title == room.outlets[name].outlet.title
    assert (site.language, site.enabled, site.evidence) == (room.outlets[name].outlet.language, False, "lists-only")
    stories = [story.url for story in room.expected() if story.outlet == name]
    assert all(site.is_article(url) for url in stories)
    assert not site.is_article(site.homepage)
    agents = {request.headers["user-agent"] for request in room.requests}
    assert all(agent.startswith("broadtape/") and "newsroom@example.org" in agent for agent in agents)
    assert max(request.in_flight for request in room.log.of(name)) == 1
    capsys.readouterr()

    assert call("check", drafted, "--live") == 0
    said = capsys.readouterr().out
    assert said.count("  ok ") >= 4
    assert "bad" not in said
    assert call("add", room.base(name), "--name", drafted, "--private") == 2
    file.unlink()


@pytest.mark.slow
def test_a_file_that_does_not_fit_is_told(room: Newsroom, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    values = yaml.safe_load((room.config / "sites" / "wirepoint.yaml").read_text())
    values |= {"article_patterns": ["/nothing/"], "news_sitemaps": [room.base("wirepoint") + "/no-such.xml"]}
    (room.config / "sites" / "misfit.yaml").write_text(
        yaml.safe_dump({key: values[key] for key in KEYS if key in values}, sort_keys=False)
    )
    assert call("check", "misfit", "--live") == 1
    told = capsys.readouterr()
    assert "bad  " + room.base("wirepoint") + "/no-such.xml: 404" in told.out
    assert "0 of " in told.out
    assert "Not as it should be: misfit." in told.err
    (room.config / "sites" / "misfit.yaml").unlink()


def test_a_private_network_is_refused_unless_it_is_meant(room: Newsroom, call: Call) -> None:
    for url in (room.base("wirepoint"), "http://0x7f000001/", "http://localhost/", "http://10.0.0.1/"):
        assert call("add", url, "--name", "inner") == 2
    assert room.requests == []


def test_the_live_web_needs_a_contact(call: Call, room: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    settings = room.config / "broadtape.toml"
    written = settings.read_text()
    settings.write_text("\n".join(line for line in written.splitlines() if not line.startswith("contact")))
    assert call("add", "https://ledger.example/") == 2
    assert "No contact address is set" in capsys.readouterr().err
    settings.write_text(written)


@pytest.mark.parametrize("url", ["ftp://ledger.example/", "http://", "https://a b/"])
def test_what_is_no_address_is_told(call: Call, url: str) -> None:
    assert call("add", url, "--name", "odd") == 2


@pytest.mark.slow
def test_a_page_is_recorded_and_compared(
    room: Newsroom, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = next(story for story in room.expected() if story.outlet == "wirepoint")
    assert call("record", story.url, "--site", "wirepoint", "--folder", str(tmp_path / "cases")) == 0
    assert "keep it to yourself, and out of any repository" in capsys.readouterr().out
    (file,) = (tmp_path / "cases" / "wirepoint").glob("*.json")
    values = json.loads(file.read_text())
    assert (values["site"], values["url"], values["expected"]["title"]) == ("wirepoint", story.url, story.title)
    assert file.with_suffix(".txt").read_text().replace("\n\n", "\n").strip().split("\n") == list(story.lines)
    file.with_suffix(".txt").write_text("something else\n")
    assert call("record", "--again", str(file)) == 0
    assert file.with_suffix(".txt").read_text() != "something else\n"


@pytest.mark.slow
def test_what_robots_txt_forbids_is_not_recorded(
    room: Newsroom, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (forbidden,) = (each.url for each in room.skipped() if each.outlet == "marketferry" and each.reason == "robots")
    assert call("record", forbidden, "--folder", str(tmp_path)) == 1
    assert "robots" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.html")) == []


def test_record_asks_for_one_thing(call: Call) -> None:
    assert call("record") == 2
    assert call("record", "https://nobody.example/story") == 2
