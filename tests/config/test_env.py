"""What is read of `.env` files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.facts.config import EnvFile

from .reading import read, shown

TEXT = """# comment
export A=1
B = "two words" # note
C='#not a comment'
D=bare # comment
E="line one
line two"
F=
# STRIPE_KEY=optional
# See: https://example.com
not a line
D=again
"""


def test_every_way_to_write_a_variable_is_read() -> None:
    file = read(EnvFile, ".env.production.local", TEXT)
    assert [(entry.name, entry.value, entry.commented) for entry in file.entries] == [
        ("A", "1", False),
        ("B", "two words", False),
        ("C", "#not a comment", False),
        ("D", "bare", False),
        ("E", "line one\nline two", False),
        ("F", "", False),
        ("STRIPE_KEY", "optional", True),
        ("D", "again", False),
    ]
    assert [shown(TEXT, entry.span) for entry in file.entries][:3] == ["1", "two words", "#not a comment"]
    assert [problem.span.line for problem in file.problems] == [11]
    last = file.get("D")
    assert last is not None
    assert last.value == "again"
    assert (file.environment, file.example) == ("production", False)


@pytest.mark.parametrize(
    ("path", "environment", "example"),
    [
        (".env", "", False),
        (".env.local", "", False),
        (".env.staging", "staging", False),
        (".env.example", "", True),
        (".env.production.sample", "production", True),
        ("env.template", "", True),
        (".env-template", "", True),
        ("supabase/functions/.env", "", False),
    ],
)
def test_the_name_of_a_file_says_what_it_is_for(path: str, environment: str, example: bool) -> None:
    file = read(EnvFile, path, "")
    assert (file.environment, file.example) == (environment, example)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("STRIPE_SECRET_KEY=", "empty"),
        ("STRIPE_SECRET_KEY=your-stripe-key", "placeholder"),
        ("API_TOKEN=<token>", "placeholder"),
        ("API_TOKEN=${OTHER_TOKEN}", "reference"),
        ("API_TOKEN=encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt", "encrypted"),
        ("SUPABASE_URL=http://127.0.0.1:54321", "local"),
        ("SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co", "public"),
        ("VITE_SUPABASE_PUBLISHABLE_KEY=sb_publishable_" + "Ab3dEf6hIj9lMn2pQr5t", "public"),
        ("API_TOKEN=" + "q8Zk2Lw9Xv4Rt7Yb1Nc6", "value"),
        ("PORT=3000", "public"),
    ],
)
def test_a_value_is_told_from_a_secret(line: str, kind: str) -> None:
    (entry,) = read(EnvFile, ".env", line).entries
    assert entry.kind == kind


@given(st.text(alphabet="A=\"'`# \n\r\\${}\0é", max_size=60))
def test_nothing_makes_the_reader_fail(text: str) -> None:
    read(EnvFile, ".env", text)
