"""Sets of learnt rules in an archive: immutable, one in force, forgotten with the stories they were learnt from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_samples import article

from broadtape.archive import Archive
from broadtape.archive.decisions import Decision, rejected_rule
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.errors import ArchiveError
from broadtape.learnt_rules import LearntRule, LearntRules, rule_name

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
STORY, OTHER = "https://www.ledger.example/1", "https://www.ledger.example/2"


def rule(line: str, *examples: str, count: int = 9) -> LearntRule:
    seen = {"count": count, "pages": 80, "days": 4, "first_seen": WHEN, "last_seen": WHEN}
    return LearntRule.model_validate({"pattern": line, "evidence": "margin", "examples": examples, **seen})


def rules(*found: LearntRule) -> LearntRules:
    return LearntRules(site="ledger", learnt_at=WHEN, rules=found)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(str(tmp_path / "archive"), create=True)


def test_nothing_is_in_force_before_anything_was_learnt(archive: Archive) -> None:
    assert archive.rules.in_force("ledger") is None


def test_the_last_set_is_in_force_and_the_earlier_ones_stay(archive: Archive) -> None:
    first, second = rules(rule("One.", STORY)), rules(rule("One.", STORY), rule("Two.", OTHER))
    archive.rules.put_in_force(first)
    archive.rules.put_in_force(second)
    assert archive.rules.in_force("ledger") == second
    assert {info.key for info in archive.objects.list("rules/")} == {
        "rules/ledger/in-force.json", f"rules/ledger/{first.hash}.json", f"rules/ledger/{second.hash}.json",
    }  # fmt: skip


def test_a_set_that_takes_the_same_lines_is_the_same_and_is_not_written_over(archive: Archive) -> None:
    first, later = rules(rule("One.", STORY, count=9)), rules(rule("One.", OTHER, count=90))
    assert first.hash == later.hash
    archive.rules.put_in_force(first)
    archive.rules.put_in_force(later)
    assert archive.rules.in_force("ledger") == first


def test_none_is_in_force_when_all_were_taken_back(archive: Archive) -> None:
    archive.rules.put_in_force(rules(rule("One.", STORY)))
    archive.rules.put_in_force(rules())
    assert archive.rules.in_force("ledger") is None


def test_what_people_rejected_holds_until_they_take_it_back(archive: Archive) -> None:
    name = rule_name("One.")
    archive.decisions.record([rejected_rule("ledger", name, "a columnist's own sentence")])
    assert archive.decisions.rejected_rules("ledger") == {name}
    assert archive.decisions.rejected_rules("other") == set()
    archive.decisions.record([Decision(decision="undo", site="ledger", detail=rejected_rule("ledger", name).detail)])
    assert archive.decisions.rejected_rules("ledger") == set()


def test_a_forgotten_story_leaves_the_examples_and_takes_what_was_learnt_of_it_alone(archive: Archive) -> None:
    gone, stays = article(1), article(2)
    with archive.lease("wire", run="r") as lease:
        archive.commit(articles=[gone, stays], captures=[], leases=[lease])
    notice, bio = "Nothing here is advice.", "Ada Quill writes on ships."
    before = LearntRules(
        site="wire", learnt_at=WHEN, rules=(rule(notice, gone.url, stays.url), rule(bio, gone.url))
    )  # fmt: skip
    archive.rules.put_in_force(before)

    forget(archive, urls=[gone.url], run="r")

    held = archive.rules.in_force("wire")
    assert held is not None
    assert [(found.pattern, found.examples) for found in held.rules] == [(notice, (stays.url,))]
    kept = b"".join(archive.objects.get(info.key) for info in archive.objects.list("rules/"))
    assert gone.url.encode() not in kept
    assert bio.encode() not in kept

    forget(archive, sites=["wire"], run="r")
    assert archive.rules.in_force("wire") is None
    assert not any(archive.objects.list("rules/"))


@pytest.mark.parametrize("content", [b"{", b'{"rules": 4}', b"[]"])
def test_a_damaged_set_is_told_with_what_to_do(archive: Archive, content: bytes) -> None:
    found = rules(rule("One.", STORY))
    archive.rules.put_in_force(found)
    archive.objects.put(f"rules/ledger/{found.hash}.json", content)
    with pytest.raises(ArchiveError, match=r"broadtape rules learn"):
        archive.rules.in_force("ledger")
    archive.objects.put("rules/ledger/in-force.json", content)
    with pytest.raises(ArchiveError):
        archive.rules.in_force("ledger")


def test_a_damaged_set_does_not_stop_a_takedown(archive: Archive) -> None:
    gone = article(1)
    with archive.lease("wire", run="r") as lease:
        archive.commit(articles=[gone], captures=[], leases=[lease])
    archive.objects.put("rules/wire/0badc0de.json", gone.url.encode())
    archive.objects.put("rules/wire/in-force.json", b'{"rules": "0badc0de"}')
    forget(archive, urls=[gone.url], run="r")
    assert not any(archive.objects.list("rules/"))
    assert archive.rules.in_force("wire") is None


def test_damage_is_found(archive: Archive) -> None:
    first, second = rules(rule("One.", STORY)), rules(rule("One.", STORY), rule("Two.", OTHER))
    archive.rules.put_in_force(first)
    archive.rules.put_in_force(second)
    pointer, earlier, held = (f"rules/ledger/{name}.json" for name in ("in-force", first.hash, second.hash))
    assert list(verify(archive)) == []
    archive.objects.put(earlier, archive.objects.get(earlier)[:40])
    assert [(found.kind, found.where) for found in verify(archive)] == [("rules_unreadable", earlier)]
    archive.objects.put(held, b"{}")
    assert {found.where for found in verify(archive)} == {earlier, held}
    archive.objects.delete([held])
    assert {found.where for found in verify(archive)} == {earlier, pointer}
    archive.objects.put(pointer, b"nonsense")
    assert {found.where for found in verify(archive)} == {earlier, pointer}
