"""The API over real HTTP: by a client that is made of its own description, and by what a reader would miss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from room_samples import REVISED, Room, at, open_room
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import broadtape
from broadtape.cli import main
from broadtape.cli.common.options import CLUSTER, FILTERS
from broadtape.times import iso
from broadtape.web.api import Limits
from broadtape.web.api.limits import Turnstile
from broadtape.web.api.operations import OPERATIONS

API = "/api/v1"
UNHURRIED = Limits(per_second=10_000, burst=10_000)


@pytest.fixture(scope="module")
def api(archive: str) -> Iterator[Room]:
    with open_room(archive, limits=UNHURRIED) as room:
        yield room


@pytest.fixture(scope="module")
def described(api: Room) -> Any:
    return schemathesis.openapi.from_url(f"{api.base}{API}/openapi.json")


@pytest.mark.parametrize("name", [each.name for each in OPERATIONS])
def test_whatever_the_description_allows_is_answered_as_it_says(described: Any, name: str) -> None:
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

    @given(described[f"/{name}"]["GET"].as_strategy())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=checks)

    ask()


def get(api: Room, path: str, **asked: Any) -> dict[str, Any]:
    answer = api.get(f"{API}/{path}", **asked)
    assert answer.status == 200, answer.text
    told: dict[str, Any] = json.loads(answer.body)
    return told


def every(api: Room, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All items, page by page."""
    page = get(api, path, **asked)
    items = page["items"]
    while page["next"]:
        page = get(api, path, **asked, cursor=page["next"])
        assert page["items"]
        items += page["items"]
    return items


def test_the_description_is_openapi_with_the_names_of_the_shell(api: Room) -> None:
    document = json.loads(api.get(f"{API}/openapi.json").body)
    validate(document)
    asked = {each["name"] for each in document["paths"]["/articles"]["get"]["parameters"]}
    shell: Any = lambda: None  # noqa: E731
    for option in (*FILTERS, CLUSTER):
        option(shell)
    assert {option.name for option in shell.__click_params__} <= asked
    assert set(document["paths"]) == {f"/{each.name}" for each in OPERATIONS}


def test_pages_hold_what_a_corpus_gives_in_its_order(api: Room) -> None:
    corpus = broadtape.open(api.uri)
    for asked in ({}, {"by": "fetched", "revisions": "true"}, {"section": "companies", "as_of": iso(at(3))}):
        filters = {**asked, **({"revisions": True} if "revisions" in asked else {})}
        wanted = [(a.article_id, a.revision, a.text) for a in corpus.articles(**filters)]  # type: ignore[arg-type]
        got = every(api, "articles", limit=7, **asked)
        assert [(item["article_id"], item["revision"], item["text"]) for item in got] == wanted


def test_lines_are_the_items_of_the_page_and_the_next_one_is_linked(api: Room) -> None:
    asked = {"limit": 3, "columns": "title,dated_at,dated_by", "section": "markets"}
    page, lines = get(api, "articles", **asked), api.get(f"{API}/articles", format="ndjson", **asked)
    assert [json.loads(line) for line in lines.text.splitlines()] == page["items"]
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert set(page["items"][0]) == {"title", "dated_at", "dated_by"}
    following = lines.headers["link"].partition(">")[0].removeprefix("<")
    assert len(api.get(following).text.splitlines()) == 3


