"""What expectations ask of the repository: the rows, columns and constants that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from analyzer.access import Command, has_privilege, is_served, may_use_schema, policies_for
from analyzer.database.model import Column, Relation
from analyzer.database.values import Row, Unknown
from analyzer.expectations import Scalar
from analyzer.facts.typescript import Array, Bound, Call, Cast, Constant, Declarator, Expression, Node, Object, Property
from analyzer.finding import Place
from analyzer.policy_terms import deciding, node_of
from analyzer.predicates import Caller, can_be_true
from analyzer.project import Project
from analyzer.source import Span

_SETTINGS = "supalint.toml"
# https://www.postgresql.org/docs/17/datatype.html
_TYPE_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "decimal": "numeric",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "varchar": "character varying",
    "string": "text",
}


def expectation_span(project: Project, line: int) -> Span:
    """The line of `supalint.toml` that states an expectation."""
    names = (file.path for file in project.of_kind("settings") if file.path.rpartition("/")[2] == _SETTINGS)
    return Span(next(names, _SETTINGS), line, 1, line, 1)


def expected_at(project: Project, line: int) -> Place:
    """The expectation, as a related place of what breaks it."""
    return Place(expectation_span(project, line), "this is expected here")


def relation_named(project: Project, name: str) -> Relation | None:
    """A table or view; of `public` where no schema is named."""
    schema, _, table = name.rpartition(".")
    return project.hosted_database.relation(schema or "public", table)


def like(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` for the nearest of some names, or nothing."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean `{found[0]}`?" if found else ""


def no_table(project: Project, name: str) -> str:
    """What to say of a table that no migration makes."""
    known = [
        one.name if one.schema == "public" else f"{one.schema}.{one.name}"
        for one in project.hosted_database.relations("table", "partitioned", "view", "materialized view")
        if project.hosted_database.own(one)
    ]
    return f"no migration makes the table `{name}`{like(name, known)}"


def no_column(relation: Relation, name: str) -> str:
    """What to say of a column that a table does not have."""
    return f"`{relation.name}` has no column `{name}`{like(name, [column.name for column in relation.columns])}"


def missing_column(relation: Relation, names: Iterable[str]) -> str | None:
    return next((name for name in names if relation.column(name) is None), None)


def rows_meeting(
    project: Project, relation: Relation, where: Sequence[tuple[str, Scalar]]
) -> tuple[Sequence[Row], str | None]:
    """The rows that the migrations leave, as far as they meet a condition; with the reason where they are not known."""
    database = project.hosted_database
    unknown = database.rows_unknown(relation)
    if unknown is not None:
        return (), unknown
    columns = [(relation.column(name), wanted) for name, wanted in where]
    found = []
    for row in database.rows(relation):
        cells = [(row.get(column.number), wanted) for column, wanted in columns if column is not None]
        if any(cell is not None and isinstance(cell.value, Unknown) for cell, _ in cells):
            return (), "a value that decides is not known"
        if all(cell is not None and is_same(cell.value, wanted) for cell, wanted in cells):
            found.append(row)
    return found, None


def is_same(value: object, wanted: Scalar) -> bool:
    """Whether a value of a cell or a constant is what TOML wrote."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() in (str(wanted).lower(), str(wanted).lower()[:1])
    if isinstance(wanted, int | float):
        try:
            return float(str(value)) == float(wanted)
        except ValueError:
            return False
    return str(value) == wanted


def shown_where(where: Sequence[tuple[str, Scalar]]) -> str:
    """` with `kind` = `game``, or nothing."""
    shown = [(name, str(value).lower() if isinstance(value, bool) else value) for name, value in where]
    return " with " + " and ".join(f"`{name}` = `{value}`" for name, value in shown) if where else ""


def cell_span(project: Project, row: Row, column: Column) -> Span | None:
    cell = row.get(column.number)
    return project.hosted_database.span(cell.place) if cell is not None else None


def constant_named(project: Project, path: str, name: str) -> Expression | None:
    """What a constant of a file is, wherever in it that is declared, without casts and `Object.freeze`."""
    if path not in project.modules:
        return None
    for node in project.program.index(path).nodes.get(Declarator, ()):
        if isinstance(node, Declarator) and isinstance(node.target, Bound) and node.target.name == name:
            found: Node | None = node.value
            while isinstance(found, Cast | Call):
                found = found.value if isinstance(found, Cast) else (found.arguments[0] if found.arguments else None)
            return found  # type: ignore[return-value]
    return None


def constants_of(project: Project, path: str) -> Iterator[str]:
    """The names of the objects and lists that a file declares."""
    if path in project.modules:
        for node in project.program.index(path).nodes.get(Declarator, ()):
            if isinstance(node, Declarator) and isinstance(node.target, Bound):
                yield node.target.name


def entries_of(node: Object) -> dict[str, Expression]:
    """The entries of an object by their keys, those that are computed left out."""
    return {
        entry.key: entry.value for entry in node.properties if isinstance(entry, Property) and entry.key is not None
    }


def texts_in(node: Array) -> list[Constant] | None:
    """The constants of a list; None where it holds something else."""
    found = [one for one in node.elements if isinstance(one, Constant)]
    return found if len(found) == len(node.elements) else None


def type_and_null(text: str) -> tuple[str, bool]:
    """A type as people write it -> the type as PostgreSQL calls it, and whether `not null` stands behind it."""
    lowered = " ".join(text.lower().split())
    type_ = lowered.removesuffix("not null").strip()
    return plain_type(_TYPE_ALIASES.get(type_, type_)), lowered.endswith("not null")


def plain_type(type_: str) -> str:
    """The type without the limits that few people think of."""
    return re.sub(r"\(\d+(?:,\s*\d+)?\)", "", type_).replace("  ", " ").strip()


def may(project: Project, relation: Relation, role: str, command: Command) -> bool:
    """Whether grants and policies may let a role do something with a row of a table."""
    database = project.hosted_database
    if not is_served(project, relation) or not may_use_schema(database, relation.schema, role):
        return False
    if not has_privilege(database, relation, role, command):
        return False
    if not relation.rls:
        return True
    caller = Caller(role, signed_in=role == "authenticated")

    def admits(permissive: bool) -> Iterator[bool]:
        for policy in policies_for(database, relation, role, command, permissive=permissive):
            stored = deciding(policy, command)
            yield stored is not None and can_be_true(database, node_of(stored), caller)

    return any(admits(permissive=True)) and all(admits(permissive=False))
