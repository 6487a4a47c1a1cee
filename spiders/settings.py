"""Scrapy's settings for this project, and what an outlet and a job add to them."""

from __future__ import annotations

import importlib.util
from typing import Any

from broadtape.crawl.job import Job
from broadtape.site import Site
from broadtape.version import __version__

BOT_NAME = "broadtape"
SPIDER_MODULES = ["spiders.outlet_spider"]
NEWSPIDER_MODULE = "spiders"

# Nobody but the parent process may steer a crawl. Scrapy 2.19 opens a control server unless told otherwise.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

ASYNCIO_EVENT_LOOP = "uvloop.Loop" if importlib.util.find_spec("uvloop") else None
TWISTED_DNS_RESOLVER = "spiders.policy.public_resolver.PublicResolver"
# A proxy would look names up itself, where nobody checks the address that is connected to.
HTTPPROXY_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True

# spiders/middlewares/chain_cookies.py has those of one chain of redirects.
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
REDIRECT_MAX_TIMES = 5
HTTPERROR_ALLOW_ALL = True
URLLENGTH_LIMIT = 0
# Stories are told apart by their identity in the ledger; two addresses that redirect to one page are two verdicts.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# The waiting is done in spiders/policy/throttle.py, across outlets, with crawl-delay and Retry-After.
DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False
CONCURRENT_REQUESTS = 8
# What a callback gives is a few requests. Scrapy starts so many tasks for each response, a hundred by default: 0.7 ms.
CONCURRENT_ITEMS = 4

# spiders/policy obeys it more strictly: Scrapy's own allows everything when a server fails.
ROBOTSTXT_OBEY = False
RETRY_TIMES = 2
# 408 and 425 say that the same request may be made again; 520 to 530 are what content networks say for 502 and 504.
RETRY_HTTP_CODES = [408, 420, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527, 529, 530]
# A time-out is not among them: a page that drips would cost three times its limit. The next run tries again.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # What is received is kept as it is, so only encodings that every reader of WARC knows.
    "Accept-Encoding": "gzip, br",
}
DOWNLOADER_MIDDLEWARES = {
    "spiders.middlewares.fetch_policy.FetchPolicyMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "spiders.middlewares.refresh.RefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "spiders.middlewares.compression.BoundedCompressionMiddleware": 590,
    "spiders.download.wire_capture.WireMiddleware": 595,
    "spiders.middlewares.redirect_targets.RedirectTargetsMiddleware": 650,
    "spiders.middlewares.chain_cookies.ChainCookiesMiddleware": 700,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the source of every callback to find what mypy finds
LOG_LEVEL = "WARNING"
LOG_COLOR = False

_AT_ONCE_WHERE_NO_DELAY_IS_ASKED = 8


def for_job(job: Job) -> dict[str, Any]:
    """What holds for all outlets of a job: who we are, and the bounds."""
    limits = job.limits
    headers = dict(DEFAULT_REQUEST_HEADERS)
    if limits.contact and "@" in limits.contact and "/" not in limits.contact:
        headers["From"] = limits.contact
    settings: dict[str, Any] = {
        "USER_AGENT": user_agent(job),
        "DEFAULT_REQUEST_HEADERS": headers,
        "DOWNLOAD_TIMEOUT": limits.download_timeout,
        "DOWNLOAD_MAXSIZE": limits.max_body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DECOMPRESSED_MAXSIZE": limits.max_decompressed_bytes,
        "PRIVATE_HOSTS": sorted(private_hosts(job)),
    }
    if job.replay:
        replay = "spiders.download.handlers.ReplayDownloadHandler"
        settings["DOWNLOAD_HANDLERS"] = {"http": replay, "https": replay}
    else:
        throttle = "spiders.download.handlers.ThrottledDownloadHandler"
        settings["DOWNLOAD_HANDLERS"] = {"http": throttle, "https": throttle}
    for scheme in ("data", "file", "ftp", "s3"):
        settings["DOWNLOAD_HANDLERS"][scheme] = None
    return settings


def for_site(job: Job, site: Site) -> dict[str, Any]:
    """What one outlet adds: one connection to a host at a time, unless its file asks for no delay at all."""
    at_once = 1 if site.delay and not job.replay else _AT_ONCE_WHERE_NO_DELAY_IS_ASKED
    return {"CONCURRENT_REQUESTS_PER_DOMAIN": at_once}


def private_hosts(job: Job) -> set[str]:
    """`host:port` pairs that may lie on a private network: an outlet's file says so, and no public one shares them."""
    by_network: dict[str, set[str]] = {"private": set(), "public": set()}
    for site in job.sites:
        for host in site.hosts:
            by_network[site.network] |= {host} if ":" in host else {f"{host}:80", f"{host}:443"}
    return by_network["private"] - by_network["public"]


def user_agent(job: Job) -> str:
    """How we introduce ourselves: product, version, and where to reach us."""
    contact = job.limits.contact
    return f"{job.limits.user_agent}/{__version__}" + (f" (+{contact})" if contact else "")
