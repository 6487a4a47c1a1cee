"""What came of certain addresses, and which ones the archive has nothing of."""

from __future__ import annotations

from broadtape.archive.lifecycle.takedown_targets import not_held
from broadtape.cli.common.address_outcomes import outcomes
from tests.jobs.conftest import BASE, House


def test_each_address_has_its_outcome(house: House) -> None:
    archive = house.archive()
    run = house.crawled(archive, "A quay is built")
    held = house.held_back(archive, "A crane is sold")
    (published, good) = next((said, good) for _, said, good in outcomes(archive, run, [f"{BASE}/a-quay-is-built"]))
    assert (published, good) == ("archived", True)
    ((_, missing, well),) = outcomes(archive, run, held)
    assert missing.startswith("nothing came of it"), "another run held it back"
    assert not well


def test_what_nobody_holds_is_named(house: House) -> None:
    archive = house.archive()
    house.crawled(archive, "A quay is built")
    (held,) = house.held_back(archive, "A crane is sold")
    strange = f"{BASE}/never-seen"
    assert not_held(archive, [f"{BASE}/a-quay-is-built", held, strange]) == [strange]
