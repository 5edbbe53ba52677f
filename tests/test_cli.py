"""The command line, as people, hooks and build servers use it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.version import VERSION

ROOT = Path(__file__).parents[1]

BAD_WORD = '''"""A bad word is in a file.

It hurts.

## Bad

```ts supabase/functions/hello/index.ts
BAD;
^^^ a bad word
```

## Good

```ts supabase/functions/hello/index.ts
GOOD;
```
"""

from analyzer import Edit, Fix, TextRule


class BadWord(TextRule):
    severity = "{severity}"
    default = {default}

    def check(self, source, lines):
        start = source.text.find("{word}")
        if start >= 0:
            span = lines.span(start, start + len("{word}"))
            fix = Fix("write `GOOD`", {safe}, (Edit(span, "GOOD"),))
            yield self.finding(span, "`{word}` is a bad word", subject="{word}", fix=fix)
'''

CRASH = '''"""A rule that cannot work."""

from analyzer import ProjectRule


class Crash(ProjectRule):
    def check(self, project):
        raise KeyError("nothing")
        yield
'''

WITH_OPTION = """\"\"\"A word that the settings name.

## Bad

```ts
x
```
\"\"\"

from analyzer import Lines, Result, Source, TextRule, option


class Named(TextRule):
    words = option((), "words that may not stand anywhere")

    def check(self, source: Source, lines: Lines) -> Result:
        for word in self.words:
            at = source.text.find(word)
            if at >= 0 and source.path.endswith(".ts"):
                yield self.finding(lines.span(at, at + len(word)), f"{word} stands here")
"""

HELLO = "supabase/functions/hello/index.ts"
OTHER = "supabase/functions/other/index.ts"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with two findings, and rules that find them; the current folder."""
    for name, values in {
        "test-bad": {"severity": "error", "default": True, "word": "BAD", "safe": True},
        "test-worse": {"severity": "warning", "default": True, "word": "WORSE", "safe": False},
        "test-off": {"severity": "note", "default": False, "word": "const", "safe": True},
    }.items():
        rule = BAD_WORD
        for key, value in values.items():
            rule = rule.replace("{" + key + "}", str(value))
        put(tmp_path / "rules" / "test" / f"{name}.py", rule)
    put(tmp_path / "crash" / "test" / "test-crash.py", CRASH)
    root = tmp_path / "repo"
    put(root / "supabase" / "config.toml", 'project_id = "demo"\n')
    put(root / HELLO, 'const a = "BAD";\n')
    put(root / OTHER, 'const b = "WORSE";\n')
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
        monkeypatch.delenv(name, raising=False)
    return root


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


Answer = tuple[int, str, str]
Ask = Callable[..., Answer]


