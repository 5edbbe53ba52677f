"""What is read of config.toml, and where it stands."""

from __future__ import annotations

import tomli
from hypothesis import given
from hypothesis import strategies as st

from analyzer.facts.config import Toml

from .reading import read, shown

PATH = "supabase/config.toml"
TEXT = """# ü comment
project_id = "demo"
[functions.Hello-World]
verify_jwt = false # why
"quoted key" = 'x'
[auth.email]
smtp = { host = "h", "po.rt" = 587 }
a.b.c = [1, "two", # three
  { k = true }]
[[experimental.inspect.rules]]
name = "first"
[[experimental.inspect.rules]]
name = \"\"\"sec
ond\"\"\"
"""


def test_every_key_and_value_has_its_place() -> None:
    toml = read(Toml, PATH, TEXT)
    assert toml.problem is None
    seen = [(".".join(entry.path), entry.value.scalar, shown(TEXT, entry.key)) for entry in toml.entries]
    assert seen == [
        ("project_id", "demo", "project_id"),
        ("functions.Hello-World.verify_jwt", False, "verify_jwt"),
        ("functions.Hello-World.quoted key", "x", '"quoted key"'),
        ("auth.email.smtp", None, "smtp"),
        ("auth.email.smtp.host", "h", "host"),
        ("auth.email.smtp.po.rt", 587, '"po.rt"'),
        ("auth.email.a.b.c", None, "c"),
        ("auth.email.a.b.c.2.k", True, "k"),
        ("experimental.inspect.rules.0.name", "first", "name"),
        ("experimental.inspect.rules.1.name", "sec\nond", "name"),
    ]
    entry = toml.get("functions", "hello-world", "VERIFY_JWT")
    assert entry is not None
    assert shown(TEXT, entry.value.span) == "false"
    assert shown(TEXT, entry.span) == "verify_jwt = false"


def test_a_section_knows_where_a_key_is_added() -> None:
    section = read(Toml, PATH, TEXT).section("functions", "hello-world")
    assert section is not None
    assert (shown(TEXT, section.span), section.end.line, section.end.column) == ("[functions.Hello-World]", 5, 19)


def test_a_remote_lies_over_the_base() -> None:
    text = """
[auth]
site_url = "http://localhost"
jwt_expiry = 3600
[remotes.production.auth]
site_url = "https://example.com"
"""
    toml = read(Toml, PATH, text)
    assert toml.names("remotes") == ("production",)
    remote = toml.remote("production")
    values = {".".join(entry.path): entry.value.scalar for entry in remote.entries}
    assert values == {"auth.jwt_expiry": 3600, "auth.site_url": "https://example.com"}


def test_a_broken_file_still_says_the_rest() -> None:
    text = "[api]\nport =\nenabled = true\n[auth\nsite_url = 1\n[db]\nport = 54322\n"
    toml = read(Toml, PATH, text)
    assert toml.problem is not None
    assert (toml.problem.span.line, toml.problem.message) == (2, "invalid value")
    for path in (("api", "enabled"), ("db", "port")):
        assert toml.get(*path) is not None


def test_a_table_declared_twice_is_a_problem() -> None:
    toml = read(Toml, PATH, "[functions.a]\nverify_jwt = true\n[functions.a]\nenabled = true\n")
    assert toml.problem is not None
    assert (toml.problem.span.line, toml.problem.message) == (3, "cannot declare `functions.a` twice")


@given(st.text(alphabet="[]{}=.,\"'#ab1 \n\r\t\0\\é\ud800", max_size=60))
def test_nothing_makes_the_reader_fail(text: str) -> None:
    toml = read(Toml, PATH, text)
    rows = text.count("\n") + text.count("\r") + 1
    for entry in toml.entries:
        assert 1 <= entry.key.line <= entry.value.span.end_line <= rows


keys = st.text(alphabet="abcd_", min_size=1, max_size=5)
values = st.booleans() | st.integers(-(2**40), 2**40) | st.text(alphabet="xyz \\\"'é\t", max_size=9)


@given(st.dictionaries(keys, st.dictionaries(keys, values, min_size=1, max_size=4), max_size=4))
def test_values_are_those_of_a_toml_reader(tables: dict[str, dict[str, bool | int | str]]) -> None:
    rows = []
    for name, table in tables.items():
        rows.append(f"[{name}]")
        for key, value in table.items():
            quoted = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
            rows.append(f"{key} = {str(value).lower() if not isinstance(value, str) else chr(34) + quoted + chr(34)}")
    text = "\n".join(rows)
    expected = {(name, key): value for name, table in tomli.loads(text).items() for key, value in table.items()}
    assert {entry.path: entry.value.scalar for entry in read(Toml, PATH, text).entries} == expected
