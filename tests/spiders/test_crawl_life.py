"""A crawl's life: stopped in good order, bound to its parent, cut off in time, honest about what it could not do."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from crawl_lab import RUN, STORY, Reply, crawl, job_of, outlet, rss, served, sitemap
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from broadtape.archive.warc import read_segment, recover
from broadtape.crawl.events import Closed, End, OutletEnd, Progress
from broadtape.crawl.job import Job
from broadtape.crawl.process import start
from broadtape.errors import UsageError
from broadtape.settings import Settings
from broadtape.times import utcnow


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not _alive(pid):
            return True
        time.sleep(0.05)
    return False


def _slow_outlet(server, **fields):
    """Two hundred stories, about three a second."""
    paths = [f"/{n}" for n in range(200)]
    server.routes["/feed"] = Reply(rss(server.base, paths))
    server.routes |= {path: Reply() for path in paths}
    return outlet("slow", server, delay=0.3, **fields)


def test_a_stop_finishes_what_is_under_way_and_keeps_it(tmp_path: Path) -> None:
    with served() as server:

        def stop_once_something_came(event, running) -> None:
            if isinstance(event, Progress) and event.counts.fetched:
                running.stop()

        crawled = crawl(job_of(tmp_path, _slow_outlet(server)), on_event=stop_once_something_came)
    assert (crawled.status, crawled.end) == (0, End(error=None, stopped=True))
    end = crawled.ends["slow"]
    assert end.finish_reason == "stopped"
    assert 1 <= end.counts.fetched < 200
    kept = [outcome for outcome, _ in crawled.told("slow").values()]
    assert kept == [None] * end.counts.fetched
    assert len(server.paths()) == 1 + end.counts.fetched  # nothing fetched that was not kept
    assert end.state is not None
    assert end.state.listings == {}  # the rest must be found again


def test_a_stop_does_not_wait_out_a_long_rest(tmp_path: Path) -> None:
    with served() as server:
        site = outlet("resting", server, delay=0.01)
        server.routes["/feed"] = Reply(rss(server.base, ["/a", "/b"]))
        server.routes |= {path: Reply(b"", 503, {"Retry-After": "100"}) for path in ("/a", "/b")}
        began = time.monotonic()

        def stop_once_it_waits(event, running) -> None:
            if isinstance(event, Progress) and "/a" in server.paths():
                running.stop()

        crawled = crawl(job_of(tmp_path, site), on_event=stop_once_it_waits)
    assert crawled.ends["resting"].finish_reason == "stopped"
    assert time.monotonic() - began < 60


def test_an_outlet_out_of_time_ends_and_the_other_is_whole(tmp_path: Path) -> None:
    with served() as slow, served() as quick:
        quick.routes |= {"/feed": Reply(rss(quick.base, ["/a"])), "/a": Reply()}
        crawled = crawl(job_of(tmp_path, _slow_outlet(slow), outlet("quick", quick), outlet_seconds=6.0))
    assert crawled.ends["slow"].finish_reason == "out of time"
    assert crawled.ends["slow"].counts.fetched >= 1
    assert crawled.ends["quick"].finish_reason == "finished"
    assert crawled.end == End()


_PARENT = """
import sys, time
from pathlib import Path
from broadtape.crawl.job import Job
from broadtape.crawl.process import start
with start(Job.load(Path(sys.argv[1]))) as crawl:
    for event in crawl.events():
        print(crawl.pid, event.event, flush=True)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
def test_a_killed_parent_leaves_no_orphan_and_no_torn_record(tmp_path: Path) -> None:
    with served() as server:
        job = job_of(tmp_path, _slow_outlet(server))
        job.dump(tmp_path / "job.json")
        command = [sys.executable, "-c", _PARENT, str(tmp_path / "job.json")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline().split()[0])
            assert _alive(child)
            parent.send_signal(signal.SIGKILL)
            assert _gone_within(child, 10)
    for path in tmp_path.rglob("*.warc.gz.open"):
        whole = recover(path)
        assert whole is not None
        assert list(read_segment(whole))


def test_a_crawl_whose_stdin_closes_ends_at_once(tmp_path: Path) -> None:
    with served() as server:
        job = job_of(tmp_path, _slow_outlet(server))
        with start(job, stderr=subprocess.DEVNULL) as running:
            next(running.events())
            running._process.stdin.close()
            assert running.wait(10) == 70


def test_a_killed_crawl_still_ends_with_an_event(tmp_path: Path) -> None:
    with served() as server:
        job = job_of(tmp_path, _slow_outlet(server))
        with start(job, stderr=subprocess.DEVNULL) as running:
            events = []
            for event in running.events():
                events.append(event)
                running.kill()
    assert isinstance(events[-1], End)
    assert events[-1].error is not None
    assert "was killed by signal 9" in events[-1].error


def test_the_live_web_needs_a_contact(tmp_path: Path) -> None:
    with served() as server:
        live = outlet("live", server, network="public")
        with pytest.raises(UsageError, match="No contact address is set"):
            Job.of(Settings(contact=None), run="r", spool=tmp_path, sites=[live])
        crawled = crawl(job_of(tmp_path, live, limits={"contact": None}))
    assert crawled.status == 1
    assert crawled.end.error is not None
    assert "contact" in crawled.end.error
    assert server.asked == []


