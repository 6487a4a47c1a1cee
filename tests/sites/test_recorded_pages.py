"""Every recorded page gives the article that is expected of it: those we wrote, and those that the operator keeps."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from outlet_files import CHECKOUT

from broadtape.cli.sites.record import recorded_folder
from broadtape.recorded_page import Case, cases_in, differences, load_case, save_case
from broadtape.site import Site, load_site

OURS = Path(__file__).with_name("recorded")
CONFIGS = (CHECKOUT / "config", CHECKOUT / "examples" / "newsroom" / "config")


def paths() -> list[Path]:
    return sorted([*OURS.rglob("*.json"), *recorded_folder().rglob("*.json")])


def config_of(case: Case) -> Path:
    return next(config for config in CONFIGS if (config / "sites" / f"{case.site}.yaml").is_file())


@functools.cache
def site_of(file: Path) -> Site:
    return load_site(file)


@pytest.mark.parametrize("path", paths(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_page_gives_the_article_that_is_expected(path: Path) -> None:
    case = load_case(path)
    config = config_of(case)
    article = case.clean(site_of(config / "sites" / f"{case.site}.yaml"))
    found = differences(case, article)
    assert not found, (
        f"{'; '.join(found)}.\n"
        f"What changed is for the better? broadtape --config {config} sites record --again {path}\n"
        f"It is not? Mend {config / 'sites' / case.site}.yaml, then look at it with: broadtape --config {config} "
        f"sites try {path.with_suffix('.html')} --site {case.site} --url {case.url}"
    )


def test_every_outlet_of_the_newsroom_has_a_case() -> None:
    assert {case.site for case in cases_in(OURS)} == {path.stem for path in (CONFIGS[1] / "sites").glob("*.yaml")}


def test_a_case_that_changed_is_told_and_taken_anew(tmp_path: Path) -> None:
    (case, *_) = cases_in(OURS)
    article = case.clean(None)
    kept = save_case(
        tmp_path / "paper" / "case.json",
        case.page.replace(b"Fergus Innes", b"Somebody Else"),
        article,
        site="paper",
        url=case.url,
        content_type=case.content_type,
        fetched_at=case.fetched_at,
    )
    (told,) = differences(kept, kept.clean(None))
    assert told == "authors: ['Fergus Innes'] became ['Somebody Else']"
    again = save_case(
        kept.path,
        kept.page,
        kept.clean(None),
        site="paper",
        url=kept.url,
        content_type=kept.content_type,
        fetched_at=kept.fetched_at,
    )
    assert differences(again, again.clean(None)) == []
