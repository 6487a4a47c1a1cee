"""Line rules look at what kind of line they have before them."""

from __future__ import annotations

import json

import pytest
from test_furniture import LINES, URL, article

from broadtape import extract


def text_of(body: str) -> str:
    return article(body).text or ""


def test_rows_are_no_credits() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td>{name}</td><td>1.{n}</td></tr>" for n, name in enumerate(("Aptiv", "Rexel", "Chart"))
    )
    text = text_of(f"<table>{rows}</table>")
    assert all(f"{n} | {name} | 1.{n}" in text for n, name in enumerate(("Aptiv", "Rexel", "Chart")))


def test_dated_lines_say_what_happened() -> None:
    events = ["March 3: Board turns an offer down", "4 May 2025 – Bidder comes back", "June 9: Owners agree"]
    for tag in ("li", "p"):
        told = "".join(f"<{tag}>{event}</{tag}>" for event in events)
        page = f"<ul>{told}</ul>" if tag == "li" else told
        assert set(events) <= set(article(page).paragraphs)


def test_a_time_below_the_story_still_goes() -> None:
    assert "March 3, 2026" not in text_of("<p>March 3, 2026 - 9:05 am ET</p>")


def test_sentences_under_a_label_for_links_are_the_story() -> None:
    oil = "Oil was little changed near seventy dollars a barrel on Monday."
    items = f"<li>{oil}</li><li>The krona fell after the bank left its rate where it was.</li>"
    assert "The krona fell" in text_of(f"<h2>Top stories</h2><ul>{items}</ul>")
    links = '<ul><li><a href="/x">Krona falls to a low</a></li><li><a href="/y">Oil near seventy</a></li></ul>'
    assert "Krona" not in text_of(f"<h2>Top stories</h2>{links}")


def test_arrows_may_be_bullets() -> None:
    text = text_of('<p>► Sales rose by a tenth to nine million.</p><p>► <a href="/x">Sales of ferries rise</a></p>')
    assert "Sales rose by a tenth" in text
    assert "ferries" not in text
    assert "Debt down to 1.1 billion" in text_of("<p>→ Sales up by a tenth</p><p>→ Debt down to 1.1 billion</p>")
    assert "Follow the wire" not in text_of("<p>→ Follow the wire</p>")


def test_days_that_head_paragraphs_are_a_timeline() -> None:
    days = ["3 March 2026", "9 March 2026", "1 April 2026"]
    told = "".join(f"<p>{day}</p><p>{LINES[0]} That was on day {n}.</p>" for n, day in enumerate(days))
    assert set(days) <= set(article(told).paragraphs)


def test_a_list_that_a_sentence_announces() -> None:
    items = "".join(f'<li><a href="/{name}">{name} Works</a> fell by {n} percent</li>' for n, name in enumerate("ABC"))
    assert "B Works fell by 1 percent" in text_of(f"<p>Those that lost most on the day:</p><ul>{items}</ul>")
    links = "".join(f'<li><a href="/s/{name}">{name} Works lose again on a bad day</a></li>' for name in "ABC")
    assert "lose again" not in text_of(f"<p>Read more on this day:</p><ul>{links}</ul>")


def test_headings_and_items_that_are_names_of_platforms() -> None:
    assert "Reddit" in text_of(f"<h2>Reddit</h2><p>{LINES[0].replace('Monday', 'Friday')}</p>")
    assert "Pinterest" in text_of("<ul><li>Ansty</li><li>Bexwell</li><li>Pinterest</li></ul>")
    assert "Facebook" not in text_of("<ul><li>Facebook</li><li>Twitter</li><li>E-mail</li></ul>")


def test_what_two_people_say_in_a_transcript_is_no_copy() -> None:
    greeting = "Good morning to all of you, and thank you for taking my question."
    said = [
        ("Operator", "Our next question comes from the line of Ada Quill at Marlow."),
        ("Ada Quill", greeting),
        ("Orla Penn", "We see no reason to change what we said in May about prices."),
        ("Tom Reed", greeting),
        ("Orla Penn", "Margins will be what they were, give or take half a point."),
    ]
    apart = "".join(f"<p><b>{name}</b></p><p>{line}</p>" for name, line in said)
    assert text_of(apart).count(greeting) == 2
    assert text_of(apart + apart).count(greeting) == 2, "a page that carries it all twice"


