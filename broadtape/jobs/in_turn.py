"""Outlets done one after the other; one that another run is writing is put back and come back to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from broadtape.jobs.patience import Patience
from broadtape.jobs.writing_run import WritingRun

__all__ = ["in_turn"]


def in_turn(run: WritingRun, outlets: Iterable[str], work: Callable[[str], str | None]) -> dict[str, str]:
    """Does `work` for each outlet; it gives who is writing the outlet, or None once it is done, and is called again.

    When nothing else is left, outlets are waited for as long as the settings say. Gives those that are left then, and
    who writes them.
    """
    waiting = deque(outlets)
    busy: dict[str, str] = {}
    patience = Patience(run.settings.work.patience)
    while waiting:
        site = waiting.popleft()
        held = work(site)
        if held is None:
            busy.pop(site, None)
            patience.renew()
            continue
        if site not in busy:
            run.watch.step(f"{site} is come back to: {held}")
        busy[site] = held
        waiting.append(site)
        if len(busy) == len(waiting):
            if patience.over:
                break
            patience.pause()
    return busy
