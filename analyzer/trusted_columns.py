"""The columns by which policies, functions and code with the service role decide what a user may do or have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

from analyzer.access import Command
from analyzer.database.model import Function, Policy, Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.database.walk import children, descendants
from analyzer.facts.sql_query import (
    Assignment,
    BinaryOperation,
    BooleanExpression,
    Cast,
    ColumnReference,
    Constant,
    Expression,
    FunctionCall,
    In,
    IsDistinct,
    IsTest,
    Join,
    Node,
    Not,
    Parameter,
    Quantified,
    Select,
    SubSelect,
    TableReference,
    Update,
)
from analyzer.facts.typescript import Binary
from analyzer.finding import Place
from analyzer.function_terms import relation_named, search_path
from analyzer.policy_terms import (
    alternatives,
    conjuncts,
    deciding,
    expressions,
    functions_called,
    has_query,
    is_auth_call,
    node_of,
)
from analyzer.project import Project
from analyzer.table_uses import Use, table_uses
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query
from analyzer.typescript.values import Row, options, text_of
from analyzer.written import body_span, node_span

# What makes a difference in money or rights, by what projects call it.
_MONEY_OR_RIGHTS = re.compile(
    r"^(?:(?:user_|account_|app_|system_)?roles?|is_(?:super_?|site_|platform_)?(?:admin|staff|moderator|owner|root)"
    r"|(?:super_?)?admin|permissions?|access_level|privileges?"
    r"|is_(?:premium|pro|vip|paid|subscribed|verified|approved|banned|blocked|suspended)|premium|banned|blocked"
    r"|(?:subscription|membership|billing)_(?:tier|plan|status|level|expires_at|end|ends_at)|tier|plan(?:_id|_tier|_type|_name)?"
    r"|(?:ai_|free_|bonus_|remaining_)?credits?(?:_cents|_balance|_remaining|_limit|_used)?|tokens?_(?:balance|remaining|limit)"
    r"|(?:wallet_|account_)?balance(?:_cents)?|wallet|points_balance|quota|(?:usage|message|credit)_limit"
    r"|stripe_(?:customer|account|connect_account|subscription)_id|commission_rate"
    r"|(?:paddle|lemonsqueezy|polar|paypal|mollie|razorpay)_(?:customer|subscription|account)_id"
    r"|trial_ends?(?:_at)?|(?:pterodactyl|discord|external|github|slack|provider|panel)_(?:user|account|server)_id)$"
)
_RIGHTS = re.compile(r"(?:^|_)(?:roles?|admin|staff|permissions?|moderator|access_level)$")
# What users choose themselves under such a name (`student`, `coach`), unless code looks for one of the others.
_ROLE = re.compile(r"(?:^|_)roles?$")
_PRIVILEGED = re.compile(r"admin|owner|staff|moderator|super|support|manager|operator|internal", re.IGNORECASE)
# What an owner may well switch: whether something of theirs is shown, on, or gone.
_OWN_SETTINGS = re.compile(
    r"^is_(?:active|public|private|published|visible|enabled|archived|deleted|default|online|available|open|read|draft)$"
    r"|(?:^|_)(?:public|private|visibility|enabled|deleted_at|archived_at|preferences|settings)$"
    r"|^(?:provider|platform|type|kind|category|source|channel|currency|locale|language)$"
)


class Trust(NamedTuple):
    """Why a column matters: what reads it, and whether the row that is meant is the caller's own."""

    column: str
    by: str  # in words
    place: Place
    compared: bool  # with a constant, or what a helper function is given; else with a column of the row
    over: str = ""  # the column that says whose rows are opened, where that is another: an employer's, by `staff.owner`


class _Given(NamedTuple):
    """The parameters of a function, by name and number, that policies give `auth.uid()` or a constant."""

    callers: set[str]
    constants: set[str]


_NOTHING_GIVEN = _Given(set(), set())


def is_own_row(table: Relation, policy: Policy, command: Command) -> bool:
    """Whether a user meets a policy with any row that has their id in some column."""
    found = [policy.using, policy.check] if command == "update" else [deciding(policy, command)]
    stored = [each for each in found if each is not None]
    return bool(stored) and all(
        any(
            any(owner_column(term, table) for term in conjuncts(way))
            and not any(has_query(term) or _calls(term) for term in conjuncts(way) if not owner_column(term, table))
            for way in alternatives(node_of(each))
        )
        for each in stored
    )


def _calls(node: Node) -> bool:
    """Whether an expression calls a function other than those of Auth."""
    return any(isinstance(each, FunctionCall) and each.name.schema != "auth" for each in descendants(node))


