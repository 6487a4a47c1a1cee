"""A story's text as the reading room sets it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadtape.web.widgets.prose import Table, set_out


def test_rows_become_a_table_again() -> None:
    text = ["Sales rose.", "Q3 | Q2", "Cranes | 12 | 9", "Hooks | 3 | 4", "The shares fell."]
    table = Table((("", "Q3", "Q2"), ("Cranes", "12", "9"), ("Hooks", "3", "4")))
    assert list(set_out(text)) == ["Sales rose.", table, "The shares fell."]


def test_what_has_no_shape_stays_as_it_is() -> None:
    for text in (["one | row"], ["a | b", "c | d | e | f"], ["a | b | c", "d | e"], [" | ".join("x" * 30)] * 2):
        assert list(set_out(text)) == text


@given(st.lists(st.text("ab| ", min_size=1), max_size=12))
def test_nothing_is_lost(paragraphs: list[str]) -> None:
    def words(pieces: list[str | Table]) -> str:
        lines = ["|".join(map("|".join, piece.rows)) if isinstance(piece, Table) else piece for piece in pieces]
        return "".join("".join(lines).split()).replace("|", "")

    assert words(list(set_out(paragraphs))) == words(list(paragraphs))
