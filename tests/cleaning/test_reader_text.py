"""Text is what a reader of the page sees: every sentence, figure and column, once, and nothing that does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.cleaning import extract
from broadtape.cleaning.page.characters import readable, readable_page
from broadtape.cleaning.page.charset import decode

URL = "https://www.example.com/markets/mill-lifts-forecast-1204"
AROUND = [
    f"The mill said on day {day} that orders from the valley had held up better than it had planned for."
    for day in ("one", "two", "three", "four")
]


def lines_of(piece: str) -> list[str]:
    """The text's lines of a story that has `piece` among four plain paragraphs, without these."""
    before, after = "".join(f"<p>{p}</p>" for p in AROUND[:2]), "".join(f"<p>{p}</p>" for p in AROUND[2:])
    page = (
        f"<html lang=en><title>Mill lifts forecast</title><article><h1>Mill lifts forecast</h1>{before}{piece}{after}"
    )
    lines = extract(page.encode(), URL).text.split("\n\n")
    assert [line for line in lines if line in AROUND] == AROUND
    return [line for line in lines if line not in AROUND]


def sentence(markup: str) -> str:
    """How a sentence with this markup reads."""
    (line,) = lines_of(f"<p>The mill reported {markup} for the year that ended in June.</p>")
    return line.removeprefix("The mill reported ").removesuffix(" for the year that ended in June.")


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("sales of $730<sup>1</sup> million", "sales of $730¹ million"),
        ("sales of 2.6<sup>(2)</sup> billion", "sales of 2.6⁽²⁾ billion"),
        ("a loss of 12<sup><a href='#n4'>4</a></sup> million", "a loss of 12⁴ million"),
        ("a loss of 12<a href='#n4'>4</a> million", "a loss of 12⁴ million"),
        ("8.8<sup>b</sup> tonnes", "8.8ᵇ tonnes"),
        ("6<span style='vertical-align: super'>3</span> looms", "6³ looms"),
        ("10<sup>6</sup> spindles on 40 m<sup>2</sup>", "10⁶ spindles on 40 m²"),
        ("its 3<sup>rd</sup> gain", "its 3rd gain"),
        ("less CO<sub>2</sub>", "less CO2"),
        ("7<sup>1</sup>/<sub>2</sub> pence", "7½ pence"),
        ("7<sup>5</sup>&frasl;<sub>32</sub> pence", "7⁵⁄₃₂ pence"),
        ("7<math><mfrac><mn>3</mn><mn>4</mn></mfrac></math> pence", "7¾ pence"),
        ("<q>a <q>fair</q> harvest</q>", "“a ‘fair’ harvest”"),
        ("<q>“a fair harvest”</q>", "“a fair harvest”"),
        ("<ruby>東<rp>(</rp><rt>ひがし</rt><rp>)</rp></ruby>紡 orders", "東紡 orders"),
        ("(<mill-quote>LSE: MLL</mill-quote>) gains of <st1:metric>5 kg</st1:metric>", "(LSE: MLL) gains of 5 kg"),
        ("<span aria-hidden=true>£3m</span><span class=sr-only>3 million pounds</span> more", "£3m more"),
        ("<span class=visually-hidden>3 million pounds</span><b aria-hidden=true>£3m</b> more", "£3m more"),
        ("a share <span class=screen-reader-text>down</span> 4 pence", "a share down 4 pence"),
        ("a share <i aria-hidden=true>▼</i><span class=sr-only>down</span> 4 pence", "a share down 4 pence"),
        ("or&shy;ders, fore&#8203;cast, yarn&#xFEFF;s", "orders, forecast, yarns"),
        ("what\x92s a \x93fair\x94 \x80 3 &#150; or &#x85; 4", "what’s a “fair” € 3 – or … 4"),
    ],
)
def test_marks_inside_a_sentence(markup: str, read: str) -> None:
    assert sentence(markup) == read


def test_a_row_keeps_its_columns() -> None:
    rows = lines_of(
        "<table><tr><td></td><th>Spring</th><th>Summer</th><th>Autumn</th></tr>"
        "<tr><td>Yarn</td><td>2.1</td><td></td><td>2.4</td></tr><tr><td>Cloth</td><td></td><td>0.9</td><td></td></tr>"
        "<tr><td rowspan=2>Mills</td><td>3</td><td>4</td><td>5</td></tr><tr><td>6</td><td>7</td><td>8</td></tr></table>"
    )
    assert rows == [
        "| Spring | Summer | Autumn",
        "Yarn | 2.1 | | 2.4",
        "Cloth | | 0.9 |",
        "Mills | 3 | 4 | 5",
        "| 6 | 7 | 8",
    ]


