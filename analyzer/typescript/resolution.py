"""What an import specifier means: a module of the repository, or a package."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Package:
    """A package by its name alone, wherever it is loaded from.

    `name` is the npm name (`@supabase/supabase-js`, `hono`), `node:crypto`, `std` (Deno's standard library, in both of
    its homes), or for other modules of deno.land `deno.land/x/<name>`. `subpath` has no leading slash.
    """

    name: str
    version: str = ""
    subpath: str = ""
    registry: str = "npm"  # npm, jsr, deno, node, url


@dataclass(frozen=True, slots=True)
class ImportMap:
    """`imports` and `scopes` of a deno.json or an import map.

    `folder` is the one it lies in ("" is the root): targets are relative to it, and it holds for what lies below.
    """

    folder: str
    imports: Mapping[str, str]
    scopes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    below: str | None = None  # the folder it holds for, where that is not `folder`


@dataclass(frozen=True, slots=True)
class Aliases:
    """`compilerOptions.paths` of a tsconfig.json or jsconfig.json, or the aliases of a bundler.

    `folder` is what the targets are relative to (the folder of the file, joined with its `baseUrl`); the aliases hold
    for what lies below `below`.
    """

    folder: str
    below: str
    paths: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """All that the repository's configuration says about specifiers."""

    import_maps: tuple[ImportMap, ...] = ()
    aliases: tuple[Aliases, ...] = ()


_SUFFIXES = ("", ".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs", ".d.ts", ".vue", ".svelte")
_INDEXES = ("/index.ts", "/index.tsx", "/index.js", "/index.jsx", "/index.mjs", "/mod.ts")
_JS_FOR_TS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
# What the common project templates set up; used where the configuration does not say more.
_USUAL = (("@/", ("src/", "", "app/")), ("~/", ("src/", "app/", "")), ("$lib/", ("src/lib/",)), ("src/", ("src/",)))
_CDN = re.compile(
    r"^https?://(?:esm\.sh|cdn\.esm\.sh|esm\.run|cdn\.skypack\.dev|unpkg\.com|cdn\.jsdelivr\.net/npm|ga\.jspm\.io/npm:"
    r"|jspm\.dev)/(?:(?:v\d+|stable)/)?(?:-/)?(.*)$"
)
_DENO = re.compile(r"^https?://deno\.land/(std|x/[^/@]+)(?:@([^/]+))?/?(.*)$")
_NAME = re.compile(r"^((?:@[^/@]+/)?[^/@]+)(?:@([^/]*))?/?(.*)$")
_ONE_PACKAGE = {
    "@hono/hono": "hono",
    "@oak/oak": "oak",
    "deno.land/x/hono": "hono",
    "deno.land/x/oak": "oak",
    "deno.land/x/zod": "zod",
    "@zod/zod": "zod",
    "deno.land/x/stripe": "stripe",
    "deno.land/x/jose": "jose",
    "@panva/jose": "jose",
    "deno.land/x/supabase": "@supabase/supabase-js",
    "deno.land/x/djwt": "djwt",
    "deno.land/x/postgres": "deno-postgres",
    "deno.land/x/postgresjs": "postgres",
    "deno.land/std": "std",
}
_NODE_MODULES = frozenset(
    [
        "assert",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "crypto",
        "dns",
        "events",
        "fs",
        "fs/promises",
        "http",
        "http2",
        "https",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "querystring",
        "readline",
        "stream",
        "string_decoder",
        "timers",
        "timers/promises",
        "tls",
        "url",
        "util",
        "v8",
        "vm",
        "worker_threads",
        "zlib",
        "async_hooks",
    ]
)


def package_of(specifier: str) -> Package | None:
    """The package that a specifier names by itself, without any configuration; relative paths name none."""
    if specifier.startswith((".", "/", "$", "~", "#")) or not specifier:
        return None
    scheme, colon, rest = specifier.partition(":")
    if scheme in ("npm", "jsr") and colon:
        return _named(rest.lstrip("/"), scheme)
    if scheme == "node" and colon:
        return Package(f"node:{rest}", registry="node")
    if specifier.startswith(("http://", "https://")):
        return _from_url(specifier)
    if colon and scheme.isidentifier() and scheme not in ("virtual",):
        return Package(specifier, registry="url")
    if specifier.partition("?")[0] in _NODE_MODULES:
        return Package(f"node:{specifier}", registry="node")
    return _named(specifier, "npm")


def _from_url(specifier: str) -> Package:
    bare = specifier.partition("?")[0].partition("#")[0]
    if match := _DENO.match(bare):
        name = f"deno.land/{match[1]}"
        return Package(_ONE_PACKAGE.get(name, name), (match[2] or "").removeprefix("v"), match[3], "deno")
    if match := _CDN.match(bare):
        rest = match[1].removeprefix("npm:").lstrip("*")
        if rest.startswith("gh/"):
            return Package(bare, registry="url")
        if rest.startswith("jsr/"):
            return _named(rest.removeprefix("jsr/"), "jsr") or Package(bare, registry="url")
        return _named(rest, "npm") or Package(bare, registry="url")
    return Package(bare, registry="url")


