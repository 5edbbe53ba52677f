"""The replay's model against a real catalogue, object by object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import cast

from .catalogue import Dump, Json
from .expressions import expression, type_name

Thing = dict[str, Json]
Normal = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Kind:
    """What names an object of a kind, and which of its attributes must agree once normalised."""

    identity: tuple[str, ...]
    attributes: Mapping[str, Normal]


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that only one side has, or an attribute on which they disagree."""

    kind: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.what}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the model of one kind agrees; counts add up over repositories."""

    truth: int
    model: int
    matched: int
    identical: int

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.truth + other.truth,
            self.model + other.model,
            self.matched + other.matched,
            self.identical + other.identical,
        )

    @property
    def recall(self) -> float:
        """The share of real objects that the model has with every attribute right."""
        return self.identical / self.truth if self.truth else 1.0

    @property
    def precision(self) -> float:
        """The share of the model's objects that are real with every attribute right."""
        return self.identical / self.model if self.model else 1.0


def _text(value: Json) -> Json:
    return None if value is None else str(value)


def _upper(value: Json) -> Json:
    return str(value).upper()


def _lower(value: Json) -> Json:
    return str(value).lower()


def _truth(value: Json) -> Json:
    return bool(value)


def _names(value: Json) -> Json:
    return [str(part) for part in value] if isinstance(value, list) else []


def _set(value: Json) -> Json:
    return cast("Json", sorted({str(part).lower() for part in value})) if isinstance(value, list) else []


def _type(value: Json) -> Json:
    return None if value is None else type_name(str(value))


def _types(value: Json) -> Json:
    return [type_name(str(part)) for part in value] if isinstance(value, list) else []


def _expression(value: Json) -> Json:
    return None if value is None else expression(str(value))


def _expressions(value: Json) -> Json:
    return [expression(str(part)) for part in value] if isinstance(value, list) else []


_ON_TABLE = ("schema", "table", "name")

KINDS: Mapping[str, Kind] = {
    "tables": Kind(("schema", "name"), {"kind": _text, "rls": _truth, "force_rls": _truth, "primary_key": _names}),
    "columns": Kind(
        _ON_TABLE,
        {"type": _type, "not_null": _truth, "has_default": _truth, "generated": _truth, "identity": _truth},
    ),
    "table_grants": Kind(("schema", "name"), {"anon": _set, "authenticated": _set}),
    "policies": Kind(
        _ON_TABLE,
        {"cmd": _upper, "permissive": _truth, "roles": _set, "qual": _expression, "with_check": _expression},
    ),
    "functions": Kind(
        ("schema", "name", "arg_types"),
        {
            "returns": _type, "language": _lower, "kind": _text, "security_definer": _truth, "volatility": _lower,
            "search_path_set": _truth, "anon_execute": _truth, "authenticated_execute": _truth,
            "public_execute": _truth,
        },
    ),
    "views": Kind(
        ("schema", "name"),
        {"kind": _text, "security_invoker": _truth, "columns": _names, "anon": _set, "authenticated": _set},
    ),
    "indexes": Kind(
        _ON_TABLE, {"unique": _truth, "method": _text, "columns": _expressions, "predicate": _expression}
    ),
    "foreign_keys": Kind(
        _ON_TABLE,
        {
            "columns": _names, "ref_schema": _text, "ref_table": _text, "ref_columns": _names, "on_delete": _upper,
            "on_update": _upper,
        },
    ),
    "uniques": Kind(_ON_TABLE, {"columns": _names}),
    "checks": Kind(_ON_TABLE, {"expression": _expression}),
    "primary_keys": Kind(_ON_TABLE, {"columns": _names}),
    "exclusions": Kind(_ON_TABLE, {}),
    "triggers": Kind(
        _ON_TABLE, {"function": _text, "timing": _upper, "level": _upper, "events": _set, "enabled": _truth}
    ),
    "event_triggers": Kind(("name",), {"event": _text, "function": _text}),
    "enums": Kind(("schema", "name"), {"values": _names}),
    "domains": Kind(("schema", "name"), {"type": _type, "not_null": _truth}),
    "composite_types": Kind(("schema", "name"), {}),
    "sequences": Kind(("schema", "name"), {}),
    "schemas": Kind(("name",), {}),
    "extensions": Kind(("name",), {"schema": _text}),
    "publication_tables": Kind(("publication", "table"), {}),
    "buckets": Kind(("id",), {"public": _truth}),
    "cron_jobs": Kind(("jobname",), {"schedule": _text}),
    "failures": Kind(("file", "line", "sqlstate"), {}),
}  # fmt: skip


def compare(truth: Dump, model: Dump) -> tuple[dict[str, Agreement], list[Difference]]:
    """Agreement of each kind that the model speaks of, with every difference in a readable order.

    A key that the model leaves out, and an attribute that an object of it leaves out, are not compared.
    """
    agreements: dict[str, Agreement] = {}
    differences: list[Difference] = []
    for name, kind in KINDS.items():
        theirs = _things(model, name)
        if theirs is None:
            continue
        agreement, found = _compare(name, kind, _things(truth, name) or [], theirs)
        agreements[name] = agreement
        differences.extend(found)
    if isinstance(model.get("rows"), dict):
        agreements["rows"], found = _compare_rows(truth, model)
        differences.extend(found)
    return agreements, differences


def named(dump: Dump, kind: str, name: str) -> Thing | None:
    """The object of this kind whose identity reads so, joined with dots."""
    for identity, things in _by_identity(KINDS[kind], _things(dump, kind) or []).items():
        if _shown(identity) == name:
            return things[0]
    return None


