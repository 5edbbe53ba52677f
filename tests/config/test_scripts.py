"""What is read of scripts, wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.facts.config import Json, Script, Workflow, scripts_of

from .reading import read, shown


def calls(script: Script) -> list[str]:
    """Each call of the Supabase CLI, as its command, arguments and flags."""
    return [
        " ".join(
            (
                *call.command,
                *(word.text for word in call.arguments),
                *(f"{flag.name}={flag.value.text}" if flag.value else flag.name for flag in call.flags),
            )
        )
        for call in script.calls
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("supabase functions deploy hello --no-verify-jwt", "functions deploy hello --no-verify-jwt"),
        ("supabase --workdir apps/x functions deploy a b", "functions deploy a b --workdir=apps/x"),
        ("npx --yes supabase@2.1.0 db push --include-all", "db push --include-all"),
        ("pnpm --filter db exec supabase gen types --linked > t.ts", "gen types --linked"),
        ("bunx supabase link --project-ref=$REF", "link --project-ref=$REF"),
        ("deno run -A npm:supabase secrets set A=1", "secrets set A=1"),
        ("./node_modules/.bin/supabase db reset", "db reset"),
        ("$SUPABASE_CLI migrations up", "migration up"),
        ("if ! supabase start; then exit 1; fi", "start"),
        ("x=$(supabase status -o env)", "status -o=env"),
        ("FOO=1 npx supabase config push", "config push"),
        ("dotenv -e .env -- supabase functions serve --env-file .env", "functions serve --env-file=.env"),
        ("npm install -D supabase", None),
        ("brew install supabase/tap/supabase", None),
        ("cd supabase", None),
        ("echo supabase db push", None),
        ("git add supabase", None),
        ("npm run supabase:deploy", None),
    ],
)
def test_a_call_of_the_cli_is_known_however_it_is_written(line: str, expected: str | None) -> None:
    assert calls(read(Script, "deploy.sh", line)) == ([] if expected is None else [expected])


def test_a_call_over_several_lines_has_one_place() -> None:
    text = "#!/bin/bash\nsupabase functions deploy hello \\\n  --no-verify-jwt \\\n  --project-ref é\necho done\n"
    (call,) = read(Script, "deploy.sh", text).calls
    assert shown(text, call.span) == text[12:].split("\necho")[0]
    flag = call.flag("--no-verify-jwt")
    assert flag is not None
    assert shown(text, flag.span) == "--no-verify-jwt"


def test_variables_are_set_and_read() -> None:
    text = """export A=1 B="$C"
D=2
E=3 run --flag "${F:-x}"
echo "G=${{ secrets.G }}" >> "$GITHUB_ENV"
cat > .env <<EOF
H=4
EOF
"""
    script = read(Script, "a.sh", text)
    assert [(item.name, item.exported, item.value and item.value.literal) for item in script.assignments] == [
        ("A", True, True),
        ("B", True, False),
        ("D", False, True),
        ("E", True, True),
        ("G", True, False),
        ("H", True, True),
    ]
    assert [name.name for name in script.reads] == ["C", "F", "GITHUB_ENV"]


def test_a_request_to_a_function_is_known() -> None:
    text = 'curl -X POST "https://$REF.supabase.co/functions/v1/send-mail" -H "Authorization: Bearer $KEY"'
    (request,) = read(Script, "a.sh", text).requests
    assert (request.function, [word.text for word in request.headers]) == ("send-mail", ["Authorization: Bearer $KEY"])


def test_powershell_is_read() -> None:
    text = """$env:TOKEN = "abc"
