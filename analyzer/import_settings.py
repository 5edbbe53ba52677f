"""What deno.json, import maps and tsconfig.json say about import specifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from analyzer.facts.config import Json, Toml
from analyzer.typescript.resolution import Aliases, ImportMap, Resolution


def resolution(files: Iterable[Json], config: Toml | None, supabase_folder: str) -> Resolution:
    """The import maps and aliases of `files`, those that config.toml gives to single functions included.

    `supabase_folder` is the folder of config.toml. A function takes its map from config.toml, else from its
    own deno.json(c), else from its import_map.json, else from that of `functions/`:
    https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go
    """
    known = list(files)
    maps = [found for file in known for found in _import_maps(file, {other.path: other for other in known})]
    maps += _chosen_maps(config, supabase_folder, {found.path: found for found in known})
    return Resolution(tuple(maps), tuple(found for file in known for found in _aliases(file)))


def _import_maps(file: Json, others: dict[str, Json], below: str | None = None) -> Iterator[ImportMap]:
    if file.kind not in ("deno", "import-map"):
        return
    folder = dirname(file.path)
    imports = _texts(file, "imports")
    scopes: dict[str, dict[str, str]] = {}
    for entry in file.below("scopes"):
        if len(entry.path) == 3 and entry.value.text is not None:
            scopes.setdefault(entry.path[1], {})[entry.path[2]] = entry.value.text
    if imports or scopes:
        yield ImportMap(folder, imports, scopes, below)
    named = file.get("importMap")
    if named is not None and named.value.text:
        other = others.get(_joined(folder, named.value.text))
        if other is not None and other is not file:
            yield from _import_maps(other, {}, below if below is not None else folder)


def _chosen_maps(config: Toml | None, supabase_folder: str, files: dict[str, Json]) -> Iterator[ImportMap]:
    for entry in config.below("functions") if config is not None else ():
        if len(entry.path) == 3 and entry.path[2].lower() == "import_map" and entry.value.text:
            file = files.get(_joined(supabase_folder, entry.value.text))
            if file is not None:
                yield from _import_maps(file, {}, _joined(supabase_folder, f"functions/{entry.path[1]}"))


def _aliases(file: Json) -> Iterator[Aliases]:
    if file.kind != "tsconfig":
        return
    folder = dirname(file.path)
    base = file.get("compilerOptions", "baseUrl")
    paths: dict[str, tuple[str, ...]] = {}
    for entry in file.below("compilerOptions", "paths"):
        if len(entry.path) == 3 and entry.value.kind == "array":
            paths[entry.path[2]] = entry.value.texts
    if paths:
        targets_from = _joined(folder, base.value.text) if base is not None and base.value.text else folder
        yield Aliases(targets_from, folder, paths)


def _texts(file: Json, key: str) -> dict[str, str]:
    return {
        entry.path[1]: entry.value.text
        for entry in file.below(key)
        if len(entry.path) == 2 and entry.value.text is not None
    }


def _joined(folder: str, relative: str) -> str:
    path = normpath(join(folder, relative))
    return "" if path == "." else path