def _things(dump: Dump, kind: str) -> list[Thing] | None:
    if kind == "columns":
        tables = _things(dump, "tables")
        if tables is None:
            return None
        return [
            {**column, "schema": table["schema"], "table": table["name"]}
            for table in tables
            for column in cast("list[Thing]", table.get("columns") or [])
        ]
    found = dump.get(kind)
    if kind == "schemas" and isinstance(found, list):
        found = [schema for schema in found if schema != {"name": "public"}]  # a model may name what is always there
    return cast("list[Thing]", found) if isinstance(found, list) else None


def _compare(name: str, kind: Kind, truth: list[Thing], model: list[Thing]) -> tuple[Agreement, list[Difference]]:
    real, replayed = _by_identity(kind, truth), _by_identity(kind, model)
    differences: list[Difference] = []
    matched = identical = 0
    for identity in sorted({*real, *replayed}):
        ours, theirs = real.get(identity, []), replayed.get(identity, [])
        differences += [
            Difference(name, _shown(identity), f"missing from the replay{_note(thing)}")
            for thing in ours[len(theirs) :]
        ]
        differences += [
            Difference(name, _shown(identity), f"only in the replay{_note(thing)}") for thing in theirs[len(ours) :]
        ]
        for left, right in zip(ours, theirs, strict=False):
            matched += 1
            wrong = list(_disagreements(kind, left, right))
            identical += not wrong
            differences += [Difference(name, _shown(identity), what) for what in wrong]
    return Agreement(len(truth), len(model), matched, identical), differences


def _by_identity(kind: Kind, things: list[Thing]) -> dict[tuple[str, ...], list[Thing]]:
    found: dict[tuple[str, ...], list[Thing]] = {}
    for thing in things:
        identity = tuple(_key(part, thing.get(part)) for part in kind.identity)
        found.setdefault(identity, []).append(thing)
    return found


def _key(part: str, value: Json) -> str:
    if part == "arg_types":
        return f"({', '.join(cast('list[str]', _types(value)))})"
    if part == "line":
        return f"{value:>6}"
    if part == "file":
        return PurePosixPath(str(value)).name
    return str(value)


def _disagreements(kind: Kind, truth: Thing, model: Thing) -> Iterator[str]:
    for attribute, normal in kind.attributes.items():
        if (
            attribute in model
            and not _is_unknown(model[attribute])
            and normal(truth.get(attribute)) != normal(model[attribute])
        ):
            yield f"`{attribute}` is {truth.get(attribute)!r}, the replay has {model[attribute]!r}"


def _compare_rows(truth: Dump, model: Dump) -> tuple[Agreement, list[Difference]]:
    """Rows match where every cell that both know agrees; tables with unknown rows are left out."""
    real, replayed = cast("Mapping[str, list[Thing]]", truth["rows"]), cast("Mapping[str, list[Thing]]", model["rows"])
    unknown = {*cast("Thing", model.get("rows_unknown") or {}), *cast("Thing", truth.get("rows_unknown") or {})}
    total = Agreement(0, 0, 0, 0)
    differences: list[Difference] = []
    for table in sorted({*real, *replayed} - unknown - {"storage.buckets", "cron.job"}):
        ours, theirs = real.get(table, []), list(replayed.get(table, []))
        lost = []
        for row in ours:
            found = next((index for index, other in enumerate(theirs) if _same_row(row, other)), None)
            if found is None:
                lost.append(row)
            else:
                del theirs[found]
        matched = len(ours) - len(lost)
        total += Agreement(len(ours), len(replayed.get(table, [])), matched, matched)
        differences += [Difference("rows", table, f"missing from the replay: {_json(row)}") for row in lost]
        differences += [Difference("rows", table, f"only in the replay: {_json(row)}") for row in theirs]
    return total, differences


def _same_row(truth: Thing, model: Thing) -> bool:
    return all(
        _is_unknown(value) or (name in truth and _cell(truth[name]) == _cell(value)) for name, value in model.items()
    )


def _cell(value: Json) -> str:
    """A value as text: the replay knows what was written, the server shows what the column's type made of it."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    try:
        return f"{float(value):.15g}"
    except ValueError:
        return str(value)


def _is_unknown(value: Json) -> bool:
    return isinstance(value, dict) and set(value) == {"unknown"}


def _shown(identity: tuple[str, ...]) -> str:
    return ".".join(part.strip() for part in identity)


def _note(thing: Thing) -> str:
    return f" ({thing['message']})" if thing.get("message") else ""


def _json(row: Thing) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)[:300]


def table_of(agreements: Mapping[str, Agreement]) -> str:
    """The agreements as a table for a terminal."""
    lines = [f"{'kind':20} {'real':>7} {'replay':>7} {'same':>7} {'recall':>8} {'precision':>10}"]
    lines += [
        f"{name:20} {got.truth:7} {got.model:7} {got.identical:7} {100 * got.recall:7.2f}% {100 * got.precision:9.2f}%"
        for name, got in agreements.items()
        if got.truth or got.model
    ]
    return "\n".join(lines)


def total_of(agreements: list[Mapping[str, Agreement]]) -> dict[str, Agreement]:
    """The sum over several comparisons."""
    total: dict[str, Agreement] = {}
    for one in agreements:
        for name, got in one.items():
            total[name] = total[name] + got if name in total else got
    return total


def count_by_kind(differences: list[Difference]) -> Counter[str]:
    """How many differences each kind has."""
    return Counter(difference.kind for difference in differences)