@lru_cache(maxsize=8)
def trusted_columns(project: Project) -> Mapping[int, Mapping[str, Trust]]:
    """For each table, by its oid, the columns that something trusts in the row of the user who asks."""
    database = project.hosted_database
    found: dict[int, dict[str, Trust]] = {}
    every = (*_by_policies(database), *_by_functions(database), *_by_accounts(database), *_by_code(project, database))
    for table, trust in every:
        known = found.setdefault(table.oid, {}).get(trust.column)
        if known is None or (trust.compared, not trust.over) > (known.compared, not known.over):
            found[table.oid][trust.column] = trust
    return found


def _by_policies(database: Database) -> Iterator[tuple[Relation, Trust]]:
    for policy in [each for each in database.state.objects.values() if isinstance(each, Policy)]:
        target = database.state.objects.get(policy.table)
        if not isinstance(target, Relation):
            continue
        for stored in expressions(policy):
            outer = _comparisons(node_of(stored))
            for query in _selects(node_of(stored)):
                table = _single_table(database, query, stored)
                if table is None or table.oid == target.oid:
                    continue
                over = _over(query, table, outer)
                for column, compared in _decisive(database, query, table, outer):
                    said = f"the policy `{policy.name}` of `{target.schema}.{target.name}` trusts it"
                    place = Place(node_span(database, stored, query), said)
                    yield table, Trust(column, "a policy", place, compared, over)


def _by_functions(database: Database) -> Iterator[tuple[Relation, Trust]]:
    asked = _asked(database)
    for function in database.functions():
        if function.body is None or not database.own(function):
            continue
        if not (function.security_definer or function.oid in asked):
            continue
        given = asked.get(function.oid, _NOTHING_GIVEN)
        outer = _comparisons(function.body)
        for query in _selects(function.body):
            table = _table_of(database, query, function)
            span = body_span(database, function, query)
            if table is None or span is None:
                continue
            over = _over(query, table, outer)
            for column, compared in _decisive(database, query, table, outer, given, returns=not function.returns_set):
                place = Place(span, f"`{function.schema}.{function.name}` trusts it")
                if function.oid in asked or (compared and _MONEY_OR_RIGHTS.match(column)):
                    yield table, Trust(column, "a function", place, compared, over)


def _by_accounts(database: Database) -> Iterator[tuple[Relation, Trust]]:
    """The money that functions with their owner's rights add up: `set credits = credits - price`."""
    for function in database.functions():
        if function.body is None or not function.security_definer or not database.own(function):
            continue
        for update in descendants(function.body):
            if not isinstance(update, Update):
                continue
            table = relation_named(database, update.table.name, search_path(function) or ("public",))
            span = body_span(database, function, update)
            if table is None or table.kind not in ("table", "partitioned") or span is None:
                continue
            for assignment in update.assignments:
                column = _added_up(assignment, table)
                if column is not None and _MONEY_OR_RIGHTS.match(column):
                    place = Place(span, f"`{function.schema}.{function.name}` adds it up")
                    yield table, Trust(column, "a function", place, compared=True)


def _added_up(assignment: Assignment, table: Relation) -> str | None:
    """The column that is set to itself and something more or less."""
    name = assignment.targets[0].name.text
    sums = (one for one in descendants(assignment.value) if isinstance(one, BinaryOperation) and one.operator in "+-")
    adds = any(_column(side, table) == name for one in sums for side in _below(one))
    return name if adds and len(assignment.targets) == 1 else None


def _asked(database: Database) -> dict[int, _Given]:
    """The functions that policies ask, with what they give."""
    found: dict[int, _Given] = {}
    for policy in [each for each in database.state.objects.values() if isinstance(each, Policy)]:
        for stored in expressions(policy):
            for call, function in functions_called(database, stored):
                asked = found.setdefault(function.oid, _Given(set(), set()))
                for index, parameter in enumerate(function.inputs):
                    given = call.arguments[index] if index < len(call.arguments) else None
                    if given is None and parameter.default is not None:
                        given = node_of(parameter.default)
                    if given is not None and _is_caller(_bare(given)):
                        asked.callers.update({parameter.name, f"${index + 1}"})
                    elif given is not None and isinstance(_bare(given), Constant):
                        asked.constants.update({parameter.name, f"${index + 1}"})
    return found


