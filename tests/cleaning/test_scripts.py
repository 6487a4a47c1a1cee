"""What the script of a text bears on: a brief of few characters, or one whose sentences end with no stop, is as much a
story as others, and what outlets say beside it is known in their words."""

from __future__ import annotations

import pytest

from broadtape.cleaning import extract
from broadtape.cleaning.metadata.language import language_of
from broadtape.cleaning.page.writing import is_stopped, letters
from broadtape.errors import NotAnArticle

URL = "https://www.example.com/markets/ropewalk-5512"
BRIEFS = {
    "ja": (
        "綱町製綱、第二工場を開設",
        [
            "綱町製綱は運河沿いの工場に第二の生産線を設け、週の生産能力を二倍に引き上げた。",
            "投資額は九百万クローネで、約四十人を新たに雇う見通しだ。"],
    ),
    "zh": (
        "缆绳厂开设第二条生产线",
        [
            "缆绳厂在运河边的工厂开设了第二条生产线，每周产能因此翻了一番，订单已排到明年春季。",
            "公司表示，新线耗资九百万克朗，将为约四十人提供工作岗位，招聘下月开始。"],
    ),
    "ko": (
        "밧줄 공장, 두 번째 생산 라인 열어",
        [
            "밧줄 공장이 운하 옆에 두 번째 생산 라인을 열어 한 주에 만들 수 있는 양을 두 배로 늘렸다.",
            "회사는 이 라인에 구백만 크로네가 들었으며 마흔 명가량을 새로 뽑는다고 밝혔다."],
    ),
    "th": (
        "โรงงานเชือกเปิดสายการผลิตที่สอง",
        [
            "โรงงานเชือกเปิดสายการผลิตที่สองริมคลอง ซึ่งเพิ่มกำลังการผลิตต่อสัปดาห์เป็นสองเท่า ตามคำแถลงของบริษัทเมื่อวันจันทร์",
            "บริษัทกล่าวว่าสายการผลิตใหม่ใช้เงินเก้าล้านโครน และจะจ้างคนงานราวสี่สิบคน เริ่มรับสมัครเดือนหน้า"],
    ),
    "uk": (
        "Канатна фабрика відкрила другу лінію",
        [
            "Канатна фабрика відкрила біля каналу другу лінію і тепер може виробляти за тиждень удвічі більше.",
            "Лінія коштувала дев'ять мільйонів крон, повідомила компанія, і дасть роботу сорока людям."],
    ),
}  # fmt: skip
BESIDE = {
    "ja": ("関連記事",
            "コメント (3)",
            "当社と提携先は端末にクッキーを保存し、広告を表示します。設定はプライバシーの頁でいつでも変更できます。",
            "同意する"),
    "zh": ("相关阅读",
            "评论 (3)",
            "我们和合作伙伴在您的设备上存储 cookie，以展示广告。您可以在隐私页面更改选择。",
            "全部接受"),
    "ko": ("관련 기사",
            "댓글 (3)",
            "당사와 파트너는 귀하의 기기에 쿠키를 저장하여 광고를 보여 드립니다. 개인정보 설정은 바꿀 수 있습니다.",
            "모두 동의"),
    "th": ("ข่าวที่เกี่ยวข้อง",
            "ความคิดเห็น (3)",
            "เราและพันธมิตรเก็บคุกกี้บนอุปกรณ์ของคุณเพื่อแสดงโฆษณา เปลี่ยนได้ทุกเมื่อในหน้าความเป็นส่วนตัว",
            "ยอมรับทั้งหมด"),
    "uk": ("Читайте також",
            "Коментарі (3)",
            "Ми та наші партнери зберігаємо cookie на вашому пристрої, щоб показувати рекламу. Згоду можна змінити.",
            "Прийняти все"),
}  # fmt: skip


@pytest.mark.parametrize("language", BRIEFS)
def test_a_brief_beside_what_its_outlet_says(language: str) -> None:
    title, lines = BRIEFS[language]
    related, comments, consent, agree = BESIDE[language]
    said = "".join(f"<div class='c'><b>a{n}</b><p>{lines[0]} {n}</p></div>" for n in range(3))
    links = "".join(f"<li><a href='/n/{n}'><div><h3>{title} {n}</h3></div></a></li>" for n in range(4))
    page = (
        f"<html lang='{language}'><head><title>{title}</title></head><body><main><h1>{title}</h1><div>"
        f"{''.join(f'<p>{line}</p>' for line in lines)}</div><h3>{comments}</h3>{said}<h3>{related}</h3>"
        f"<ul>{links}</ul></main><div class='w'><p>{consent}</p><button>{agree}</button></div></body></html>"
    )
    article = extract(page.encode(), URL)
    assert article.paragraphs == lines
    assert (article.title, article.language) == (title, language)


