"""The command `broadtape`.

This module holds the entry point alone and imports next to nothing, so that an interrupt during start-up ends as
quietly as any other. The commands are listed in `broadtape.cli.app`.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130


def main(args: Sequence[str] | None = None) -> int:
    """Runs `broadtape ARGS` (the process's own arguments where None) and returns the exit status.

    0 done, 1 the job failed, 2 the call was wrong, 3 done but for outlets that another run is writing, 130 interrupted.
    Errors are one sentence on standard error.
    """
    try:
        from broadtape.cli.common.exit_status import run

        return run(args)
    except KeyboardInterrupt:
        return _INTERRUPTED