def _signed(author: str, kind: str, *last: str) -> str:
    said = json.dumps({"@type": "NewsArticle", "headline": "Looms", "author": {"@type": kind, "name": author}})
    told = "".join(f"<p>{line}</p>" for line in (*LINES, *last))
    head = f'<script type="application/ld+json">{said}</script>'
    return (
        extract(f"<html><head>{head}</head><body><article><h1>Looms</h1>{told}</article></body></html>", URL).text or ""
    )


def test_a_company_that_signs_is_the_subject_of_its_release() -> None:
    lines = ("Varde Looms raised its forecast for the year.", "Varde Looms is sure that its order book will hold.")
    assert _signed("Varde Looms", "Organization", *lines).endswith(lines[-1])


def test_what_is_said_of_an_author_below_the_story_goes() -> None:
    notes = ("Ada Quist covers textiles and is based in Herning.", "Bo Friis is a trainee.")
    assert "Ada Quist" not in _signed("Ada Quist", "Person", notes[0])
    after = "The mill will open again in March, its owners said, once the new boiler has been tested."
    assert notes[0] in _signed("Ada Quist", "Person", notes[0], after), "somebody of the story, who bears the name"


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now to our eLedger edition for the full story.", "Síguenos en Telegram, Instagram y Twitter.",
        "Dir hat das gefallen? Dann abonniere unseren Newsletter!", "Suivez-nous sur Facebook et sur Instagram.",
        "Zapraszamy do subskrypcji naszego tygodnika w internecie.", "Seguici su Facebook e iscriviti al canale.",
        "If you enjoyed reading this post, would you consider supporting our work?",
    ],
)  # fmt: skip
def test_an_invitation_below_a_story_goes(line: str) -> None:
    assert line not in text_of(f"<p>{line}</p>")


@pytest.mark.parametrize(
    "line",
    [
        "Readers can follow the tannery on Instagram, where it shows how hides are cured.",
        '"Follow us on Facebook," said Ms Penn when she was asked where the figures would be published.',
        "The firm asked its customers to download an app and to subscribe to a channel on YouTube.",
    ],
)
def test_what_a_story_says_of_networks_is_no_invitation(line: str) -> None:
    assert line in article(f"<p>{line}</p>").paragraphs


def test_nothing_stands_below_the_label_of_a_list_that_went() -> None:
    links = "".join(f'<li><a href="/blog/{n}">{name}</a></li>' for n, name in enumerate(("One", "Two", "Three")))
    assert "Taking part" not in text_of(f"<h3>Taking part:</h3><ul>{links}</ul>")
    assert "Taking part:" in text_of("<h3>Taking part:</h3><ul><li>Oakhurst, with 3 hides</li><li>Marlow</li></ul>")


@pytest.mark.parametrize(
    "line",
    [
        "Materiał chroniony prawem autorskim - wszelkie prawa zastrzeżone.", "Alle rechten voorbehouden.",
        "Der Beitrag wurde am Montag, den 3. März 2026 um 9:05 Uhr veröffentlicht und unter Leder abgelegt.",
        "This entry was posted on Monday, March 3rd, 2026 and is filed under Leather.",
    ],
)  # fmt: skip
def test_notes_of_rights_and_of_filing_go(line: str) -> None:
    assert line not in text_of(f"<p>{line}</p>")


def test_items_with_a_word_linked_in_their_sentences_are_no_other_stories() -> None:
    told = "<a href='/mill'>The mill</a> has a course in which anybody can learn how leather was once cured by hand."
    items = f"<li>{told}</li><li><a href='/more'>Valley weaves again after the flood</a></li>"
    text = text_of(f"<p><strong>More from the valley:</strong></p><ul>{items}</ul>")
    assert "anybody can learn how leather was once cured by hand." in text
    assert "Valley weaves again" not in text