def test_an_answer_that_would_be_the_same_is_not_sent_again(api: Room) -> None:
    first = api.get(f"{API}/outlets")
    again = api.get(f"{API}/outlets", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = api.get(f"{API}/outlets", as_of=iso(at(3)), headers={"If-None-Match": first.headers["etag"]})
    assert other.status == 200


def test_search_finds_and_says_how_many_and_folds(api: Room) -> None:
    found = get(api, "search", q="widget", limit=1)
    assert found["total"] == 2
    assert found["items"][0]["snippet"]
    assert len(every(api, "search", q="widget", limit=1)) == 2
    (one,) = get(api, "search", q="widget", cluster="true")["items"]
    assert len(one["others"]) == 1
    assert {item["article_id"] for item in get(api, "articles", cluster="true", limit=1000)["items"]} >= {
        one["article_id"]
    }


def test_revisions_of_a_story_and_what_was_archived_since(api: Room) -> None:
    assert [item["revision"] for item in every(api, "revisions", url=REVISED, limit=1)] == [1, 2, 3]
    assert [item["revision"] for item in get(api, "revisions", url=REVISED, as_of=iso(at(6)))["items"]] == [1, 2]
    since = every(api, "changes", since=iso(at(4)), limit=2)
    corpus = broadtape.open(api.uri)
    assert [item["article_id"] for item in since] == [a.article_id for a in corpus.changes(at(4))]
    assert get(api, "changes", since=corpus.version)["items"] == []


def test_coverage_is_that_of_the_corpus_a_page_at_a_time(api: Room) -> None:
    rows = broadtape.open(api.uri).coverage().select("site", "articles", "undated").rows()
    got = every(api, "coverage", limit=5)
    assert [(item["site"], item["articles"], item["undated"]) for item in got] == rows
    assert get(api, "articles", limit=1000)["undated"] == sum(undated for *_, undated in rows)


@pytest.mark.parametrize(
    ("path", "asked", "status", "said"),
    [
        ("articles", {"sinze": "3d"}, 400, "no parameter 'sinze' here. Did you mean 'since'"),
        ("articles", {"site": "legder"}, 404, "no outlet 'legder'. Did you mean 'ledger'"),
        ("articles", {"since": "soon"}, 400, "since: 'soon' is no time"),
        ("articles", {"cursor": "bm90aGluZw"}, 400, "cursor is none that this question gave"),
        ("articles", {"columns": "titel"}, 400, "Did you mean 'title'"),
        ("articles", {"limit": "5000"}, 400, "expected a number from 1 to 1,000"),
        ("articles", {"by": ["fetched", "published"]}, 400, "by was given 2 times"),
        ("search", {}, 400, "q is missing"),
        ("search", {"q": "(rate"}, 400, "never closed"),
        ("changes", {"since": "999999"}, 400, "no version 999999"),
        ("nothing", {}, 404, "Not Found"),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(
    api: Room, path: str, asked: dict[str, Any], status: int, said: str
) -> None:
    answer = api.get(f"{API}/{path}", **asked)
    told = json.loads(answer.body)
    assert (answer.status, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in told["detail"]


def test_a_cursor_is_good_for_its_own_question_alone(api: Room) -> None:
    cursor = get(api, "articles", limit=1)["next"]
    assert api.get(f"{API}/articles", limit=1, section="markets", cursor=cursor).status == 400
    assert api.get(f"{API}/articles", limit=9, cursor=cursor).status == 200


def test_a_page_ends_before_it_is_too_large_and_the_rest_follows(archive: str) -> None:
    with open_room(archive, limits=Limits(10_000, 10_000, bytes=20_000)) as api:
        page = get(api, "articles", limit=1000)
        assert 0 < len(page["items"]) < 46
        assert len(every(api, "articles", limit=1000)) == len(list(broadtape.open(archive).articles()))


def test_a_token_is_asked_for_where_one_is_set(archive: str) -> None:
    with open_room(archive, token="correct-horse-battery") as api:
        refused = api.get(f"{API}/outlets")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert api.get(f"{API}/outlets", headers={"Authorization": "Bearer wrong"}).status == 401
        assert api.get(f"{API}/outlets", headers={"Authorization": "Bearer correct-horse-battery"}).status == 200
        assert api.get("/").status == 200, "pages are no programs"
    with open_room(archive, closed=True) as api:
        assert api.get(f"{API}/outlets").status == 403


@pytest.mark.parametrize("token", ["short", "two tokens on one line", ""])
def test_a_token_that_would_be_guessed_opens_no_room(
    archive: str, tmp_path: Path, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text(token)
    assert main(["browse", "--archive", archive, "--no-open", "--token-file", str(tmp_path / "token")]) == 2
    assert "expected one token of 16 characters or more" in capsys.readouterr().err


def test_who_asks_too_often_is_told_to_wait(archive: str) -> None:
    with open_room(archive, limits=Limits(per_second=0.1, burst=2)) as api:
        assert [api.get(f"{API}/outlets").status for _ in range(3)] == [200, 200, 429]
        assert 1 <= int(api.get(f"{API}/outlets").headers["retry-after"]) <= 11


def test_a_pause_is_paid_back_and_one_client_does_not_hold_up_another() -> None:
    now = [0.0]
    turnstile = Turnstile(Limits(per_second=1, burst=2), lambda: now[0])
    assert [turnstile.wait("a") for _ in range(3)] == [0, 0, 1]
    assert turnstile.wait("b") == 0
    now[0] = 1.5
    assert turnstile.wait("a") == 0
    assert turnstile.wait("a") == 0.5
