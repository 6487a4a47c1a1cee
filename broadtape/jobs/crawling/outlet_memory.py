"""What is kept of an outlet between two runs: what its crawl wants kept, and the trouble that it is in."""

from __future__ import annotations

from dataclasses import replace

from broadtape.monitoring.outlet_health import Trouble
from broadtape.outlet_state import OngoingTrouble, OutletState
from broadtape.times import utcnow

__all__ = ["remembered"]


def remembered(
    before: OutletState, found: OutletState | None, trouble: Trouble | None, *, run: str, judged: bool
) -> OutletState:
    """What the next run needs and `status` tells, but for alerts.

    `before` is what was kept, `found` what the crawl wants kept (None: it was ended too early to say). A trouble goes
    on from when it began; where the outlet was not `judged`, the run saw too little to say that it is over.
    """
    known = before if found is None else found
    now = _ongoing(before.trouble, trouble, run) if trouble or judged else before.trouble
    return replace(known, trouble=now, alerts=(), unknown=before.unknown)


def _ongoing(before: OngoingTrouble | None, trouble: Trouble | None, run: str) -> OngoingTrouble | None:
    if trouble is None:
        return None
    since = (before and before.since) or utcnow()
    first = (before and before.first) or run
    return OngoingTrouble(trouble.reason, since, first, run, trouble.pages, trouble.listings)
