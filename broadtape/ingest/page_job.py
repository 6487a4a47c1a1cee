"""One page, cleaned in a worker process: what goes in, what comes out, and the bounds it works under."""

from __future__ import annotations

import gc
import os
import resource
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from broadtape.archive.warc import Http
from broadtape.article import Article
from broadtape.errors import NotAnArticle, UndecodableBody
from broadtape.ingest.minhash import minhash
from broadtape.learnt_rules import LearntRules
from broadtape.site import Site

__all__ = ["PageJob", "Refusal", "bound_cpu", "clean_content", "clean_page", "limits", "outlets", "start_worker"]

_MEMORY = 4 * 2**30
"""Bytes of address space a worker may take: a page that wants more is quarantined, not the machine brought down."""


@dataclass(frozen=True, slots=True)
class PageJob:
    """A response as it lies in a WARC record, to be cleaned by the rules of `site` (general rules where None) and what
    was learnt of it."""

    site: str | None
    url: str
    http: Http
    fetched_at: datetime
    learnt: LearntRules | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page gave no article: it is none (`not_article`), or cleaning it failed (`quarantined`)."""

    outcome: Literal["not_article", "quarantined"]
    reason: str


_sites: Mapping[str, Site] = {}
_limits: tuple[int, float] = (2**25, 20.0)


def start_worker(sites: Mapping[str, Site], max_decompressed: int, page_timeout: float) -> None:
    """Prepares a worker process: its rules, its memory limit, and an end when its parent ends."""
    global _sites, _limits
    _sites, _limits = sites, (max_decompressed, page_timeout)
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # there is a worker for each processor
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard), hard))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    gc.freeze()  # what is loaded by now stays, and need not be gone through with the garbage of every few pages


def outlets() -> Mapping[str, Site]:
    """The outlets that this worker was started with, by name."""
    return _sites


def limits() -> tuple[int, float]:
    """Bytes that a page may unpack to, and seconds that cleaning it may take, in this worker."""
    return _limits


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def bound_cpu(seconds: float) -> None:
    """Ends this worker once it has used twice this much CPU, and a little more, from now on."""
    # The parent ends a worker that hangs. Should the parent itself have been killed, and the page be stuck in C code
    # that never lets another thread run, the kernel ends the worker.
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + 2 * seconds) + 2, hard))


def clean_page(job: PageJob) -> Article | Refusal:
    """The article in one page, or why there is none; runs in a worker."""
    bound_cpu(_limits[1])
    try:
        content = job.http.content(_limits[0])
    except UndecodableBody as error:
        return Refusal("not_article", f"body: {error.reason}")
    except MemoryError:
        return Refusal("quarantined", "cleaner ran out of memory")
    return clean_content(job, content)


def clean_content(job: PageJob, content: bytes) -> Article | Refusal:
    """The same of a page whose body is decoded."""
    from broadtape.cleaning import extract  # it takes half a second, which only who cleans need spend

    bound_cpu(_limits[1])
    try:
        article = extract(
            content,
            job.url,
            site=_sites.get(job.site or ""),
            learnt=job.learnt,
            content_type=job.http.content_type,
            fetched_at=job.fetched_at,
        )
    except NotAnArticle as error:
        return Refusal("not_article", error.reason)
    except MemoryError:
        return Refusal("quarantined", "cleaner ran out of memory")
    except Exception as error:  # a page must never take the rest of its segment down
        return Refusal("quarantined", f"cleaner failed: {type(error).__name__}: {error}"[:300])
    return replace(article, minhash=minhash(article.text))
