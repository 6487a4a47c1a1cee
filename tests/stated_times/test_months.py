"""Names of months: those of CLDR, and those that differ between neighbours."""

from __future__ import annotations

from importlib import resources

import pytest
from babel import Locale

from broadtape import stated_times
from broadtape.stated_times.months import month_named

LOCALES = [
    line.split("\t")[0] for line in resources.files(stated_times).joinpath("months.tsv").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_names_are_those_of_cldr(locale: str) -> None:
    names = Locale.parse(locale).months["format"]
    told = [(name, number) for width in ("wide", "abbreviated") for number, name in names[width].items()]
    words = [(name.removeprefix("de ").removeprefix("d’"), number) for name, number in told]
    plain = [(name, number) for name, number in words if not any(c.isdigit() for c in name)]
    language = locale.partition("_")[0]
    assert [month_named(name, language) for name, _ in plain] == [number for _, number in plain]


def test_a_name_of_two_months_needs_a_language() -> None:
    assert month_named("listopad") is None
    assert (month_named("listopada", "pl"), month_named("listopada", "hr")) == (11, 10)


@pytest.mark.parametrize(
    ("word", "month"),
    [("SEPT.", 9), ("février", 2), ("fevrier", 2), ("Märzen", None), ("Jänner", 1), ("Ağustos", 8), ("monday", None)],
)
def test_case_accents_and_stops_do_not_matter(word: str, month: int | None) -> None:
    assert month_named(word) == month
