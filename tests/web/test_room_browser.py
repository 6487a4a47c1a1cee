"""The reading room in a real browser: the ways a reader takes, and what hostile pages try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect
from room_samples import BACKWARDS, HOSTILE, LONG, REVISED, Room, open_room, sample_archive

from tests.browser import Beacon, chromium

pytestmark = [pytest.mark.attack, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def beacon() -> Iterator[Beacon]:
    opened = Beacon()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def room(beacon: Beacon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room of its own, whose hostile page knows the beacon."""
    with open_room(sample_archive(tmp_path_factory.mktemp("browser"), beacon=beacon.url)) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A window in which every answer from outside of the room, and every error of a page, is a failure."""
    context = browser.new_context(base_url=room.base, accept_downloads=True)
    window = context.new_page()
    outside: list[str] = []
    window.on("response", lambda answer: None if answer.url.startswith(room.base) else outside.append(answer.url))
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    yield window
    context.close()
    assert outside == []
    assert errors == []


def address(path: str, url: str, **more: object) -> str:
    rest = "".join(f"&{name}={quote(str(value))}" for name, value in more.items())
    return f"{path}?url={quote(url, safe='')}{rest}"


def fits(page: Page) -> bool:
    """Whether nothing stands beyond the window's edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_the_front_page_to_the_archived_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="All stories", exact=True).click()
    page.get_by_role("searchbox").fill("carmakers")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Widget raises it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Widget raises it again")
    page.get_by_label("This story").get_by_role("link", name="3 revisions").click()
    expect(page.locator("ins").first).to_have_text("closed lower after all")
    page.get_by_role("link", name="2 lines taken out").click()
    expect(page.get_by_role("row", name="Read more about Widget read-more")).to_be_visible()
    page.get_by_role("link", name="Page as archived").click()
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Widget")
    page.get_by_role("link", name="The Ledger").click()
    page.get_by_role("link", name="1 March: 4 stories").click()
    expect(page.get_by_role("heading", name="4 stories")).to_be_visible()


def test_to_a_moment_and_back(page: Page) -> None:
    page.goto(address("/story", REVISED))
    page.get_by_text("As of now").click()
    page.get_by_label("Read the archive as of").fill("2026-03-01T15:00")
    page.get_by_role("button", name="Go there").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Widget raises outlook")
    expect(page.get_by_role("region", name="As of")).to_contain_text("1 March 2026, 15:00:00 UTC")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("region", name="As of")).to_be_visible()
    page.get_by_role("searchbox", name="Search the archive").fill("carmakers")
    page.get_by_role("searchbox", name="Search the archive").press("Enter")
    expect(page.get_by_role("link", name="Widget raises outlook")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_role("link", name="Widget raises it again")).to_be_visible()


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search the archive")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".stories h3 a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_text("next and previous story")).to_be_visible()


def test_on_a_telephone_the_first_result_stands_in_the_first_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=plain")
    first = page.locator(".stories h3").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < 600
    expect(page.get_by_label("Ticker")).not_to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_role("textbox", name="Ticker")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/search?q=plain")
    expect(page.get_by_role("textbox", name="Ticker")).to_be_visible()  # where there is room, it is open
    page.get_by_label("Narrow the answer").get_by_role("link", name="de", exact=True).click()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("de")


def test_everything_works_without_scripts(browser: Browser, room: Room) -> None:
    context = browser.new_context(base_url=room.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox", name="Search the archive").fill("carmakers")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Widget raises it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Widget raises it again")
    context.close()