def _named(text: str, registry: str) -> Package | None:
    match = _NAME.match(text)
    if match is None:
        return None
    name, version, subpath = match[1], match[2] or "", match[3]
    if name.startswith("@std/"):  # jsr:@std/http/server is std/http/server
        return Package("std", version, "/".join(filter(None, (name.removeprefix("@std/"), subpath))), registry)
    return Package(_ONE_PACKAGE.get(name, name), version.split("&")[0], subpath, registry)


def resolve(specifier: str, importer: str, paths: Collection[str], resolution: Resolution) -> str | Package | None:
    """The path of the module that `importer` gets for a specifier, or a package, or `None`: not in the repository."""
    specifier = specifier.removesuffix("?raw").removesuffix("?worker")
    if specifier.startswith(("./", "../")) or specifier in (".", ".."):
        folder = importer.rpartition("/")[0]
        joined = _joined(folder, specifier)
        return _existing(joined, paths) if joined is not None else None
    for target, folder in _mapped(specifier, importer, resolution.import_maps):
        if target.startswith(("./", "../", "/")):
            joined = _joined(folder, target.lstrip("/") if target.startswith("/") else target)
            found = _existing(joined, paths) if joined is not None else None
            if found is not None:
                return found
        else:
            return package_of(target)
    found = _aliased(specifier, importer, paths, resolution.aliases)
    if found is not None:
        return found
    if specifier.startswith("/"):
        return _existing(specifier.lstrip("/"), paths)
    return package_of(specifier)


def _mapped(specifier: str, importer: str, maps: tuple[ImportMap, ...]) -> Iterator[tuple[str, str]]:
    holding = [one for one in maps if _below(importer, one.folder if one.below is None else one.below)]
    holding.sort(key=lambda one: -len(one.folder if one.below is None else one.below))
    for one in holding:
        tables = [table for scope, table in sorted(one.scopes.items(), key=lambda item: -len(item[0]))
                  if _in_scope(importer, one.folder, scope)]  # fmt: skip
        for table in (*tables, one.imports):
            target = _lookup(specifier, table)
            if target is not None:
                yield target, one.folder


def _in_scope(importer: str, folder: str, scope: str) -> bool:
    joined = _joined(folder, scope)
    return joined is not None and _below(importer, joined.rstrip("/"))


def _lookup(specifier: str, table: Mapping[str, str]) -> str | None:
    if specifier in table:
        return table[specifier]
    for key in sorted(table, key=len, reverse=True):
        if key.endswith("/") and specifier.startswith(key):
            target = table[key]
            return target + specifier[len(key) :]
    # Deno lets `imports: { "zod": "npm:zod@3" }` stand for `zod/v4` too.
    for key, target in table.items():
        if specifier.startswith(key + "/") and target.startswith(("npm:", "jsr:")):
            return f"{target}/{specifier[len(key) + 1 :]}"
    return None


def _aliased(specifier: str, importer: str, paths: Collection[str], aliases: tuple[Aliases, ...]) -> str | None:
    holding = sorted((one for one in aliases if _below(importer, one.below)), key=lambda one: -len(one.below))
    for one in holding:
        for pattern, targets in sorted(one.paths.items(), key=lambda item: -len(item[0])):
            prefix, star, suffix = pattern.partition("*")
            if star:
                if not (specifier.startswith(prefix) and specifier.endswith(suffix)):
                    continue
                middle = specifier[len(prefix) : len(specifier) - len(suffix)]
            elif specifier == pattern:
                middle = ""
            else:
                continue
            for target in targets:
                joined = _joined(one.folder, target.replace("*", middle, 1))
                found = _existing(joined, paths) if joined is not None else None
                if found is not None:
                    return found
    for prefix, folders in _USUAL:
        if specifier.startswith(prefix):
            rest = specifier[len(prefix) :]
            for base in _ancestors(importer):
                for folder in folders:
                    found = _existing(f"{base}/{folder}{rest}".lstrip("/"), paths)
                    if found is not None:
                        return found
    return None


def _ancestors(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _joined(folder: str, relative: str) -> str | None:
    """The path from the root, or `None` where it leaves the repository."""
    steps = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not steps:
                return None
            steps.pop()
        elif part not in ("", "."):
            steps.append(part)
    return "/".join(steps)


def _existing(path: str, paths: Collection[str]) -> str | None:
    for suffix in _SUFFIXES:
        if path + suffix in paths:
            return path + suffix
    for index in _INDEXES:
        candidate = (path + index).lstrip("/")
        if candidate in paths:
            return candidate
    for written, meant in _JS_FOR_TS.items():
        if path.endswith(written):
            for suffix in meant:
                candidate = path.removesuffix(written) + suffix
                if candidate in paths:
                    return candidate
    return None


def is_mapped(specifier: str, importer: str, resolution: Resolution) -> bool:
    """Whether an import map says what a specifier means."""
    return any(True for _ in _mapped(specifier, importer, resolution.import_maps))