def test_signs_and_units_join_their_figure() -> None:
    rows = lines_of(
        "<table><tr><th>In millions</th><th colspan=3>2031</th><th></th><th colspan=3>2030</th></tr>"
        "<tr><td>Sales</td><td>$</td><td>14.2</td><td></td><td></td><td>$</td><td>13.0</td><td></td></tr>"
        "<tr><td>Loss</td><td>(</td><td>1.1</td><td>)</td><td></td><td></td><td>0.4</td><td></td></tr></table>"
    )
    assert rows == ["In millions | 2031 | 2030", "Sales | $14.2 | $13.0", "Loss | (1.1) | 0.4"]


def test_signs_in_cells_of_their_own_join_their_figure_below_headings_without_a_span() -> None:
    rows = lines_of(
        "<table><tr><th>In millions</th><th>2031</th><th>2030</th></tr>"
        "<tr><td>Loss</td><td>$</td><td>(</td><td>1.1</td><td>)</td><td>$</td><td>0.4</td></tr>"
        "<tr><td>Sales</td><td>14.2</td><td>13.0</td></tr></table>"
    )
    assert rows == ["In millions | 2031 | 2030", "Loss | $(1.1) | $0.4", "Sales | 14.2 | 13.0"]


def test_a_cell_reads_as_it_stands() -> None:
    (row, _second) = lines_of(
        "<table><tr><td>Spin<b>dles</b></td><td><span>(</span>3.2<span>)</span></td><td>up<br>since May</td></tr>"
        "<tr><td>Looms</td><td>1<span>,</span>400</td><td><p>down</p></td></tr></table>"
    )
    assert row == "Spindles | (3.2) | up since May"


WRAPPED = [
    "Weavers in the upper valley have agreed to a new wage scale",
    "that will run for three years and adds a day of paid leave",
    "for everyone who has worked at the mill since the flood of",
    "the spring before last.",
]


@pytest.mark.parametrize("piece", ["<div>{}</div>", "<p>{}</p>"])
def test_copy_that_was_wrapped_by_hand_is_put_together(piece: str) -> None:
    assert lines_of(piece.format("<br>\n".join(WRAPPED))) == [" ".join(WRAPPED)]
    assert lines_of(f"<pre>{chr(10).join(WRAPPED)}\n\n{chr(10).join(WRAPPED[1:])}</pre>") == [
        " ".join(WRAPPED),
        " ".join(WRAPPED[1:]),
    ]


def test_lines_that_mean_something_by_themselves_stay() -> None:
    address = ["Upper Valley Mill and Dye Works Holding", "12 Weir Road", "The Weir at the Old Bridge"]
    assert lines_of(f"<p>{'<br>'.join(address)}</p>") == address


def test_an_element_of_the_page_s_own_may_be_a_paragraph() -> None:
    said = ["The dye works will close for a week in August.", "Its forty dyers keep their full pay for that time."]
    assert lines_of("".join(f"<mill-text>{line}</mill-text>" for line in said)) == said


@pytest.mark.parametrize("label", ["undefined", "idna", "rot13", "zip", "hex", "punycode", "unicode_escape", "utf-16"])
def test_a_label_of_no_encoding_of_the_web_is_none(label: str) -> None:
    page = f'<meta charset="{label}"><p>caf\xe9'.encode("cp1252")
    assert decode(page, f"text/html; charset={label}").endswith("café")


@given(st.text(alphabet=st.characters(codec=None)))
def test_text_is_valid_unicode_that_shows(text: str) -> None:
    shown = readable(text)
    assert shown.encode("utf-8", "strict").decode() == shown
    assert readable(shown) == shown
    assert not set(shown) & set("\u00ad\u200b\u2060\ufeff")


@given(st.binary())
def test_bytes_and_text_agree(data: bytes) -> None:
    text = "".join(char for char in data.decode("utf-8", "replace") if char >= " " and char not in "&\x7f")
    assert readable_page(text).decode() == readable(text)


@pytest.mark.parametrize("arrow", ["↩", "↩︎", "↑", "^"])
def test_arrows_that_lead_back_from_footnotes(arrow: str) -> None:
    notes = f'<ol><li id="n1">Before items of a single kind. <a href="#r1">{arrow}</a></li></ol>'
    assert lines_of(notes) == ["Before items of a single kind."]
