"""Inputs of a size `n` for every entry point that sees bytes from outside: what hides a quadratic pattern or walk."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

Shape = Callable[[int], bytes]

SENTENCE = "The index rose by {} percent on Tuesday, analysts at the bank wrote in a note to clients."
STORY = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(6))


def page(body: str, head: str = "") -> bytes:
    start = f"<html><head><title>Index rises again</title>{head}</head><body><h1>Index rises again</h1>"
    return f"{start}<article>{STORY}{body}</article></body></html>".encode()


def numbered(unit: str, n: int) -> str:
    """The unit `n` times, each with its number in place of `{}`."""
    return "".join(unit.replace("{}", str(number)) for number in range(n))


def _ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def _state(text: str) -> str:
    return f"<script>window.__STATE__ = {text}</script>"


def _of(unit: str) -> Shape:
    return lambda n: page(numbered(unit, n))


PAGES: dict[str, Shape] = {
    "paragraphs of one class": _of(f'<p class="related">{SENTENCE}</p>'),
    "paragraphs of a class each": _of(f'<p class="related r{{}}">{SENTENCE}</p>'),
    "promoting paragraphs": _of('<p class="promo">Read more: index rises {} percent again</p>'),
    "list items": _of('<ul class="related"><li><a href="/a/{}">Index rises {}</a></li></ul>'),
    "items of one list": lambda n: page(f"<ul>{numbered('<li>' + SENTENCE + '</li>', n)}</ul>"),
    "inline parts of one sentence": lambda n: page(f"<p>{numbered('<b>word {}</b> and ', n)}.</p>"),
    "inline furniture of one sentence": lambda n: page(
        f"<p>{numbered('<span class=share>word {}</span> and ', n)}.</p>"
    ),
    "links of one paragraph": lambda n: page(f"<p>{numbered('<a href=/q/{}>ABC</a>, ', n)}.</p>"),
    "breaks": lambda n: page(f"<p>{numbered('line {} of it<br>', n)}</p>"),
    "breaks without a paragraph": lambda n: page(numbered("Line number {} of it.<br><br>", n)),
    "headings": _of("<h2>Part {}</h2>"),
    "headlines": _of("<h1>Index rises again</h1>"),
    "sections with a heading": _of(f"<section><h2>Part {{}}</h2><p>{SENTENCE}</p></section>"),
    "articles": _of(f"<article><h1>Index {{}}</h1><p>{SENTENCE}</p></article>"),
    "asides": _of(f'<aside class="promo"><p>{SENTENCE}</p></aside>'),
    "rows": lambda n: page(f"<table>{numbered('<tr><td>Q{}<td>1.5</tr>', n)}</table>"),
    "cells of one row": lambda n: page(f"<table><tr>{numbered('<td>{}', n)}</tr></table>"),
    "tables": _of("<table><tr><td>{}<td>1<tr><td>2<td>3</table>"),
    "definitions": lambda n: page(f"<dl>{numbered('<dt>T{}<dd>1.5', n)}</dl>"),
    "figures": _of("<figure><img src=/{}.png><figcaption>Photo: A. Quill {}</figcaption></figure>"),
    "quotations": _of(f"<blockquote>{SENTENCE}</blockquote>"),
    "unclosed comments": lambda n: page("<!--" * n),
    "comments": _of("<!-- {} -->"),
    "unclosed tags": lambda n: page("<p " * n),
    "bare brackets": lambda n: page("< " * n),
    "attributes": lambda n: page(f"<p {numbered('a{}=1 ', n)}>x</p>"),
    "classes": lambda n: page(f'<div class="{numbered("ad-{} ", n)}">{STORY}</div>'),
    "words of one line": lambda n: page(f"<p>{'word ' * n}.</p>"),
    "one word": lambda n: page(f"<p>{'w' * n}.</p>"),
    "white space": lambda n: page(f"<p>x{' ' * n}x.</p>"),
    "stops": lambda n: page(f"<p>{'. ' * n}</p>"),
    "dots": lambda n: page(f"<p>{'.' * n}</p>"),
    "quotation marks": lambda n: page("<p>" + '"' * n + "</p>"),
    "brackets of tickers": lambda n: page(f"<p>{'(NYSE: ' * n}</p>"),
    "tickers": _of("<p>Widget Corp (NYSE: W{}) rose.</p>"),
    "tickers of one line": lambda n: page(f"<p>{numbered('(NYSE: W{}) ', n)}</p>"),
    "cashtags": lambda n: page(f"<p>{numbered('$W{} ', n)}</p>"),
    "quote links": _of('<a href="/quote/W{}">W{}</a>'),
    "bylines": _of('<p class="byline">By Ada Quill {}</p>'),
    "commas of a byline": lambda n: page(f'<p class="byline">By {numbered("Ada Quill, ", n)}</p>'),
    "dates": _of("<p>Published 3 March 2026 at 1{}:00</p>"),
    "times": _of('<time datetime="2026-03-03T10:00:00Z">3 March</time>'),
    "figures of a date": lambda n: page(f"<p>{'3 ' * n}March</p>"),
    "references": lambda n: page(f"<p>{'&amp;' * n}</p>"),
    "broken references": lambda n: page(f"<p>{'&#' * n}</p>"),
    "metas": lambda n: page("", numbered('<meta name="author" content="Name {}">', n)),
    "metas of tags": lambda n: page("", numbered('<meta property="article:tag" content="tag {}">', n)),
    "commas of a meta": lambda n: page("", f'<meta name="keywords" content="{numbered("k{},", n)}">'),
    "authors of a meta": lambda n: page("", f'<meta name="author" content="{numbered("Ada Quill {} and ", n)}">'),
    "a name without an end": lambda n: page("", f'<meta name="author" content="{"x" * n}">'),
    "brackets of a name": lambda n: page("", f'<meta name="author" content="Ada Quill {"(" * n}">'),
    "a long title": lambda n: f"<title>{'a - ' * n}</title>".encode() + page(""),
    "a long headline": lambda n: page(f"<h1>{'word | ' * n}</h1>"),
    "alternates": lambda n: page("", numbered('<link rel="alternate" hreflang="x{}" href="/{}">', n)),
    "nodes of JSON-LD": lambda n: page("", _ld([{"@type": "NewsArticle", "headline": f"H {i}"} for i in range(n)])),
    "blocks of JSON-LD": lambda n: page("", _ld({"@type": "Thing", "name": "x"}) * n),
    "a body in JSON-LD": lambda n: page(
        "", _ld({"@type": "NewsArticle", "articleBody": "\n".join(SENTENCE.format(i) for i in range(n))})
    ),
    "a body in JSON-LD and on the page": lambda n: page(
        numbered(f"<p>{SENTENCE}</p>", n),
        _ld({"@type": "NewsArticle", "articleBody": "\n".join(SENTENCE.format(i) for i in range(2 * n))}),
    ),
    "authors in JSON-LD": lambda n: page(
        "", _ld({"@type": "NewsArticle", "author": [{"name": f"Ada Quill {i}"} for i in range(n)]})
    ),
    "unclosed JSON-LD": lambda n: page("", '<script type="application/ld+json">' + '{"a":' * n + "</script>"),
    "strings of JSON-LD": lambda n: page("", '<script type="application/ld+json">' + '"\\' * n + "</script>"),
    "brackets of JSON-LD": lambda n: page("", '<script type="application/ld+json">' + "[" * n + "]</script>"),
    "comments in JSON-LD": lambda n: page("", '<script type="application/ld+json">' + "/*" * n + "</script>"),
    "assignments": lambda n: page("", _state('{"a":1};') * n),
    "an unclosed state": lambda n: page("", _state('{"a":' * n)),
    "a state of strings": lambda n: page("", _state('"' * n)),
    "a state of texts": lambda n: page(
        "", _state(json.dumps([{"title": f"T {i}", "body": SENTENCE} for i in range(n)]))
    ),
    "scripts": _of("<script>var a{} = {};</script>"),
    "hidden parts": _of(f"<div hidden><p>{SENTENCE}</p></div>"),
    "nested emphasis": lambda n: page("<p>" + "<b><i>x</i></b>" * n + "</p>"),
    "stray end tags": lambda n: page("</div></p></b>" * n),
    "frames": _of("<iframe src=/{}></iframe>"),
    "templates": _of(f"<template><p>{SENTENCE}</p></template>"),
    "empty paragraphs": lambda n: page("<p></p>" * n),
    "NUL bytes": lambda n: page("<p>" + "a\x00" * n + "</p>"),
}
MARKUP: dict[str, Shape] = {
    name: PAGES[name]
    for name in (
        "unclosed comments", "comments", "unclosed tags", "bare brackets", "attributes", "metas", "commas of a meta",
        "references", "broken references", "NUL bytes", "frames", "quote links", "one word", "white space", "scripts",
        "stray end tags", "unclosed JSON-LD", "alternates", "empty paragraphs", "quotation marks",
    )
}  # fmt: skip
"""What those entry points see of a page that look at its bytes and links alone."""

LINES: dict[str, Callable[[int], str]] = {
    "sentences": lambda n: numbered(SENTENCE + "\n\n", n),
    "labels": lambda n: "Read more:\n" * n,
    "blank lines": lambda n: "\n" * n,
    "white space": lambda n: "x" + " \t" * n + "x",
    "one line": lambda n: "word " * n,
    "stars": lambda n: "* " * n,
    "addresses": lambda n: numbered("https://www.example.com/{}\n", n),
    "mails": lambda n: "a@" * n,
    "copyright": lambda n: "© " * n,
    "colons": lambda n: "A: " * n,
    "brackets": lambda n: "(" * n + ")" * n,
    "the same line": lambda n: "Loading...\n" * n,
    "dots": lambda n: "." * n,
    "dashes": lambda n: "-" * n + "\n" + "– " * n,
}

ITEM = "<item><title>Index {}</title><link>https://www.example.com/{}</link><pubDate>Tue, 3 Mar 2026</pubDate></item>"
LISTINGS: dict[str, Shape] = {
    "items": lambda n: f"<rss><channel>{numbered(ITEM, n)}</channel></rss>".encode(),
    "unclosed items": lambda n: b"<rss><channel>" + b"<item>" * n,
    "unclosed comments": lambda n: b"<rss>" + b"<!--" * n,
    "unclosed CDATA": lambda n: b"<rss>" + b"<![CDATA[" * n,
    "CDATA": lambda n: b"<rss><item><title>" + b"<![CDATA[x]]>" * n,
    "declarations": lambda n: b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'>" * n + b"]><rss>",
    "unclosed declarations": lambda n: b"<!DOCTYPE " * n + b"<rss>",
    "instructions": lambda n: b"<?x " * n + b"<rss>",
    "attributes": lambda n: b"<rss " + b"a='b' " * n + b"><channel>",
    "broken attributes": lambda n: b"<rss><item " + b"a=" * n + b">",
    "quotation marks": lambda n: b"<rss><item a=" + b"'\"" * n + b">",
    "brackets": lambda n: b"<rss>" + b"<" * n,
    "references": lambda n: b"<rss><item><title>" + b"&amp;&#x41;&bogus;" * n,
    "broken references": lambda n: b"<rss><item><title>" + b"&#" * n,
    "nested": lambda n: b"<rss>" + b"<a>" * n,
    "closing": lambda n: b"<rss>" + b"</a>" * n,
    "name spaces": lambda n: ("<rss " + numbered("xmlns:n{}='u' ", n) + ">").encode(),
    "links": lambda n: ("<feed><entry>" + numbered("<link href='/{}'/>", n)).encode(),
    "categories": lambda n: ("<rss><item>" + numbered("<category>c{}</category>", n)).encode(),
    "a name without an end": lambda n: page("", f'<meta name="author" content="{"x" * n}">'),
    "brackets of a name": lambda n: page("", f'<meta name="author" content="Ada Quill {"(" * n}">'),
    "a long title": lambda n: b"<rss><item><title>" + b"word &lt;b&gt; " * n,
    "addresses": lambda n: (
        f"<urlset>{numbered('<url><loc>https://www.example.com/{}</loc></url>', n)}</urlset>".encode()
    ),
    "sitemaps": lambda n: (
        numbered("<sitemap><loc>https://e.example/{}.xml</loc></sitemap>", n)
        .encode()
        .join((b"<sitemapindex>", b"</sitemapindex>"))
    ),
    "lines": lambda n: numbered("https://www.example.com/{}\n", n).encode(),
    "white space": lambda n: b" " * n + b"<rss>",
    "JSON items": lambda n: json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": f"https://e.example/{i}"} for i in range(n)]}
    ).encode(),
    "unclosed JSON": lambda n: b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * n,
    "empty gzip members": lambda n: gzip.compress(b"") * n,
    "gzip members": lambda n: gzip.compress(b"<rss>") * n,
    "gzip in gzip": lambda n: gzip.compress(gzip.compress(b"<rss>" + b" " * n)),
    "charsets": lambda n: b"<?xml version='1.0' " + b"encoding='x' " * n + b"?><rss>",
}

ROBOTS: dict[str, Shape] = {
    "agents": lambda n: b"User-agent: a\n" * n,
    "agents apart": lambda n: numbered("User-agent: a{}\nDisallow: /{}\n", n).encode(),
    "our agents": lambda n: numbered("User-agent: Scrapy\nDisallow: /{}\n", n).encode(),
    "rules": lambda n: b"User-agent: *\n" + numbered("Disallow: /a/{}\n", n).encode(),
    "stars": lambda n: b"User-agent: *\nDisallow: /" + b"*a" * n,
    "rules of stars": lambda n: b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*b$\n" * n,
    "delays": lambda n: b"User-agent: *\n" + b"Crawl-delay: 1\n" * n,
    "sitemaps": lambda n: b"Sitemap: https://e.example/s\n" * n,
    "colons": lambda n: b":" * n,
    "carriage returns": lambda n: b"\r" * n,
    "one line": lambda n: b"User-agent: " + b"a " * n,
    "comments": lambda n: b"#" * n,
    "percent signs": lambda n: b"User-agent: *\nDisallow: /" + b"%" * n,
}

TIMES: dict[str, Callable[[int], str]] = {
    "figures": lambda n: "3 " * n,
    "one figure": lambda n: "3" * n,
    "months": lambda n: "March " * n,
    "colons": lambda n: "10:" * n,
    "dates": lambda n: "3 March 2026, " * n,
    "zones": lambda n: "3 March 2026 10:00 " + "EST " * n,
    "white space": lambda n: "3" + " " * n + "March",
    "commas": lambda n: "3 March 2026" + ", " * n,
    "signs": lambda n: "2026-03-03T10:00" + "+" * n,
    "dashes": lambda n: "2026" + "-1" * n,
    "letters": lambda n: "ab" * n,
}

ADDRESSES: dict[str, Callable[[int], str]] = {
    "parameters": lambda n: "https://e.example/a?" + numbered("p{}=1&", n),
    "one parameter again": lambda n: "https://e.example/a?" + "a=1&" * n,
    "sessions": lambda n: "https://e.example/a" + ";jsessionid=1" * n,
    "slashes": lambda n: "https://e.example/" + "/" * n,
    "dots": lambda n: "https://e.example/" + "../" * n,
    "labels": lambda n: "https://" + "a." * n + "example/",
    "ats": lambda n: "https://" + "a@" * n + "e.example/",
    "percent signs": lambda n: "https://e.example/" + "%" * n,
    "fragments": lambda n: "https://e.example/" + "#" * n,
    "white space": lambda n: "https://e.example/" + " " * n,
    "brackets": lambda n: "https://[" + ":" * n + "]/",
    "letters": lambda n: "https://e.example/" + "é" * n,
}

TDM: dict[str, Shape] = {
    "rules": lambda n: json.dumps([{"location": f"/a{i}", "tdm-reservation": 1} for i in range(n)]).encode(),
    "stars": lambda n: json.dumps([{"location": "/" + "*a" * n, "tdm-reservation": 1}]).encode(),
    "unclosed": lambda n: b"[" * n,
}


def _member(text: bytes) -> bytes:
    return gzip.compress(text, 1, mtime=0)


def _response(body: bytes, header: bytes = b"") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + header + b"\r\n" + body
    head = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/a/1\r\n"
        b"WARC-Date: 2026-03-03T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http\r\n"
        b"Content-Length: %d\r\n\r\n" % len(http)
    )
    return head + http + b"\r\n\r\n"


WARCS: dict[str, Shape] = {
    "records": lambda n: _member(_response(b"<p>x")) * n,
    "records of one member": lambda n: _member(_response(b"<p>x") * n),
    "records that are not packed": lambda n: _response(b"<p>x") * n,
    "empty members": lambda n: _member(b"") * n,
    "beginnings of members": lambda n: b"\x1f\x8b\x08" * n,
    "beginnings between records": lambda n: (b"\x1f\x8b\x08\x00" * n).join([_member(_response(b"x"))] * 2),
    "bytes that are nothing": lambda n: _member(_response(b"x")) + b"\x00" * n,
    "lengths beyond the end": lambda n: _response(b"x").replace(b"Length: ", b"Length: 999999999") * n,
    "heads": lambda n: b"WARC/1.1\r\n" * n,
    "fields": lambda n: _member(b"WARC/1.1\r\n" + b"A: b\r\n" * n + b"\r\n"),
    "a field without an end": lambda n: _member(b"WARC/1.1\r\nA: " + b"b" * n),
    "headers": lambda n: _member(_response(b"x", b"A: b\r\n" * n)),
    "chunks": lambda n: _member(_response(b"1\r\nx\r\n" * n + b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\n")),
    "a body of gzip members": lambda n: _member(_response(gzip.compress(b"") * n, b"Content-Encoding: gzip\r\n")),
    "encodings": lambda n: _member(_response(b"x", b"Content-Encoding: " + b"gzip, " * n + b"\r\n")),
}
