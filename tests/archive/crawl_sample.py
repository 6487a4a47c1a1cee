"""Runs as the tests of copies and merges need them: each story in a segment of its own, with both rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_samples import BODY, DATE, URL, article, capture, respond, writer

from broadtape.archive import Archive
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import read_segment
from broadtape.learnt_rules import LearntRules


class Crawl:
    """Puts stories into an archive, each in a segment of its own, as runs do."""

    def __init__(self, uri: str, spool: Path, site: str = "wire", first: int = 0) -> None:
        self.archive = Archive.open(uri, create=True)
        self.site, self.spool, self.count = site, spool, first

    def run(self, stories: int = 1) -> None:
        with self.archive.lease(self.site, run=f"r{self.count}", seconds=300) as lease:
            for _ in range(stories):
                key, page = self.segment(self.count)
                place = {
                    "site": self.site,
                    "warc_file": str(key),
                    "warc_offset": page.offset,
                    "warc_length": page.length,
                }
                self.archive.commit(
                    articles=[article(self.count, **place)], captures=[capture(self.count, **place)], leases=[lease]
                )
                self.count += 1
        self.archive.save_state(self.site, {"etag": self.count})

    def segment(self, number: int) -> tuple[SegmentKey, Any]:
        """A stored segment that no row names yet, and its page."""
        folder = self.spool / str(number)
        opened = writer(folder, run=f"r{number}", site=self.site)
        respond(opened, url=f"{URL}{number}", body=BODY * (number + 1))
        opened.close()
        (path,) = folder.rglob("*.warc.gz")
        key = SegmentKey.parse(path.relative_to(folder).as_posix())
        self.archive.put_segment(path, key)
        return key, next(record for record in read_segment(path) if record.http)


def rules() -> LearntRules:
    line = {"pattern": "Read more about widgets", "evidence": "share", "count": 9, "pages": 20, "days": 3}
    seen = {"first_seen": DATE, "last_seen": DATE}
    return LearntRules.model_validate({"site": "wire", "learnt_at": DATE, "rules": [{**line, **seen}]})
