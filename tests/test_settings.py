"""`supalint.toml`: what it says, and what is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from analyzer.declared import Declared
from analyzer.finding import Finding, Severity
from analyzer.rule import Documentation, ProjectRule, Rule, option
from analyzer.settings import Override, Settings, chosen, judged
from analyzer.settings_file import SettingsError, load, read
from analyzer.settings_keys import KEYS, Table
from analyzer.settings_schema import schema, template
from analyzer.source import Span

PAGE = Documentation("A title", "Text.\n")


class Limited(ProjectRule):
    most: int = option(3, "how many are fine")
    ratio: float = option(0.5, "which share is fine")
    strict: bool = option(False, "whether to be strict")
    allowed_names: tuple[str, ...] = option((), "names that are fine")
    prefix: str = option("X_", "what names begin with")


class Off(ProjectRule):
    default = False


RULES: tuple[Rule, ...] = (
    Limited("env-undeclared", "environment", PAGE),
    Off("env-unused", "environment", PAGE),
    Limited("sql-syntax", "sql", PAGE),
)


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(text, "supalint.toml", RULES)
    return [str(problem) for problem in caught.value.problems]


def test_every_setting_is_read() -> None:
    settings, declared = read(
        """
        select = ["default", "env-unused"]
        ignore = ["sql"]
        fail-on = "warning"
        min-severity = "warning"
        exclude = ["old/**"]

        [env]
        aliases = [["PANEL_URL", "PTERODACTYL_URL"]]
        provided = ["SENTRY_DSN"]

        [project]
        public-tables = ["public.plans"]
        append-only-tables = ["public.log"]
        external-writers = ["public.rates"]
        entrypoints = ["partner-api"]
        reconcilers = ["retry"]

        [[overrides]]
        paths = ["supabase/seed.sql"]
        select = ["all"]
        ignore = ["sql"]
        severity = { env-undeclared = "note", sql = "error" }

        [rules.env-undeclared]
        severity = "error"
        most = 5
        ratio = 1
        strict = true
        allowed-names = ["A"]
        prefix = ""
        """,
        "supalint.toml",
        RULES,
    )
    assert settings == Settings(
        select=("default", "env-unused"),
        ignore=("sql",),
        fail_on="warning",
        min_severity="warning",
        exclude=("old/**",),
        overrides=(Override(("supabase/seed.sql",), ("all",), ("sql",), {"env-undeclared": "note", "sql": "error"}),),
        severities={"env-undeclared": "error"},
        options={
            "env-undeclared": {"most": 5, "ratio": 1, "strict": True, "allowed-names": ("A",), "prefix": ""},
        },
    )
    assert declared == Declared(
        aliases=(("PANEL_URL", "PTERODACTYL_URL"),),
        provided=("SENTRY_DSN",),
        public_tables=("public.plans",),
        append_only_tables=("public.log",),
        external_writers=("public.rates",),
        entrypoints=("partner-api",),
        reconcilers=("retry",),
    )


def test_an_empty_file_sets_nothing() -> None:
    assert read("", "supalint.toml", RULES) == (Settings(), Declared())
    assert read("\ufeff# only a comment\n", "supalint.toml", RULES) == (Settings(), Declared())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("selct = []", "1: unknown key `selct`; did you mean `select`?"),
        ("fail_on = 'error'", "1: unknown key `fail_on`; did you mean `fail-on`?"),
        ("\n\npublic-tables = []", "3: unknown key `public-tables`; did you mean `project.public-tables`?"),
        ("[env]\nalias = []", "2: unknown key `env.alias`; did you mean `aliases`?"),
        ("[env]\nx = []", "2: unknown key `env.x`; expected one of `aliases`, `provided`"),
        ("[project.sub]", "1: unknown key `project.sub`"),
        ("env = 3", "1: `env` must be a table, not the number 3"),
        ("select = 'all'", '1: `select` must be an array of strings, not "all"'),
        ("exclude = [1]", "1: `exclude` must hold strings, not the number 1"),
        ("exclude = ['']", "1: `exclude` holds an empty string"),
        ("exclude = [\n  'a',\n  true,\n]", "3: `exclude` must hold strings, not true"),
        (
            "fail-on = 'eror'",
            '1: `fail-on` must be one of `error`, `warning`, `note`, not "eror"; did you mean `error`?',
        ),
        ("fail-on = 1979-05-27", "1: `fail-on` must be one of `error`, `warning`, `note`, not a date or time"),
        (
            "ignore = ['env-undeclred']",
            "1: `ignore`: there is no rule or area `env-undeclred`; did you mean `env-undeclared`?",
        ),
        ("ignore = ['enviroment']", "1: `ignore`: there is no rule or area `enviroment`; did you mean `environment`?"),
        ("ignore = ['zzz']", "1: `ignore`: there is no rule or area `zzz`"),
        ("overrides = {}", "1: `overrides` must be an array of tables, written `[[overrides]]`, not a table"),
        ("[[overrides]]\nignore = []", "1: `overrides` needs `paths`: the paths that this entry is about"),
        (
            "[[overrides]]\npaths = ['a']\n[[overrides]]\npaths = ['b']\nseverity = { nope = 'note' }",
            "5: `overrides.severity`: there is no rule or area `nope`",
        ),
        ("[env]\naliases = ['A']", '2: `env.aliases` must hold groups such as `["A", "B"]`, not "A"'),
        ("[env]\naliases = [['A']]", "2: a group of `env.aliases` must hold at least two names"),
        ("[rules.env-undeclred]", "1: there is no rule `env-undeclred`; did you mean `env-undeclared`?"),
        (
            "[rules]\nenv-undeclared = 'note'",
            "2: `rules.env-undeclared` must be a table with `severity` and the rule's options",
        ),
        (
            "[rules.env-undeclared]\nmots = 1",
            "2: the rule `env-undeclared` has no option `mots`; did you mean `most`?",
        ),
        (
            "[rules.env-unused]\nlimit = 1",
            "2: the rule `env-unused` has no option `limit`; it has `severity`",
        ),
        ("[rules.env-undeclared]\nmost = true", "2: `rules.env-undeclared.most` must be a whole number, not true"),
        (
            "[rules.env-undeclared]\nmost = 1.5",
            "2: `rules.env-undeclared.most` must be a whole number, not the number 1.5",
        ),
        (
            "[rules.env-undeclared]\nstrict = 1",
            "2: `rules.env-undeclared.strict` must be true or false, not the number 1",
        ),
        ("rules.env-undeclared.prefix = 1", "1: `rules.env-undeclared.prefix` must be a string, not the number 1"),
        (
            "[rules.env-undeclared]\nallowed-names = 'A'",
            "2: `rules.env-undeclared.allowed-names` must be an array of strings",
        ),
        ("[rules.env-undeclared]\nseverity = 'high'", "2: `rules.env-undeclared.severity` must be one of"),
        ("select = [", "1: not valid TOML: "),
        ("\nselect", "2: not valid TOML: "),
        ("a = 1\na = 2", "2: not valid TOML: "),
        ("a = " + "[" * 100_000, "1: arrays are nested too deeply"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_was_meant(text: str, expected: str) -> None:
    assert problems(text)[0].startswith(f"supalint.toml:{expected}")


def test_all_mistakes_are_named_at_once_in_order() -> None:
    found = problems("selct = []\nignore = ['nope', 3]\n[env]\nprovided = 1\n[rules.nope]\n")
    assert [line.split(":")[1] for line in found] == ["1", "2", "2", "4", "5"]


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "supalint.toml"
    file.write_bytes(b"select = []\n# \xe9\n")
    with pytest.raises(SettingsError, match=r"supalint\.toml:2: not valid TOML: the file is not UTF-8"):
        load(file, "supalint.toml", RULES)


@given(st.text())
def test_any_text_is_settings_or_a_settings_error(text: str) -> None:
    try:
        read(text, "supalint.toml", RULES)
    except SettingsError as error:
        assert error.problems  # noqa: PT017 - both ends are fine


_VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "paths", "severity"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([key.name for key in KEYS]), _VALUES))
def test_any_value_for_any_key_is_settings_or_a_settings_error(content: dict[str, object]) -> None:
    text = "\n".join(f"{name} = {_toml(value)}" for name, value in content.items())
    try:
        read(text, "supalint.toml", RULES)
    except SettingsError as error:
        assert all(problem.line >= 1 for problem in error.problems)  # noqa: PT017


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f")
    return str(value)


def finding(rule: str, path: str = "a.sql", severity: Severity = "warning") -> Finding:
    return Finding(rule, severity, Span(path, 1, 1, 1, 2), "m")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(), ["env-undeclared", "sql-syntax"]),
        (Settings(select=("all",)), ["env-undeclared", "env-unused", "sql-syntax"]),
        (Settings(select=("environment",)), ["env-undeclared"]),
        (Settings(select=("default", "env-unused")), ["env-undeclared", "env-unused", "sql-syntax"]),
        (Settings(select=("env-unused",)), ["env-unused"]),
        (Settings(ignore=("sql",)), ["env-undeclared"]),
        (Settings(ignore=("env-undeclared",)), ["sql-syntax"]),
        (Settings(select=("env-undeclared",), ignore=("environment",)), ["env-undeclared"]),
        (Settings(select=("all",), ignore=("environment",)), ["sql-syntax"]),
    ],
)
def test_rules_are_chosen_by_id_area_and_default(settings: Settings, expected: list[str]) -> None:
    assert [rule.id for rule in chosen(RULES, settings)] == expected


def test_options_are_set_on_the_rules_that_run_and_on_no_others() -> None:
    settings = Settings(options={"env-undeclared": {"most": 9, "allowed-names": ("A",), "ratio": 1}})
    rule = chosen(RULES, settings)[0]
    assert isinstance(rule, Limited)
    assert (rule.most, rule.allowed_names, rule.strict) == (9, ("A",), False)
    assert isinstance(rule.ratio, float)
    assert RULES[0].most == 3  # type: ignore[attr-defined]


def test_what_is_reported_depends_on_path_rule_and_severity() -> None:
    settings = Settings(
        min_severity="warning",
        exclude=("old",),
        severities={"sql-syntax": "error", "env-unused": "note"},
        overrides=(
            Override(("tests/**",), ignore=("environment",)),
            Override(("seed.sql",), select=("sql",), severities={"sql": "warning"}),
            Override(("quiet.sql",), ignore=("all",)),
        ),
    )
    given_findings = [
        finding("sql-syntax", "a.sql"),
        finding("env-unused", "a.sql"),
        finding("sql-syntax", "old/a.sql"),
        finding("env-undeclared", "tests/a.ts"),
        finding("sql-syntax", "tests/a.sql"),
        finding("env-undeclared", "seed.sql"),
        finding("sql-syntax", "seed.sql"),
        finding("sql-syntax", "quiet.sql"),
    ]
    found = [(each.rule, each.span.path, each.severity) for each in judged(given_findings, RULES, settings)]
    assert found == [
        ("sql-syntax", "a.sql", "error"),
        ("sql-syntax", "tests/a.sql", "error"),
        ("sql-syntax", "seed.sql", "warning"),
    ]


def test_the_template_is_valid_and_sets_nothing() -> None:
    assert read(template(), "supalint.toml", RULES) == (Settings(), Declared())


def test_the_template_shows_every_key_as_it_may_be_used() -> None:
    used = re.sub(r"(?m)^# (?=[\[\w])", "", template()).replace("rules.RULE", "rules.env-undeclared")
    used = used.replace("Settings of", "# Settings of")
    settings, declared = read(used, "supalint.toml", RULES)
    content = tomli.loads(used)
    assert list(content) == [key.name for key in KEYS]
    for key in KEYS:
        if isinstance(key.shape, Table):
            table = content[key.name][0] if key.shape.many else content[key.name]
            assert list(table) == [inner.name for inner in key.shape.keys]
    assert all(getattr(declared, name) for name in Declared.__struct_fields__)
    assert settings.overrides


def test_the_schema_accepts_and_refuses_what_the_program_does() -> None:
    document = json.loads(schema(RULES))
    Draft7Validator.check_schema(document)
    validator = Draft7Validator(document)
    used = re.sub(r"(?m)^# (?=[\[\w])", "", template()).replace("rules.RULE", "rules.env-undeclared")
    assert list(validator.iter_errors(tomli.loads(used.replace("Settings of", "# Settings of")))) == []
    for wrong in (
        "selct = []",
        "fail-on = 'bad'",
        "ignore = ['nope']",
        "[env]\naliases = [['A']]",
        "[[overrides]]\nignore = []",
        "[rules.env-undeclared]\nmost = 'x'",
        "[rules.env-unused]\nmost = 1",
    ):
        assert problems(wrong)
        assert not validator.is_valid(tomli.loads(wrong)), wrong
