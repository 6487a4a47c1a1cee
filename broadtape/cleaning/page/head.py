"""What a page says of itself in its markup: meta tags, canonical address, headline, outlet."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from lxml.etree import _Element

from broadtape.cleaning.page.characters import readable
from broadtape.cleaning.page.dom import loose_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.json_ld import Structured, read_nodes, stories_of, text_of
from broadtape.cleaning.page.story_node import story_among
from broadtape.urls import host_of, request_url

__all__ = ["Head", "first_meta", "fold", "opening", "read_head", "same_words"]

_NOT_WORD = re.compile(r"\W+")
_OPENING = re.compile(r"\W*(\w+)\W*(\w*)\W*(\w*)")
_MOST_SUBHEADINGS = 12
_LANGUAGE = 2
"""Letters of a language, which multilingual sites have in the path of their front page."""
_INDEX = re.compile(r"/(?:index|default|home)\.\w{3,5}", re.IGNORECASE)
_ERROR_PATH = re.compile(r"^/?(404|error|not-?found)?/?$|/(?:undefined|null|none|nan)/?$", re.IGNORECASE)
_WORD, _SLUG_WORDS = re.compile(r"[^\W\d_]+"), 3
"""Words of a story's slug at the least: sections have one or two."""


@dataclass(frozen=True, slots=True)
class Head:
    """Everything a page states outside its story, read before the tree is cut."""

    url: str
    metas: dict[str, tuple[str, ...]]
    """Values by property, name or itemprop, in lower case."""
    data: Structured
    canonical: str | None
    outlet_names: tuple[str, ...]
    """What the outlet calls itself here; never part of a title, rarely of a list of authors."""
    page_title: str | None
    """The `title` element."""
    headings: tuple[str, ...]
    """The texts of the `h1` elements, but for those that lead to the outlet's front page: these are its name."""
    lang: str | None
    front: str | None = None
    """The address that the page gives itself, as it stands there; `canonical` is the first that can be a story's."""
    subheadings: tuple[str, ...] = ()
    """The first lesser headings of a page without an `h1`: one of them may be its headline."""


def read_head(elements: Elements, url: str) -> Head:
    """The head of a parsed page that was served at `url`."""
    tree, metas = elements.tree, _metas(elements.tagged("meta"))
    page_title = next((t for e in elements.tagged("title") if (t := _text(e))), None)
    shown: list[str] = []
    logos: list[str] = []
    for heading in elements.tagged("h1"):
        if text := _text(heading):
            (logos if _leads_home(heading, text, url) else shown).append(text)
    headings = tuple(shown)
    lesser = () if headings else elements.tagged("h2", "h3")[:_MOST_SUBHEADINGS]
    nodes = read_nodes(elements.tagged("script"))
    titles = (*headings, *(t for n in ("og:title", "twitter:title") for t in metas.get(n, ())), page_title or "")
    own_addresses = tuple(_own_addresses(elements.tagged("link"), metas))
    data = Structured(nodes, story_among(stories_of(nodes), titles, url))
    return Head(
        url=url,
        metas=metas,
        data=data,
        canonical=_canonical(own_addresses, data, url),
        outlet_names=(*_outlet_names(metas, data, url), *logos),
        page_title=page_title,
        headings=headings,
        lang=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip().lower() or None,
        front=next(iter(own_addresses), None),
        subheadings=tuple(t for e in lesser if (t := _text(e))),
    )


def first_meta(head: Head, *names: str) -> str | None:
    """The first non-empty value of any of these meta names, in the order of the names."""
    return next((value for name in names for value in head.metas.get(name, ())), None)


def same_words(one: str | None, other: str | None) -> bool:
    """Whether two texts are the same but for case, punctuation and space."""
    return bool(one and other) and fold(one or "") == fold(other or "")


@functools.lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """`text` in lower case without punctuation."""
    return _NOT_WORD.sub(" ", text).strip().casefold()


