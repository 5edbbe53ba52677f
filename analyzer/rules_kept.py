"""What is known of rules without loading them, kept from run to run: a run in which nothing has changed runs none.

Loading the rules means importing nearly all of supalint, which takes longer than anything else in such a run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Union, cast

import msgspec

from analyzer import cache_folder, registry
from analyzer.finding import Severity
from analyzer.rule import (
    ChangeRule,
    Documentation,
    Option,
    Precision,
    ProjectRule,
    Result,
    Rule,
    SqlRule,
    SuppressionRule,
    TextRule,
    TypeScriptRule,
)

_KINDS: Mapping[str, type[Rule]] = {
    kind.__name__: kind for kind in (TextRule, TypeScriptRule, SqlRule, ProjectRule, ChangeRule, SuppressionRule)
}
_CONSTANTS = ("severity", "default", "precision", "security_severity", "cwe", "tracked_only", "splinter")
_LOADED_BY = ("registry.py", "rule.py", "rules_kept.py")
_OptionValue = Union[bool, int, float, str, tuple[str, ...]]  # noqa: UP007


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """One rule, but for what it does."""

    file: str
    prefix: str
    kind: str
    severity: Severity
    default: bool
    precision: Precision
    security_severity: float | None
    cwe: tuple[int, ...]
    tracked_only: bool
    splinter: str | None
    title: str
    text: str
    options: dict[str, tuple[_OptionValue, str]]  # the default and what the option means


class _KeptFolder(msgspec.Struct, frozen=True, array_like=True):
    state: str  # of the files that the rules were loaded from
    rules: tuple[_Kept, ...]


def rules_of(folder: Path, prefix: str) -> tuple[Rule, ...]:
    """The rules of a folder: where they have not changed since the last run, each to be loaded when it runs.

    Raises:
        RuleError: as `registry.rules_of`.
    """
    place = cache_folder.place(folder, f"rules{prefix.replace('/', '-')}")
    state = _state(folder)
    try:
        kept = msgspec.msgpack.decode(place.read_bytes(), type=_KeptFolder)
        if kept.state == state:
            return tuple(_deferred(each) for each in kept.rules)
    except (OSError, KeyError, msgspec.DecodeError):
        pass
    rules = tuple(registry.rules_of(folder, prefix))
    described = tuple(_described(rule, prefix) for rule in rules)
    cache_folder.write(place, msgspec.msgpack.encode(_KeptFolder(state, described)))
    return rules


def _state(folder: Path) -> str:
    """A digest of the rule files of a folder and of the code that loads them, by what the file system says of them."""
    digest = hashlib.sha256()
    for file in (*registry.rule_files(folder), *(Path(__file__).parent / name for name in _LOADED_BY)):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _described(rule: Rule, prefix: str) -> _Kept:
    return _Kept(
        str(rule.file),
        prefix,
        next(name for name, kind in _KINDS.items() if isinstance(rule, kind)),
        rule.severity,
        rule.default,
        rule.precision,
        rule.security_severity,
        rule.cwe,
        rule.tracked_only,
        rule.splinter,
        rule.documentation.title,
        rule.documentation.text,
        {name: (option.default, option.meaning) for name, option in rule.options().items()},
    )


def _deferred(kept: _Kept) -> Rule:
    constants = {name: getattr(kept, name) for name in _CONSTANTS}
    options = {name: Option(cast("Any", default), meaning) for name, (default, meaning) in kept.options.items()}
    kind = type("Deferred", (_KINDS[kept.kind],), {**constants, **options, "check": _check})
    file = Path(kept.file)
    rule: Rule = kind(f"{kept.prefix}{file.stem}", file.parent.name, Documentation(kept.title, kept.text))
    rule.file = file
    return rule


def _check(rule: Rule, *given: Any) -> Result:
    yield from _loaded(rule).check(*given)


def _loaded(rule: Rule) -> Any:
    """The rule that another stands for, with the options of that."""
    loaded = vars(rule).get("_loaded")
    if loaded is None:
        loaded = vars(rule)["_loaded"] = registry.load_file(rule.file, rule.id.removesuffix(rule.file.stem))
    for name in rule.options():  # a copy of the rule may have been given others
        setattr(loaded, name, getattr(rule, name))
    return loaded
