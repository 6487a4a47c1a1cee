"""How alike two texts are, as a MinHash that is kept with each article."""

from __future__ import annotations

import re
import struct

from rensa import RMinHash

__all__ = ["minhash"]

_PERMUTATIONS = 128
_SHINGLE = 3
_WORD = re.compile(r"\w+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def minhash(text: str | None) -> bytes | None:
    """256 bytes for `text`: the low 16 bits of 128 MinHash values over shingles of three words (CJK: characters).

    Two texts' Jaccard likeness is about the share of equal values. None where there is no text.
    """
    if not text:
        return None
    lowered = text.lower()
    words = _WORD.findall(_CJK.sub(lambda m: f" {m[0]} ", lowered))
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=42)
    sketch.update(sorted(shingles))
    return struct.pack(f"<{_PERMUTATIONS}H", *(value & 0xFFFF for value in sketch.digest()))
