"""Already scraped text: what goes, what must stay, and the properties that hold for any text."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadtape.cleaning import clean_text, extract
from broadtape.errors import NotAnArticle

SCRAPED = """Harbour Bank Trims Its Outlook As Loan Losses Mount

Harbour Bank cut its outlook for the year on Monday as losses on loans to shipping lines rose.

See Also: Why Smaller Lenders Are Merging

The bank now expects a return on equity of nine percent, two points less than in March.

Loading...
Loading...

Read Next:

Photo courtesy: Shutterstock

Market News and Data brought to you by Tapewire APIs

Posted In:
Comments
Loading...
"""
LINES = st.lists(
    st.one_of(
        st.text(max_size=120),
        st.sampled_from(SCRAPED.splitlines()),
        st.sampled_from(
            ["© 2026 Tapewire", "Related:", "A real sentence that ends here, and it is long enough to count."]
        ),
    ),
    max_size=25,
)


def test_a_scraped_story() -> None:
    clean = clean_text(SCRAPED)
    assert clean.text.split("\n\n") == [
        "Harbour Bank cut its outlook for the year on Monday as losses on loans to shipping lines rose.",
        "The bank now expects a return on equity of nine percent, two points less than in March.",
    ]
    assert ("See Also: Why Smaller Lenders Are Merging", "see_also") in [(r.line, r.rule) for r in clean.removed]


@pytest.mark.parametrize(
    "line",
    [
        "OSLO (Reuters) - Salmon prices fell sharply on Tuesday on weak demand.",
        "Readers kept reading the report for more than ten years.",
        "Shares of Advertisement Partners rose 4%.",
        "Related firms such as two card networks also gained.",
        "Silver futures : $24.10; -0.4%",
        "($1 = 10.52 Norwegian crowns)",
        "Copyright reform hit publishers, the ruling shows.",
        "Tags: the retailer will drop its radio tags next year.",
        '"See also the annex," she told reporters, adding that costs were up.',
    ],
)
def test_lines_that_only_begin_like_boilerplate_stay(line: str) -> None:
    after = "The index closed higher after a volatile session that began with losses in Asia."
    assert clean_text(f"{line}\n\n{after}").text == f"{line}\n\n{after}"
    assert clean_text(f"{after}\n\n{line}").text == f"{after}\n\n{line}"


def test_no_tail_is_cut_while_a_paragraph_follows() -> None:
    text = (
        "The bank raised its rate on Thursday, as most had expected it would do this month.\n© 2026 Tapewire\n"
        "The next decision is due in May, and few expect another rise before the summer."
    )
    assert len(clean_text(text).text.split("\n\n")) == 2
    assert [r.rule for r in clean_text(text).removed] == ["copyright"]


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_cleaning_twice_changes_nothing(lines: list[str]) -> None:
    once = clean_text("\n".join(lines)).text
    assert clean_text(once).text == once


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_kept_and_removed_lines_account_for_every_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    given_lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    clean = clean_text(text)
    pieces = " ".join([*clean.text.split(), *(word for r in clean.removed for word in r.line.split())])
    assert Counter(pieces.replace(" ", "")) == Counter("".join(given_lines).replace(" ", ""))


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400).map(lambda t: f"<html><body><p>{t}</p>{t}".encode("utf-8", "replace")),
    )
)
@settings(max_examples=80, deadline=None)
def test_nothing_but_not_an_article_is_raised(page: bytes) -> None:
    try:
        text = extract(page, "https://e.example/a").text
    except NotAnArticle as refused:
        text = refused.reason
    assert text
