"""Feeds, sitemaps, sections and archive addresses as parsers see them: all shapes, and hostile ones."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.site import Site
from spiders.discovery.archive_sitemaps import archive_addresses, paged
from spiders.discovery.documents import document
from spiders.discovery.documents.extent import Extent
from spiders.discovery.feeds import parse_feed
from spiders.discovery.section_pages import parse_section
from spiders.discovery.sitemaps import Child, parse_sitemap
from spiders.discovery.text import absolute, moment, plain

_FEED = "https://x.example/feed"
_MAP = "https://x.example/map.xml"
_MOST = 10 * 2**20


def _rss(items: str, channel: str = "") -> bytes:
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{channel}{items}</channel></rss>".encode()


def test_an_rss_item_gives_all_it_says() -> None:
    item = (
        "<item><title>Tin &amp;amp; zinc &lt;b&gt;rise&lt;/b&gt;</title><link>/news/1?utm_source=rss</link>"
        "<description>&lt;p&gt;Tin rose.&lt;/p&gt;</description><pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>"
        "<author>A. Writer</author><category>Metals</category><category>Metals</category></item>"
    )
    (listing,) = parse_feed(_rss(item, "<language>en-GB</language>"), _FEED).listings
    assert listing.url == "https://x.example/news/1?utm_source=rss"
    assert (listing.title, listing.summary) == ("Tin & zinc rise", "Tin rose.")
    assert listing.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (listing.modified_at, listing.language, listing.tags, listing.via) == (None, "en", ("Metals",), "feed")
    assert listing.listed_in == _FEED


def test_an_atom_entry_tells_when_it_was_updated() -> None:
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry><title>Tin</title><id>urn:1</id>"
        b"<link rel='alternate' href='https://x.example/1'/><published>2026-11-20T09:00:00Z</published>"
        b"<updated>2026-11-20T11:30:00Z</updated><author><name>A. Writer</name></author></entry></feed>"
    )
    (listing,) = parse_feed(body, _FEED).listings
    assert (listing.published_at, listing.modified_at) == (
        datetime(2026, 11, 20, 9, tzinfo=UTC),
        datetime(2026, 11, 20, 11, 30, tzinfo=UTC),
    )
    assert listing.authors == ("A. Writer",)


@pytest.mark.parametrize(
    ("ttl", "expected"),
    [("60", 3600), ("0", None), ("-1", None), ("soon", None), ("99999999", 86400), ("nan", None)],
)
def test_a_feeds_ttl_is_bounded(ttl: str, expected: int | None) -> None:
    found = parse_feed(_rss("", f"<title>t</title><ttl>{ttl}</ttl>"), _FEED).ttl
    assert (found.total_seconds() if found else None) == expected


def test_entries_without_a_usable_address_are_left_out() -> None:
    items = "".join(
        f"<item><title>t</title><link>{link}</link></item>" for link in ("", "javascript:x()", "mailto:a@b.c")
    )
    assert parse_feed(_rss(items + "<item><title>t</title></item>"), _FEED).listings == ()


def test_impossible_dates_are_absent() -> None:
    items = "<item><link>/1</link><pubDate>Fri, 99 Foo 2026</pubDate></item>"
    (listing,) = parse_feed(_rss(items), _FEED).listings
    assert listing.published_at is None


def test_entities_in_a_feed_do_not_unfold() -> None:
    depth = "".join(f"<!ENTITY e{n} '&e{n - 1};&e{n - 1};&e{n - 1};&e{n - 1};'>" for n in range(1, 20))
    bomb = f"<!DOCTYPE rss [<!ENTITY e0 'aaaaaaaa'>{depth}]>".encode()
    body = bomb + _rss("<item><title>&e19;</title><link>/1</link></item>").removeprefix(b"<?xml version='1.0'?>")
    for listing in parse_feed(body, _FEED).listings:
        assert len(listing.title or "") < 100


def test_external_entities_are_not_read() -> None:
    body = b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + _rss(
        "<item><title>[&x;]</title><link>/1</link></item>"
    ).removeprefix(b"<?xml version='1.0'?>")
    for listing in parse_feed(body, _FEED).listings:
        assert (listing.title or "").replace("&x;", "") in {"[]", ""}


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{}", b"\x00\x01\x02", b"<rss", b"just words"])
def test_what_is_no_feed_says_so(body: bytes) -> None:
    try:
        feed = parse_feed(body, _FEED)
    except ValueError:
        return
    assert feed.listings == ()


@given(st.binary(max_size=600))
def test_no_bytes_break_the_feed_parser(body: bytes) -> None:
    try:
        parse_feed(body, _FEED)
    except ValueError:
        return


def _urlset(inner: str) -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' "
        f"xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>{inner}</urlset>"
    ).encode()


_NEWS = (
    "<url><loc> https://x.example/1 </loc><image:image><image:loc>https://x.example/p.jpg</image:loc>"
    "<image:title>A picture</image:title></image:image><lastmod>2026-11-20T10:00:00+01:00</lastmod>"
    "<news:news><news:publication><news:name>X</news:name><news:language>de</news:language></news:publication>"
    "<news:publication_date>2026-11-20</news:publication_date><news:title>Zinn steigt</news:title>"
    "<news:keywords>Zinn, Metalle, Zinn</news:keywords></news:news></url>"
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_news_sitemap_gives_all_it_says(pack) -> None:
    (listing,) = parse_sitemap(pack(_urlset(_NEWS)), _MAP, most_bytes=_MOST).listings
    assert (listing.url, listing.title, listing.language) == ("https://x.example/1", "Zinn steigt", "de")
    assert listing.published_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert listing.modified_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (listing.tags, listing.via, listing.listed_in) == (("Zinn", "Metalle"), "news_sitemap", _MAP)


def test_an_index_gives_its_children() -> None:
    body = (
        b"<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-11-20</lastmod></sitemap>"
        b"<sitemap><loc>https://x.example/b.xml</loc></sitemap></sitemapindex>"
    )
    assert parse_sitemap(body, _MAP, most_bytes=_MOST).children == (
        Child("https://x.example/a.xml", datetime(2026, 11, 20, tzinfo=UTC)),
        Child("https://x.example/b.xml", None),
    )


def test_more_entries_than_any_sitemap_may_have_are_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_MOST_ENTRIES", 500)
    entry = "<url><loc>https://x.example/1</loc></url>"
    assert parse_sitemap(_urlset(entry * 500), _MAP).extent.cut is None
    found = parse_sitemap(_urlset(entry * 501), _MAP)
    assert (len(found.listings), found.extent.cut) == (500, "it has more than 500 entries")


_BILLION = "<!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


_ENTITIES = {
    "billion": (_BILLION + "]><urlset><url><loc>&j;</loc></url></urlset>").encode(),
    "external": b"<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&x;</loc></url></urlset>",
    "parameter": b"<!DOCTYPE u [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/d'> %x;]><urlset/>",
}


@pytest.mark.parametrize("kind", _ENTITIES)
def test_a_sitemap_with_entities_of_its_own_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="entities"):
        parse_sitemap(_ENTITIES[kind], _MAP)


def test_what_unpacks_to_more_than_any_listing_is_read_to_the_limit_and_says_so() -> None:
    bomb = gzip.compress(_urlset(_NEWS) + b" " * (2 * _MOST))
    found = parse_sitemap(bomb, _MAP, most_bytes=_MOST)
    assert len(found.listings) == 1
    assert "unpacks to more than" in (found.extent.cut or "")
    bomb = gzip.compress(_urlset(_NEWS + " " * (2 * _MOST) + _NEWS))
    found = parse_sitemap(bomb, _MAP, most_bytes=_MOST)
    assert (len(found.listings), found.extent.cut) == (1, f"it unpacks to more than {_MOST:,} bytes")


def test_a_torn_gzip_gives_what_is_whole() -> None:
    torn = gzip.compress(_urlset(_NEWS + "<url><loc>https://x.example/2345"), compresslevel=0)[:-30]
    found = parse_sitemap(torn, _MAP)
    assert (len(found.listings), found.extent.cut) == (1, "it breaks off within its gzip")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x1f\x8bnot gzip", "damaged gzip"),
        (b"<html><body/></html>", "it is <html>"),
        (b"<!DOCTYPE html><HTML><head><title>Please wait</title>", "it is <HTML>"),
        (b"", "no markup"),
        (b"plain text", "no markup"),
        (b'{"version": "1"}', "no list of items"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_sitemap_says_so(body: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_sitemap(body, _MAP, most_bytes=_MOST)


def test_a_deep_sitemap_does_not_overflow() -> None:
    body = b"<urlset>" + b"<url>" * 100_000
    assert parse_sitemap(body, _MAP, most_bytes=_MOST).listings == ()


@given(st.binary(max_size=600))
def test_no_bytes_break_the_sitemap_parser(body: bytes) -> None:
    for candidate in (body, b"<urlset>" + body, gzip.compress(body)):
        try:
            parse_sitemap(candidate, _MAP, most_bytes=_MOST)
        except ValueError:
            continue


_SITE = Site(name="x", title="X", homepage="https://x.example/", hosts=("x.example",), article_patterns=(r"/news/\d+",))


def test_a_section_gives_the_links_that_look_like_stories() -> None:
    page = (
        b"<html><body><a href='/news/1'>  Tin <b>rises</b> </a><a href='https://x.example/news/2#top'></a>"
        b"<a href='/news/1?utm_source=home'>again</a><a href='/about'>About</a><a>nowhere</a>"
        b"<a href='https://elsewhere.example/news/3'>x</a><a href='javascript:void(0)'>x</a></body></html>"
    )
    listings = parse_section(page, "https://x.example/news", _SITE, Extent())
    assert [(listing.url, listing.title) for listing in listings] == [
        ("https://x.example/news/1", "Tin rises"),
        ("https://x.example/news/2#top", None),
    ]


def test_a_section_of_more_stories_than_are_taken_says_so() -> None:
    page = "".join(f"<a href='/news/{n}'>x</a><a href='/news/{n}'>again</a>" for n in range(2_000))
    extent = Extent()
    assert len(parse_section(page.encode(), "https://x.example/news", _SITE, extent)) == 2_000
    assert extent.cut is None
    parse_section(f"{page}<a href='/news/2000'>x</a>".encode(), "https://x.example/news", _SITE, extent)
    assert extent.cut == "it links to more than 2,000 stories"


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ("<base href='/en/'>", "https://x.example/en/"),
        ("<base href='//x.example/de/'>", "https://x.example/de/"),
        ("<base target=_top><base href='fr/'><base href='/later/'>", "https://x.example/a/fr/"),
        ("<base href=''>", "https://x.example/a/"),
        ("<template><base href='/t/'></template><base href='/en/'>", "https://x.example/en/"),
        ("<base href='javascript:x'>", "https://x.example/a/"),
        ("<base href='data:text/plain,x'>", "https://x.example/a/"),
        ("<base href='https://['>", "https://x.example/a/"),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_sections_links_are_relative_to_its_base(head: str, at: str, *, after: bool) -> None:
    link = "<a href='news/1'>Tin</a>"
    body = f"<body>{link}{head}</body>" if after else f"<head>{head}</head><body>{link}</body>"
    (listing,) = parse_section(body.encode(), "https://x.example/a/b", _SITE, Extent())
    assert listing.url == f"{at}news/1"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "<div id='app'></div><script src='/app.js'></script>",
            "it links to nothing, as a page that scripts fill",
        ),
        (
            "<a href='/about'>About</a><a href='/2026/tin'>Tin</a>",
            "none of its 2 links is a story by the patterns in its file",
        ),
    ],
)
def test_a_section_without_a_story_says_why(body: str, why: str) -> None:
    extent = Extent()
    assert parse_section(body.encode(), "https://x.example/news", _SITE, extent) == ()
    assert extent.cut == why


@pytest.mark.parametrize(
    "body",
    [
        "<map><area href='/news/1' alt='Tin'></map>",
        "<svg><a xlink:href='/news/1'><text>Tin</text></a></svg>",
        '<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [{"url": "/news/1"}]}</script>',
        '<script type="application/ld+json">[{"@type": "NewsArticle", "headline": "Tin", "url": "/news/1"}]</script>',
        '<script type="application/ld+json">{broken</script><a href="/news/1">Tin</a>',
    ],
)
def test_a_sections_stories_are_what_it_shows_and_what_it_says(body: str) -> None:
    listed = parse_section(f"<html><body>{body}</body></html>".encode(), "https://x.example/", _SITE, Extent())
    assert [listing.url for listing in listed] == ["https://x.example/news/1"]


def test_a_section_says_nothing_where_stories_have_no_pattern() -> None:
    bare = _SITE.model_copy(update={"article_patterns": ()})
    assert parse_section(b"<a href='/news/1'>x</a>", "https://x.example/", bare, Extent()) == ()


@given(st.binary(max_size=600))
def test_no_bytes_break_the_section_parser(body: bytes) -> None:
    try:
        parse_section(body, "https://x.example/", _SITE, Extent())
    except ValueError:
        return


_SINCE, _UNTIL = datetime(2026, 10, 30, 15, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "addresses"),
    [
        ("/{yyyy}/{mm}/{dd}", ["/2026/11/02", "/2026/11/01", "/2026/10/31", "/2026/10/30"]),
        ("/{yyyy}-{mm}?p={page}", ["/2026-11?p={page}", "/2026-10?p={page}"]),
        ("/{yyyy}", ["/2026"]),
        ("/archive.xml", ["/archive.xml"]),
    ],
)
def test_archive_addresses_go_back_from_today(template: str, addresses: list[str]) -> None:
    assert list(archive_addresses(template, _SINCE, _UNTIL)) == addresses
    assert paged(template) is ("{page}" in template)


def test_archive_addresses_end_where_the_web_begins() -> None:
    days = list(archive_addresses("/{yyyy}/{mm}/{dd}", datetime(1, 1, 1, tzinfo=UTC), _UNTIL))
    assert (days[0], days[-1]) == ("/2026/11/02", "/1990/01/01")
    assert len(list(archive_addresses("/{yyyy}", datetime(1, 1, 1, tzinfo=UTC), _UNTIL))) == 37


def test_since_in_the_future_gives_nothing() -> None:
    assert list(archive_addresses("/{yyyy}", _UNTIL + timedelta(days=2), _UNTIL)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a</p> <p>b</p>", "a b"),
        ("a&nbsp;&amp;b", "a &b"),
        ("AT&T, R&D & S&P: Q&A&notes", "AT&T, R&D & S&P: Q&A&notes"),
        ("Zinc\x0b \x1fup\x00", "Zinc up"),
        ("Q2 <em>up</em>, <b>T</b>in<br>down", "Q2 up, Tin down"),
        ("Tin \ud83d\ude80 and \ud83d", "Tin \U0001f680 and \ufffd"),
        ("&#xD83D;&#xDE80; &#xD83D; &#150;", "\U0001f680 \ufffd –"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("  ", None),
        (5, None),
    ],
)
def test_words_are_made_plain(text: object, expected: str | None) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a", "https://x.example/a"),
        ("//y.example/a", "https://y.example/a"),
        ("http://[bad/a", None),
        ("https://x.example/" + "a" * 3000, None),
        ("ftp://x.example/a", "ftp://x.example/a"),
        ("data:text/html,x", None),
        ("www.y.example/a", "http://www.y.example/a"),
        ("https://y.example/s?p=1&amp;amp;q=2", "https://y.example/s?p=1&q=2"),
        (" https://y.example/\na ", "https://y.example/a"),
        ("https://y.example/\r\n    a-b", "https://y.example/a-b"),
        ("x.example/a", "https://x.example/a"),
        ('"https://y.example/a"', "https://y.example/a"),
        ("<https://y.example/a>", "https://y.example/a"),
        ("\ufeffhttps://y.example/a\u200b", "https://y.example/a"),
        ("https://y.example/a\u200cb", "https://y.example/a\u200cb"),
        ("http://https://y.example/a", "https://y.example/a"),
        ("https//y.example/a", None),
        ('<a href="https://y.example/a">a</a>', None),
        ("/web/2026/https://y.example/a", "https://x.example/web/2026/https://y.example/a"),
        (None, None),
    ],
)
def test_links_are_made_whole(link: object, expected: str | None) -> None:
    assert absolute(_FEED, link) == expected


@pytest.mark.parametrize(
    "text", ["", None, "yesterday", "2026-13-01", "0000-00-00", "0001-01-01", "9999-12-31T23:59:59-23:00"]
)
def test_times_that_are_none_are_none(text: str | None) -> None:
    assert moment(text) is None