def test_days_above_a_text_are_a_calendar_when_there_are_many() -> None:
    days = [f"September {day}, noon to one, room 217" for day in (10, 17, 24, 30)]
    above = "".join(f"<p>{day}</p>" for day in days)
    lines = "".join(f"<p>{line}</p>" for line in LINES)
    assert set(days) <= set(extract(f"<article><h1>Yoga at noon</h1>{above}{lines}</article>", URL).paragraphs)


def test_what_is_said_of_an_author_goes_with_the_name_above_it() -> None:
    bio = "Orla Penn is a writer of long standing who has covered the trades of the valley for twelve years."
    head = '<meta name="author" content="Orla Penn">'
    body = "".join(f"<p>{line}</p>" for line in LINES[3:])
    story = (
        f"<article><h1>Hides</h1>{body}{body.replace('.', ' again.')}<div><p>Orla Penn</p><p>{bio}</p></div></article>"
    )
    text = extract(f"<html><head>{head}</head><body>{story}</body></html>", URL).text or ""
    assert "Orla Penn" not in text


@pytest.mark.parametrize("form", ["<p><b>{day}</b> {told}</p>", "<h4>{day}</h4><p>{told}</p>", "<p>{day}: {told}</p>"])
@pytest.mark.parametrize("days", [("March 2024", "April 2025", "May 2026"), ("3 March", "9 March", "1 April")])
def test_a_chronology_in_lines_without_stops(form: str, days: tuple[str, ...]) -> None:
    events = dict(
        zip(days, ["Board turns an offer down", "Bidder comes back with more", "Owners agree to the sale"], strict=True)
    )
    told = "".join(form.format(day=day, told=event) for day, event in events.items())
    for text in (text_of(told), extract(f"<article><h1>Tannery</h1>{told}{paragraphs()}</article>", URL).text or ""):
        assert all(day in text and event in text for day, event in events.items())


def paragraphs() -> str:
    return "".join(f"<p>{line}</p>" for line in LINES)


def test_words_that_begin_like_months() -> None:
    lines = ["1. Margin slipped to 7 per cent", "2. Decline in orders from abroad", "3. Outlook left as it was"]
    assert set(lines) <= set(article("".join(f"<p>{line}</p>" for line in lines)).paragraphs)


def test_a_row_that_begins_like_a_note() -> None:
    rows = "<tr><th>Costs</th><th>Now</th><th>Then</th></tr><tr><td>Disclosure</td><td>4</td><td>5</td></tr>"
    assert "Disclosure | 4 | 5" in text_of(f"<table>{rows}</table>")


def test_names_that_are_links_and_end_with_a_stop() -> None:
    names = ", ".join(f'<b><a href="/q/{n}">{n}</a></b>' for n in ("Holme", "Orrel"))
    assert "Holme, Orrel and Weir." in text_of(f'<p>{names} and <b><a href="/q/w">Weir</a></b>.</p>')


def test_sentences_that_begin_like_notes_and_bylines() -> None:
    for line in ("Disclosure rules changed in May, the office said.", "By noon the shares had lost a tenth."):
        told = "".join(f"<p>{each}</p>" for each in (line, *LINES))
        assert line in (extract(f"<article><h1>Tannery lifts forecast</h1>{told}</article>", URL).text or "")
    assert "no position" not in text_of("<p>Disclosure: the author has no position in the firm.</p>")


def test_those_who_talk_are_no_authors() -> None:
    said = [("Orla Penn", "How full is the book?"), ("Jon Ash", "It is full until June."), ("Orla Penn", "And then?")]
    said += [("Jon Ash", "Then we shall see."), ("Orla Penn", "Many thanks to you.")]
    talk = "".join(f"<div><div class='author'>{name}</div><div>{words}</div></div>" for name, words in said)
    lines = article(f"<p>{LINES[0]} So it began.</p>{talk}<p>{LINES[0]} So it ended.</p>").paragraphs
    assert [lines.count("Orla Penn"), lines.count("Jon Ash")] == [3, 2]
