"""Search every pattern on stdin in lines made to make it backtrack; the last label printed is the one that hangs.

Each line of stdin is a JSON pair: a label and a pattern. Run as a script of its own, so that it can be killed.
"""

from __future__ import annotations

import json
import re
import sys

LENGTH = 1_500
FILLERS = ("a", "A", "1", " ", "-", ".", "\t", '"', "/", "a-", "a/", "a ", "A. ", "a1-", "1/", "a.b@", "&#", "© 20")


def opening(pattern: str) -> str:
    """The literal text with which `pattern` begins, as far as that is plain to see."""
    text = pattern.removeprefix("^").replace("https?", "https").replace(r"(?:www\.)?", "www.")
    plain = re.match(r"(?:\\[.?()$|]|[^\\.?*+()\[\]{}|^$])*", text)
    return re.sub(r"\\(.)", r"\1", plain[0]) if plain else ""


def hostile(pattern: str) -> list[str]:
    begin = opening(pattern)
    fillers = [*FILLERS, begin] if begin else list(FILLERS)
    lines = [filler * (LENGTH // len(filler)) for filler in fillers]
    return [start + line + end for line in lines for start in {"", begin} for end in ("", "\x00")]


def main() -> None:
    for pair in sys.stdin:
        label, pattern = json.loads(pair)
        sys.stdout.write(f"{label}\n")
        sys.stdout.flush()
        compiled = re.compile(pattern)
        for line in hostile(pattern):
            compiled.search(line)


if __name__ == "__main__":
    main()
