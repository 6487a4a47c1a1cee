"""What an author points to, what a click opens, and what a page builder wraps are parts of the story."""

from __future__ import annotations

import pytest
from test_furniture import URL, article

from broadtape import extract


def links(hosts: list[str], tag: str = "li") -> str:
    return "".join(
        f"<{tag}><a href='{host}/{n}'>Loom of the valley no. {n}</a></{tag}>" for n, host in enumerate(hosts)
    )


ABROAD = [f"https://maker{n}.example.org" for n in range(5)]
OWN = [URL.rsplit("/", 1)[0]] * 5


def test_links_to_other_sites_are_what_the_author_points_to() -> None:
    assert "Loom of the valley no. 3" in (article(f"<ul>{links(ABROAD)}</ul>").text or "")


@pytest.mark.parametrize("listed", [f"<ul>{links(ABROAD)}</ul>", f"<div>{links(ABROAD, 'p')}</div>"])
def test_a_label_for_links_takes_those_to_other_sites_with_it(listed: str) -> None:
    assert "Loom of the valley" not in (article(f"<h3>Related stories</h3>{listed}").text or "")


@pytest.mark.parametrize("tag", ["dl", "ol"])
def test_pointers_in_lists_of_any_kind_and_in_lists_of_lists_stay(tag: str) -> None:
    items = links(ABROAD, "dd" if tag == "dl" else "li")
    listed = f"<dl>{items}</dl>" if tag == "dl" else f"<ol><li>Mills<ul>{items}</ul></li></ol>"
    assert "Loom of the valley no. 3" in (article(listed).text or "")


@pytest.mark.parametrize("tag", ["ul", "div"])
def test_links_to_the_outlet_itself_are_a_menu(tag: str) -> None:
    found = article(f"<{tag}>{links(OWN, 'li' if tag == 'ul' else 'p')}</{tag}>")
    assert "Loom of the valley" not in (found.text or "")
    assert "Loom of the valley no. 3" in [line.line for line in found.removed]


def test_headings_linked_to_other_sites_are_no_teasers() -> None:
    tools = "".join(
        f"<ul><li><h3><a href='{host}/t'>Shuttle by maker {n}</a></h3></li></ul>" for n, host in enumerate(ABROAD)
    )
    assert "Shuttle by maker 4" in (article(tools).text or "")


def test_a_table_with_headed_columns_is_data_though_its_cells_are_links() -> None:
    rows = "".join(f"<tr><td><a href='/m/{n}'>Mill of the vale {n}</a></td><td>{n} looms</td></tr>" for n in range(4))
    text = article(f"<table><tr><th>Mill</th><th>Looms</th></tr>{rows}</table>").text or ""
    assert "Mill of the vale 2 | 2 looms" in text


PANEL = "Weavers who joined after the flood are paid by the hour, and those who were there before it by the piece. "


@pytest.mark.parametrize("hidden", ["hidden", "aria-hidden='true'", "style='display: none'"])
def test_what_a_click_opens_is_shown(hidden: str) -> None:
    control = "<button aria-controls='pay' aria-expanded='false'>Who is paid how</button>"
    panel = f"<div id='pay' role='region' {hidden}><p>{PANEL * 2}</p></div>"
    assert PANEL.strip() in (article(control + panel).text or "")
    assert PANEL.strip() not in (article(panel).text or "")


@pytest.mark.parametrize(
    "panel",
    [
        f"<div id='pay' role='dialog' hidden><p>{PANEL * 2}</p></div>",
        f"<form><div id='pay' hidden><p>{PANEL * 2}</p></div></form>",
        "<div id='pay' hidden><p>Share this.</p></div>",
    ],
)
def test_dialogs_forms_and_small_panels_stay_hidden(panel: str) -> None:
    found = article(f"<button aria-controls='pay'>Open</button>{panel}")
    assert not any(said in (found.text or "") for said in ("paid by the hour", "Share this."))


def test_a_class_that_wraps_text_elsewhere_names_no_furniture() -> None:
    long = f"<div class='widget-wrap'><p>{PANEL * 3}</p></div>"
    short = "<div class='widget-wrap'><h2>How the looms were saved</h2></div>"
    more = long.replace("hour", "day") + long.replace("hour", "week")
    story = f"<h1>Looms are saved in the valley</h1>{long}{short}{more}"
    found = extract(f"<html><body><article>{story}</article></body></html>", URL)
    assert "How the looms were saved" in (found.text or "")
    assert "How the looms were saved" not in (article(short).text or "")


@pytest.mark.parametrize(("place", "kept"), [(f"{URL}/", True), (URL.rsplit("/", 1)[0] + "/other-", False)])
def test_cards_that_lead_to_chapters_of_the_page_are_its_text(place: str, kept: bool) -> None:
    linked = [f'<a href="{place}{n}"><h3>Part {n}: curing hides</h3><p>What to know of it.</p></a>' for n in range(3)]
    cards = "".join(f'<div class="card">{link}</div>' for link in linked)
    assert ("Part 2: curing hides" in (article(f"<div>{cards}</div>").text or "")) is kept


def test_addresses_that_cannot_be_read_lead_nowhere() -> None:
    linked = [f'<a href="http://[{n}">Other hides, part {n}</a>' for n in range(3)]
    cards = "".join(f'<div class="card"><h3>{link}</h3></div>' for link in linked)
    assert "Other hides" not in (article(f"<div>{cards}</div>").text or "")
