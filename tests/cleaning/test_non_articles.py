"""Pages that carry no story, told by their shape, and the shortest briefs, which do."""

from __future__ import annotations

import pytest

from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle
from tests.cleaning.fact_pages import URL

WALLS = (
    ("Einen Augenblick", "<p>Wir überprüfen Ihren Browser, bevor Sie weiterkommen. Das geschieht automatisch.</p>"),
    ("Vérification", "<h1>Vérification</h1><p>Veuillez patienter : nous vérifions que vous n’êtes pas un robot.</p>"),
    ("Tapewire", "<p>Slide the bar to finish the puzzle and show us that you are human.</p>"),
    ("Slow down", "<p>You have sent us too many requests. Please wait for some minutes.</p>"),
    ("Hetkinen", "<p>Tarkistetaan yhteyttäsi. Sivu latautuu pian uudelleen.</p>"),
    ("Tapewire", "<h1>We are away</h1><p>Our service is unavailable for scheduled maintenance. Come by later.</p>"),
    ("Tapewire", "<h1>Welcome back</h1><p>Sign in to your account. Forgot your password? Register here.</p>"),
    ("Tapewire", "<h1>Oups !</h1><p>La page que vous cherchez n’existe plus. Retournez à la page d’accueil.</p>"),
    ("Tapewire", "<h1>Not for your region</h1><p>This page is not available in your country. We apologise.</p>"),
    ("Tapewire", "<h1>Markets</h1>" + "".join(
        f'<div><h3><a href="/m/{n}">Freight rates climb again in port {n}</a></h3><p>Brokers said so.</p></div>'
        for n in range(12)
    )),
)  # fmt: skip


@pytest.mark.parametrize(("title", "body"), WALLS)
def test_walls_in_words_that_nobody_listed(title: str, body: str) -> None:
    with pytest.raises(NotAnArticle):
        extract(f"<html><head><title>{title}</title></head><body>{body}</body></html>", URL)


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Harbour dues to rise in spring", "Harbour dues rise by 4 percent in spring, the authority said on Monday."),
        ("Bank app outage locks out customers",
         "Customers of Quay Bank could not log in to accounts on Monday after scheduled maintenance. The bank said "
         "that passwords were safe, and that service would be back later."),
        ("Regulator fines firm over cookies",
         "The privacy regulator fined a firm that used cookies without consent. It shared personal data, it said."),
    ],
)  # fmt: skip
def test_a_brief_is_an_article(headline: str, text: str) -> None:
    body = f"<body><article><h1>{headline}</h1><p>{text}</p></article></body>"
    html = f"<html><head><title>{headline}</title></head>{body}</html>"
    assert extract(html, URL).title == headline


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Your choices", "We and 214 others keep notes on this device, to show what fits you. Say yes, or pay."),
        ("Lesen Sie wie gewohnt", "Besuchen Sie unsere Seiten mit Werbung, oder nutzen Sie das Angebot ohne sie."),
        (
            "Jouw keuze",
            "Wij en onze partners bewaren gegevens om je aanbiedingen te tonen. Je kunt dit aanpassen.",
        ),
        (
            "Ditt val",
            "Vi och våra partner sparar uppgifter hos dig. Du kan ändra ditt val, eller betala.",
        ),
        ("For members", "This piece is for those who have joined us. Type your address and your secret word to go on."),
        ("お待ちください", "しばらくお待ちください。確認が終わると自動的に表示されます。"),
        (
            "Gone fishing",
            "Our presses are being oiled tonight. The paper returns to your screen at six.",
        ),
    ],
)
def test_what_speaks_to_its_reader_alone_is_no_story(headline: str, text: str) -> None:
    html = f"<html><head><title>{headline}</title></head><body><h1>{headline}</h1><p>{text}</p></body></html>"
    with pytest.raises(NotAnArticle):
        extract(html, URL)


def _links(count: int) -> str:
    return "".join(f'<h3><a href="/s/{n}">Larch number {n} lifts its outlook again</a></h3>' for n in range(count))


@pytest.mark.parametrize(
    ("headline", "text", "lang"),
    [
        (
            "Elm Works halts its mill in Oslo",
            "Elm Works has halted its mill in Oslo. Nobody was hurt.",
            "en",
        ),
        ("Rates held", "The central bank held its rates on Wednesday, as all had expected it to do.", "en"),
        ("Bank says log-ins failed", "Customers could not sign in on Monday. Passwords were not at risk.", "en"),
        (
            "Page Industries closes site 404",
            "Page Industries will close its site 404 in Brack, it said.",
            "en",
        ),
        ("Orders rise, says Quay", "“We see more orders than you do,” Ada Quill of Quay said of rising orders.", "en"),
        ("ミズキ、通期予想を上方修正", "ミズキは12日、連結純利益が前期比8%増の120億円になると発表した。", "ja"),
        ("天河电力上调全年预期", "天河电力周一表示，预计全年净利润为12亿元，比此前高出两亿元。", "zh"),
    ],
)
def test_a_brief_beside_many_headlines_is_an_article(headline: str, text: str, lang: str) -> None:
    story = f"<article><h1>{headline}</h1><p>{text}</p></article>"
    html = f'<html lang="{lang}"><head><title>{headline}</title></head><body>{story}<aside>{_links(10)}</aside></body>'
    assert extract(html, URL).title == headline


def test_teasers_with_long_texts_are_a_section() -> None:
    teaser = "The yard expects more of the year than before, it said in the evening, as dealers had long thought."
    items = "".join(
        f'<article><h2><a href="/s/{n}">Yard number {n} lifts its outlook</a></h2><p>{teaser} {n}</p></article>'
        for n in range(12)
    )
    with pytest.raises(NotAnArticle, match="section"):
        extract(f"<html><head><title>Markets</title></head><body><h1>Markets</h1>{items}</body></html>", URL)
