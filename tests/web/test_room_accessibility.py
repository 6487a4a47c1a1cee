"""Every page of the room, as axe-core sees it: at the width of a desk and of a telephone, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from room_samples import HELD, HOSTILE, REVISED, open_daily_room

from tests.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "/": {},
    "/search": {},
    "/search?plain": {"q": "plain", "site": "ledger"},
    "/search?wrong": {"q": "("},
    "/search?then": {"q": "carmakers", "as_of": "2026-03-01T15:00"},
    "/outlet/ledger": {},
    "/outlet/wire": {},
    "/ticker/PLN": {},
    "/story": {"url": HOSTILE},
    "/story?revised": {"url": REVISED},
    "/story/changes": {"url": REVISED},
    "/story/removed": {"url": HOSTILE},
    "/story/page": {"url": REVISED},
    "/story/cite": {"url": REVISED},
    "/outlets": {"site": ["ledger", "wire"]},
    "/corrected": {},
    "/morning": {"q": "plain", "since": "2026-02-01"},
    "/held": {},
    "/held/page": {"url": HELD, "site": "wire"},
    "/author/Ada%20Writer": {},
    "/nonsense": {},
}
"""Path, which what follows a ? tells apart from others like it, and query string."""
LOOKS = (("light", 1280, 800), ("dark", 390, 844))
"""A desk by day, a telephone by night: no colour depends on the width, and nothing but colours on the scheme."""
_REPEATED = ":is(.stories, .bins, .facets ul, tbody) > :nth-child(n + 4), rect:nth-child(n + 4)"
"""One more of what stands on the page three times tells nothing more, and takes most of the time."""
_OPENED = """repeated => {
  document.querySelectorAll("details").forEach(each => { each.open = true });
  document.querySelectorAll(repeated).forEach(each => each.remove());
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_daily_room(tmp_path_factory.mktemp("axe")) as room, chromium() as browser:
        yield browser.new_context(base_url=room.base, reduced_motion="reduce").new_page()


def test_no_page_keeps_anybody_out(page: Page) -> None:
    axe, found = Axe(), []
    for path, asked in PAGES.items():
        page.goto(f"{path.partition('?')[0]}?{urlencode(asked, doseq=True)}")
        page.evaluate(_OPENED, _REPEATED)
        page.evaluate(axe.axe_script)
        for scheme, width, height in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{path} at {width}, {scheme}: {each}" for each in violations(page)]
    assert found == []


def violations(page: Page) -> list[str]:
    """What axe finds: the rule and the elements. An archived page in its frame is none of ours."""
    told = page.evaluate("axe.run({iframes: false, resultTypes: ['violations']}).then(answer => answer.violations)")
    return [f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}" for each in told]
