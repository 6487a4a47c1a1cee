"""Pages that only send their reader on: told from those that reload themselves."""

from __future__ import annotations

import pytest

from broadtape import NotAnArticle, extract
from broadtape.text.sent_on import refresh_target, script_target

_AT = "https://ledger.example/go/1"
_STORY = "https://ledger.example/tin-rises"


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv=refresh content='0;url=/tin-rises'>",
        '<META CONTENT="5; URL=\'https://ledger.example/tin-rises\'" HTTP-EQUIV="Refresh">',
        "<meta http-equiv='refresh' content='.5;url=../tin-rises'>",
    ],
)
def test_a_refresh_within_seconds_leads_elsewhere(page: str) -> None:
    assert refresh_target(page.encode(), _AT) == _STORY


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv=refresh content='60'>",
        "<meta http-equiv=refresh content='300;url=/tin-rises'>",
        "<meta http-equiv=refresh content='0;url=/go/1'>",
        "<noscript><meta http-equiv=refresh content='0;url=/without-scripts'></noscript>",
        "<!-- <meta http-equiv=refresh content='0;url=/tin-rises'> -->",
        "<meta http-equiv=refresh content='0;url=javascript:x()'>",
        "<meta http-equiv=refresh content='0;url=http://[x'>",
        "<meta http-equiv=refresh content='0;url=http://x.example:0/'>",
    ],
)
def test_a_page_that_reloads_or_leads_nowhere_is_what_it_is(page: str) -> None:
    assert refresh_target(page.encode(), _AT) is None


@pytest.mark.parametrize("header", ["0;url=/tin-rises", "3, URL='/tin-rises'", "0; /tin-rises"])
def test_the_header_says_it_as_well(header: str) -> None:
    assert refresh_target(b"", _AT, header=header) == _STORY


@pytest.mark.parametrize(
    "script",
    [
        "location='/tin-rises'",
        'window.location.href = "https:\\/\\/ledger.example\\/tin-rises";',
        "top.location.replace('/tin-rises')",
        "var a = 1; document.location.assign( '/tin-rises' );",
    ],
)
def test_a_short_page_whose_script_leads_elsewhere(script: str) -> None:
    assert script_target(f"<head><script>{script}</script>".encode(), _AT) == _STORY


def test_a_script_that_only_asks_where_it_is_leads_nowhere() -> None:
    assert script_target(b"<script>if (location.href == '/x') { allocation = '/y'; }</script>", _AT) is None


@pytest.mark.parametrize(
    "head",
    ["<meta http-equiv=refresh content='2;url=/tin-rises'>", "<script>location.replace('/tin-rises')</script>"],
)
def test_such_a_page_is_no_article_and_says_where_it_leads(head: str) -> None:
    words = "The page that you are looking for has moved to a new address and opens in a moment. " * bool(
        "meta" in head
    )
    page = f"<html><head><title>Tin</title>{head}</head><body><p>{words * 3}</p></body></html>"
    with pytest.raises(NotAnArticle, match=f"redirect.*{_STORY}"):
        extract(page, _AT)
