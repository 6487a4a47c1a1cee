"""A file that is read by ranges reads as it would from a disk, whatever is wanted of it at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadtape.archive.recordings import ranged_file as module
from broadtape.archive.recordings.ranged_file import ranged_file

_DATA = bytes(range(251)) * 40
_places = st.integers(0, len(_DATA) + 50)
_spans = st.lists(st.tuples(_places, _places), max_size=5)


@given(wanted=_spans, reads=st.lists(st.tuples(_places, st.integers(0, 3000)), max_size=8))
def test_every_read_gives_the_files_bytes(wanted: list[tuple[int, int]], reads: list[tuple[int, int]]) -> None:
    file = ranged_file(lambda offset, length: _DATA[offset : offset + length], len(_DATA), wanted)
    for offset, length in reads:
        file.seek(offset)
        assert file.read(length) == _DATA[offset : offset + length]
        assert file.tell() == offset + len(_DATA[offset : offset + length])


def test_spans_that_lie_near_each_other_are_one_request_and_far_ones_several() -> None:
    asked: list[tuple[int, int]] = []
    near = module._NEAR

    def fetch(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return bytes(length)

    file = ranged_file(fetch, 10 * near, [(0, 100), (200, 300), (5 * near, 5 * near + 10)])
    for offset, length in ((0, 100), (200, 100), (5 * near, 10)):
        file.seek(offset)
        file.read(length)
    assert sorted(asked) == [(0, 300), (5 * near, 10)]
