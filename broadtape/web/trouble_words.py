"""An outlet's trouble for readers: what is wrong, without the commands and addresses that its operator is told."""

from __future__ import annotations

import re

from broadtape.web.safe_text import plural

__all__ = ["in_words"]

_ADDRESS = re.compile(r"https?://([^/\s;,?#]{1,253})[^\s;,]{0,4000}?(?=[.:)]?(?:[\s;,]|$))")
_FOR_OPERATORS = ("'broadtape ", "for instance ")
_LONGEST = 240


def in_words(reason: str | None, held: int = 0) -> str | None:
    """The trouble as one sentence; with what is held back, for that waits for somebody. None where all is well."""
    clauses = [clause for clause in (reason or "").split("; ") if not any(word in clause for word in _FOR_OPERATORS)]
    said = _ADDRESS.sub(r"\1", "; ".join(clauses)).strip(" .;")
    if held:
        waits = f"{plural(held, 'page')} {'is' if held == 1 else 'are'} held back until somebody decides"
        said = f"{said}; {waits}" if said else waits
    if not said:
        return "Its last run failed." if reason else None
    short = said if len(said) <= _LONGEST else said[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return short[0].upper() + short[1:] + "."
