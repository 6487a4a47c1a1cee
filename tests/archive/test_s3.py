from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_samples import article, capture, one_segment
from gateway import Gateway, Request

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.open_store import open_store
from broadtape.archive.stores.s3 import S3Store
from broadtape.errors import DigestMismatch, LeaseHeld, LeaseLost, NotAnArchive, StoreError

KEY = "raw/site=wire/date=2026-11-23/r1-0001.warc.gz"
SEGMENT = SegmentKey.parse(KEY)
SECRET = "test-secret"


@pytest.fixture
def address(moto_bucket: str) -> str:
    return f"s3://{moto_bucket}/news"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that no retry mends are not retried for minutes here."""
    import broadtape.archive.stores.s3 as s3

    monkeypatch.setattr(s3, "_CONFIG", s3._CONFIG.merge(s3._HASTY))


def test_an_endpoint_that_is_not_there_is_a_sentence(moto_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    with pytest.raises(StoreError, match=rf"^http://127\.0\.0\.1:{port} cannot be reached .* check AWS_ENDPOINT_URL"):
        Archive.open(f"s3://{moto_bucket}/news", create=True)


def test_a_bucket_that_is_not_there_is_named(moto_bucket: str) -> None:
    for create in (True, False):
        with pytest.raises(StoreError, match="There is no bucket 'nowhere'"):
            Archive.open("s3://nowhere/news", create=create)


def test_no_credentials_are_a_sentence(moto_bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"no complete credentials .* set AWS_ACCESS_KEY_ID"):
        Archive.open(f"s3://{moto_bucket}/news")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "InvalidAccessKeyId", "does not accept the credentials"),
        (403, "SignatureDoesNotMatch", "does not accept the credentials"),
        (403, "AccessDenied", "is denied"),
        (404, "NoSuchBucket", "There is no bucket"),
        (403, "", "answered 403 for .* not as an S3 server does: check AWS_ENDPOINT_URL"),
        (501, "NotImplemented", "answered 501 NotImplemented"),
        (200, "", "is no S3 server"),
        (400, "MalformedThing", "answered 400 MalformedThing"),
        (503, "SlowDown", "answered 503 SlowDown"),
        (400, "AuthorizationHeaderMalformed", "lies in another region, says .* set AWS_DEFAULT_REGION"),
        (307, "TemporaryRedirect", "sends requests for .* on to another address: name that one in AWS_ENDPOINT_URL"),
    ],
)
def test_refusals_are_sentences_without_secrets(
    gateway: Gateway, address: str, status: int, code: str, message: str
) -> None:
    gateway.refuse = lambda _request: (status, code)
    with pytest.raises(StoreError, match=message) as caught:
        Archive.open(address)
    assert SECRET not in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.s3
def test_a_real_server_refuses_wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    if not os.environ.get("AWS_ENDPOINT_URL"):
        pytest.skip("needs a real S3 server: AWS_ENDPOINT_URL is not set")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    with pytest.raises(StoreError, match=r"does not accept the credentials .*SignatureDoesNotMatch") as caught:
        Archive.open("s3://anything/news")
    assert "wrong-secret" not in str(caught.value)


def test_reading_asks_for_nothing_but_reading(gateway: Gateway, address: str, tmp_path: Path) -> None:
    made = Archive.open(address, create=True)
    path = one_segment(tmp_path)
    made.put_segment(path, SEGMENT)
    with made.lease("wire", run="r1") as lease:
        made.commit(articles=[article(1)], captures=[capture(1)], leases=[lease])
    reads = {"GET", "HEAD"}
    gateway.refuse = lambda request: None if request.method in reads else (403, "AccessDenied")
    gateway.requests.clear()
    reader = Archive.open(address)
    assert reader.tables["articles"].scan().collect().height == 1
    assert reader.ledger.known("wire", [capture(1).url_id or 0])
    assert reader.read_record(KEY, 0, 4000 if path.stat().st_size > 4000 else 700).type == "warcinfo"
    assert {request.method for request in gateway.requests} <= reads
    with pytest.raises(StoreError, match="is denied"):
        reader.save_state("wire", {})


def test_a_record_is_one_request(gateway: Gateway, address: str, tmp_path: Path) -> None:
    made = Archive.open(address, create=True)
    path = one_segment(tmp_path)
    made.put_segment(path, SEGMENT)
    gateway.requests.clear()
    assert made.read_record(KEY, 0, path.stat().st_size).type == "warcinfo"
    assert [request.method for request in gateway.requests] == ["GET"]
    assert gateway.requests[0].headers["range"] == f"bytes=0-{path.stat().st_size - 1}"


def conditional_put(request: Request) -> bool:
    return request.method == "PUT" and "if-none-match" in request.headers


def test_a_conditional_put_whose_answer_is_lost_knows_its_own_first_attempt(gateway: Gateway, address: str) -> None:
    store = open_store(address)
    lost: list[Request] = []

    def once(request: Request) -> bool:
        if conditional_put(request) and not lost:
            lost.append(request)
            return True
        return False

    gateway.lose = once
    assert store.put_new("x", b"mine")
    assert lost
    assert not store.put_new("x", b"other")


def test_a_commit_whose_answer_is_lost_is_made_once(gateway: Gateway, address: str) -> None:
    archive = Archive.open(address, create=True)
    lost: list[str] = []

    def commits(request: Request) -> bool:
        if conditional_put(request) and "_delta_log" in request.path and request.path not in lost:
            lost.append(request.path)
            return True
        return False

    with archive.lease("wire", run="r1") as lease:
        gateway.lose = commits
        for number in range(3):
            archive.commit(articles=[article(number)], captures=[capture(number)], leases=[lease])
    assert len(lost) >= 6
    assert sorted(archive.tables["articles"].scan().collect()["warc_offset"]) == [0, 1000, 2000]
    assert sorted(archive.tables["captures"].scan().collect()["warc_offset"]) == [0, 1000, 2000]


@pytest.mark.timeout(90)  # minutes, were it as patient as an upload
def test_a_store_that_went_away_does_not_hold_up_the_end_of_a_run(gateway: Gateway, address: str) -> None:
    archive = Archive.open(address, create=True)
    lease = archive.lease("wire", run="r1")
    gateway.close()
    lease.release()
    with pytest.raises(LeaseLost):
        lease.check()


def test_upkeep_waits_for_a_server_that_answers_nonsense_for_a_moment(gateway: Gateway, address: str) -> None:
    archive = Archive.open(address, create=True)
    with archive.lease("wire", run="r1") as lease:
        archive.commit(articles=[article(1)], captures=[capture(1)], leases=[lease])
    nonsense: list[Request] = []

    def twice(request: Request) -> tuple[int, str] | None:
        if request.method != "PUT" or ".checkpoint" not in request.path or len(nonsense) == 2:
            return None
        nonsense.append(request)
        return 400, "BadRequest"

    gateway.refuse = twice
    maintain(archive, run="m1")
    assert len(nonsense) == 2
    assert any(".checkpoint" in info.key for info in archive.objects.list("articles/_delta_log/"))


def test_rows_carry_the_time_of_the_commit_that_took(gateway: Gateway, address: str) -> None:
    """A commit that the store refused for a while is not stamped with the time of its first attempt."""
    archive = Archive.open(address, create=True)
    refused: list[datetime] = []

    def briefly(request: Request) -> tuple[int, str] | None:
        if request.method == "PUT" and "articles/fetched_month" in request.path and len(refused) < 2:
            refused.append(datetime.now(UTC))
            return 403, "AccessDenied"
        return None

    with archive.lease("wire", run="r1") as lease:
        gateway.refuse = briefly
        stamp = archive.commit(articles=[article(1)], captures=[], leases=[lease])
    assert len(refused) == 2
    assert stamp > refused[-1]
    assert archive.tables["articles"].scan().collect()["archived_at"].to_list() == [stamp]


@pytest.mark.parametrize("how", ["ignored", "unknown"])
def test_where_conditions_are_not_enforced_one_writer_may_run(
    gateway: Gateway, address: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadtape.archive.delta.log_without_conditional_put._CHECKPOINT_EVERY", 3)
    if how == "ignored":
        gateway.strip = frozenset({"if-none-match"})
    else:
        gateway.refuse = lambda request: (501, "NotImplemented") if conditional_put(request) else None
    archive = Archive.open(address, create=True)
    assert not archive.info.conditional_put
    assert not Archive.open(address).info.conditional_put
    with archive.lease("wire", run="r1") as lease, archive.lease("post", run="r1") as second:
        archive.commit(articles=[article(1)], captures=[capture(1)], leases=[lease, second])
        with pytest.raises(LeaseHeld, match=r"does not enforce conditional writes, so only one writer may run"):
            Archive.open(address).lease("third", run="r2")
    with Archive.open(address).lease("third", run="r2") as third:
        for _ in range(5):
            archive.commit(articles=[], captures=[capture(1, site="third")], leases=[third])
    assert archive.tables["articles"].scan().collect().height == 1
    assert archive.tables["captures"].scan().collect().height == 6
    assert [i.key for i in archive.objects.list("captures/_delta_log/") if "checkpoint.parquet" in i.key]
    assert archive.tables["captures"].existing().transaction_version("third") == 2**20 + 4


def test_a_server_that_garbles_a_file_is_found_out(
    moto_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"s3://{moto_bucket}/news")
    assert isinstance(store, S3Store)
    path = tmp_path / "segment"
    path.write_bytes(b"right" * 1000)
    real = store._client.put_object

    def garble(**values: object) -> object:
        return real(**{**values, "Body": b"wrong" * 1000})  # type: ignore[arg-type]

    monkeypatch.setattr(store._client, "put_object", garble)
    with pytest.raises(DigestMismatch, match="stored other bytes than were sent"):
        store.put_file(KEY, path)
    with pytest.raises(DigestMismatch, match="stored other bytes than were sent"):
        store.put("articles/x", b"right")


def test_a_server_whose_etag_says_nothing_is_read_back(
    moto_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"s3://{moto_bucket}/news")
    assert isinstance(store, S3Store)
    path = tmp_path / "segment"
    path.write_bytes(b"right" * 1000)
    real = store._client.head_object

    def encrypted(**values: object) -> object:
        return {**real(**values), "ETag": '"0123456789abcdef"'}  # type: ignore[arg-type]

    monkeypatch.setattr(store._client, "head_object", encrypted)
    store.put_file(KEY, path)
    store.put_file(KEY, path)
    path.write_bytes(b"wrong" * 1000)
    with pytest.raises(DigestMismatch):
        store.put_file(KEY, path)


def test_an_upload_in_parts_that_fails_leaves_no_parts(
    moto_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"s3://{moto_bucket}/news")
    assert isinstance(store, S3Store)
    path = tmp_path / "segment"
    path.write_bytes(bytes(40 * 2**20))
    real = store._client.upload_part

    def fail_late(**values: object) -> object:
        if values["PartNumber"] == 3:
            raise KeyboardInterrupt
        return real(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(store._client, "upload_part", fail_late)
    with pytest.raises(KeyboardInterrupt):
        store.put_file(KEY, path)
    assert "Uploads" not in store._client.list_multipart_uploads(Bucket=moto_bucket)
    assert list(store.list()) == []


def test_old_versions_go_where_a_bucket_keeps_them(moto_bucket: str) -> None:
    store = open_store(f"s3://{moto_bucket}/news")
    assert isinstance(store, S3Store)
    store._client.put_bucket_versioning(Bucket=moto_bucket, VersioningConfiguration={"Status": "Enabled"})
    for data in (b"1", b"2", b"3"):
        store.put("kept", data)
        store.put("gone", data)
    store.put("kept-too", b"1")
    store.put("kept-too", b"2")
    store.delete(["gone"])
    assert store.purge(["kept", "gone"]) is None
    left = store._client.list_object_versions(Bucket=moto_bucket)
    assert [v["Key"] for v in left["Versions"]] == ["news/kept", "news/kept-too", "news/kept-too"]
    assert "DeleteMarkers" not in left
    assert store.get("kept") == b"3"


def test_versions_that_may_not_be_removed_are_spoken_of(gateway: Gateway, address: str) -> None:
    store = open_store(address)
    gateway.refuse = lambda request: (403, "AccessDenied") if "versioning" in request.path else None
    assert "Remove them by hand" in (store.purge(["x"]) or "")


def old_store(request: Request) -> tuple[int, str] | None:
    """Answers as a store does that knows none of the check sums of newer clients."""
    sums = [name for name in request.headers if name.startswith(("x-amz-checksum", "x-amz-sdk", "x-amz-trailer"))]
    if sums or "aws-chunked" in request.headers.get("content-encoding", ""):
        return 400, "InvalidArgument"
    if request.method in {"PUT", "POST"} and "uploads" not in request.path and "content-md5" not in request.headers:
        return (400, "MissingContentMD5") if "delete" in request.path else None
    return None


def test_a_store_that_knows_no_newer_check_sums_is_sent_an_md5(gateway: Gateway, address: str, tmp_path: Path) -> None:
    gateway.refuse = old_store
    archive = Archive.open(address, create=True)
    archive.put_segment(one_segment(tmp_path), SEGMENT)
    archive.objects.delete([KEY])
    sent = [
        each
        for each in gateway.requests
        if each.method == "PUT" and ("/raw/" in each.path or "archive.json" in each.path)
    ]
    assert sent
    assert [each.path for each in sent if "content-md5" not in each.headers] == []


@pytest.mark.parametrize("written", ["a//b", "./a/b", "a/./b/", "/a/b//"])
def test_ways_to_write_one_prefix(moto_bucket: str, written: str) -> None:
    assert open_store(f"s3://{moto_bucket}/{written}").uri == f"s3://{moto_bucket}/a/b"


def test_a_prefix_that_leads_up_is_refused(moto_bucket: str) -> None:
    with pytest.raises(NotAnArchive, match="may not hold"):
        open_store(f"s3://{moto_bucket}/a/../b")


def test_a_bucket_in_another_region_is_found_there_by_all_who_ask(gateway: Gateway, address: str) -> None:
    gateway.region = "eu-central-1"
    archive = Archive.open(address, create=True)
    assert archive.objects.table_options()["aws_region"] == "eu-central-1"
    assert archive.tables["captures"].read(lambda rows: rows).is_empty()


def test_the_region_may_be_named_as_other_programs_have_it(moto_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert open_store(f"s3://{moto_bucket}/a").table_options()["aws_region"] == "eu-west-3"


def test_a_profile_that_is_not_there_is_a_sentence(moto_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with pytest.raises(StoreError, match="the S3 settings do not work: The config profile"):
        open_store(f"s3://{moto_bucket}/a")


def test_a_proxy_that_is_away_is_called_that(hasty: None, moto_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://store.example:9000")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"The proxy http://127\.0\.0\.1:9 cannot be reached .* no_proxy"):
        Archive.open(f"s3://{moto_bucket}/a")


@pytest.mark.parametrize(("scheme", "allowed"), [("http", True), ("HTTP", True), ("https", False)])
def test_a_server_without_tls_is_one_however_its_scheme_is_written(
    moto_bucket: str, monkeypatch: pytest.MonkeyPatch, scheme: str, *, allowed: bool
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"{scheme}://127.0.0.1:9000")
    assert ("aws_allow_http" in open_store(f"s3://{moto_bucket}/a").table_options()) is allowed


def test_a_clock_that_is_off_is_called_that(hasty: None, gateway: Gateway, address: str) -> None:
    gateway.refuse = lambda _request: (403, "RequestTimeTooSkewed")
    with pytest.raises(StoreError, match="this machine's clock is off"):
        Archive.open(address, create=True)