def _by_code(project: Project, database: Database) -> Iterator[tuple[Relation, Trust]]:
    """What code with the service role selects by name or filters by, where the name speaks of money or rights."""
    for oid, uses in table_uses(project).items():
        table = database.state.objects[oid]
        if not isinstance(table, Relation):
            continue
        for use in uses:
            if use.roles == ("service_role",):
                for column in _read_by(project, use):
                    if table.column(column) is not None and _MONEY_OR_RIGHTS.match(column):
                        place = Place(use.span, "read with the service role")
                        yield table, Trust(column, "code with the service role", place, compared=True)


def _read_by(project: Project, use: Use) -> Iterator[str]:
    query = use.query
    if query.operation != "select":
        return
    names = re.findall(r"[a-z_][a-z0-9_]*", (query.columns or "").partition("(")[0])
    for name in (*names, *(each.column for each in query.filters if each.column is not None)):
        if not _ROLE.search(name) or _is_compared(project.program, query, name):
            yield name


def _is_compared(program: Program, query: Query, column: str) -> bool:
    """Whether code looks for a role that users do not choose themselves."""
    if any(each.column == column and _PRIVILEGED.search(text_of(each.value) or "") for each in query.filters):
        return True
    path = query.begin.path
    for node in program.index(path).nodes.get(Binary, ()):
        if not isinstance(node, Binary):
            continue
        sides = [value(program, path, node.left), value(program, path, node.right)]
        if any(_PRIVILEGED.search(text_of(side) or "") for side in sides) and any(
            isinstance(each, Row) and each.query.at == query.begin and each.path[-1:] == (column,)
            for side in sides
            for each in options(side)
        ):
            return True
    return False


def _selects(node: Node) -> Iterator[Select]:
    return (each for each in descendants(node) if isinstance(each, Select))


