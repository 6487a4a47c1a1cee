"""What is the same page, what is not, and the address that is stored: for any text that anybody calls an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.urls import (
    AddressRules,
    article_id,
    canonical_url,
    host_of,
    identity_key,
    parameters,
    request_url,
    url_id,
)

HOME = "https://www.quay.example"
SESSION = "q5k0v3m1s8t7a2c9d4e6f1g0h2"


@pytest.mark.parametrize(
    "query",
    [
        "cid={}", "uid={}", "eid={}", "reference={}", "refno={}", "source_id={}", "gallery={}", "global_id={}",
        "kwd={}", "campaign={}", "session=2026&item={}", "sid={}", "{}", "ref={}", "medium={}", "id=1&section=s{}",
        "a=&b={}", "u=https://elsewhere.example/{}", "sid=5b0c1b4e-3f7e-4f07-9d1c-0000000{}",
        "sid=20261112-tin-works-lift-outlook-{}",
    ],
)  # fmt: skip
def test_a_parameter_that_is_no_known_tracker_tells_stories_apart(query: str) -> None:
    one, other = (f"{HOME}/view?{query.format(number)}" for number in (70011, 70012))
    assert url_id(one) != url_id(other)
    assert article_id("quay", one) != article_id("quay", other)
    assert canonical_url(one) == one


@pytest.mark.parametrize(
    "url",
    [
        f"{HOME}/a?utm_source=feed&utm_medium=rss", f"{HOME}/a?fbclid=IwAR0", f"{HOME}/a?GCLID=1&mc_cid=2",
        f"{HOME}/a#top", f"{HOME}/a;jsessionid=0A1B2C?wt_mc=feed", f"{HOME}/a?PHPSESSID={SESSION}",
        f"{HOME}/a?ASPSESSIONIDQABC=X", f"{HOME}/a?sid={SESSION}", f"{HOME}/(S(lit3py55t21z5v55vlm25s55))/a",
        f"{HOME}:443/a", "https://desk:secret@www.quay.example/a",
        "HTTPS://WWW.Quay.Example./a", f" {HOME}/a\n",
    ],
)  # fmt: skip
def test_trackers_sessions_credentials_and_fragments_are_taken_out(url: str) -> None:
    assert canonical_url(url) == f"{HOME}/a"
    assert url_id(url) == url_id(f"{HOME}/a")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("/tin up.html", "/tin%20up.html"),
        ("/s;art=12,5", "/s;art=12,5"),
        ("/c++/a@b/(x)/it's/x*", "/c++/a@b/(x)/it's/x*"),
        ("/n/{12}.html", "/n/%7B12%7D.html"),
        ("/go/https://elsewhere.example/r", "/go/https://elsewhere.example/r"),
        ("/A%2fB/c//d", "/A%2fB/c//d"),
        ("/q?name=Z%FCrich&tags=a+b", "/q?name=Z%FCrich&tags=a+b"),
        ("/q?b=2&a=1&b=1", "/q?b=2&a=1&b=1"),
        ("/q?copy=2&para=3&times=4&amp;x", "/q?copy=2&para=3&times=4&amp;x"),
        ("/é?ü", "/%C3%A9?%C3%BC"),
        ("/a/../b/./c", "/b/c"),
        ("/q?", "/q"),
        ("", "/"),
    ],
)
def test_what_is_stored_opens_what_was_fetched(given: str, stored: str) -> None:
    assert canonical_url(HOME + given) == HOME + stored


def test_an_international_host_is_one_however_it_is_written() -> None:
    ways = ["https://MÜNZBLATT.example/a", "https://xn--mnzblatt-65a.example/a", "https://münzblatt.example/a"]
    assert {canonical_url(way) for way in ways} == {"https://xn--mnzblatt-65a.example/a"}
    assert len({url_id(way) for way in ways}) == 1
    assert {host_of(way) for way in ways} == {"xn--mnzblatt-65a.example"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://[2001:DB8::1]:8080/x", "[2001:db8::1]:8080"),
        ("http://h.example:80/", "h.example"),
        ("http://h.example:81/", "h.example:81"),
        ("https://ours.example\\@theirs.example/", ""),
        ("http:///x", ""),
        ("http://[::1/x", ""),
        ("http://h.example:99999/", ""),
        ("javascript:alert(1)", ""),
        ("quay", ""),
        ("", ""),
    ],
)
def test_the_host_or_none_where_readers_disagree(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_outlet_may_keep_what_is_a_tracker_elsewhere_and_drop_what_is_none() -> None:
    rules = AddressRules.of(keep=["SMID"], drop=["T"])
    assert canonical_url(f"{HOME}/a?smid=7&t=99&utm_id=3", rules) == f"{HOME}/a?smid=7"
    assert canonical_url(f"{HOME}/a;t=99/b", rules) == f"{HOME}/a/b"
    assert identity_key(f"{HOME}/a?t=1", rules) == identity_key(f"{HOME}/a?t=2", rules)
    assert url_id(f"{HOME}/a?smid=1", rules) != url_id(f"{HOME}/a?smid=2", rules)


def test_a_request_says_all_that_the_listing_said() -> None:
    assert request_url("HTTPS://u:p@www.quay.example/a b?utm_source=x#top") == f"{HOME}/a%20b?utm_source=x"
    assert request_url("quay") == "quay"


def test_the_parameters_of_path_and_query() -> None:
    assert parameters(f"{HOME}/a;S=1/b?T=2&u=%20&v&t=3") == {"s": "1", "t": "3", "u": "%20", "v": ""}
    assert parameters("quay") == {}


# In the manner of the URL standard's own test data: what parsers stumble over, alone and together.
_HARD = st.sampled_from(
    [
        "http:", "https://", "HTTP:\\\\", "//", "///", "www.", "a.example", "A.EXAMPLE.", "münz.example", "xn--",
        "[::1]", "[::", "0x7f.1", "1.2.3", "%2e", ".", "..", "@", "u:p@", ":80", ":443", ":99999", ":", "/", "\\",
        "?", "??", "&", "=", ";", "#", "jsessionid=1", ";sid", "utm_source=1", "amp", ".amp", "%", "%zz", "%FC",
        "%00", "\0", "\t", "\n", " ", "\ud83d", "\udc00", "\u202e", "\ufeff", "é", "{1}", "|", "<", '"', "'", "`",
        "^", "+", "&sect", "&amp;", "(S(aaaaaaaaaaaaaaaaaaaaaaaa))",
    ]
)  # fmt: skip
_ADDRESSES = st.one_of(
    st.text(),
    st.lists(_HARD, max_size=12).map("".join),
    st.lists(_HARD, max_size=10).map(lambda parts: f"{HOME}/{''.join(parts)}"),
    st.text().map(lambda text: f"{HOME}/{text}"),
)
_RULES = st.builds(
    AddressRules.of,
    keep=st.lists(st.sampled_from(["jsessionid", "sid"])),
    drop=st.lists(st.sampled_from(["a", "", "%zz"])),
)


@given(_ADDRESSES, _RULES)
def test_nothing_raises_and_twice_is_once(url: str, rules: AddressRules) -> None:
    stored = canonical_url(url, rules)
    assert canonical_url(stored, rules) == stored
    assert url_id(stored, rules) == url_id(url, rules)
    stored.encode()
    host_of(url)
    parameters(url)
    assert request_url(request_url(url)) == request_url(url)
