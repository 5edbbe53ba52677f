"""Decisions of edge functions over what another request may change between the reading and the writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analyzer.data_api.uses import SchemaUse, uses
from analyzer.database.model import Function, Relation
from analyzer.facts.typescript import Binary, Constant, Expression, Member, Name, Unary
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.effects import Effect
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import callers, resolved
from analyzer.typescript.values import External, Global, MemberOf, Operation, Row, Value, options, origins, same
from analyzer.typescript.walk import inside

# What can be spent or run out.
_SPENT = re.compile(
    r"credit|balance|stock|quantity|inventory|coin|token|point|seat|capacity|remaining|wallet|available|uses_left|slots",
    re.IGNORECASE,
)
_CRON = re.compile(
    r"cron|schedul|daily|hourly|weekly|nightly|monthly|sync|import|migrat|backfill|seed|poll|batch", re.IGNORECASE
)
_PASSING = re.compile(r"otp|rate|attempt|limit|request|session|token|draft|conversation|message|thread", re.IGNORECASE)
_RANDOM = re.compile(r"uuid|nanoid|ulid|cuid|random", re.IGNORECASE)
_NUMBERS = (("count",), ("data", "length"), ("data", "reduce"))
_RATE = re.compile(r"rate|throttl|window|recent|per_?(?:minute|hour|day)|daily", re.IGNORECASE)
_COMPARISONS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Race:
    """A write that is decided by what was read before, with what two requests at once make of it."""

    use: SchemaUse
    span: Span
    message: str
    read: Span


def races(project: Project) -> Iterator[Race]:
    """At most one of each write of edge functions, in the order of files."""
    compared: dict[str, list[tuple[Row, Binary]]] = {}
    for use in uses(project):
        query, path = use.query, use.query.site.path
        if "/functions/" not in f"/{path}" or use.relation is None or query.run == "never" or not use.certain:
            continue
        slug = f"/{path}".partition("/functions/")[2].partition("/")[0]
        if query.operation not in ("insert", "update") or _CRON.search(slug) or _tells(use):
            continue
        found = _spends(project, use) if query.operation == "update" else _doubles(project, use)
        found = found or _overfills(project, use, compared)
        if found is not None:
            yield found


def _tells(use: SchemaUse) -> bool:
    return Effect("write", use.query.site, use.name, use.query).tells


def _key(use: SchemaUse, column: str) -> Span:
    return next((one.span for one in use.columns if one.how == "write" and one.column == column), use.span)


def _spends(project: Project, use: SchemaUse) -> Race | None:
    """An update that writes what was read, less or more, though somebody may have written meanwhile."""
    program, payload = project.program, use.query.payload
    filtered = {one.column for one in use.query.filters}
    for column, content in payload.columns.items() if payload is not None else ():
        if not _SPENT.search(column) or column in filtered or None in filtered:
            continue
        for one in options(resolved(program, content)):
            row = _read(one, column)
            if row is not None:
                return Race(
                    use,
                    _key(use, column),
                    f"two requests at once read the same `{column}` and one of their changes is lost: nothing here asks"
                    " whether it is still what was read",
                    program.place(row.query.at),
                )
    return None


def _read(content: Value, column: str) -> Row | None:
    """The row from whose column, less something, a value is made."""
    for one in origins(content):
        if isinstance(one, Operation) and one.operator == "-" and one.operands:
            for inner in origins(one.operands[0]):
                if isinstance(inner, Row) and inner.part == "data" and inner.path[-1:] == (column,):
                    return inner
    return None


def _doubles(project: Project, use: SchemaUse) -> Race | None:
    """An insert behind a look whether such a row is there, where nothing in the table is unique by what was asked."""
    program, payload, relation = project.program, use.query.payload, use.relation
    path, begin = use.query.site.path, use.query.begin.node
    if payload is None or relation is None or _PASSING.search(use.name):
        return None
    for condition in conditions(program, path, begin):
        test: Expression = condition.test
        while isinstance(test, Unary) and test.operator == "!":
            test = test.value
        if condition.holds or not isinstance(test, Name | Member):
            continue
        for row in options(value(program, path, test)):
            if not isinstance(row, Row) or row.part != "data" or row.path:
                continue
            asked = _asked(row)
            if asked is None or not _is_table(row, use.name):
                continue
            if not all(name in payload.columns and _alike(payload.columns[name], asked[name]) for name in asked):
                continue
            if _is_unique(project, relation, asked, payload.columns) or _is_guarded(project, relation):
                continue
            shown = ", ".join(f"`{one}`" for one in asked)
            return Race(
                use,
                program.place(use.query.begin),
                f"two requests at once find no row and both make one: nothing in `{use.name}` is unique by {shown}",
                program.place(row.query.at),
            )
    return None


def _is_table(row: Row, name: str) -> bool:
    return row.query.kind == "from" and getattr(row.query.target, "value", None) == name


def _alike(one: Value, other: Value) -> bool:
    return same(one, other) or (one.at is not None and other.at is not None and one.at == other.at)


def _asked(row: Row) -> Mapping[str, Value] | None:
    """The columns and values by which a row was looked for; None where it was asked for otherwise."""
    found: dict[str, Value] = {}
    for step in row.query.steps:
        if step.name == "eq" and len(step.arguments) > 1 and not step.maybe:
            column = getattr(step.arguments[0], "value", None)
            if not isinstance(column, str):
                return None
            found[column] = step.arguments[1]
        elif step.name not in ("from", "select", "single", "maybeSingle", "limit", "order", "throwOnError"):
            return None
    return found or None


def _is_unique(project: Project, relation: Relation, asked: Mapping[str, Value], written: Mapping[str, Value]) -> bool:
    """Whether a second row of what the same request writes is refused; what is made anew each time differs."""
    program = project.program
    names = {*asked, *(name for name, content in written.items() if not _is_new(resolved(program, content)))}
    numbers = {column.number for name in names if (column := relation.column(name)) is not None}
    return any(
        index.unique and {key.column for key in index.keys} <= numbers | {0}
        for index in project.hosted_database.indexes(relation)
    )


def _is_new(content: Value) -> bool:
    return any(
        (isinstance(one, Global) and one.name.startswith(("crypto", "Math.random", "Date")))
        or (isinstance(one, External) and _RANDOM.search(one.package) is not None)
        or (isinstance(one, Row) and any(step.name in ("insert", "upsert", "rpc") for step in one.query.steps))
        for one in origins(content)
    )


def _is_guarded(project: Project, relation: Relation) -> bool:
    """Whether a trigger may refuse the row."""
    database = project.hosted_database
    for trigger in database.triggers(relation):
        function = database.state.objects.get(trigger.function)
        if not isinstance(function, Function) or function.definition is None:
            continue
        if re.search(r"\braise\s+exception|\breturn\s+null", function.definition.value, re.IGNORECASE):
            return True
    return False


def _overfills(project: Project, use: SchemaUse, kept: dict[str, list[tuple[Row, Binary]]]) -> Race | None:
    """A write that takes room, in code that has counted what is taken and compared it with a limit."""
    program, payload, relation = project.program, use.query.payload, use.relation
    if payload is None or relation is None or _PASSING.search(use.name):
        return None
    path = use.query.site.path
    if path not in kept:
        kept[path] = list(_compared(program, path))
    for row, test in kept[path]:
        if not _is_table(row, use.name) or not _decides(program, use, test):
            continue
        columns = [
            column
            for step in row.query.steps
            if step.name == "eq" and isinstance(column := getattr(step.arguments[0], "value", None), str)
        ]
        if not any(column in payload.columns for column in columns) or _is_guarded(project, relation):
            continue
        by = next(column for column in columns if column in payload.columns)
        return Race(
            use,
            program.place(use.query.begin),
            f"two requests at once count the same rows of `{use.name}` with this `{by}`, and both find room",
            program.span(path, test),
        )
    return None


def _decides(program: Program, use: SchemaUse, test: Binary) -> bool:
    """Whether a comparison decides about a write, in its own function or in one that this has called before."""
    path, begin = use.query.site.path, use.query.begin.node
    number = program.function_of(path, test)
    if number == use.query.function:
        return any(test is part for condition in conditions(program, path, begin) for part in inside(condition.test))
    return any(
        site.path == path
        and site.node.start < begin.start
        and program.function_of(path, site.node) == use.query.function
        for site in callers(program, path, number)
    )


def _compared(program: Program, path: str) -> Iterator[tuple[Row, Binary]]:
    """The comparisons of a number of rows, or a sum over them, with a limit."""
    for test in program.index(path).nodes.get(Binary, ()):
        if not isinstance(test, Binary) or test.operator not in _COMPARISONS:
            continue
        for side, limit in ((test.left, test.right), (test.right, test.left)):
            if (isinstance(limit, Constant) and limit.value in (0, 1)) or _is_rate(limit):
                continue
            row = next((row for part in inside(side) for row in _counts(program, path, part)), None)
            if row is not None:
                yield row, test
                break


def _is_rate(limit: Expression) -> bool:
    """Whether a limit is one of how often somebody may ask, where one more does no harm."""
    return any(isinstance(one, Name | Member) and _RATE.search(one.name) for one in inside(limit))


def _counts(program: Program, path: str, part: object) -> Iterator[Row]:
    """The rows that an expression is the number of, or a sum over."""
    if not isinstance(part, Name | Member):
        return
    for one in origins(value(program, path, part)):
        if isinstance(one, MemberOf) and one.key in ("length", "reduce"):
            yield from (row for row in origins(one.object) if isinstance(row, Row) and _is_of_many(row))
        elif isinstance(one, Row) and _is_of_many(one) and (one.part, *one.path[-1:]) in _NUMBERS:
            yield one


def _is_of_many(row: Row) -> bool:
    return not any(step.name in ("single", "maybeSingle") for step in row.query.steps)