def opening(text: str) -> str:
    """The first three words of `text`, folded: texts that open differently fold differently, which is soon told."""
    words = _OPENING.match(text)
    return " ".join(words.groups()).casefold() if words else ""


def _text(element: _Element) -> str:
    return readable(loose_text(element))


def _leads_home(heading: _Element, text: str, url: str) -> bool:
    """Whether a heading is, on a page within an outlet, a link to its front page and nothing else."""
    link = next(heading.iter("a"), None)
    if link is None or not link.get("href") or _text(link) != text:
        return False
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, link.get("href") or ""))
    except ValueError:
        return False
    return _is_front(there.path) and not _is_front(here.path) and there.hostname == here.hostname and not there.query


def _is_front(path: str) -> bool:
    """Whether a path is that of a front page: `/`, `/index.php`, `/en/`."""
    return len(path.strip("/")) <= _LANGUAGE or bool(_INDEX.fullmatch(path))


def _metas(elements: Iterable[_Element]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for meta in elements:
        # Some saved and some hand-written pages say `value` where the standard has `content`.
        value = text_of(meta.get("content") or meta.get("value"))
        if not value:
            continue
        if meta.get("itemprop") and any("comment" in (e.get("itemtype") or "").lower() for e in meta.iterancestors()):
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (meta.get(attribute) or "").lower().split():
                found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _own_addresses(links: Iterable[_Element], metas: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for link in links:
        if "canonical" in (link.get("rel") or "").lower().split() and (href := (link.get("href") or "").strip()):
            yield href
    yield from metas.get("og:url", ())


def _canonical(own_addresses: Iterable[str], data: Structured, url: str) -> str | None:
    """The first stated address that can be a story's."""
    page = data.story.get("mainEntityOfPage")
    stated = (page.get("@id") or page.get("url")) if isinstance(page, dict) else page
    for value in (*own_addresses, stated, data.story.get("url")):
        try:
            address = urljoin(url, value.strip()) if isinstance(value, str) and value.strip() else ""
            parts, own = urlsplit(address), urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname and _can_be_a_storys(parts.path, own.path):
            return request_url(address)
    return None


def _can_be_a_storys(path: str, own: str) -> bool:
    """Whether a path is neither a front page's nor an error's, nor the folder in which the slug of the page's `own`
    stands: some systems state that for every page of a section, and all of them would be one story."""
    if _ERROR_PATH.search(path or "/"):
        return False
    folders, here = path.strip("/").split("/"), own.strip("/").split("/")
    within = here[: len(folders)] == folders and any(map(_is_slug, here[len(folders) :]))
    return not within or _is_slug(folders[-1])


def _is_slug(segment: str) -> bool:
    """Whether a part of an address is made of words, as a story's is, and a section's or a page's number is not."""
    return len(_WORD.findall(unquote(segment))) >= _SLUG_WORDS


def _outlet_names(metas: dict[str, tuple[str, ...]], data: Structured, url: str) -> tuple[str, ...]:
    host = host_of(url).split(":")[0]
    bare = re.sub(r"^(www\d?|m|mobile|amp|edition)\.", "", host)
    names = [
        *metas.get("og:site_name", ()),
        *metas.get("application-name", ()),
        *metas.get("twitter:app:name:iphone", ()),
        *_named(data),
        bare,
        bare.rsplit(".", 1)[0],
        *(label for label in bare.split(".")[:-1] if len(label) > 3),
    ]
    return tuple(dict.fromkeys(name for name in names if name and 1 < len(name) < 60))


def _named(data: Structured) -> Iterator[str]:
    publisher = data.resolve(data.story.get("publisher"))
    nodes = [publisher, *data.of_type("WebSite", "Organization", "NewsMediaOrganization")]
    for node in nodes:
        if isinstance(node, dict):
            yield from (name for key in ("name", "alternateName") if (name := text_of(node.get(key))))
        elif isinstance(node, str):
            yield node
