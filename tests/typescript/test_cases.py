"""What the analysis says of small programs, which stand in Markdown under `cases/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from analyzer.source import Source
from analyzer.typescript.calls import catches
from analyzer.typescript.checks import checks_before
from analyzer.typescript.clients import clients
from analyzer.typescript.describe import describe
from analyzer.typescript.environment import environment_reads
from analyzer.typescript.evaluate import binding_value
from analyzer.typescript.handlers import handlers
from analyzer.typescript.parse import parse
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.responses import fetches, responses
from analyzer.typescript.services import service_calls
from analyzer.typescript.summaries import resolved

_CASES = Path(__file__).parent / "cases"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


class Case(NamedTuple):
    title: str
    files: dict[str, str]
    question: str
    expected: list[str]


def _cases() -> Iterator[Case]:
    for file in sorted(_CASES.glob("*.md")):
        for section in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            title = section.partition("\n")[0]
            files: dict[str, str] = {}
            for kind, path, body in _BLOCK.findall(section):
                if path:
                    files[path] = body
                else:
                    yield Case(title, files, kind, body.splitlines())


def _values(program: Program, path: str, expected: list[str]) -> list[str]:
    module = program.modules[path]
    shown = []
    for line in expected:
        name = line.partition(" = ")[0]
        number = next(index for index, binding in enumerate(module.bindings) if binding.name == name)
        shown.append(f"{name} = {describe(resolved(program, binding_value(program, path, number, None)))}")
    return shown


def _query(query: Query) -> str:
    words = [query.key, query.operation, f"{query.schema}.{query.table}" if query.schema else str(query.table)]
    if query.columns is not None:
        words.append(f"[{query.columns}]")
    if query.payload is not None:
        keys = [f"{key}{'?' if key in query.payload.maybe else ''}" for key in query.payload.columns]
        words.append("{" + ", ".join([*keys, *([] if query.payload.complete else ["..."])]) + "}")
    for one in query.filters:
        mark = "?" if one.maybe else ""
        words.append(f"{'not.' if one.negated else ''}{one.operator}{mark}({one.column}, {describe(one.value)})")
    return " ".join([*words, query.run, "reads=" + ",".join(sorted(query.reads))])


def _queries(program: Program, path: str, _: list[str]) -> list[str]:
    return [_query(query) for query in queries(program, path)]


def _clients(program: Program, path: str, _: list[str]) -> list[str]:
    return [client.key for client in clients(program, path)]


def _services(program: Program, path: str, _: list[str]) -> list[str]:
    return [f"{call.area} {call.method} {call.target} {call.run}" for call in service_calls(program, path)]


def _handlers(program: Program, path: str, _: list[str]) -> list[str]:
    shown = []
    for handler in handlers(program, path):
        words = [handler.way, handler.method, handler.route or ""]
        if handler.function is not None:
            words.append(f"#{handler.function.function}")
        if handler.wrappers:
            words.append("wrapped")
        shown.append(" ".join(word for word in words if word))
    return shown


def _environment(program: Program, path: str, _: list[str]) -> list[str]:
    shown = []
    for read in environment_reads(program, path):
        words = [str(read.name)]
        if read.fallback is not None:
            words += [read.fallback.operator, describe(read.fallback.value)]
        words += [word for word, holds in (("guarded", read.guarded), ("through", read.through is not None)) if holds]
        shown.append(" ".join(words))
    return shown


def _responses(program: Program, path: str, _: list[str]) -> list[str]:
    return [" ".join([str(one.status_code or "unknown"), one.kind, *one.headers]) for one in responses(program, path)]


def _fetches(program: Program, path: str, _: list[str]) -> list[str]:
    return [
        " ".join(
            [
                describe(one.base),
                str(one.path),
                str(one.method),
                describe(one.body) if one.body else "None",
                one.run,
                *sorted(one.reads),
            ]
        )
        for one in fetches(program, path)
    ]


def _checks(program: Program, path: str, _: list[str]) -> list[str]:
    mark = next(call for call in program.index(path).calls if getattr(call.callee, "name", "") == "mark")
    found = {(check.kind, check.detail if check.kind in ("secret", "signature") else "") for check in
             checks_before(program, path, mark)}  # fmt: skip
    return sorted(" ".join(word for word in words if word) for words in found)


def _weak(program: Program, path: str, _: list[str]) -> list[str]:
    mark = next(call for call in program.index(path).calls if getattr(call.callee, "name", "") == "mark")
    return sorted(f"{check.kind} {check.detail}" for check in checks_before(program, path, mark) if check.weak)


def _catches(program: Program, path: str, _: list[str]) -> list[str]:
    return [one.kind for one in catches(program, path)]


_QUESTIONS: dict[str, Callable[[Program, str, list[str]], list[str]]] = {
    "values": _values,
    "queries": _queries,
    "clients": _clients,
    "services": _services,
    "handlers": _handlers,
    "environment": _environment,
    "responses": _responses,
    "fetches": _fetches,
    "checks": _checks,
    "weak": _weak,
    "catches": _catches,
}


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: f"{case.title}: {case.question}")
def test_the_analysis_says(case: Case) -> None:
    program = Program({path: parse(Source(path, text)) for path, text in case.files.items()})
    # The questions are about the entry: the file named index.ts, or the first.
    path = next((path for path in case.files if path.endswith("index.ts")), next(iter(case.files)))
    if case.title == "Clients by the rights of their keys" or case.question != "checks":
        assert _QUESTIONS[case.question](program, path, case.expected) == case.expected
    else:
        assert _QUESTIONS[case.question](program, path, case.expected) == sorted(case.expected)
