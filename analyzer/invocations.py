"""The calls of edge functions by name, in code and in scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Call, Member, Name
from analyzer.platform import FUNCTION_URL, PROJECT_HOST
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.responses import fetches
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Concatenation, Environment, Known, Value, options, origins, text_of

_LOCAL = ("/", "http://localhost", "http://127.0.0.1")


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a function of this project: `functions.invoke("name")`, or a request to `.../functions/v1/name`."""

    slug: str
    path: str
    span: Span  # of the name, or of the address


@lru_cache(maxsize=16)
def function_calls(project: Project) -> tuple[FunctionCall, ...]:
    """The calls whose function is known, in the order of the files. Calls of other projects are left out."""
    return tuple(_calls(project))


def _calls(project: Project) -> Iterator[FunctionCall]:
    for path, module in project.modules.items():
        called = {
            call.callee.name for call in project.program.index(path).calls if isinstance(call.callee, Member | Name)
        }
        for call in service_calls(project.program, path) if "invoke" in called else ():
            node = call.site.node
            if call.area == "functions" and call.method == "invoke" and isinstance(node, Call) and node.arguments:
                for option in options(call.arguments[0]):
                    slug = _slug(text_of(option) or "")
                    if slug:
                        yield FunctionCall(
                            slug, path, module.lines.span(node.arguments[0].start, node.arguments[0].end)
                        )
        for request in fetches(project.program, path) if "fetch" in called else ():
            node = request.site.node
            if isinstance(node, Call):
                for slug in _requested(project, request.url):
                    yield FunctionCall(slug, path, module.lines.span(node.arguments[0].start, node.arguments[0].end))


def _slug(name: str) -> str:
    """`x/sub?id=1` calls the function `x`."""
    return name.split("/")[0].split("?")[0]


def _requested(project: Project, url: Value) -> Iterator[str]:
    """The functions that an address of this project names."""
    for option in options(url):
        parts = option.parts if isinstance(option, Concatenation) else (option,)
        text = "".join(
            part.value if isinstance(part, Known) and isinstance(part.value, str) else "\0" for part in parts
        )
        match = FUNCTION_URL.search(text)
        if match is None or _is_foreign(project, parts, text):
            continue
        name = match["path"] or match["host"]
        if name and not text.startswith("\0", match.end()):  # `/functions/v1/${name}` names none, `x-${kind}` neither
            yield name


def _is_foreign(project: Project, parts: tuple[Value, ...], text: str) -> bool:
    """Whether the address belongs to another project, or may."""
    host = PROJECT_HOST.search(text)
    if host is not None:
        return host["ref"] not in _refs(project)
    first = parts[0]
    if isinstance(first, Known):
        return not (isinstance(first.value, str) and first.value.startswith(_LOCAL))
    names = [origin.name or "" for origin in origins(first) if isinstance(origin, Environment)]
    return not any("SUPABASE" in name or "FUNCTIONS" in name for name in names)


def _refs(project: Project) -> frozenset[str]:
    entry = project.config.get("project_id") if project.config is not None else None
    return frozenset({entry.value.text}) if entry is not None and entry.value.text else frozenset()