@pytest.fixture
def ask(repository: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with the test's rules only: exit code, standard output, standard error."""

    def asked(*arguments: str, select: str = "test-bad,test-worse") -> Answer:
        known = ["--rules", str(repository.parent / "rules")]
        selected = ["--select", select] if select else []
        code = run([*arguments, *known, *selected])
        out, err = capsys.readouterr()
        return code, out, err

    return asked


@pytest.fixture
def say(repository: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command as it is."""
    assert repository

    def said(*arguments: str) -> Answer:
        code = run([*arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return said


def test_check_is_what_is_meant_when_no_command_is_named(ask: Ask) -> None:
    expected = ask("check", "--format", "concise")
    assert expected[0] == 1
    assert expected[1].splitlines() == [
        f"{HELLO}:1:12: error[test-bad] `BAD` is a bad word",
        f"{OTHER}:1:12: warning[test-worse] `WORSE` is a bad word",
        "1 error, 1 warning in 2 files",
    ]
    assert ask("--format", "concise") == expected
    assert ask(".", "--format", "concise") == expected


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 1),
        (("--exit-zero",), 0),
        (("--fail-on", "note"), 1),
        ((OTHER,), 0),
        ((OTHER, "--fail-on", "warning"), 1),
        (("--min-severity", "warning", OTHER, "--fail-on", "note"), 1),
        (("--min-severity", "error", OTHER, "--fail-on", "note"), 0),
        (("supabase/config.toml",), 0),
        (("nowhere.ts",), 2),
        (("--format", "nonsense"), 2),
        (("--select", "nonsense"), 2),
        (("--project", "nonsense"), 2),
        (("--config", "nonsense.toml"), 2),
        (("-o", "no/such/folder/x.json"), 2),
        (("-o", "json:"), 2),
        (("--nonsense",), 2),
    ],
)
def test_the_exit_code_says_clean_findings_or_failure(ask: Ask, arguments: tuple[str, ...], code: int) -> None:
    assert ask("check", *arguments)[0] == code


def test_a_rule_that_fails_is_named_and_makes_the_exit_code_2(ask: Ask, repository: Path) -> None:
    code, out, err = ask("--rules", str(repository.parent / "crash"), "--exit-zero", select="test-bad,test-crash")
    assert code == 2
    assert "failed: rule test-crash: KeyError: 'nothing'" in out
    assert "error[test-bad]" in out
    assert "Traceback" not in out + err


def test_paths_narrow_what_is_reported_not_what_is_analyzed(ask: Ask, repository: Path) -> None:
    for paths in ([OTHER], [str(repository / OTHER)], ["supabase/functions/other"], ["./supabase/functions/other/"]):
        code, out, _ = ask(*paths, "--format", "json")
        document = json.loads(out)
        assert (code, [finding["path"] for finding in document["findings"]]) == (0, [OTHER])
        assert document["summary"]["functions"] == 2


def test_from_a_folder_inside_the_whole_repository_is_checked(
    ask: Ask, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "supabase" / "functions" / "other")
    code, out, _ = ask("--format", "json")
    assert (code, len(json.loads(out)["findings"])) == (1, 2)
    assert len(json.loads(ask("index.ts", "--format", "json")[1])["findings"]) == 1


def test_one_project_of_several_is_reported_on(ask: Ask, repository: Path) -> None:
    for name in ("shop", "panel"):
        put(repository / "apps" / name / "supabase" / "config.toml", f'project_id = "{name}"\n')
        put(repository / "apps" / name / HELLO, f'const {name} = "BAD";\n')
    put(repository / "scripts" / "seed.ts", 'const all = "BAD";\n')

    def found(*arguments: str) -> list[str]:
        document = json.loads(ask(*arguments, "--format", "json", select="test-bad")[1])
        return [finding["path"] for finding in document["findings"]]

    assert len(found()) == 4
    assert found("--project", "apps/shop") == [f"apps/shop/{HELLO}"]
    assert found("--project", "shop") == [f"apps/shop/{HELLO}"]
    assert found("--project", "repo") == ["scripts/seed.ts", HELLO]
    code, _, err = ask("--project", "apps/shpo")
    assert code == 2
    assert "there is no Supabase project `apps/shpo`; did you mean `apps/shop`?" in err


def test_a_path_that_is_not_there_suggests_the_command_that_was_meant(say: Ask) -> None:
    code, out, err = say("chekc")
    assert (code, out) == (2, "")
    assert "there is no file or folder `chekc`; did you mean `check`?" in err


def test_an_unknown_rule_suggests_the_right_one(ask: Ask) -> None:
    code, out, err = ask("--ignore", "test-bda")
    assert (code, out) == (2, "")
    assert "--ignore: there is no rule or area `test-bda`; did you mean `test-bad`?" in err


def test_rules_are_selected_by_name_area_and_word(ask: Ask) -> None:
    def found(*arguments: str, select: str) -> set[str]:
        document = json.loads(ask(*arguments, "--format", "json", select=select)[1])
        return {finding["rule"] for finding in document["findings"]}

    assert found(select="test") == {"test-bad", "test-worse"}
    assert found(select="test,test-off") == {"test-bad", "test-off", "test-worse"}
    assert found("--ignore", "test-worse", select="test") == {"test-bad"}
    assert "test-off" in found(select="all")
    assert "test-off" not in found(select="")


def test_without_a_project_there_is_a_clear_sentence(say: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    code, out, err = say()
    assert (code, out) == (2, "")
    assert "no Supabase project in" in err
    code, out, err = say("--hook")
    assert (code, out, len(err.splitlines())) == (0, "", 1)


def test_a_hook_judges_what_git_knows(ask: Ask, repository: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run([*git, "init", "-q"], check=True, cwd=repository)
    subprocess.run([*git, "add", OTHER, "supabase/config.toml"], check=True, cwd=repository)
    assert [ask()[0], ask("--hook")[0]] == [1, 0]
    subprocess.run([*git, "add", HELLO], check=True, cwd=repository)
    assert ask("--hook")[0] == 1


def test_several_reports_come_from_one_run(ask: Ask, repository: Path) -> None:
    code, out, _ = ask("-o", "sarif:out.sarif", "-o", "json:out.json", "--format", "concise")
    assert code == 1
    assert "error[test-bad]" in out
    assert json.loads((repository / "out.sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads((repository / "out.json").read_text())["findings"]) == 2


def test_an_output_without_a_format_takes_the_place_of_standard_output(ask: Ask, repository: Path) -> None:
    _, out, _ = ask("--format", "json", "-o", "out.json")
    assert out == ""
    assert len(json.loads((repository / "out.json").read_text())["findings"]) == 2
    assert ask("-o", "json:-")[1].startswith("{")


def test_sarif_has_the_hashes_of_the_files(ask: Ask) -> None:
    (run_,) = json.loads(ask("--format", "sarif", "--sarif-category", "api")[1])["runs"]
    assert run_["automationDetails"] == {"id": "api/"}
    assert all(
        re.fullmatch(r"[0-9a-f]+:1", each["partialFingerprints"]["primaryLocationLineHash"]) for each in run_["results"]
    )


def test_for_github_paths_begin_at_the_repository_not_at_the_settings(ask: Ask, repository: Path) -> None:
    (repository.parent / ".git").mkdir()
    put(repository / "supalint.toml", "")
    assert f"file=repo/{HELLO},line=1" in ask("--format", "github")[1]
    (run_,) = json.loads(ask("--format", "sarif")[1])["runs"]
    result = run_["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == f"repo/{HELLO}"
    assert "primaryLocationLineHash" in result["partialFingerprints"]
    assert f"{HELLO}:1:12" in ask("--format", "concise")[1]


def test_settings_come_from_the_file_and_the_command_line_wins(ask: Ask, repository: Path) -> None:
    put(
        repository / "supalint.toml",
        'ignore = ["test-bad"]\nfail-on = "warning"\nexclude = ["nothing"]\n[rules.test-worse]\nseverity = "note"\n',
    )
    selected = json.loads(ask("--format", "json", select="test-worse")[1])["findings"]
    assert [finding["severity"] for finding in selected] == ["note"]
    assert ask(select="test")[0] == 1  # what is selected on the command line runs though the file ignores it
    assert ask("--ignore", "test-bad", select="test")[0] == 0
    put(repository / "other.toml", 'exclude = ["supabase/**"]\n')
    assert ask("--config", "other.toml")[0] == 0


def test_mistakes_in_the_settings_are_all_named_with_their_lines(ask: Ask, repository: Path) -> None:
    put(repository / "supalint.toml", 'selct = []\nfail-on = "eror"\n')
    code, out, err = ask()
    assert (code, out) == (2, "")
    assert "supalint.toml:1: unknown key `selct`; did you mean `select`?" in err
    assert "supalint.toml:2: `fail-on` must be one of" in err


def test_quiet_leaves_only_findings(ask: Ask) -> None:
    code, out, err = ask("-q", "--format", "concise")
    assert (code, len(out.splitlines()), err) == (1, 2, "")


def test_verbose_says_what_was_done_on_standard_error(ask: Ask) -> None:
    _, out, err = ask("-v")
    assert out == ask()[1]
    assert re.search(r"3 files, 2 rules, \d+\.\d\d s", err)


def test_the_number_of_processes_and_the_cache_change_nothing(ask: Ask) -> None:
    expected = ask("--no-cache", "--jobs", "1", "--format", "json")
    assert ask("--jobs", "2", "--no-cache", "--format", "json") == expected
    assert ask("--format", "json") == expected
    assert ask("--format", "json") == expected
    assert ask("--jobs", "-1")[0] == 2


def test_a_run_in_which_nothing_has_changed_analyzes_nothing(
    ask: Ask, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("--format", "json")
    with monkeypatch.context() as patched:
        patched.delattr("analyzer.engine.analyze")
        patched.delattr("analyzer.registry.load_file")
        assert ask("--format", "json") == first
    assert ask("--format", "json", select="test-bad") != first  # other rules
    put(repository / "supalint.toml", 'exclude = ["supabase/functions/hello/**"]\n')
    assert ask("--format", "json") != first
    put(repository / "supalint.toml", "")
    put(repository / OTHER, '\nconst b = "WORSE";\n')
    changed = ask("--format", "json")
    assert changed != first
    assert changed == ask("--format", "json", "--no-cache")


def test_a_rule_that_is_loaded_when_it_runs_has_its_options(ask: Ask, repository: Path) -> None:
    put(repository.parent / "rules" / "test" / "test-option.py", WITH_OPTION)
    for words in ('["BAD"]', '["WORSE", "BAD"]', '["WORSE"]'):
        put(repository / "supalint.toml", f"[rules.test-option]\nwords = {words}\n")
        later = ask("--format", "concise", select="test-option")
        assert later == ask("--format", "concise", "--no-cache", select="test-option")
        assert len(later[1].splitlines()) == words.count('"') // 2 + 1
    put(repository / "supalint.toml", "")
    assert "no findings" in ask(select="test-option")[1]


def test_an_analysis_that_failed_in_part_is_made_again(ask: Ask) -> None:
    arguments = ("--rules", "../crash", "--format", "json")
    assert [ask(*arguments, select="test-crash")[0] for _ in range(2)] == [2, 2]


def test_the_files_that_would_be_read_are_listed(ask: Ask) -> None:
    code, out, _ = ask("--show-files")
    assert (code, out.splitlines()) == (0, ["supabase/config.toml", HELLO, OTHER])
    assert ask("--show-files", OTHER)[1].splitlines() == [OTHER]


@pytest.mark.parametrize(
    ("option", "environment", "colored"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_follow_the_option_and_the_environment(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, option: str, environment: dict[str, str], colored: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in ask("--color", option)[1]) is colored


def test_a_fix_is_previewed_and_then_written(ask: Ask, repository: Path) -> None:
    code, out, err = ask("fix")
    assert code == 0
    assert out.splitlines() == [
        f"--- a/{HELLO}",
        f"+++ b/{HELLO}",
        "@@ -1 +1 @@",
        '-const a = "BAD";',
        '+const a = "GOOD";',
    ]
    assert "would fix 1 finding in 1 file; --write changes them" in err
    assert "1 more fix with --unsafe" in err
    assert "BAD" in (repository / HELLO).read_text()

    code, out, err = ask("fix", "--write", "--unsafe")
    assert (code, out) == (0, "")
    assert "fixed 2 findings in 2 files" in err
    assert ask() == (0, "no findings; looked at 2 functions\n" + ask()[1].split("\n", 1)[1], "")
    assert "nothing to fix" in ask("fix")[2]


def test_a_rule_is_explained(ask: Ask) -> None:
    code, out, _ = ask("explain", "test-bad", select="")
    assert code == 0
    assert out.startswith("test-bad: A bad word is in a file\ntest, error, on by default\n")
    assert "    BAD;\n    ^^^ a bad word\n" in out
    code, out, err = ask("explain", "test-bda", select="")
    assert (code, out) == (2, "")
    assert "there is no rule `test-bda`; did you mean `test-bad`?" in err
    assert ask("explain", "test-bad", "--format", "markdown", select="")[1].startswith("# test-bad: A bad word")


def test_rules_are_listed_for_people_and_programs(ask: Ask) -> None:
    _, out, _ = ask("rules", "test", select="")
    assert out.splitlines()[:2] == ["test", "  test-bad    error    A bad word is in a file"]
    assert "  test-off    note     A bad word is in a file (off by default)" in out
    document = json.loads(ask("rules", "test-off", "--format", "json", select="")[1])
    (entry,) = document["rules"]
    assert (entry["id"], entry["area"], entry["severity"], entry["default"]) == ("test-off", "test", "note", False)
    assert ask("rules", "tets", select="")[0] == 2


def test_init_writes_settings_that_are_valid_and_never_over_others(say: Ask, repository: Path) -> None:
    assert say("init")[0] == 0
    assert "# fail-on" in (repository / "supalint.toml").read_text("utf-8")
    assert say("check", "--select", "suppression-unused")[0] == 0
    code, _, err = say("init")
    assert (code, "exists already" in err) == (2, True)
    assert say("init", "--force")[0] == 0


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_gets_its_completion_script(say: Ask, shell: str) -> None:
    code, out, _ = say("completion", shell)
    assert code == 0
    assert "_SUPALINT_COMPLETE" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("supalint comp", ["plain,completion"]),
        ("supalint --form", ["plain,--format"]),
        ("supalint check --min", ["plain,--min-severity"]),
        ("supalint explain suppression-un", ["plain,suppression-unknown-rule", "plain,suppression-unused"]),
        ("supalint supab", ["file,supab"]),
    ],
)
def test_a_shell_completes_commands_options_rules_and_paths(words: str, expected: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "analyzer"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "_SUPALINT_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        },
    )
    assert ran.stdout.splitlines() == expected


@pytest.mark.parametrize("command", [[], ["check"], ["fix"], ["explain"], ["rules"], ["init"], ["completion"]])
def test_every_command_has_help(say: Ask, command: list[str]) -> None:
    code, out, _ = say(*command, "--help")
    assert code == 0
    assert "Usage: supalint" in out
    assert say(*command, "-h")[1] == out


def test_a_mistake_of_ours_is_one_line_and_a_traceback_only_when_asked_for(
    say: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the sky\nfell")

    monkeypatch.setattr("analyzer.engine.analyze", broken)
    code, out, err = say()
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == "supalint failed: RuntimeError: the sky fell"
    assert "Traceback" not in err
    assert "Traceback" in say("check", "-v")[2]


def command(repository: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    rules = ["--rules", str(repository.parent / "rules"), "--select", "test"]
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments, *rules],
        capture_output=True,
        check=False,
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def test_the_program_runs_as_a_module_and_says_its_version() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "analyzer", "--version"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (ran.returncode, ran.stdout) == (0, f"supalint {VERSION}\n")
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_encoding_of_the_output_will_do(repository: Path, encoding: str) -> None:
    put(repository / HELLO, 'const 価格 = "BAD 😀";\n')
    for format_ in ("text", "concise", "json", "sarif", "github"):
        ran = command(repository, "--format", format_, PYTHONIOENCODING=encoding)
        assert (ran.returncode, ran.stderr) == (1, b"")
        assert b"test-bad" in ran.stdout


def test_the_output_is_the_same_every_time(repository: Path) -> None:
    for format_ in ("text", "json", "sarif"):
        first = command(repository, "--format", format_, PYTHONHASHSEED="1")
        assert first.stdout == command(repository, "--format", format_, PYTHONHASHSEED="2").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a shell")
def test_a_reader_that_goes_away_is_no_failure(repository: Path) -> None:
    put(repository / HELLO, "BAD\n" * 10)
    ran = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m analyzer rules | true; exec '{sys.executable}' -m analyzer rules >&-"],
        capture_output=True,
        check=False,
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert b"Traceback" not in ran.stderr
    assert b"BrokenPipe" not in ran.stderr


def test_asking_for_the_version_loads_no_more_than_it_needs() -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "analyzer", "--version"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert loaded.isdisjoint({"click", "msgspec", "tree_sitter", "jinja2", "sqlglot", "analyzer.engine"})


def test_the_command_line_loads_no_grammar_and_no_template_before_it_needs_them() -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "analyzer", "check", "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert loaded.isdisjoint({"tree_sitter_typescript", "jinja2", "sqlglot", "analyzer.engine"})
