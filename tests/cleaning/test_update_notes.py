"""Notes of corrections and updates are kept apart from the story, in the words that publishers use."""

from __future__ import annotations

import pytest

from broadtape.cleaning import extract

URL = "https://quay.example/news/tin-100234"
PARAGRAPHS = [
    "Tin rose to a record on Monday after the smelter at Port Ansel closed for repairs, nobody knows for how long.",
    "Traders in Westmarch said that stocks at the quay would last eleven days; the mill's owner said it had enough.",
    "Prices for delivery in March stood at $41,200 a tonne in the afternoon, 6% above those of the week before.",
]
NOTES = [
    "Correction: An earlier version of this story gave the wrong price for tin.",
    "This article has been updated to include the owner's comment.",
    "An earlier version of this article was amended on 3 March to correct a name.",
    "Clarification (March 3): The mill closed for repairs, not for good.",
    "Editor's note: This story has been corrected to say that stocks last eleven days.",
    "Update (3 March): The owner's comment was added.",
    "Korrektur: In einer ersten Meldung stand ein falscher Preis.",
    "In einer früheren Version dieses Artikels war der Preis falsch angegeben.",
    "Dieser Artikel wurde nachträglich korrigiert.",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_of_a_correction_is_kept_apart_from_the_story(note: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in [*PARAGRAPHS, note])
    article = extract(f"<html><body><article><h1>Tin</h1>{body}</article></body></html>", URL)
    assert article.update_note == note
    assert note not in (article.text or "")


@pytest.mark.parametrize(
    "line", ["Corrections officers at Port Ansel went on strike.", "Korrekturen am Preis sind zu erwarten, heißt es."]
)
def test_a_sentence_of_the_story_is_no_note(line: str) -> None:
    body = "".join(f"<p>{each}</p>" for each in [PARAGRAPHS[0], line, *PARAGRAPHS[1:]])
    article = extract(f"<html><body><article><h1>Tin</h1>{body}</article></body></html>", URL)
    assert article.update_note is None
    assert line in article.paragraphs