@pytest.mark.parametrize("content", [b"", b"no WARC at all", b"\x1f\x8b\x08\x00torn"])
def test_a_recording_that_is_none_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    recording = tmp_path / "recording.warc.gz"
    recording.write_bytes(content)
    with served() as server:
        crawled = crawl(job_of(tmp_path, outlet("any", server), replay=recording))
    assert crawled.status == 1
    assert crawled.end.error is not None
    assert crawled.end.error.startswith("recording.warc.gz")
    assert "Traceback" not in crawled.log


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_spool_that_cannot_be_written_ends_the_crawl_in_words(tmp_path: Path) -> None:
    with served() as server:
        server.routes |= {"/feed": Reply(rss(server.base, ["/a"])), "/a": Reply()}
        job = job_of(tmp_path, outlet("any", server))
        job.spool.mkdir(parents=True)
        job.spool.chmod(0o500)
        crawled = crawl(job)
    _assert_failed_in_words(crawled)


def test_a_spool_that_is_a_file_ends_the_crawl_in_words(tmp_path: Path) -> None:
    with served() as server:
        server.routes |= {"/feed": Reply(rss(server.base, ["/a"])), "/a": Reply()}
        job = job_of(tmp_path, outlet("any", server))
        job.spool.parent.mkdir(parents=True)
        job.spool.write_text("in the way")
        crawled = crawl(job)
    _assert_failed_in_words(crawled)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a small disk")
def test_a_disk_that_fills_up_keeps_every_whole_record(tmp_path: Path, small_spool: None) -> None:
    pages = {f"/{n}": Reply(STORY + os.urandom(20_000)) for n in range(30)}
    with served() as server:
        server.routes |= {"/feed": Reply(rss(server.base, pages)), **pages}
        job = job_of(tmp_path, outlet("any", server))
        crawled = crawl(job)
    assert crawled.status == 1
    assert crawled.end.error is not None
    assert crawled.end.error.startswith(f"The spool is full: {job.spool}")
    assert "Traceback" not in crawled.log
    assert crawled.ends["any"].state is None
    left = list(job.spool.rglob("*.open"))
    kept = [r for path in left if (whole := recover(path)) for r in read_segment(whole)] + [
        r for _, r in crawled.records
    ]
    stories = [r for r in kept if r.type == "response" and r.url and r.url.removeprefix(server.base) in pages]
    assert 0 < len(stories) < len(pages)
    assert all(r.http and r.http.body == pages[(r.url or "").removeprefix(server.base)].body for r in stories)


@pytest.fixture
def small_spool(tmp_path: Path) -> Iterator[None]:
    """The crawl's spool as a file system of its own that holds 300 kB."""
    spool = tmp_path / "spool" / RUN
    spool.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(spool)], check=False).returncode:
        pytest.skip("this machine does not let a test mount a file system")
    yield
    subprocess.run(["umount", "--lazy", str(spool)], check=True)


def _assert_failed_in_words(crawled) -> None:
    assert crawled.status == 1
    assert crawled.end.error is not None
    assert crawled.end.error.startswith("The spool cannot be written")
    assert crawled.ends["any"].state is None  # what was listed was not written down
    assert "Traceback" not in crawled.log


def test_a_job_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text('{"run": "r"}')
    command = [sys.executable, "-m", "spiders", str(tmp_path / "job.json")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert '"event": "end"' in done.stdout
    assert "Traceback" not in done.stderr


def test_since_reads_archive_sitemaps_and_passes_over_what_is_older(tmp_path: Path) -> None:
    today = utcnow()
    with served() as server:
        day = f"/archive/{today:%Y/%m/%d}"
        server.routes["/feed"] = Reply(rss(server.base, ["/old"], published="2020-01-01T00:00:00Z"))
        server.routes[f"{day}/1.xml"] = Reply(sitemap([(f"{server.base}/new", f"{today:%Y-%m-%dT%H:%M:%SZ}")]))
        server.routes[f"{day}/2.xml"] = Reply(sitemap([]))
        server.routes["/new"] = Reply(STORY)
        template = server.base + "/archive/{yyyy}/{mm}/{dd}/{page}.xml"
        site = outlet("deep", server, archive_sitemaps=[template])
        since = today.replace(hour=0, minute=0, second=0)
        crawled = crawl(job_of(tmp_path, site, since=since))
    assert crawled.told("deep") == {"/new": (None, None)}
    assert server.paths() == ["/feed", f"{day}/1.xml", f"{day}/2.xml", "/new"]


def test_addresses_asked_for_by_hand_are_all_that_is_fetched(tmp_path: Path) -> None:
    with served() as server:
        server.routes |= {"/a": Reply(), "/feed": Reply(rss(server.base, ["/b"]))}
        urls = (f"{server.base}/a", "https://elsewhere.example/x")
        crawled = crawl(job_of(tmp_path, outlet("hand", server), urls=urls))
    assert crawled.told("hand") == {"/a": (None, None), "/x": ("skipped", "foreign host")}
    assert server.paths() == ["/a"]
    assert crawled.ends["hand"].state is None
    assert not any(isinstance(event, Closed) and event.site == "elsewhere" for event in crawled.events)
    assert sum(isinstance(event, OutletEnd) for event in crawled.events) == 1


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = utcnow()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "pair.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_that_does_not_hold_is_not_believed(tmp_path: Path) -> None:
    with served() as server:
        server.use_tls(_self_signed(tmp_path))
        base = server.base.replace("http:", "https:")
        site = outlet("forged", server, homepage=base, feeds=[f"{base}/feed"])
        crawled = crawl(job_of(tmp_path, site))
    assert server.asked == []
    assert crawled.ends["forged"].trouble == (
        f"No listing of forged could be read: {base}/feed: robots: unavailable (TLS failure)."
    )
