"""Where things stand in a repository: its Supabase projects, and what each path is for by its name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import msgspec

FileKind = Literal[
    "function",  # code of one edge function
    "shared",  # code below functions/ that belongs to no function: `_shared/`, loose modules
    "test",
    "frontend",  # any other TypeScript or JavaScript
    "types",  # `*.d.ts`
    "migration",
    "migration-ignored",  # below migrations/, but the CLI does not apply it
    "seed",
    "schema",  # declarative
    "roles",
    "sql",  # SQL that nothing applies: evidence only
    "config",  # supabase/config.toml
    "settings",  # supalint.toml
    "env",
    "workflow",
    "script",
    "package",  # package.json
    "deno",  # deno.json, deno.jsonc, import maps
    "tsconfig",
    "html",
    "document",
    "text",
]


class SupabaseProject(msgspec.Struct, frozen=True, order=True):
    """A Supabase project of the repository.

    `folder` is what is usually called `supabase/`, from the root ("" is the root itself); `home` is the folder
    that the CLI runs in; `name` tells several projects of one repository apart.
    """

    folder: str
    home: str
    name: str

    def path(self, relative: str) -> str:
        """`relative` below the project's folder, as a path from the root."""
        return f"{self.folder}/{relative}" if self.folder else relative


class Placement(msgspec.Struct, frozen=True):
    """What a path is for; `function` is the name of the edge function whose folder it is in."""

    kind: FileKind
    project: str | None = None  # the `folder` of the Supabase project it is in
    function: str | None = None


# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/file.go
MIGRATION_NAME = re.compile(r"^([0-9]+)_(.*)\.sql$")
CODE_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".astro")
SHELL_SUFFIXES = (".sh", ".bash", ".zsh", ".ps1", ".psm1", ".bat", ".cmd")
_DOCUMENT_SUFFIXES = (".md", ".mdx", ".markdown", ".rst", ".adoc")
_HOOK_FOLDERS = (".husky", ".githooks", ".hooks")
_TEST_FOLDERS = frozenset(
    {"__tests__", "tests", "test", "e2e", "__mocks__", "cypress", "playwright", "spec", "__fixtures__"}
)
_TEST_NAME = re.compile(
    r"(?:[._-](?:test|spec|e2e|cy|stories)|^test)\.[cm]?[jt]sx?$|^test[-_].*\.[cm]?[jt]s$|^conftest|_test\.[cm]?[jt]sx?$"
)
_ENV_NAME = re.compile(
    r"^(?:\.env(?:[._-].*)?|(?:example|sample|template)\.env|[\w-]+\.env(?:\.\w+)?|\.dev\.vars.*|env\.(?:example|sample|template))$"
)
_IMPORT_MAP = re.compile(r"^import[_-]?map.*\.json$")
_WORKFLOW = re.compile(
    r"(?:^|/)\.github/(?:workflows/[^/]+|actions/(?:.+/)?action)\.ya?ml$"
    r"|(?:^|/)(?:\.gitlab-ci|bitbucket-pipelines|azure-pipelines|codemagic|\.travis|cloudbuild|buildspec|action|\.pre-commit-config)\.ya?ml$"
    r"|(?:^|/)(?:\.circleci/config|\.gitlab/.+|\.woodpecker/.+|lefthook|\.lefthook)\.ya?ml$"
)


def is_env_file(name: str) -> bool:
    """Whether the file name is one of an environment file."""
    return bool(_ENV_NAME.match(name)) and not name.endswith((".ts", ".js", ".d.ts", ".md", ".enc"))


