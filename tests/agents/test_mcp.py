"""The tools for language models, driven by the SDK's own client: in this process, and over a real process's pipes."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

import broadtape
from broadtape.agents import archive_server
from broadtape.agents.moment import Pin
from broadtape.archive import Archive
from broadtape.article import Article, Ticker
from broadtape.urls import article_id

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORY = "https://www.paper.example/markets/widget"
LATER = "https://www.paper.example/markets/later"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def article(url: str, hours: float, text: str, **values: Any) -> Article:
    return Article(
        url=url,
        site="paper",
        article_id=article_id("paper", url),
        title=values.pop("title", "Widget raises outlook"),
        text=text,
        published_at=at(0),
        fetched_at=at(hours),
        extractor="broadtape-0.1.0/aaaa",
        language="en",
        **values,
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A story that is corrected after four hours, and a later one whose publisher dates it back."""
    now = [at(0)]
    made = Archive.open(str(tmp_path_factory.mktemp("mcp") / "archive"), create=True, clock=lambda: now[-1])
    first = article(STORY, 1, "Orders rose 5%.\n\nShares gained.", tickers=(Ticker("WDG", "NYSE", "text"),))
    second = article(STORY, 4, "Orders rose 7%.\n\nShares gained.", tickers=(Ticker("WDG", "NYSE", "text"),))
    later = article(LATER, 8, f"Orders fell. {'word ' * 6_000}", title="Widget cuts outlook")
    with made.lease("paper", run="r1", seconds=10**6) as lease:
        for hours, row in ((1, first), (4, second), (8, later)):
            now.append(at(hours))
            made.commit(articles=[row], captures=[], leases=[lease])
    return made.uri


def call(server: Any, tool: str, **asked: Any) -> Any:
    """What a tool answers, or the sentence by which it refuses."""

    async def ask() -> Any:
        async with Client(server) as client:
            result = await client.call_tool(tool, asked)
            if result.is_error:
                return result.content[0].text  # type: ignore[union-attr]
            return result.structured_content

    return anyio.run(ask)


def server(archive: str, *pin: Any) -> Any:
    return archive_server(broadtape.open(archive), Pin(*pin))


def test_a_model_finds_reads_and_sees_what_was_changed(archive: str) -> None:
    room = server(archive)
    found = call(room, "search", query="widget", sort="newest", ticker=["WDG"])
    assert (found["total"], found["hits"][0]["url"]) == (1, STORY)
    read = call(room, "read", url=STORY)
    assert (read["text"], read["revision"], read["revisions"]) == ("Orders rose 7%.\n\nShares gained.", 2, 2)
    assert call(room, "read", url=STORY, revision=1)["text"].startswith("Orders rose 5%.")
    _, second = call(room, "revisions", url=STORY)["revisions"]
    assert (second["came"], second["went"]) == (["Orders rose 7%."], ["Orders rose 5%."])
    assert call(room, "coverage")["outlets"][0]["articles"] == 2


def test_a_long_text_comes_in_parts(archive: str) -> None:
    room, text, start = server(archive), "", 0
    while start is not None:
        part = call(room, "read", url=LATER, start=start)
        text, start = text + part["text"], part["next_start"]
    assert len(text) == len(f"Orders fell. {'word ' * 6_000}")


def test_a_session_that_is_bound_to_a_time_cannot_look_behind_it(archive: str) -> None:
    room = server(archive, at(2))
    assert call(room, "as_of") == {
        "as_of": "2026-03-01T14:00:00Z",
        "bound": True,
        "clock": "archived",
        "meaning": "what this archive held then",
    }
    assert call(room, "search", query="*")["total"] == 1
    assert call(room, "read", url=STORY)["text"].startswith("Orders rose 5%.")
    assert len(call(room, "revisions", url=STORY)["revisions"]) == 1
    assert call(room, "coverage")["outlets"][0]["articles"] == 1
    assert call(room, "read", url=LATER).endswith(f"The archive has no story at {LATER} as of 2026-03-01T14:00:00Z.")
    for tool, asked in (("search", {}), ("read", {"url": STORY}), ("revisions", {"url": STORY}), ("coverage", {})):
        told = call(room, tool, **asked, as_of="2026-03-01T20:00")
        assert "This session reads the archive as of 2026-03-01T14:00:00Z and cannot look" in told, tool
    assert call(room, "search", as_of="2026-03-01T12:30")["total"] == 0, "an earlier time may be asked for"
    assert call(room, "search", since="1d")["total"] == 1, "a span is counted back from the session's present"


def test_by_the_other_clock_the_pin_is_what_the_world_could_read(archive: str) -> None:
    assert call(server(archive, at(5), "fetched"), "read", url=STORY)["text"].startswith("Orders rose 7%.")


@pytest.mark.parametrize(
    ("tool", "asked", "said"),
    [
        ("search", {"query": "(widget"}, "never closed"),
        ("search", {"site": ["papier"]}, "Did you mean 'paper'"),
        ("search", {"limit": 5_000}, "less than or equal to 50"),
        ("read", {"url": STORY, "revision": 9}, "there is no revision 9"),
        ("search", {"since": "soon"}, "is no time"),
    ],
)
def test_a_wrong_call_is_refused_in_a_sentence(archive: str, tool: str, asked: dict[str, Any], said: str) -> None:
    assert said in call(server(archive), tool, **asked)


def test_the_command_speaks_the_protocol_on_its_pipes(archive: str, tmp_path: Path) -> None:
    command = ["-m", "broadtape", "mcp", "--archive", archive, "--as-of", "2026-03-01T14:00"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    started = StdioServerParameters(command=sys.executable, args=command, env=environment)

    async def ask() -> tuple[list[str], Any]:
        async with Client(stdio_client(started)) as client:
            tools = (await client.list_tools()).tools
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
            result = await client.call_tool("search", {"query": "widget"})
            return [tool.name for tool in tools], result.structured_content

    names, found = anyio.run(ask)
    assert names == ["search", "read", "revisions", "as_of", "coverage"]
    assert found["total"] == 1
