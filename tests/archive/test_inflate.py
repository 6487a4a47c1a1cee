"""A gzip member unpacks to the same, whole, torn or damaged, whether ISA-L is there or not."""

from __future__ import annotations

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.archive.warc import inflate
from broadtape.archive.warc.decoded import Broken
from broadtape.archive.warc.members import Damage, gzip_members

_MEMBERS = b"".join(gzip.compress(b"WARC/1.0\r\n" + bytes([n]) * 5000 + b"\r\n\r\n", mtime=0) for n in range(4))


def _told(data: bytes) -> list[tuple[int, str]]:
    told = []
    for piece in gzip_members(io.BytesIO(data)):
        if isinstance(piece, Damage):
            told.append((piece.offset, piece.reason))
            continue
        try:
            found = piece.read(10**6)
        except Broken:
            continue
        told.append((piece.offset, f"{len(found)} {found[-8:]!r} {piece.length()}"))
    return told


@pytest.mark.skipif(inflate.isal_zlib is None, reason="ISA-L is not installed")
@given(
    cut=st.integers(0, len(_MEMBERS)),
    place=st.integers(0, len(_MEMBERS) - 1),
    byte=st.integers(0, 255),
    behind=st.binary(max_size=20),
)
def test_both_tell_the_same(cut: int, place: int, byte: int, behind: bytes) -> None:
    data = bytearray(_MEMBERS[:cut] if cut > place else _MEMBERS)
    data[place] = byte
    given_bytes = bytes(data) + behind
    here = _told(given_bytes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflate, "isal_zlib", None)
        assert _told(given_bytes) == here
