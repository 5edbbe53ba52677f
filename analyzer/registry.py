"""Finds rules: the built-in folder, folders named on the command line, installed plugins."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from inspect import cleandoc
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from analyzer.rule import Documentation, Rule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PLUGIN_GROUP = "supalint.rules"  # entry points that name a module whose folder holds rules


class RuleError(Exception):
    """A rule file that cannot be used; the message names the file and what it lacks."""


def built_in_folder() -> Path:
    """The folder of the rules that ship with supalint: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    return package / "rules" if (package / "rules").is_dir() else package.parent / "rules"


def rules_of(folder: Path, prefix: str) -> Iterator[Rule]:
    """The rules of one folder, whose ids carry the prefix.

    Raises:
        RuleError: as `load_file`.
    """
    return (load_file(file, prefix) for file in rule_files(folder))


def load(
    folders: Iterable[Path] = (),
    *,
    plugins: bool = True,
    read: Callable[[Path, str], Iterable[Rule]] = rules_of,
) -> tuple[Rule, ...]:
    """Every rule, by id: the built-in ones, those of `folders`, and those of installed plugins.

    A plugin's rules carry its name before theirs (`acme/no-sleep`), so that they never clash with ours. `read` gives
    the rules of one folder.

    Raises:
        RuleError: a rule file does not load, has no docstring or not exactly one rule, or an id is taken.
    """
    rules: dict[str, Rule] = {}
    for prefix, folder in _folders(folders, plugins=plugins):
        for rule in read(folder, prefix):
            if rule.id in rules:
                raise RuleError(f"{rule.file}: there is a rule `{rule.id}` already")
            rules[rule.id] = rule
    return tuple(rules[rule_id] for rule_id in sorted(rules))


def rule_files(folder: Path) -> list[Path]:
    """The files of a folder that hold one rule each."""
    return [file for file in sorted(folder.glob("*/*.py")) if not file.name.startswith("_")]


def load_file(file: Path, prefix: str = "") -> Rule:
    """The one rule in `file`.

    Raises:
        RuleError: the file does not load, or has no docstring or not exactly one rule.
    """
    module = _module(file)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise RuleError(f"{file}: expected one rule class, found {len(classes)}")
    rule = classes[0](f"{prefix}{file.stem}", file.parent.name, _documentation(file, module.__doc__))
    rule.file = file
    return rule


def digest(rules: Iterable[Rule]) -> str:
    """A fingerprint of the rules' code and options: equal digests give equal findings for equal facts."""
    state = hashlib.sha256()
    for rule in rules:
        state.update(rule.id.encode())
        state.update(_content(rule.file))
        state.update(repr(sorted((name, getattr(rule, name)) for name in rule.options())).encode())
    return state.hexdigest()


@cache
def _content(file: Path) -> bytes:
    return file.read_bytes()


def _folders(named: Iterable[Path], *, plugins: bool) -> Iterator[tuple[str, Path]]:
    yield "", built_in_folder()
    for folder in named:
        if not folder.is_dir():
            raise RuleError(f"{folder}: no such folder of rules")
        yield "", folder
    if plugins:
        for plugin in _plugins():
            found = importlib.util.find_spec(plugin.value)
            if found is None or found.origin is None:
                raise RuleError(f"the plugin `{plugin.name}` names `{plugin.value}`, which is not installed")
            yield f"{plugin.name}/", Path(found.origin).parent


def _plugins() -> Iterable[EntryPoint]:
    """The installed plugins; nearly always there is none, which is much faster to see without `importlib.metadata`."""
    group = f"[{PLUGIN_GROUP}]".encode()
    for folder in sys.path:
        for pattern in ("*.dist-info/entry_points.txt", "*.egg-info/entry_points.txt"):
            if any(group in file.read_bytes() for file in Path(folder or ".").glob(pattern)):
                from importlib.metadata import entry_points

                return entry_points(group=PLUGIN_GROUP)
    return ()


def _module(file: Path) -> ModuleType:
    name = "supalint_rules_" + hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    found = importlib.util.spec_from_file_location(name, file)
    if found is None or found.loader is None:
        raise RuleError(f"{file}: not a Python file")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise RuleError(f"{file}: {type(error).__name__}: {error}") from error
    return module


def _documentation(file: Path, docstring: str | None) -> Documentation:
    if docstring is None:  # `python -OO` strips docstrings; the file still has them
        docstring = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    if not docstring:
        raise RuleError(f"{file}: the rule's page is the docstring of its file, and there is none")
    title, _, text = cleandoc(docstring).partition("\n")
    return Documentation(title.strip().rstrip("."), text.strip() + "\n")
