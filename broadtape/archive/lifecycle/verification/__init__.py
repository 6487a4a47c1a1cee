"""Checking the archive against itself: tables, WARC files, digests, learnt rules, what is derived, leases."""

from __future__ import annotations

from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.lifecycle.verification.verify import verify

__all__ = ["Damage", "verify"]
