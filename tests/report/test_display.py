"""Text of a repository in a terminal: harmless, and as wide as it says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.display import cells, visible, width, widths, wrapped


@given(st.text())
def test_nothing_that_a_terminal_obeys_or_hides_is_left(text: str) -> None:
    shown = visible(text)
    left = {unicodedata.category(character) for character in shown if character not in "\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_the_cells_of_a_line_show_all_of_it(line: str) -> None:
    shown = cells(line)
    assert len(shown) == len(line)
    assert sum(widths(shown)) == width("".join(shown))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("日本", 4),
        ("ｱ", 1),
        ("\uff21", 2),
        ("한국", 4),
        ("😀", 2),
        ("👩\u200d👩\u200d👧", 2),
        ("❤\ufe0f", 2),
        ("…", 1),
    ],
)
def test_the_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_tabs_reach_to_the_next_stop() -> None:
    assert cells("a\tb\t") == ["a", "   ", "b", "   "]


@given(st.text(alphabet="ab 日", max_size=80), st.integers(8, 40))
def test_wrapping_loses_no_word(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert " ".join(lines) == text
    assert all(width(line) <= columns or " " not in line.strip() for line in lines)
