"""The command `broadtape`.

This module holds the entry point alone and imports next to nothing, so that an interrupt during start-up ends as
quietly as any other. The commands are listed in `broadtape.cli.app`.
"""

from __future__ import annotations

from collections.abc import Sequence

from broadtape.cli.termination import Termination

__all__ = ["main"]

_INTERRUPTED = 130
_TERMINATED = 143


def main(args: Sequence[str] | None = None) -> int:
    """Runs `broadtape ARGS` (the process's own arguments where None) and returns the exit status.

    0 done, 1 the job failed, 2 the call was wrong, 3 done but for outlets that another run is writing, 130 interrupted.
    SIGTERM does what Ctrl-C does; then the process dies of it. Errors are one sentence on standard error.
    """
    try:
        with Termination() as termination:
            status = _run(args)
    except KeyboardInterrupt:  # between two steps of ours
        status = _INTERRUPTED
    return _TERMINATED if termination.asked else status


def _run(args: Sequence[str] | None) -> int:
    try:
        from broadtape.cli.common.exit_status import run

        return run(args)
    except KeyboardInterrupt:
        return _INTERRUPTED
