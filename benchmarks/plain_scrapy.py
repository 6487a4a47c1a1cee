"""What broadtape is measured against: a plain Scrapy spider, with or without trafilatura in an item pipeline.

`python -m benchmarks.plain_scrapy URLS [ITEMS]` fetches every address in the JSON file URLS; with ITEMS each page is
extracted as it comes, in the process that downloads, and written there as JSON lines. Prints how many pages there were
and the seconds from the spider's opening to its closing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trafilatura
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse

_SETTINGS: dict[str, Any] = {
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
}


class DownloadSpider(Spider):
    """Fetches pages and drops them."""

    name = "download"

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, str]]:  # noqa: ARG002 - Scrapy's name for it
        """Nothing is made of the page."""
        yield from ()


class ExtractSpider(Spider):
    """Hands each page on to the pipeline."""

    name = "extract"

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, str]]:
        """The page as an item."""
        assert isinstance(response, TextResponse)
        yield {"url": response.url, "html": response.text}


class TrafilaturaPipeline:
    """Text and metadata of each page, inline."""

    def process_item(self, item: dict[str, str]) -> dict[str, Any]:
        """The item as it is written out."""
        document = trafilatura.bare_extraction(item["html"], url=item["url"], with_metadata=True)
        found: dict[str, Any] = document.as_dict() if document else {}  # type: ignore[union-attr]
        return {
            "url": item["url"],
            "title": found.get("title"),
            "author": found.get("author"),
            "date": found.get("date"),
            "text": found.get("text"),
        }


def main(urls: Path, items: Path | None) -> None:
    """Runs one of the two."""
    settings = dict(_SETTINGS)
    if items:
        settings["ITEM_PIPELINES"] = {TrafilaturaPipeline: 300}
        settings["FEEDS"] = {items: {"format": "jsonlines"}}
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ExtractSpider if items else DownloadSpider)
    process.crawl(crawler, start_urls=json.loads(urls.read_text()))
    process.start()
    assert crawler.stats
    told = {
        "pages": crawler.stats.get_value("downloader/response_status_count/200", 0),
        "seconds": crawler.stats.get_value("elapsed_time_seconds"),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
