"""Recordings that lie in a bucket or on a web server are read as those of this machine are, and read once."""

from __future__ import annotations

import gzip
import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from urllib3 import Retry

from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.recordings import web_file
from broadtape.errors import RunFailed, UsageError
from broadtape.jobs.backfill import backfill
from broadtape.jobs.progress import ProgressListener
from broadtape.times import parse_time
from tests.jobs.conftest import House
from tests.jobs.test_backfill import archived, recording
from tests.jobs.web_folder import WebFolder, web_folder

PARTS = tuple(f"dredgers-{n}" for n in range(3))
SINCE = parse_time("2026-03-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "elsewhere"
    made.mkdir()
    return made


@pytest.fixture
def web(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebFolder]:
    monkeypatch.setattr(web_file, "_PATIENCE", Retry(total=1, status_forcelist=(503,), raise_on_status=False))
    with web_folder(folder) as server:
        yield server


class Said(ProgressListener):
    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, text: str) -> None:
        self.steps.append(text)


def test_a_file_on_a_web_server_is_read_by_ranges_and_not_again(house: House, folder: Path, web: WebFolder) -> None:
    path, archive, said = Path(recording(folder, "Dredgers")), house.archive(), Said()
    named = [f"{web.url}/{path.name}"]
    backfill(named, archive=archive.uri, config=str(house.config))
    assert archived(archive) == sorted(PARTS)
    assert list(verify(archive, digests=True)) == []
    asked = len(web.asked)
    backfill(named, archive=archive.uri, config=str(house.config), watch=said)
    assert len(web.asked) == asked
    assert any("1 recording read to the end before" in step for step in said.steps)
    again = backfill(named, archive=archive.uri, config=str(house.config), again=True)
    assert (again.outlet("quayside").unchanged, again.outlet("quayside").archived) == (3, 0)


def test_a_server_that_gives_no_ranges_is_asked_for_the_whole(
    house: House, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path, archive = Path(recording(folder, "Dredgers")), house.archive()
    with web_folder(folder, ranges=False) as server:
        backfill([f"{server.url}/{path.name}"], archive=archive.uri, config=str(house.config))
    assert archived(archive) == sorted(PARTS)
    assert not list(tmp_path.rglob("broadtape-recordings*"))


def test_a_file_that_cannot_be_had_leaves_the_others(house: House, folder: Path, web: WebFolder) -> None:
    names = [Path(recording(folder, about)).name for about in ("Dredgers", "Tolls")]
    archive, named = house.archive(), [f"{web.url}/{name}" for name in [*names, "gone.warc.gz"]]
    web.away.add(f"/{names[1]}")
    with pytest.raises(RunFailed, match=r"Tolls.*answered 503.*gone\.warc\.gz: there is no such file"):
        backfill(named, archive=archive.uri, config=str(house.config))
    assert archived(archive) == sorted(PARTS)
    web.away.clear()
    with pytest.raises(RunFailed, match=r"gone\.warc\.gz"):
        backfill(named, archive=archive.uri, config=str(house.config))
    assert archived(archive) == sorted([*PARTS, *(f"tolls-{n}" for n in range(3))])


def month(root: Path, when: str, abouts: Sequence[str], *, more: str = "") -> list[str]:
    """A month of news in Common Crawl's layout, a file a day from its first on; gives their names."""
    folder = root / "crawl-data" / "CC-NEWS" / when
    folder.mkdir(parents=True)
    names = []
    for day, about in enumerate(abouts, 1):
        name = f"CC-NEWS-{when.replace('/', '')}{day:02}120000-{day:05}.warc.gz"
        Path(recording(folder, about)).rename(folder / name)
        names.append(name)
    listed = "".join(f"crawl-data/CC-NEWS/{when}/{name}\n" for name in names) + more
    (folder / "warc.paths.gz").write_bytes(gzip.compress(listed.encode()))
    return names


@pytest.mark.parametrize("where", ["folder", "web"])
def test_news_of_common_crawl_is_taken_by_month(house: House, folder: Path, web: WebFolder, where: str) -> None:
    month(folder, "2026/03", ["Dredgers", "Pilots"])
    month(folder, "2026/04", ["Tolls", "Berths"])
    archive, root = house.archive(), str(folder) if where == "folder" else f"{web.url}/"
    until = parse_time("2026-04-02")
    since = parse_time("2026-03-02")
    backfill(["cc-news"], archive=archive.uri, config=str(house.config), since=since, until=until, root=root)
    assert archived(archive) == sorted(f"{about}-{n}" for about in ("pilots", "tolls") for n in range(3))


def test_a_month_without_a_listing_and_lines_that_lead_elsewhere_are_told(house: House, folder: Path) -> None:
    month(folder, "2026/03", ["Dredgers"], more="../../secret.warc.gz\nhttps://elsewhere.example/x.warc.gz\n")
    archive, until = house.archive(), parse_time("2026-05-01")
    with pytest.raises(RunFailed, match=r"2 lines name no recording.*2026/04/warc\.paths\.gz: there is no listing"):
        backfill(["cc-news"], archive=archive.uri, config=str(house.config), since=SINCE, until=until, root=str(folder))
    assert archived(archive) == sorted(PARTS)


@pytest.mark.parametrize(
    ("named", "how", "said"),
    [
        ("cc-news", {}, "needs --since"),
        ("cc-news", {"since": SINCE, "until": parse_time("2026-03-20"), "root": "nowhere"}, "no listing of this month"),
        ("cc-news", {"since": SINCE, "until": SINCE}, "No month lies between"),
        ("other.warc.gz", {"since": SINCE}, "choose among the files of cc-news"),
    ],
)
def test_wrong_calls(house: House, named: str, how: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        backfill([named], archive=house.archive().uri, config=str(house.config), **how)  # type: ignore[arg-type]


@pytest.mark.s3
def test_objects_of_a_bucket_are_listed_and_read_without_credentials(
    house: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        pytest.skip("needs a real S3 server: AWS_ENDPOINT_URL is not set")
    import boto3

    client, bucket = boto3.session.Session().client("s3"), f"recordings-{uuid.uuid4()}"
    client.create_bucket(Bucket=bucket, ACL="public-read")
    for about, key in (("Dredgers", "of 2026/a?b.warc.gz"), ("Tolls", "of 2027.warc.gz"), ("Pilots", "readme")):
        data = Path(recording(folder, about)).read_bytes()
        client.put_object(Bucket=bucket, Key=key, Body=data, ACL="public-read")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    archive = house.archive()

    def take(named: str) -> list[str]:
        where = {"archive": archive.uri, "config": str(house.config)}
        backfill([f"s3://{bucket}/{named}"], endpoint=endpoint, anonymous=True, **where)  # type: ignore[arg-type]
        return archived(archive)

    assert take("of 2026") == sorted(PARTS)
    assert take("of 202*") == sorted([*PARTS, *(f"tolls-{n}" for n in range(3))])
    assert len(take("readme")) == 9
    with pytest.raises(UsageError, match="nor a recording below it"):
        take("of 2028/")
