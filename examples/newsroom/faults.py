"""What the web serves besides news: each answer that a listed page of the newsroom can give instead of a story."""

from __future__ import annotations

import json
import math
import time
import zlib
from email.utils import formatdate
from functools import cache
from http import HTTPStatus

from examples.newsroom.page import Page
from examples.newsroom.server import Answer, Exchange
from examples.newsroom.story import Hurdle

__all__ = ["ANSWERS", "hurdle", "redirect"]

_MEGABYTE = 2**20
_ENDLESS = 60 * _MEGABYTE
_BOMB = 200 * _MEGABYTE
_DRIP_SECONDS = 300
_DEPTH = 20_000


def redirect(to: str, status: int = HTTPStatus.MOVED_PERMANENTLY) -> Page:
    """A redirect to `to`."""
    return Page(b"", status=status, headers=(("Location", to),))


def hurdle(kind: Hurdle) -> Page:
    """Too many requests, or a server that is busy: what the next attempt no longer meets."""
    headers = {
        "seconds": (("Retry-After", "1"),),
        "date": (("Retry-After", formatdate(math.ceil(time.time()) + 1, usegmt=True)),),
        None: (),
    }[kind.retry_after]
    words = HTTPStatus(kind.status).phrase
    return Page(f"<!DOCTYPE html><title>{words}</title><h1>{words}</h1>".encode(), status=kind.status, headers=headers)


def not_found(exchange: Exchange) -> None:
    """404 for a page that a feed still lists."""
    words = b"<!DOCTYPE html><title>Page not found</title><h1>This page is gone</h1><p><a href='/'>Front page</a></p>"
    exchange.send(Page(words, status=HTTPStatus.NOT_FOUND))


def oversize(exchange: Exchange) -> None:
    """60 MB that say so: Content-Length is given."""
    exchange.begin(HTTPStatus.OK, [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(_ENDLESS))])
    for _ in range(_ENDLESS // _MEGABYTE):
        exchange.write(_filler())


def endless(exchange: Exchange) -> None:
    """60 MB in chunks: nothing says beforehand how much will come."""
    exchange.begin(HTTPStatus.OK, [("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked")])
    filler = _filler()
    for _ in range(_ENDLESS // _MEGABYTE):
        exchange.write(b"%x\r\n" % len(filler) + filler + b"\r\n")
    exchange.write(b"0\r\n\r\n")


@cache
def _filler() -> bytes:
    line = b"<p>Annex to the annual report, continued on the next page.</p>\n"
    return (line * (_MEGABYTE // len(line) + 1))[:_MEGABYTE]


def gzip_bomb(exchange: Exchange) -> None:
    """A page of a few hundred kilobytes that unfolds into 200 MB."""
    body = _bomb()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")]
    exchange.begin(HTTPStatus.OK, [*headers, ("Content-Length", str(len(body)))])
    exchange.write(body)


@cache
def _bomb() -> bytes:
    # After a full flush the compressor starts afresh, so one packed block can stand as often as wanted.
    block = _filler()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    times = _BOMB // len(block)
    checksum = 0
    for _ in range(times):
        checksum = zlib.crc32(block, checksum)
    trailer = checksum.to_bytes(4, "little") + (times * len(block) % 2**32).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + packed * times + packer.flush() + trailer


def drip(exchange: Exchange) -> None:
    """Three bytes a second for five minutes, or until the client leaves."""
    body = b"<!DOCTYPE html><title>Please wait</title>".ljust(3 * _DRIP_SECONDS, b".")
    exchange.begin(HTTPStatus.OK, [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    for start in range(0, len(body), 3):
        exchange.write(body[start : start + 3])
        exchange.wfile.flush()
        if exchange.pause(1.0):
            raise ConnectionAbortedError("the newsroom closes")


def json_body(exchange: Exchange) -> None:
    """JSON at an address that looks like a story's."""
    body = json.dumps({"type": "story", "status": "embargoed", "body": None, "id": 45619666}).encode()
    exchange.send(Page(body, "application/json"))


def pdf_body(exchange: Exchange) -> None:
    """A PDF at an address that looks like a story's."""
    exchange.send(Page(_PDF, "application/pdf"))


_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 68>>stream
BT /F 18 Tf 72 770 Td (Investor presentation, November 2026) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Size 6/Root 1 0 R>>
%%EOF
"""


def bot_challenge(exchange: Exchange) -> None:
    """A page that wants to see a browser first."""
    words = (
        b'<!DOCTYPE html><html lang="en"><head><title>Just a moment...</title><meta name="robots" content="noindex">'
        b"</head><body><noscript><h1>Please enable JavaScript and cookies to continue</h1></noscript>"
        b"<p>Checking that you are human. This may take a few seconds.</p>"
        b"<p>Please enable JS and disable any ad blocker</p>"
        b'<script src="/challenge/orchestrate.js"></script></body></html>'
    )
    exchange.send(Page(words))


def consent_wall(exchange: Exchange) -> None:
    """A page that wants consent first."""
    words = (
        "<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'><title>Zustimmung erforderlich</title></head><body>"
        "<h1>Weiter mit Werbung lesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Cookies.</p>"
        "<button>Einwilligen und weiter</button><p><a href='/abo'>Jetzt abonnieren</a></p></body></html>"
    )
    exchange.send(Page(words.encode()))


def empty(exchange: Exchange) -> None:
    """200 with nothing in it."""
    exchange.send(Page(b""))


def deep(exchange: Exchange) -> None:
    """A page whose elements are nested twenty thousand deep."""
    exchange.send(Page(_nested()))


@cache
def _nested() -> bytes:
    head = b"<!DOCTYPE html><html lang='en'><head><title>Terms of the tender</title></head><body>"
    return head + b"<div>" * _DEPTH + b"<p>The tender closes at noon.</p>" + b"</div>" * _DEPTH + b"</body></html>"


def loop(exchange: Exchange) -> None:
    """Two addresses that redirect to each other."""
    path, _, turn = exchange.path.partition("?turn=")
    exchange.send(redirect(f"{path}?turn={'b' if turn == 'a' else 'a'}", HTTPStatus.FOUND))


ANSWERS: dict[str, Answer] = {
    answer.__name__: answer
    for answer in (
        not_found,
        oversize,
        endless,
        gzip_bomb,
        drip,
        json_body,
        pdf_body,
        bot_challenge,
        consent_wall,
        empty,
        deep,
        loop,
    )
}
"""The answers by the name that an outlet's file calls them."""
