"""Which answers bring the page itself."""

from __future__ import annotations

import pytest

from broadtape.archive.warc.whole_answers import carries_page


@pytest.mark.parametrize("status", [200, 201, 202, 203, 226, 299])
def test_a_success_with_a_body_brings_the_page(status: int) -> None:
    assert carries_page(status)


@pytest.mark.parametrize("status", [100, 204, 205, 207, 208, 300, 304, 404, 503])
def test_what_has_no_body_or_another_brings_none(status: int) -> None:
    assert not carries_page(status)


@pytest.mark.parametrize(
    ("content_range", "whole"),
    [
        ("bytes 0-99/100", True),
        ("Bytes 0-99/100", True),
        ("bytes 0-98/100", False),
        ("bytes 1-99/100", False),
        ("bytes 0-99/*", False),
        ("", False),
        (None, False),
    ],
)
def test_a_part_is_the_page_only_where_it_is_all_of_it(content_range: str | None, *, whole: bool) -> None:
    assert carries_page(206, content_range) is whole