def test_a_download(page: Page, tmp_path: Path) -> None:
    page.goto("/search?site=wire")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Parquet").click()
    waiting.value.save_as(tmp_path / "wire.parquet")
    assert waiting.value.suggested_filename == "broadtape-wire.parquet"
    assert pl.read_parquet(tmp_path / "wire.parquet").height == 5


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=owned",
        "/outlet/wire",
        address("/story", HOSTILE),
        address("/story/removed", HOSTILE),
        "/search?q=<script>alert(1)</script>x",
    ],
)
def test_nothing_crawled_is_executed(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.title() != "owned"
    assert page.locator("main script, main img, main iframe").count() == 0
    assert page.locator("[href^='javascript'], [onerror], [onload]").count() == 0
    if "hostile" in path:
        expect(page.get_by_role("heading", level=1)).to_contain_text("<script>document.title='owned'</script>")
        assert page.get_by_role("heading", level=1).count() == 1


def test_a_hostile_page_in_its_frame_runs_loads_and_leads_nowhere(page: Page, room: Room, beacon: Beacon) -> None:
    page.goto(address("/story/page", HOSTILE))
    frame = page.frame_locator("iframe")
    expect(frame.locator("#said")).to_have_text("Orders doubled.")
    assert frame.locator("#said").evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"  # its own styles hold
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    for link in ("#out", "#top"):
        frame.locator(link).click(no_wait_after=True)
        page.wait_for_timeout(300)
        page.goto(address("/story/page", HOSTILE))
    assert page.url.startswith(room.base)
    assert "Hostile" in page.title()
    assert beacon.heard == []


def test_a_hostile_page_without_its_frame_is_caged_as_well(browser: Browser, room: Room, beacon: Beacon) -> None:
    context = browser.new_context(base_url=room.base)
    page = context.new_page()
    page.goto(address("/story/page/body", HOSTILE))
    page.wait_for_timeout(800)
    assert page.url.startswith(room.base)
    assert page.title() == "Hostile"
    assert page.evaluate("origin") == "null"
    context.close()
    assert beacon.heard == []


def test_no_other_page_may_frame_the_room(browser: Browser, room: Room) -> None:
    page = browser.new_page()
    page.set_content(f'<iframe src="{room.base}/"></iframe>')
    page.wait_for_timeout(500)
    assert "Newest stories" not in (page.frames[1].content() if len(page.frames) > 1 else "")
    page.close()


def test_text_that_turns_round_keeps_to_itself(page: Page) -> None:
    page.goto(address("/story", BACKWARDS))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Invoice \\u202egnp.exe")
    assert "\u202e" not in page.content()
    assert "\u202e" not in page.title()
    directions = page.locator("article.text > p:not(.byline)").evaluate_all(
        "all => all.map(e => getComputedStyle(e).direction)"
    )
    assert directions == ["ltr", "rtl", "ltr"]


EVERY_KIND = (
    "/",
    "/search",
    "/outlet/ledger",
    "/ticker/PLN",
    address("/story", REVISED),
    address("/story", LONG),
    address("/story", HOSTILE),
    address("/story/changes", REVISED),
    address("/story/removed", HOSTILE),
    address("/story/page", REVISED),
    address("/story/cite", HOSTILE),
    "/search?q=(",
    "/search?q=plain&site=ledger",
    "/outlets?site=ledger&site=wire",
    "/corrected",
    "/morning?q=owned&since=2026-03-01",
    "/held",
    "/author/Ada%20Writer",
    "/nonsense",
)


def test_nothing_stands_beyond_the_edge(page: Page) -> None:
    for path in EVERY_KIND:
        page.goto(path)
        for width in (1280, 768, 375, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert fits(page), (path, width)


def test_dark_where_the_reader_likes_it_dark(browser: Browser, room: Room) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=room.base, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/")
        shades[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        context.close()
    assert shades["light"] == "rgb(250, 247, 240)"
    assert shades["dark"] == "rgb(23, 21, 15)"


def test_print_leaves_the_controls_out(page: Page) -> None:
    page.goto(address("/story", REVISED))
    page.emulate_media(media="print")
    assert not page.get_by_role("search").is_visible()
    assert not page.get_by_label("This story").is_visible()
    assert page.get_by_text("Shares closed lower after all.").is_visible()
