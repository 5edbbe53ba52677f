"""The pages that a front end has: the routes of its router, or its files where those make the routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Array, Constant, Jsx, JsxAttribute, Node, Object, Property, Template
from analyzer.project import Project
from analyzer.typescript.walk import children, inside

# https://nextjs.org/docs/app/api-reference/file-conventions, https://nextjs.org/docs/pages,
# https://svelte.dev/docs/kit/routing, https://nuxt.com/docs/guide/directory-structure/pages
_FILES = (
    re.compile(r"^(?:.*/)?(?:src/)?app/(?P<path>(?:[^/]+/)*?)(?:page|route)\.[cm]?[jt]sx?$"),
    re.compile(r"^(?:.*/)?(?:src/)?pages/(?P<path>(?:[^/]+/)*[^/]+?)\.(?:[jt]sx?|vue|astro|mdx?)$"),
    re.compile(r"^(?:.*/)?src/routes/(?P<path>(?:[^/]+/)*?)\+(?:page|server)\.(?:svelte|[jt]s)$"),
)
# Routers whose files are not read here.
_OTHERS = re.compile(r"@tanstack/react-router|@remix-run|expo-router|@angular/router|vue-router|@solidjs/router|gatsby")


_LANGUAGE = re.compile(r"^:(?:locale|lang|language|lng|i18n|country|region)\??$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Routes:
    """`patterns` are paths with `:name` for a part, and `*` for the rest; `complete` where there are no others."""

    patterns: frozenset[str]
    complete: bool

    def has(self, path: str) -> bool:
        """Whether a page other than the one for everything unknown shows a path."""
        parts = _parts(path)
        return any(_matches(each, parts) for pattern in self.patterns for each in _with_and_without_language(pattern))


@lru_cache(maxsize=8)
def routes(project: Project) -> Routes | None:
    """The routes of the project's front end; None where there is no router that is understood."""
    found: set[str] = set()
    complete = True
    apps: set[str] = set()  # the folders of the front ends that have a router
    for module in project.frontend_modules:
        packages = {one.specifier for one in module.imports}
        if any(_OTHERS.match(package) for package in packages):
            return None
        if any(re.match(r"react-router(?:-dom)?$|wouter$", package) for package in packages):
            for pattern in _of_module(project, module.path):
                apps.add(module.path.partition("src/")[0])
                if pattern is None:
                    complete = False
                else:
                    found.add(pattern)
    if len(apps) > 1:
        return None  # which of them an address belongs to is not known
    if not apps:
        found = {pattern for path in project.listing.paths if (pattern := _of_file(path)) is not None}
        if not found or not _uses_files(project):
            return None
    return Routes(frozenset(found), complete)


def _uses_files(project: Project) -> bool:
    return any(
        re.match(r"(?:next|nuxt|svelte|astro)\.config\.", path.rpartition("/")[2]) for path in project.listing.paths
    )


def _of_file(path: str) -> str | None:
    for pattern in _FILES:
        match = pattern.match(path)
        if match is not None:
            parts = [_segment(part) for part in match["path"].split("/") if part]
            shown = [part for part in parts if part]
            return "/" + "/".join(shown[:-1] if shown and shown[-1] == "index" else shown)
    return None


def _segment(part: str) -> str:
    """A folder's name as a part of the address: groups are none, brackets are parameters."""
    if part.startswith("("):
        return ""
    if part.startswith(("[...", "[[...")):
        return "*"
    return ":" + part.strip("[]") if part.startswith("[") else part


def _of_module(project: Project, path: str) -> Iterator[str | None]:
    """The routes that a module declares; None for one whose path is computed."""
    index = project.program.index(path)
    nested: set[Node] = set()
    for node in index.nodes.get(Jsx, ()):
        if isinstance(node, Jsx) and node.name in ("Route", "PrivateRoute", "ProtectedRoute") and node not in nested:
            nested.update(one for one in inside(node) if one is not node)
            yield from _of_element(node, "")
    for array in index.nodes.get(Array, ()):
        if isinstance(array, Array) and array not in nested and _is_table(array):
            nested.update(inside(array))
            yield from _of_table(array, "")


def _of_element(node: Jsx, above: str) -> Iterator[str | None]:
    given = {one.name: one.value for one in node.attributes if isinstance(one, JsxAttribute)}
    text = _text(given.get("path"))
    if "path" in given and text is None:
        yield None
        return
    here = _joined(above, text or "")
    if text is not None or "index" in given:
        yield here
    for child in _elements(node):
        yield from _of_element(child, here)


def _elements(node: Node) -> Iterator[Jsx]:
    """The route elements directly below one, in fragments and conditions too."""
    for child in node.children if isinstance(node, Jsx) else children(node):
        if isinstance(child, Jsx) and "Route" in child.name and child.name != "Routes":
            yield child
        else:
            yield from _elements(child)


def _is_table(array: Array) -> bool:
    return any(
        (isinstance(element, Object) and {"path", "element"} <= _keys(element))
        or (isinstance(element, Object) and {"path", "children"} <= _keys(element))
        for element in array.elements
    )


def _of_table(array: Array, above: str) -> Iterator[str | None]:
    for element in array.elements:
        if not isinstance(element, Object):
            yield None
            continue
        values = {one.key: one.value for one in element.properties if isinstance(one, Property)}
        text = _text(values.get("path"))
        if "path" in values and text is None:
            yield None
            continue
        here = _joined(above, text or "")
        yield here
        below = values.get("children")
        if isinstance(below, Array):
            yield from _of_table(below, here)


def _keys(node: Object) -> set[str | None]:
    return {one.key for one in node.properties if isinstance(one, Property)}


def _text(node: Node | None) -> str | None:
    if isinstance(node, Constant) and isinstance(node.value, str):
        return node.value
    return node.texts[0] if isinstance(node, Template) and not node.values else None


def _joined(above: str, path: str) -> str:
    if path.startswith("/"):
        return path
    return f"{above.rstrip('/*')}/{path}".rstrip("/") or "/"


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _with_and_without_language(pattern: str) -> Iterator[list[str]]:
    """The parts of a pattern, also without a language at its begin, which a router or its middleware puts in."""
    parts = _parts(pattern)
    yield parts
    if parts and _LANGUAGE.match(parts[0]):
        yield parts[1:]


def _matches(pattern: list[str], parts: list[str]) -> bool:
    if pattern == ["*"]:
        return False  # the page for everything unknown
    for position, part in enumerate(pattern):
        if part == "*":
            return True
        if position >= len(parts):
            return part.endswith("?")
        if not part.startswith(":") and part.lower() != parts[position].lower():
            return False
    return len(pattern) == len(parts)
