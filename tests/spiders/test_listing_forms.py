"""Listings in the forms that publishers give them: damaged, mislabelled, wrapped, and in other vocabularies."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery.feeds import parse_feed
from spiders.discovery.sitemaps import parse_sitemap
from spiders.discovery.text import Home, moment

_FEED = "https://x.example/feed"
_MAP = "https://x.example/map.xml"
_TITLE = "Zinngießerei – Kurs «steigt» um 5 €"


def _rss(inner: str, encoding: str = "utf-8") -> str:
    head = f"<?xml version='1.0' encoding='{encoding}'?>"
    return f"{head}<rss version='2.0'><channel><title>t</title>{inner}</channel></rss>"


def _item(title: str = _TITLE, more: str = "", link: str = "https://x.example/1") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def _titles(body: bytes, content_type: str | None = None) -> list[str | None]:
    return [listing.title for listing in parse_feed(body, _FEED, content_type=content_type).listings]


def test_one_damaged_byte_costs_its_character() -> None:
    items = "".join(_item(f"{_TITLE} {n}") for n in range(20))
    whole = _rss(_item("Kürzung") + items).encode()
    damaged = whole.replace("Kürzung".encode(), "Kürzung".encode()[:2], 1)
    assert _titles(damaged, "text/xml; charset=utf-8")[1:] == [f"{_TITLE} {n}" for n in range(20)]


@pytest.mark.parametrize(
    ("written", "declared", "header"),
    [
        ("cp1252", "utf-8", "text/xml; charset=utf-8"),
        ("cp1252", "iso-8859-1", None),
        ("utf-8", "iso-8859-1", "text/xml; charset=ISO-8859-1"),
        ("utf-8", "utf-16", None),
        ("utf-8", "idna", "text/xml; charset=zip"),
        ("utf-8-sig", "us-ascii", "text/xml; charset=utf8mb4"),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-8", "text/xml"),
    ],
)
def test_the_charset_is_what_the_bytes_say(written: str, declared: str, header: str | None) -> None:
    assert _titles(_rss(_item(), declared).encode(written), header) == [_TITLE]


@pytest.mark.parametrize(
    ("title", "charset", "language"),
    [
        ("Цены на олово выросли", "cp1251", "ru"),
        ("Цены на олово выросли", "koi8-r", "ru"),
        ("Ціни на олово зросли", "cp1251", "uk"),
        ("锡价周一上涨，冶炼厂增产", "gbk", "zh"),
        ("錫價週一上漲，冶煉廠增產", "big5", "zh"),
        ("錫の価格が月曜日に上昇した", "cp932", "ja"),
        ("錫の価格が月曜日に上昇した", "euc_jp", "ja"),
        ("주석 가격이 월요일에 올랐다", "cp949", "ko"),
        ("Kalay fiyatları yükseldi, şirket açıkladı", "cp1254", "tr"),
        ("Huť oznámila žluťoučký šrot", "cp1250", "cs"),
        ("Huť oznámila žluťoučký šrot", "iso8859-2", "cs"),
        ("Η τιμή του κασσίτερου αυξήθηκε", "cp1253", "el"),
        ("מחיר הבדיל עלה ביום שני", "cp1255", "he"),
        ("Zinnpreise für große Gießereien", "cp1252", "de"),
    ],
)
def test_a_charset_that_nobody_declared_is_told_by_the_language(title: str, charset: str, language: str) -> None:
    body = _rss(_item(title)).partition("?>")[2].encode(charset)
    told = body.replace(b"<channel>", b"<channel><language>%s</language>" % language.encode())
    assert _titles(told) == [title]
    assert _titles(told, "text/xml; charset=ISO-8859-1") == [title]
    listed = parse_feed(body, _FEED, home=Home(None, language)).listings
    assert [each.title for each in listed] == [title]


@pytest.mark.parametrize(
    ("title", "charset"),
    [
        ("Цены на олово выросли в понедельник", "cp1251"),
        ("錫の価格が月曜日に上昇した", "cp932"),
        ("Kalay fiyatları yükseldi, şirket ağır işi açıkladı", "cp1254"),
        ("Þór hf. hækkaði verð á áli í gær, sagði félagið", "cp1252"),
        ("Le prix de l’étain a augmenté lundi à Paris", "cp1252"),
        ("El precio del estaño subió el lunes, según la compañía", "cp1252"),
    ],
)
def test_a_script_shows_itself_where_no_language_is_told(title: str, charset: str) -> None:
    body = _rss("".join(_item(title) for _ in range(3))).partition("?>")[2].encode(charset)
    assert _titles(body) == [title] * 3


def test_a_legacy_charset_is_taken_from_the_declaration() -> None:
    assert _titles(_rss(_item("Олово"), "windows-1251").encode("cp1251"), "text/xml; charset=utf-8") == ["Олово"]
    assert _titles(_rss(_item("錫の価格"), "iso-2022-jp").encode("iso2022_jp")) == ["錫の価格"]


@pytest.mark.parametrize(
    ("title", "charset"),
    [
        ("市場が上昇", "euc-jp"),
        ("市場が上昇", "shift_jis"),
        ("锡价上涨", "gb2312"),
        ("주석 가격", "euc-kr"),
        ("ดีบุก", "tis-620"),
    ],
)
def test_a_short_text_in_a_charset_of_pairs_is_no_damaged_utf8(title: str, charset: str) -> None:
    assert _titles(_rss(_item(title), charset).encode(charset)) == [title]
    assert _titles(_rss(_item(title)).encode(charset), f"text/xml; charset={charset}") == [title]


@pytest.mark.parametrize(
    "title",
    ["AT&T und R&D: M&A bei H&M", "AT&amp;T und R&amp;D: M&amp;A bei H&amp;M", "<![CDATA[AT&T und R&D: M&A bei H&M]]>",
     "AT&amp;amp;T und R&amp;amp;D: M&amp;amp;A bei H&amp;amp;M"],
)  # fmt: skip
def test_an_ampersand_is_one_however_it_is_written(title: str) -> None:
    (listing,) = parse_feed(_rss(_item(title, link="https://x.example/s?p=12&id=3&lang=de")).encode(), _FEED).listings
    assert (listing.title, listing.url) == ("AT&T und R&D: M&A bei H&M", "https://x.example/s?p=12&id=3&lang=de")


@pytest.mark.parametrize(
    "body",
    [
        _rss(_item("Tin") + "<item><title>Zinc</title><link>https://x.example/2</link>").encode(),
        _rss("<item><title>Tin<link>https://x.example/1</link></item>" + _item("Zinc", link="/2")).encode(),
        _rss(_item("Tin", "<description><p>One<br>two</b></p></description>") + _item("Zinc", link="/2")).encode(),
        _rss(_item("Tin", "<1bad a=b c>x</1bad> 3 < 4 & 5") + _item("Zinc", link="/2")).encode(),
        _rss(
            _item("Tin", "<image><title>no</title><link>https://x.example/no</link>") + _item("Zinc", link="/2")
        ).encode(),
        b"<br />\n<b>Warning</b>: x in <b>/y.php</b> on line <b>3</b><br />\n"
        + _rss(_item("Tin") + _item("Zinc", link="/2")).encode(),
    ],
)
def test_a_fault_in_the_markup_costs_nothing_that_stands_beside_it(body: bytes) -> None:
    listings = parse_feed(body, _FEED).listings
    assert [(listing.title, listing.url) for listing in listings] == [
        ("Tin", "https://x.example/1"),
        ("Zinc", "https://x.example/2"),
    ]


def test_a_feed_that_breaks_off_says_so() -> None:
    assert parse_feed(_rss(_item()).encode(), _FEED).extent.cut is None
    assert parse_feed(_rss(_item()).encode()[:-30], _FEED).extent.cut == "it breaks off before </rss>"
    assert parse_feed(_rss(_item() + "<!-- ").encode(), _FEED).extent.cut == "it breaks off before a '-->'"


@pytest.mark.parametrize(
    ("inner", "urls"),
    [
        ("<guid isPermaLink='false'>4711</guid>", []),
        ("<guid>story-4711</guid>", []),
        ("<guid isPermaLink='false'>https://x.example/no</guid>", []),
        ("<guid>https://x.example/1</guid>", ["https://x.example/1"]),
        ("<guid>4711</guid><link>\n <![CDATA[ /1 ]]>\n</link>", ["https://x.example/1"]),
        ("<link>www.x.example/1</link>", ["http://www.x.example/1"]),
        ("<atom:link rel='self' href='https://x.example/self'/><link>/1</link>", ["https://x.example/1"]),
        ("<feedburner:origLink>https://x.example/1</feedburner:origLink><link>/2</link>", ["https://x.example/1"]),
        (
            "<source url='https://y.example/'><link>https://y.example/no</link></source><link>/1</link>",
            ["https://x.example/1"],
        ),
        (
            "<media:content url='/a.jpg'><media:title>no</media:title></media:content><link>/1</link>",
            ["https://x.example/1"],
        ),
    ],
)
def test_an_items_address_is_the_one_it_gives_or_none(inner: str, urls: list[str]) -> None:
    found = parse_feed(_rss(f"<item><title>T</title>{inner}</item>").encode(), _FEED)
    assert [listing.url for listing in found.listings] == urls
    assert found.extent.unusable == (not urls)


def _atom(links: str, feed: str = "", entry: str = "") -> bytes:
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom' {feed}><title>t</title><entry {entry}><title>T</title>"
        f"<id>tag:x.example,2026:1</id>{links}</entry></feed>"
    ).encode()


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (_atom("<link href='/1'/><link hreflang='fr' href='/fr/1'/>"), "https://x.example/1"),
        (_atom("<link hreflang='fr' href='/fr/1'/><link href='/1'/>"), "https://x.example/1"),
        (
            _atom("<link hreflang='fr' href='/fr/1'/><link hreflang='de' href='/1'/>", "xml:lang='de'"),
            "https://x.example/1",
        ),
        (
            _atom("<link rel='alternate' type='application/json' href='/api'/><link type='text/html' href='/1'/>"),
            "https://x.example/1",
        ),
        (
            _atom("<link rel='replies' href='/c'/><link rel='self' href='/s'/><link rel='alternate' href='/1'/>"),
            "https://x.example/1",
        ),
        (_atom("<link href='26/1'/>", "xml:base='https://www.x.example/blog/'"), "https://www.x.example/blog/26/1"),
        (_atom("<link href='26/1'/>", "", "xml:base='https://www.x.example/blog/'"), "https://www.x.example/blog/26/1"),
        (_atom("<source><link href='https://y.example/'/></source><link href='/1'/>"), "https://x.example/1"),
    ],
)
def test_an_entrys_address_is_the_page_for_readers(body: bytes, url: str) -> None:
    assert [listing.url for listing in parse_feed(body, _FEED).listings] == [url]


_ON_MONDAY = "Mon, 23 Nov 2026 10:00:00"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        (f"{_ON_MONDAY} GMT", "10:00"),
        (f"{_ON_MONDAY} CET", "09:00"),
        (f"{_ON_MONDAY} JST", "01:00"),
        (f"{_ON_MONDAY} EST", "15:00"),
        (f"{_ON_MONDAY} +0530", "04:30"),
        (f"{_ON_MONDAY} PM +0000", "22:00"),
        ("2026-11-23 10:00:00 +0530", "04:30"),
        ("2026-11-23T10:00:00,000+01:00", "09:00"),
        ("1795428000", "10:00"),
        ("1795428000000", "10:00"),
    ],
)
def test_a_feeds_time_is_read_as_it_is_meant(text: str, time: str) -> None:
    (listing,) = parse_feed(_rss(_item(more=f"<pubDate>{text}</pubDate>")).encode(), _FEED).listings
    assert listing.published_at is not None
    assert (f"{listing.published_at:%Y-%m-%d %H:%M}", listing.published_raw) == (f"2026-11-23 {time}", text)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "Mon, 99 Foo 2026", "2026-11-23T10:00:00"]
)
def test_a_time_that_is_none_is_kept_as_it_was_said(text: str) -> None:
    (listing,) = parse_feed(_rss(_item(more=f"<pubDate>{text}</pubDate>")).encode(), _FEED).listings
    assert (listing.published_at, listing.published_raw) == (None, text)


def test_the_outlets_country_tells_where_its_clock_stands() -> None:
    body = _rss(_item(more="<pubDate>2026-11-23T10:00:00</pubDate>")).encode()
    (listing,) = parse_feed(body, _FEED, home=Home("IN", "en")).listings
    assert listing.published_at == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 10:00:00 GMT", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20+01:00", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11", None),
    ],
)
def test_odd_times_of_a_change_are_read(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


_STORY = (
    "<url><loc>https://x.example/1</loc><news:news><news:publication_date>2026-11-20T10:00:00Z"
    "</news:publication_date><news:title>Smith & Sons&nbsp;buy R&D firm</news:title></news:news></url>"
)


@pytest.mark.parametrize("space", ["", " xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'", " xmlns='x'"])
def test_a_news_sitemap_is_read_whatever_it_declares(space: str) -> None:
    (listing,) = parse_sitemap(f"<urlset{space}>{_STORY}</urlset>".encode(), _MAP).listings
    assert (listing.title, listing.published_at) == (
        "Smith & Sons buy R&D firm",
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


def test_a_prefix_of_the_publishers_own_is_what_it_is_declared_to_be() -> None:
    head = "xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://x.example/schemas/sitemap-news/0.9'"
    story = "<s:url><s:loc>https://x.example/1</s:loc><n:news><n:title>Tin rises</n:title></n:news></s:url>"
    (listing,) = parse_sitemap(f"<s:urlset {head}>{story}</s:urlset>".encode(), _MAP).listings
    assert (listing.url, listing.title) == ("https://x.example/1", "Tin rises")


_PLAIN = b"<urlset><url><loc>https://x.example/1</loc></url></urlset>"
_WRAPPED = {
    "plain": _PLAIN,
    "gzip": gzip.compress(_PLAIN, mtime=0),
    "gzip twice": gzip.compress(gzip.compress(_PLAIN)),
    "many members": gzip.compress(_PLAIN[:20]) + gzip.compress(b"") * 1000 + gzip.compress(_PLAIN[20:]) + b"\0\0",
    "byte order mark": b"\xef\xbb\xbf\n\n" + _PLAIN,
    "addresses": b"https://x.example/1\r\n",
    "addresses after a mark": b"\xef\xbb\xbf\nhttps://x.example/1",
    "RSS": _rss(_item()).encode(),
    "Atom": _atom("<link href='/1'/>"),
    "JSON Feed": json.dumps({"items": [{"id": "1", "url": "https://x.example/1"}]}).encode(),
}


@pytest.mark.parametrize("kind", _WRAPPED)
def test_a_sitemap_is_read_in_any_wrapping_and_form(kind: str) -> None:
    found = parse_sitemap(_WRAPPED[kind], _MAP)
    assert [listing.url for listing in found.listings] == ["https://x.example/1"]
    assert found.extent.cut is None


def test_a_json_feed_gives_all_it_says() -> None:
    item = {
        "id": 7,
        "url": "/1",
        "title": "Tin \ud83d rises",
        "summary": "Tin rose.",
        "date_published": "2026-11-20T10:00:00+01:00",
        "date_modified": "2026-11-20T11:00:00Z",
        "authors": [{"name": "A. Writer"}, {"name": 5}, "B"],
        "tags": ["Metals", 3],
        "language": "en-GB",
    }
    (listing,) = parse_feed(json.dumps({"items": [item, {"id": "4711"}, 3]}).encode(), _FEED).listings
    assert (listing.url, listing.title, listing.summary) == ("https://x.example/1", "Tin \ufffd rises", "Tin rose.")
    assert listing.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert listing.modified_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert (listing.authors, listing.tags, listing.language) == (("A. Writer", "B"), ("Metals",), "en")


def test_a_content_systems_own_list_of_posts_is_one() -> None:
    post = {
        "id": 12,
        "date": "2026-11-20T10:00:00",
        "date_gmt": "2026-11-20T09:00:00",
        "modified_gmt": "2026-11-20T11:00:00",
        "guid": {"rendered": "https://x.example/?p=12"},
        "link": "https://x.example/tin",
        "title": {"rendered": "Tin &amp; zinc"},
        "excerpt": {"rendered": "<p>Both rose.</p>"},
        "author": 3,
        "tags": [4],
        "_links": {"self": [{"href": "https://x.example/wp-json/posts/12"}]},
    }
    (listing,) = parse_feed(json.dumps([post]).encode(), _FEED).listings
    assert (listing.url, listing.title, listing.summary) == ("https://x.example/tin", "Tin & zinc", "Both rose.")
    assert listing.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert listing.published_raw == "2026-11-20T09:00:00"
    assert listing.modified_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert (listing.authors, listing.tags) == ((), ())


_ONE, _TWO = {"headline": "Tin", "permalink": "/1"}, {"title": "Zinc", "link": "/2", "publishedAt": 1_795_168_800}


@pytest.mark.parametrize(
    "told",
    [
        [_ONE, _TWO],
        {"status": "ok", "articles": [{"source": {"url": "https://x.example"}, **_ONE}, _TWO]},
        {"data": {"posts": {"edges": [{"node": _ONE}, {"node": _TWO}]}}},
        {"sections": [{"name": "Metals", "url": "/metals", "stories": [_ONE]}, {"name": "Other", "stories": [_TWO]}]},
        {"items": {"item": [{**_ONE, "date": "2026-11-20", "related": [{"title": "Lead", "url": "/3"}]}, _TWO]}},
        {"itemListElement": [{"position": 1, "url": "/1"}, {"position": 2, "item": {"url": "/2", "name": "Zinc"}}]},
        ["https://x.example/1", "https://x.example/2"],
    ],
)
def test_stories_are_found_in_whatever_json_wraps_them(told: object) -> None:
    found = parse_feed(json.dumps(told).encode(), _FEED)
    assert [each.url for each in found.listings] == ["https://x.example/1", "https://x.example/2"]
    assert found.extent.unusable == 0


def test_json_that_lists_nothing_is_no_feed_and_an_item_without_an_address_is_counted() -> None:
    with pytest.raises(ValueError, match="no list of items"):
        parse_feed(b'{"code": "no_route", "data": {"status": 404}}', _FEED)
    assert parse_feed(json.dumps([_ONE, {"title": "Lead"}]).encode(), _FEED).extent.unusable == 1


@pytest.mark.slow
def test_a_sitemap_of_fifty_megabytes_is_read_whole() -> None:
    entry = "<url><loc>https://x.example/{:07d}-" + "x" * 900 + "</loc></url>"
    body = "".join(["<urlset>", *(entry.format(n) for n in range(50_000)), "</urlset>"]).encode()
    found = parse_sitemap(gzip.compress(body, 1), _MAP)
    assert (len(found.listings), found.extent.cut) == (50_000, None)


def test_a_feed_whose_own_vocabulary_has_a_prefix_that_nobody_knows() -> None:
    body = (
        b'<q:rss xmlns:q="http://rss.example/2" version="2.0"><q:channel><q:item><q:title>Tolls</q:title>'
        b"<q:link>https://news.example/tolls</q:link></q:item></q:channel></q:rss>"
    )
    (found,) = parse_feed(body, "https://news.example/feed").listings
    assert (found.url, found.title) == ("https://news.example/tolls", "Tolls")


def test_what_was_put_behind_a_listings_end_is_read_or_told_to_break_off() -> None:
    one, two = (b"<urlset><url><loc>https://news.example/%d</loc></url></urlset>" % n for n in (1, 2))
    both = parse_sitemap(one + two, "https://news.example/sitemap.xml", via="sitemap")
    assert [found.url[-1] for found in both.listings] == ["1", "2"]
    assert both.extent.cut is None
    torn = parse_sitemap(one + two[:-20], "https://news.example/sitemap.xml", via="sitemap")
    assert [found.url[-1] for found in torn.listings] == ["1"]
    assert torn.extent.cut


def test_columns_behind_an_address_in_plain_text_are_none_of_it() -> None:
    body = b"https://news.example/1\t2026-05-04\r\nhttps://news.example/2\t\r\n"
    found = parse_sitemap(body, "https://news.example/sitemap.txt", via="sitemap").listings
    assert [each.url for each in found] == ["https://news.example/1", "https://news.example/2"]


_PICTURE = "http://www.google.com/schemas/sitemap-image/1.1"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@pytest.mark.parametrize(
    "picture",
    [
        f"<image xmlns='{_PICTURE}'><loc>https://x.example/p.jpg</loc><title>Quay</title></image>",
        "<image><loc>https://x.example/p.jpg</loc><title>Quay</title></image>",
        f"<p:image xmlns:p='{_PICTURE}'><p:loc>https://x.example/p.jpg</p:loc><p:title>Quay</p:title></p:image>",
    ],
)
def test_a_vocabulary_may_be_declared_where_it_is_used(picture: str) -> None:
    told = "<q:publication_date>2026-11-12T10:00:00Z</q:publication_date><q:title>Tin</q:title>"
    news = f"<q:news xmlns:q='{_NEWS}'>{told}</q:news>"
    [listing] = parse_sitemap(
        f"<urlset><url>{picture}<loc>https://x.example/1</loc>{news}</url></urlset>".encode(), _MAP
    ).listings
    assert (listing.url, listing.title) == ("https://x.example/1", "Tin")
    assert listing.published_at == datetime(2026, 11, 12, 10, tzinfo=UTC)


def test_an_extension_of_a_feed_may_bring_its_own_vocabulary() -> None:
    group = "<group xmlns='http://search.yahoo.com/mrss/'><title>Quay</title><link>https://x.example/p</link></group>"
    date = "<date xmlns='http://purl.org/dc/elements/1.1/'>2026-11-12T10:00:00Z</date>"
    creator = "<creator xmlns='http://purl.org/dc/elements/1.1/'>Ada Quill</creator><other>of no matter</other>"
    item = f"<item>{group}{date}{creator}<link>https://x.example/1</link></item>"
    [listing] = parse_feed(_rss(item).encode(), _FEED).listings
    assert (listing.url, listing.title, listing.authors) == ("https://x.example/1", None, ("Ada Quill",))
    assert listing.published_at == datetime(2026, 11, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "listed",
    [
        "<urlset><url><loc>/2026.xml</loc></url><url><loc>/2025.xml.gz</loc></url></urlset>",
        "<sitemapindex><url><loc>/2026.xml</loc></url><url><loc>/2025.xml.gz</loc></url></sitemapindex>",
        "https://x.example/2026.xml\nhttps://x.example/2025.xml.gz\n",
    ],
)
def test_sitemaps_may_be_listed_as_if_they_were_pages(listed: str) -> None:
    found = parse_sitemap(listed.encode(), _MAP)
    assert [child.url for child in found.children] == ["https://x.example/2026.xml", "https://x.example/2025.xml.gz"]
    assert not found.listings


def test_what_tells_of_a_story_is_one_whatever_its_root_is_called() -> None:
    story = "<url><loc>/tin</loc><news:title>Tin</news:title></url>"
    found = parse_sitemap(f"<sitemapindex>{story}<url><loc>/more</loc></url></sitemapindex>".encode(), _MAP)
    assert [each.url for each in found.listings] == ["https://x.example/tin"]
    assert [each.url for each in found.children] == ["https://x.example/more"]


def test_stories_that_only_a_script_tells_apart_are_counted() -> None:
    links = ("/#!/tin", "/#!/zinc", "/app#/lead", "/app#/lead", "/app#/iron", "/tin#comments", "/tin#top", "/x#/one")
    found = parse_feed(_rss("".join(_item(link=link) for link in links)).encode(), _FEED)
    assert found.extent.merged == 2


def test_a_long_listing_of_which_nothing_is_understood_says_so() -> None:
    odd = "".join(f"<story><address>https://x.example/{n}</address></story>" for n in range(200))
    assert "was understood as an entry" in (parse_feed(_rss(odd).encode(), _FEED).extent.cut or "")
    assert parse_feed(_rss("").encode(), _FEED).extent.cut is None


def test_two_addresses_in_one_entry_are_two() -> None:
    entry = "<url><loc>https://x.example/1</loc><loc>https://x.example/2</loc></url>"
    listings = parse_sitemap(f"<urlset>{entry}</urlset>".encode(), _MAP).listings
    assert [listing.url for listing in listings] == ["https://x.example/1", "https://x.example/2"]


def test_of_several_times_the_first_that_can_be_read_counts() -> None:
    times = "<pubDate>soon</pubDate><dc:date>2026-11-12T10:00:00Z</dc:date>"
    [listing] = parse_feed(_rss(_item(more=times)).encode(), _FEED).listings
    assert listing.published_at == datetime(2026, 11, 12, 10, tzinfo=UTC)


_NAMES = st.sampled_from("items url link title date date_gmt authors tags node next_url language x".split())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("https://x.example/1"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=25,
)


@given(_JSON)
def test_no_json_breaks_the_reading_of_listings(told: object) -> None:
    try:
        found = parse_feed(json.dumps(told).encode(), _FEED)
    except ValueError:
        return
    assert all(listing.url.startswith("http") for listing in found.listings)
