"""A continuous-integration file -> its jobs, variables and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.config.places import Places
from analyzer.config.powershell import powershell_script
from analyzer.config.shell import shell_script
from analyzer.config.yaml import Yaml, documents
from analyzer.facts.config import CiSystem, Job, NameOrigin, NameRead, Problem, Script, Setting, Step, Workflow
from analyzer.source import Source

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_READ = re.compile(
    r"\b(?P<origin>secrets|vars|env|inputs)(?:\.(?P<name>[A-Za-z_][\w-]*)|\[\s*'(?P<quoted>[^']+)'\s*\])"
)
_POWERSHELLS = ("pwsh", "powershell")
# Keys below which other systems keep shell: GitLab, CircleCI, Bitbucket, Azure, Travis, Cloud Build, lefthook.
_SCRIPT_KEYS = frozenset({
    "script", "before_script", "after_script", "run", "command", "commands", "bash", "pwsh", "powershell", "cmd",
    "before_install", "install", "before_deploy", "deploy", "after_success", "scripts", "inlineScript", "entry",
})  # fmt: skip
_ORIGINS: dict[str, NameOrigin] = {"secrets": "secrets", "vars": "vars", "env": "env", "inputs": "inputs"}
_ENV_KEYS = frozenset({"env", "variables", "environment", "env_vars", "vars"})


def workflow(source: Source) -> Workflow:
    """The facts of a continuous-integration file."""
    places = Places.of(source)
    roots, broken = documents(places)
    problem = None if broken is None else Problem(broken, "this is not YAML")
    reads = tuple(_reads(source.text, places))
    if not roots or roots[0].kind != "mapping":
        return Workflow(source.path, _system(source.path), reads=reads, problem=problem)
    root = roots[0]
    if ".github/" in source.path or root.get("runs") is not None:
        return Workflow(
            source.path,
            "github",
            tuple(_triggers(root)),
            _settings(root.get("env")),
            tuple(_github_jobs(root, places)),
            reads,
            problem,
        )
    env = tuple(setting for key in _ENV_KEYS for setting in _settings(root.get(key)))
    return Workflow(source.path, _system(source.path), (), env, tuple(_other_jobs(root, places)), reads, problem)


def _system(path: str) -> CiSystem:
    return "github" if ".github/" in path else "gitlab" if "gitlab" in path else "other"


def _triggers(root: Yaml) -> Iterator[str]:
    triggers = root.get("on") or root.get("true")
    if triggers is None:
        return
    if triggers.kind == "mapping":
        yield from (key.text for key, _ in triggers.pairs)
    else:
        yield from (item.text for item in triggers.list())


def _github_jobs(root: Yaml, places: Places) -> Iterator[Job]:
    runs = root.get("runs")
    if runs is not None:  # a composite action: https://docs.github.com/actions/creating-actions/metadata-syntax
        steps = runs.get("steps")
        yield Job("", runs.span, steps=tuple(_steps(steps, places)) if steps else ())
    jobs = root.get("jobs")
    for key, job in jobs.pairs if jobs is not None else ():
        environment = job.get("environment")
        if environment is not None and environment.kind == "mapping":
            environment = environment.get("name")
        steps = job.get("steps")
        yield Job(
            key.text,
            job.span,
            _settings(job.get("env")),
            environment.text if environment is not None and environment.kind == "scalar" else None,
            tuple(_steps(steps, places)) if steps else (),
        )


def _steps(steps: Yaml, places: Places) -> Iterator[Step]:
    for step in steps.items:
        uses, name, run, shell = (step.get(key) for key in ("uses", "name", "run", "shell"))
        yield Step(
            step.span,
            name.text if name else "",
            uses.text if uses else None,
            uses.span if uses else None,
            _settings(step.get("with")),
            _settings(step.get("env")),
            _script(run, places, shell.text if shell else "") if run and run.kind == "scalar" else None,
        )


def _script(value: Yaml, places: Places, shell: str) -> Script:
    inner = places.within(value.text, value.offsets)
    return powershell_script(inner) if shell.startswith(_POWERSHELLS) else shell_script(inner)


def _settings(mapping: Yaml | None) -> tuple[Setting, ...]:
    if mapping is None:
        return ()
    if mapping.kind == "sequence":  # `- NAME=value`, as in Cloud Build and Docker
        return tuple(
            Setting(item.text.partition("=")[0], item.text.partition("=")[2], item.span, item.span)
            for item in mapping.items
            if "=" in item.text
        )
    return tuple(
        Setting(key.text, value.text if value.kind == "scalar" else None, key.span, value.span)
        for key, value in mapping.pairs
    )


def _other_jobs(root: Yaml, places: Places) -> Iterator[Job]:
    for key, value in root.pairs:
        scripts = tuple(_scripts(value, places, key.text in _SCRIPT_KEYS))
        env = tuple(setting for name in sorted(_ENV_KEYS) for setting in _settings(value.get(name)))
        if scripts or env:
            yield Job(key.text, value.span, env, None, tuple(Step(script.span, run=script) for script in scripts))


def _scripts(value: Yaml, places: Places, is_script: bool) -> Iterator[Script]:
    if value.kind == "scalar":
        if is_script and value.text.strip():
            yield shell_script(places.within(value.text, value.offsets))
    elif value.kind == "sequence":
        for item in value.items:
            yield from _scripts(item, places, is_script)
    else:
        for key, inner in value.pairs:
            yield from _scripts(inner, places, key.text in _SCRIPT_KEYS)


def _reads(text: str, places: Places) -> Iterator[NameRead]:
    for expression in _EXPRESSION.finditer(text):
        for match in _READ.finditer(expression[1]):
            group = "name" if match["name"] else "quoted"
            start = expression.start(1) + match.start(group)
            span = places.characters(start, start + len(match[group]))
            yield NameRead(match[group], _ORIGINS[match["origin"]], span)