& supabase functions deploy hello `
    --no-verify-jwt # all open
if ($x) { npx supabase db push; Write-Host "supabase db reset" }
$y = $env:OTHER
"""
    script = read(Script, "deploy.ps1", text)
    assert calls(script) == ["functions deploy hello --no-verify-jwt", "db push"]
    assert [item.name for item in script.assignments] == ["TOKEN"]
    assert [name.name for name in script.reads] == ["OTHER"]


def test_batch_is_read() -> None:
    text = "@echo off\nrem supabase db reset\nset TOKEN=abc\ncall npx supabase functions deploy %1 ^\n --no-verify-jwt"
    script = read(Script, "deploy.bat", text.replace("\n", "\r\n"))
    assert calls(script) == ["functions deploy %1 --no-verify-jwt"]
    assert [(item.name, item.value and item.value.text) for item in script.assignments] == [("TOKEN", "abc")]


def test_a_makefile_is_read_by_its_recipes() -> None:
    text = "all: supabase\n\t@supabase functions deploy $(NAME) --no-verify-jwt\n\t-supabase db push && echo $$HOME\n"
    script = read(Script, "Makefile", text)
    assert calls(script) == ["functions deploy $NAME --no-verify-jwt", "db push"]


def test_the_scripts_of_a_package_are_read_in_place() -> None:
    text = '{\n  "scripts": {\n    "deploy": "supabase functions deploy \\"a\\" --no-verify-jwt && vite build"\n  }\n}'
    manifest = read(Json, "package.json", text)
    (named,) = manifest.scripts
    (call,) = named.script.calls
    assert named.name == "deploy"
    assert shown(text, call.span) == 'supabase functions deploy \\"a\\" --no-verify-jwt'
    assert [word.text for word in call.arguments] == ["a"]


WORKFLOW = """on:
  push:
    branches: [main]
  workflow_dispatch:
env:
  REF: ${{ secrets.PROJECT_REF }}
jobs:
  deploy:
    environment: production
    env:
      TOKEN: ${{ secrets.TOKEN || vars.FALLBACK }}
    steps:
      - uses: supabase/setup-cli@v1
        with:
          version: 2.20.3
      - name: "Deploy"
        env: { KEY: "v" }
        run: |
          supabase link --project-ref ${{ env.REF }}
          if true; then
            supabase db push
          fi
      - run: >-
          supabase functions deploy
          --no-verify-jwt
      - shell: pwsh
        run: $env:X = 1; supabase start
"""


def test_a_workflow_is_read() -> None:
    workflow = read(Workflow, ".github/workflows/deploy.yml", WORKFLOW)
    assert workflow.problem is None
    assert workflow.triggers == ("push", "workflow_dispatch")
    assert [(setting.name, setting.value) for setting in workflow.env] == [("REF", "${{ secrets.PROJECT_REF }}")]
    assert [(read.origin, read.name) for read in workflow.reads] == [
        ("secrets", "PROJECT_REF"),
        ("secrets", "TOKEN"),
        ("vars", "FALLBACK"),
        ("env", "REF"),
    ]
    (job,) = workflow.jobs
    assert (job.name, job.environment) == ("deploy", "production")
    setup, deploy, functions, _ = job.steps
    assert (setup.uses, setup.settings[0].name, setup.settings[0].value) == (
        "supabase/setup-cli@v1",
        "version",
        "2.20.3",
    )
    assert (deploy.name, deploy.env[0].name, deploy.env[0].value) == ("Deploy", "KEY", "v")
    scripts = list(scripts_of(workflow))
    assert [calls(script) for script in scripts] == [
        ["link --project-ref=${{ env.REF }}", "db push"],
        ["functions deploy --no-verify-jwt"],
        ["start"],
    ]
    assert shown(WORKFLOW, scripts[0].calls[1].span) == "supabase db push"
    assert functions.run is not None
    flag = functions.run.calls[0].flag("--no-verify-jwt")
    assert flag is not None
    assert shown(WORKFLOW, flag.span) == "--no-verify-jwt"


def test_other_systems_are_read_by_their_scripts() -> None:
    text = "variables:\n  A: b\ndeploy:\n  script:\n    - supabase db push\n    - |\n      supabase functions deploy\n"
    workflow = read(Workflow, ".gitlab-ci.yml", text)
    assert [line for script in scripts_of(workflow) for line in calls(script)] == ["db push", "functions deploy"]
    assert [setting.name for setting in workflow.env] == ["A"]


SHELL = st.text(alphabet="supabase db'\"`^$(){}|&;<>=-#% \n\r\t\\\0é/:", max_size=80)


@given(SHELL, st.sampled_from(["a.sh", "a.ps1", "a.bat", "Makefile"]))
def test_no_script_makes_the_reader_fail(text: str, path: str) -> None:
    read(Script, path, text)


@given(st.text(alphabet="jobs:run -|>\n'\"[]{}&*!,# \t\0é", max_size=80))
def test_no_workflow_makes_the_reader_fail(text: str) -> None:
    read(Workflow, ".github/workflows/a.yml", text)


@given(st.text(alphabet="{}[]\",:'/*\\u0 \n\t1eE+-.trufalsn\0é", max_size=80))
def test_no_json_makes_the_reader_fail(text: str) -> None:
    read(Json, "package.json", text)


@pytest.mark.parametrize("unit", ["[", '{"a":', "(", "$(", "{", "if true; then ", "- ", "? : - "])
@pytest.mark.parametrize("path", ["package.json", "a.sh", ".github/workflows/a.yml", "supabase/config.toml", "a.ps1"])
def test_deep_nesting_does_no_harm(unit: str, path: str) -> None:
    read(object, path, unit * 3000)


def test_steep_yaml_does_no_harm() -> None:
    rows = (" " * depth + "- a:" for depth in range(0, 1000, 2))
    read(Workflow, ".github/workflows/a.yml", "\n".join(rows))
