"""Stories in the languages that the archive is for: whole, without their outlets' boilerplate, with what they say of
themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadtape.cleaning import clean_text, extract

PAGES = Path(__file__).parent / "pages"
FACTS = {
    "de": ("Reederei Nordkante hebt Prognose an", ("Wiebke Harms",), datetime(2026, 3, 4, 6, 45, tzinfo=UTC)),
    "fr": ("Le verrier Clairmont rachète son rival", ("Élodie Marchand",), datetime(2026, 5, 12, 16, 20, tzinfo=UTC)),
    "es": ("Aceites del Sur gana un 18 % más", ("Marta Olmedo",), datetime(2026, 2, 19, 8, 5, tzinfo=UTC)),
    "it": ("Cantieri Ligure, ordini per 2 miliardi", ("Paola Ferrando",), datetime(2026, 6, 23, 14, 40, tzinfo=UTC)),
    "pt": ("Papel do Vale amplia fábrica", ("Beatriz Nogueira",), datetime(2026, 4, 8, 14, 30, tzinfo=UTC)),
    "ja": ("港北製紙、通期予想を上方修正", ("森 由佳",), datetime(2026, 2, 10, 6, 30, tzinfo=UTC)),
    "zh": ("临江造船上半年利润翻番", ("陈立文",), datetime(2026, 8, 18, 2, tzinfo=UTC)),
}


@pytest.mark.parametrize("language", FACTS)
def test_a_story_comes_out_whole_and_clean(language: str) -> None:
    page = (PAGES / f"{language}.html").read_bytes()
    article = extract(page, f"https://www.tapewire.example/{language}/1", fetched_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert article.paragraphs == (PAGES / f"{language}.txt").read_text("utf-8").strip().split("\n\n")
    assert (article.title, article.authors, article.published_at) == FACTS[language]
    assert article.language == language
    assert article.published_precision == "second"


@pytest.mark.parametrize("language", FACTS)
def test_clean_text_stays_as_it_is(language: str) -> None:
    text = (PAGES / f"{language}.txt").read_text("utf-8").strip()
    assert clean_text(text).text == text


def test_a_notice_that_the_rest_is_for_subscribers_is_a_fact_of_the_story() -> None:
    page = (PAGES / "ja.html").read_bytes()
    assert extract(page, "https://www.tapewire.example/ja/1").paywalled is True


@pytest.mark.parametrize(
    "charset", ["shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "iso-8859-15", "cp1252", "koi8-r"]
)
def test_older_charsets(charset: str) -> None:
    told = {
        "shift_jis": "株価は一時、前日比で大きく上昇した。市場では想定を上回るとの声があった。",
        "euc_jp": "株価は一時、前日比で大きく上昇した。市場では想定を上回るとの声があった。",
        "gb18030": "截至上午收盘，公司股价上涨，市场成交活跃，分析师说这超出了预期。",
        "big5": "截至上午收盤，公司股價上漲，市場成交活躍，分析師說這超出了預期。",
        "euc_kr": "회사의 주가는 오전에 크게 올랐고 시장에서는 예상을 웃돈다는 말이 나왔다.",
        "koi8-r": "Акции компании выросли, и аналитики говорят, что этого никто не ожидал.",
    }.get(charset, "Der Kurs der Börse fiel gestern überraschend, wie Händler am Abend berichteten.")
    body = "".join(f"<p>{told}</p><p>{n}. {told}</p>" for n in range(1, 6))
    page = f'<html><head><meta charset="{charset}"><title>T</title></head><body><article>{body}</article></body></html>'
    article = extract(page.encode(charset), "https://www.tapewire.example/1")
    assert told in article.paragraphs