def _comparisons(node: Node) -> dict[tuple[int, int], Expression]:
    """What each sub-select is compared with, by its place."""
    found: dict[tuple[int, int], Expression] = {}
    for each in descendants(node):
        match each:
            case BinaryOperation(operator="=" | "<>" | "!=", left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    inner = _bare(one)
                    if isinstance(inner, SubSelect) and inner.kind == "scalar":
                        found[inner.query.start, inner.query.end] = other
            case In(operand=operand, items=items, query=query):
                if query is not None:
                    found[query.start, query.end] = operand
                inner = _bare(operand)
                if isinstance(inner, SubSelect) and items:
                    found[inner.query.start, inner.query.end] = items[0]
            case Quantified(left=left, query=query) if query is not None:
                found[query.start, query.end] = left
            case _:
                pass
    return found


def _single_table(database: Database, query: Select, stored: Stored) -> Relation | None:
    references = [each for item in query.from_ for each in _references(item)]
    if len(references) != 1:
        return None
    found = database.state.objects.get(stored.bindings.relations.get(references[0].name.start, 0))
    return found if isinstance(found, Relation) and found.kind in ("table", "partitioned") else None


def _table_of(database: Database, query: Select, function: Function) -> Relation | None:
    references = [each for item in query.from_ for each in _references(item)]
    if len(references) != 1:
        return None
    found = relation_named(database, references[0].name, search_path(function) or ("public",))
    return found if found is not None and found.kind in ("table", "partitioned") else None


def _references(item: Node) -> Iterator[TableReference]:
    if isinstance(item, TableReference):
        yield item
    elif isinstance(item, Join):
        yield from _references(item.left)
        yield from _references(item.right)


def _decisive(
    database: Database,
    query: Select,
    table: Relation,
    outer: Mapping[tuple[int, int], Expression],
    given: _Given = _NOTHING_GIVEN,
    *,
    returns: bool = True,
) -> Iterator[tuple[str, bool]]:
    """The columns that decide in a query which looks for the caller's own row, with whether a constant is compared."""
    terms = list(conjuncts(query.where)) if query.where is not None else []
    owners = [name for term in terms if (name := owner_column(term, table, given.callers)) is not None]
    if not owners or any(_names_row(database, term, query, table, given) for term in terms):
        return
    for term in terms:
        for name, compared in _tested(term, table, given):
            if name not in owners and not _OWN_SETTINGS.search(name):
                yield name, compared
    for target in query.targets:
        name = _column(target.expression, table)
        if name is None or name in owners:
            continue
        against = outer.get((query.start, query.end))
        if against is None:
            if returns and len(query.targets) == 1 and _RIGHTS.search(name):
                yield name, True
        else:
            yield name, isinstance(_bare(against), Constant)


def _over(query: Select, table: Relation, outer: Mapping[tuple[int, int], Expression]) -> str:
    """The column that a query gives to be compared with the row that is asked for."""
    if len(query.targets) != 1 or (query.start, query.end) not in outer:
        return ""
    return _column(query.targets[0].expression, table) or ""


def owners(table: Relation, policy: Policy) -> Set[str]:
    """The columns in which a policy asks for the caller's own id."""
    return {
        name
        for stored in expressions(policy)
        for way in alternatives(node_of(stored))
        for term in conjuncts(way)
        if (name := owner_column(term, table)) is not None
    }


def owner_column(term: Expression, table: Relation, callers: Set[str] = frozenset()) -> str | None:
    """The column that a condition compares with `auth.uid()`, or with a parameter of a helper that is given it."""
    if not isinstance(term, BinaryOperation) or term.operator != "=":
        return None
    for one, other in ((term.left, term.right), (term.right, term.left)):
        name = _column(one, table)
        if name is None:
            continue
        inner = _bare(other)
        if _is_caller(inner) or (callers and _parameter(inner, table) in callers):
            return name
    return None


def _is_caller(node: Node) -> bool:
    """`auth.uid()`, also in a sub-select of its own."""
    if is_auth_call(node, "uid"):
        return True
    return (
        isinstance(node, SubSelect | Select) and not getattr(node, "from_", ()) and any(map(_is_caller, _below(node)))
    )


def _below(node: Node) -> Iterator[Node]:
    for each in children(node):
        yield each
        yield from children(each)


def _parameter(node: Node, table: Relation) -> str | None:
    """The parameter that a name in the body of a function means."""
    match node:
        case Parameter(number=number):
            return f"${number}"
        case ColumnReference(parts=parts, star=False) if parts and table.column(parts[-1].text) is None:
            return parts[-1].text
        case _:
            return None


def _names_row(database: Database, term: Expression, query: Select, table: Relation, given: _Given) -> bool:
    """Whether a condition names the row by its key: what is decided is about something that the user owns."""
    if not isinstance(term, BinaryOperation) or term.operator != "=" or owner_column(term, table, given.callers):
        return False
    keys = [each.columns for each in database.constraints(table) if each.kind == "primary key"]
    names = {table.numbered(key[0]).name for key in keys if len(key) == 1}
    called = {
        each.alias.name.text if each.alias is not None and each.alias.name is not None else each.name.name
        for item in query.from_
        for each in _references(item)
    }
    return any(
        _column(side, table) in names and not (_qualifiers(side) and _qualifiers(side)[-1] not in called)
        for side in (term.left, term.right)
    )


def _qualifiers(node: Node) -> tuple[str, ...]:
    """`orders` of `orders.id`."""
    inner = _bare(node)
    return tuple(part.text for part in inner.parts[:-1]) if isinstance(inner, ColumnReference) else ()


def _tested(term: Expression, table: Relation, given: _Given) -> Iterator[tuple[str, bool]]:
    """The columns that a condition compares with constants, or with what a helper is given, and which it is."""
    match term:
        case BooleanExpression(arguments=arguments):
            for each in arguments:
                yield from _tested(each, table, given)
        case Not(operand=operand) | IsTest(operand=operand):
            yield from _tested(operand, table, given)
        case ColumnReference():
            name = _column(term, table)
            if name is not None:
                yield name, True
        case (
            BinaryOperation(operator="=" | "<>" | "!=" | ">=" | ">", left=left, right=right)
            | IsDistinct(left=left, right=right)
        ):
            for one, other in ((left, right), (right, left)):
                column, fixed = _column(one, table), _bare(other)
                if column is None:
                    continue
                if isinstance(fixed, Constant):
                    yield column, True
                elif (parameter := _parameter(fixed, table)) is not None:
                    yield column, parameter in given.constants
        case In(operand=operand, items=items) if items:
            name = _column(operand, table)
            if name is not None and all(isinstance(_bare(item), Constant) for item in items):
                yield name, True
        case Quantified(left=left, array=array) if array is not None:
            name = _column(left, table)
            if name is not None and not any(isinstance(each, FunctionCall) for each in descendants(array)):
                yield name, True
        case _:
            pass


def _bare(node: Node) -> Node:
    while isinstance(node, Cast):
        node = node.operand
    return node


def _column(node: Node, table: Relation) -> str | None:
    """The column of the table that an expression is, casts left aside."""
    inner = _bare(node)
    if isinstance(inner, ColumnReference) and inner.parts and not inner.star:
        name = inner.parts[-1].text
        return name if table.column(name) is not None else None
    return None