def test_a_character_may_say_as_much_as_a_syllable() -> None:
    assert letters("rope") == 4
    assert letters("綱と縄") == 7
    assert letters("밧줄 A") == 7


@pytest.mark.parametrize("line", ["Rope.", "「縄。」", "حبل؟", "رسی۔", "रस्सी।", "„Seil.“", "เชือก", "Տող։"])
def test_how_sentences_end(line: str) -> None:
    assert is_stopped(line)
    assert not is_stopped("Rope")


def test_the_language_that_a_page_states_decides_between_near_ones() -> None:
    brief = "De lijnbaan opent een tweede lijn bij het kanaal en kan nu per week twee keer zo veel maken."
    assert language_of(brief, "nl-BE") == "nl"
    assert language_of(brief, "en") != "en"


@pytest.mark.parametrize(
    "said",
    [
        "Melden Sie sich für unseren Newsletter an, er kommt jeden Morgen.",
        "Zapisz się na nasz newsletter i czytaj go co rano.",
        "Tilaa uutiskirjeemme, saat sen joka aamu.",
        "Ücretsiz bültenimize abone olun, her sabah okuyun.",
        "Підпишіться на нашу розсилку, вона виходить щоранку.",
        "اشترك في نشرتنا البريدية لتصلك كل صباح.",
        "無料のメールマガジンに登録すると、毎朝お届けします。",
        "订阅我们的新闻信，每天早上阅读。",
    ],
)
def test_an_invitation_below_a_story(said: str) -> None:
    title, lines = BRIEFS["uk"]
    shown = "".join(f"<p>{line}</p>" for line in (*lines, f"{lines[0]} 2", said))
    article = extract(f"<html><title>{title}</title><article><h1>{title}</h1>{shown}</article></html>", URL)
    assert article.paragraphs == [*lines, f"{lines[0]} 2"]


@pytest.mark.parametrize(
    "said",
    [
        "Sidan du söker finns inte eller har flyttats.",
        "Страница не найдена. Вернитесь на главную.",
        "ページが見つかりません。お探しのページは移動した可能性があります。",
        "页面不存在，请返回首页。",
        "الصفحة التي تبحث عنها غير موجودة.",
        "Aradığınız sayfa bulunamadı veya taşındı.",
    ],
)
def test_errors_that_are_served_as_pages(said: str) -> None:
    for title in (said.split(".")[0].split("。")[0], "Canal Post"):
        with pytest.raises(NotAnArticle):
            extract(f"<html><title>{title}</title><main><h1>{title}</h1><p>{said}</p></main></html>", URL)


@pytest.mark.parametrize(
    "line",
    [
        "La fábrica abre su segunda línea junto al canal y contrata gente.",
        "Die Seilerei baut am Kanal, und sie stellt im Mai neue Leute ein.",
    ],
)
def test_words_that_speak_of_others_make_no_wall(line: str) -> None:
    shown = "".join(f"<p>{line} Nr. {n}.</p>" for n in range(3))
    page = f"<html><title>Agenda 25/11</title><main><h1>Agenda 25/11</h1>{shown}</main></html>"
    assert len(extract(page, URL).paragraphs) == 3


@pytest.mark.parametrize(
    "stamp",
    [
        "25 listopada 2026", "25. marraskuuta 2026", "25 Kasım 2026", "25 ноября 2026", "25 листопада 2026",
        "25 Νοεμβρίου 2026", "25 نوفمبر 2026", "25 בנובמבר 2026", "25 नवंबर 2026", "25 พฤศจิกายน 2026",
        "25 tháng 11, 2026", "2026년 11월 25일", "Door Wim Oever, 25 november 2026", "Орла Пенн, 25 ноября 2026",
        "记者 李文, 2026年11月25日",
    ],
)  # fmt: skip
def test_a_day_above_a_story_in_any_language(stamp: str) -> None:
    title, lines = BRIEFS["uk"]
    shown = "".join(f"<p>{line}</p>" for line in (stamp, *lines))
    article = extract(f"<html><title>{title}</title><article><h1>{title}</h1><div>{shown}</div></article></html>", URL)
    assert article.paragraphs == lines


@pytest.mark.parametrize("language", ["ko", "th"])
def test_a_label_for_links_is_nobody(language: str) -> None:
    title, lines = BRIEFS[language]
    told, linked = "".join(f"<p>{line}</p>" for line in lines), f"<ul><li><a href='/x'>{title}</a></li></ul>"
    page = f"<h1>{title}</h1>{told}<p><b>{BESIDE[language][0]}</b></p>{linked}"
    assert extract(f"<html><title>{title}</title>{page}</html>", URL).authors == ()