def supabase_projects(paths: Iterable[str], root_name: str = "") -> tuple[SupabaseProject, ...]:
    """The Supabase projects among `paths` (of files, from the root), by folder.

    A folder named `supabase` is one if it has a `config.toml`, a function or a migration. So is any other
    folder with two of them, since a `config.toml` or `migrations/` alone belongs to many tools. `root_name`
    is the name of the root folder, which may itself be a `supabase` folder.
    """
    signs: dict[str, set[str]] = {}
    for path in paths:
        if path.endswith("config.toml"):
            folder, _, name = path.rpartition("/")
            if name == "config.toml":
                signs.setdefault(folder, set()).add("config")
        elif path.endswith(".sql"):
            head, _, name = path.rpartition("/")
            folder, _, parent = head.rpartition("/")
            if parent == "migrations" and MIGRATION_NAME.match(name):
                signs.setdefault(folder, set()).add("migrations")
        elif "functions/" in path and path.endswith(("/index.ts", "/index.js", "/index.tsx", "/index.mjs")):
            parts = path.split("/")
            for index, part in enumerate(parts[:-2]):
                if part == "functions" and index == len(parts) - 3:
                    signs.setdefault("/".join(parts[:index]), set()).add("functions")
    found = []
    for folder, seen in signs.items():
        home, _, name = folder.rpartition("/")
        if (name or root_name) == "supabase" or len(seen) > 1:
            home = home if folder else ""
            found.append(SupabaseProject(folder, home, home or root_name or "."))
    return tuple(sorted(found))


def place(path: str, projects: tuple[SupabaseProject, ...]) -> Placement:
    """What `path` is for."""
    project = _project_of(path, projects)
    folder, _, name = path.rpartition("/")
    if project is not None:
        placed = _in_project(path[len(project) + 1 :] if project else path, name, project)
        if placed is not None:
            return placed
    return Placement(_kind(path, folder, name), project)


def _project_of(path: str, projects: tuple[SupabaseProject, ...]) -> str | None:
    """The innermost project whose folder holds `path`."""
    found = None
    for project in projects:  # in order of folder: an inner one comes after its outer one
        if not project.folder or path.startswith(project.folder + "/"):
            found = project.folder
    return found


def _in_project(relative: str, name: str, project: str) -> Placement | None:
    head, _, rest = relative.partition("/")
    if relative == "config.toml":
        return Placement("config", project)
    if head == "functions" and rest and name.endswith(CODE_SUFFIXES):
        first, _, inner = rest.partition("/")
        function = first if inner and first[0] not in "_." else None
        if _is_test(relative, name):
            return Placement("test", project, function)
        if name.endswith(".d.ts"):
            return Placement("types", project, function)
        return Placement("function" if function else "shared", project, function)
    if head == "functions" and rest:
        first, _, inner = rest.partition("/")
        return Placement(_kind(relative, "", name), project, first if inner and first[0] not in "_." else None)
    if name.endswith(".sql"):
        return Placement(_sql_kind(relative, head, rest), project)
    return None


def _sql_kind(relative: str, head: str, rest: str) -> FileKind:
    if head == "migrations":
        return "migration" if "/" not in rest and MIGRATION_NAME.match(rest) else "migration-ignored"
    if relative == "roles.sql":
        return "roles"
    if relative == "seed.sql" or head in ("seed", "seeds"):
        return "seed"
    if head in ("schemas", "database"):
        return "schema"
    return "test" if head == "tests" else "sql"


def _is_test(path: str, name: str) -> bool:
    return bool(_TEST_NAME.search(name)) or not _TEST_FOLDERS.isdisjoint(path.split("/")[:-1])


_BY_NAME: dict[str, FileKind] = {
    "package.json": "package",
    "deno.json": "deno",
    "deno.jsonc": "deno",
    "supalint.toml": "settings",
    "Makefile": "script",
    "makefile": "script",
    "GNUmakefile": "script",
    "justfile": "script",
    "Justfile": "script",
}


@lru_cache(maxsize=1 << 14)
def _kind(path: str, folder: str, name: str) -> FileKind:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if is_env_file(name):
        return "env"
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in CODE_SUFFIXES:
        return "types" if name.endswith(".d.ts") else "test" if _is_test(path, name) else "frontend"
    if suffix in (".yml", ".yaml"):
        return "workflow" if _WORKFLOW.search(path) else "text"
    if suffix == ".json":
        if _IMPORT_MAP.match(name):
            return "deno"
        return "tsconfig" if name.startswith(("tsconfig", "jsconfig")) else "text"
    if suffix == ".sql":
        return "sql"
    if suffix in SHELL_SUFFIXES or (not suffix and folder.rpartition("/")[2] in _HOOK_FOLDERS):
        return "script"
    if suffix in _DOCUMENT_SUFFIXES:
        return "document"
    return "html" if suffix in (".html", ".htm") else "text"
