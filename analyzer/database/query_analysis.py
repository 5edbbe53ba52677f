"""What a query gives, and whether PostgreSQL would accept it (analyze.c, parse_clause.c, parse_target.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.analysis import Analysis, function_outputs
from analyzer.database.builtin import builtin
from analyzer.database.coercion import MismatchError, common_type
from analyzer.database.datatypes import INT8, TEXT, UNKNOWN, DataType
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.model import Index
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Entry, Merged, Scope, ScopeColumn, common_table
from analyzer.database.stored import BoundColumn
from analyzer.database.types import data_type, shown
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import (
    Alias,
    ArrayExpression,
    Case,
    Cast,
    Coalesce,
    Collate,
    ColumnReference,
    Constant,
    Expression,
    FieldSelection,
    FromItem,
    FunctionCall,
    FunctionItem,
    Grouping,
    GroupingSets,
    Join,
    MinMax,
    Node,
    NullIf,
    OrderItem,
    Query,
    Row,
    RowChange,
    Select,
    SetOperation,
    SpecialCall,
    SubQuery,
    Subscript,
    SubSelect,
    TableFunction,
    TableQuery,
    TableReference,
    Target,
    ValueFunction,
    Values,
    With,
)

_DEPTH = 200  # levels of queries in queries


class QueryAnalysis(Analysis):
    """An analysis that reads queries too."""

    depth = 0

    def query(self, node: Query | RowChange, scope: Scope | None) -> Sequence[ScopeColumn] | None:
        """The columns that a query gives; None: they are not known."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise Rejected("54001", "stack depth limit exceeded", node)
        try:
            match node:
                case Select():
                    return self._select(node, scope)
                case Values():
                    return self._values(node, scope)
                case TableQuery():
                    inner = Scope(scope)
                    self.with_clause(node.with_, inner)
                    entry = self._table(TableReference(node.start, node.end, node.name), inner)
                    return None if entry.open else list(entry.columns)
                case SetOperation():
                    return self._set_operation(node, scope)
                case _:
                    from analyzer.database.row_analysis import row_change

                    return row_change(self, node, scope)
        finally:
            self.depth -= 1

    def with_clause(self, clause: With | None, scope: Scope) -> None:
        if clause is None:
            return
        for table in clause.tables:
            names = [column.text for column in table.columns]
            if clause.recursive and isinstance(table.query, SetOperation):
                first = self.query(table.query.queries[0], scope)
                scope.common_tables[table.name.text] = _renamed(first, names)
                columns = self.query(table.query, scope)
                columns = first if columns is None else columns
            else:
                columns = self.query(table.query, scope)
            scope.common_tables[table.name.text] = _renamed(columns, names)

    def _select(self, node: Select, outer: Scope | None) -> Sequence[ScopeColumn] | None:
        scope = Scope(outer)
        self.with_clause(node.with_, scope)
        for item in node.from_:
            self.from_item(item, scope)
        if node.where is not None:
            aggregate, self.has_aggregate = self.has_aggregate, False
            self.condition(node.where, scope, "WHERE")
            if self.has_aggregate and not _holds_outer_aggregate(node.where):
                raise Rejected("42803", "aggregate functions are not allowed in WHERE", node.where)
            self.has_aggregate = aggregate
        before, self.has_aggregate = self.has_aggregate, False
        columns = self.targets(node.targets, scope)
        if columns is not None and node.distinct:
            columns = [column._replace(type=settled_type(column.type)) for column in columns]
        if columns is not None:
            scope.outputs = {column.name: column.type for column in columns}
        for group in node.group_by:
            windowed, self.has_window = self.has_window, False
            self._group(group, scope, node.targets)
            if self.has_window or _groups_window(group, node.targets):
                raise Rejected("42P20", "window functions are not allowed in GROUP BY", node)
            self.has_window = windowed
        if node.having is not None:
            self.condition(node.having, scope, "HAVING")
        for window in node.windows:
            for each in window.partition_by:
                self.type_of(each, scope)
            for ordered in window.order_by:
                self.type_of(ordered.expression, scope)
        for each in node.distinct_on:
            self._output(each, scope, node.targets)
        self._order(node.order_by, scope, node.targets)
        self._limits(node, scope)
        if (self.has_aggregate or node.group_by or node.having is not None) and not any(
            isinstance(each, GroupingSets) for each in node.group_by
        ):
            from analyzer.database.grouping import check_grouping

            check_grouping(self, node, scope)
        self.has_aggregate = before
        return columns

    def _limits(self, node: Select | SetOperation | Values, scope: Scope) -> None:
        for name, limit in (("LIMIT", node.limit), ("OFFSET", node.offset)):
            if limit is not None:
                found = self.type_of(limit, Scope(scope.parent) if scope.parent else Scope())
                if found is not None and not self.coerce(limit, found, INT8):
                    message = f"argument of {name} must be type bigint, not type {shown(self.state, found)}"
                    raise Rejected("42804", message, limit)

    def _group(self, item: object, scope: Scope, targets: Sequence[Target]) -> None:
        if isinstance(item, GroupingSets):
            for each in item.items:
                self._group(each, scope, targets)
        else:
            self._output(item, scope, targets, group=True)  # type: ignore[arg-type]

    def _output(self, node: Expression, scope: Scope, targets: Sequence[Target], *, group: bool = False) -> None:
        """An item of ORDER BY or GROUP BY: a position, a name of the select list, or an expression."""
        match node:
            case Constant(kind="integer", value=int(position)):
                if not 1 <= position <= len(targets) and not any(_is_star(target) for target in targets):
                    clause = "GROUP BY" if group else "ORDER BY"
                    raise Rejected("42P10", f"{clause} position {position} is not in select list", node)
            case ColumnReference(parts=(name,), star=False) if not group and name.text in scope.outputs:
                pass
            case ColumnReference(parts=(name,), star=False) if name.text in scope.outputs and not _is_column(
                scope, name.text
            ):
                pass
            case _:
                self.type_of(node, scope)

    def _order(self, items: Sequence[OrderItem], scope: Scope, targets: Sequence[Target]) -> None:
        for item in items:
            self._output(item.expression, scope, targets)

    def _values(self, node: Values, outer: Scope | None) -> Sequence[ScopeColumn] | None:
        scope = Scope(outer)
        self.with_clause(node.with_, scope)
        rows = [[self.type_of(value, scope) for value in row] for row in node.rows]
        width = len(rows[0]) if rows else 0
        for row, nodes in zip(rows, node.rows, strict=True):
            if len(row) != width:
                raise Rejected("42601", "VALUES lists must all be the same length", nodes[0] if nodes else node)
        columns: list[ScopeColumn] = []
        for index in range(width):
            column = [row[index] for row in rows]
            try:
                chosen = common_type(self.state, column)
            except MismatchError as error:
                left, right = shown(self.state, error.left), shown(self.state, error.right)
                message = f"VALUES types {left} and {right} cannot be matched"
                raise Rejected("42804", message, node.rows[-1][index]) from None
            if chosen is not None and len(rows) > 1:
                for row, nodes in zip(rows, node.rows, strict=True):
                    found = row[index]
                    if found is not None and found.oid == UNKNOWN.oid:
                        self.settle(nodes[index], chosen)
            columns.append(ScopeColumn(f"column{index + 1}", chosen))
        self._limits(node, scope)
        return columns

    def _set_operation(self, node: SetOperation, outer: Scope | None) -> Sequence[ScopeColumn] | None:
        scope = Scope(outer)
        self.with_clause(node.with_, scope)
        results = [self.query(each, scope) for each in node.queries]
        first = results[0]
        if any(each is None for each in results) or first is None:
            return first
        columns: list[ScopeColumn] = []
        operator = node.operator.upper()
        for result, each in zip(results, node.queries, strict=True):
            if result is not None and len(result) != len(first):
                message = f"each {operator} query must have the same number of columns"
                raise Rejected("42601", message, _first_target(each))
        for index, column in enumerate(first):
            types = [result[index].type for result in results if result is not None]
            try:
                chosen = common_type(self.state, types)
            except MismatchError as error:
                left, right = shown(self.state, error.left), shown(self.state, error.right)
                message = f"{operator} types {left} and {right} cannot be matched"
                raise Rejected("42804", message, _first_target(node.queries[-1], index)) from None
            if chosen is not None:
                for each in node.queries:
                    self._settle_target(each, index, chosen)
            columns.append(ScopeColumn(column.name, chosen))
        scope.outputs = {column.name: column.type for column in columns}
        for item in node.order_by:
            match item.expression:
                case ColumnReference(parts=(name,)) if name.text not in scope.outputs:
                    raise Rejected("42703", f'column "{name.text}" does not exist', item.expression, subject=name.text)
                case _:
                    pass
        self._limits(node, scope)
        return columns

    def _settle_target(self, node: Query, index: int, type_: DataType) -> None:
        if isinstance(node, Select) and index < len(node.targets) and not any(map(_is_star, node.targets)):
            expression = node.targets[index].expression
            if (
                isinstance(expression, Constant)
                and expression.kind == "string"
                and expression.start not in self.literals
            ):
                self.settle(expression, type_)

    # Select lists

    def targets(self, targets: Sequence[Target], scope: Scope) -> list[ScopeColumn] | None:
        """The columns of a select list; None: a star stands for columns that are not known."""
        columns: list[ScopeColumn] = []
        known = True
        for target in targets:
            node = target.expression
            if _is_star(target):
                assert isinstance(node, ColumnReference)
                expanded = self._expand(node, scope)
                if expanded is None:
                    known = False
                else:
                    columns += expanded
            elif isinstance(node, FieldSelection) and node.field is None:
                row = self.type_of(node.operand, scope)
                fields = self._fields_of(node.operand, row, scope)
                if fields is None:
                    known = False
                else:
                    columns += fields
            else:
                found = self.type_of(node, scope)
                name = target.alias.text if target.alias is not None else column_name(node)
                columns.append(ScopeColumn(name, found))
        return columns if known else None

    def _fields_of(self, node: Expression, row: DataType | None, scope: Scope) -> list[ScopeColumn] | None:
        if row is None:
            return None
        if isinstance(node, FunctionCall):
            candidate, _ = self.resolve_call(node, scope)
            if candidate is not None:
                return function_outputs(self.state, candidate.signature, row)
        return self.composite(row)

    def _expand(self, node: ColumnReference, scope: Scope) -> list[ScopeColumn] | None:
        if node.parts:
            entry, _ = self.entry_named(scope, [part.text for part in node.parts], node, quiet=True)
            if entry is None:
                found = self._field_of_variable(node, [part.text for part in node.parts], scope)
                if found[0]:
                    return self.composite(found[1]) if found[1] is not None else None
                if len(node.parts) == 1 and _is_column(scope, node.parts[0].text):
                    type_ = self._simple_column(
                        ColumnReference(node.start, node.end, node.parts), node.parts[0].text, scope
                    )
                    return self.composite(type_) if type_ is not None else None
                raise self._missing_entry(node.parts[-1].text, node, scope)
            if entry.open:
                return None
            self.stars[node.start] = tuple(
                BoundColumn(entry.index, index, column.name, qualified=True)
                for index, column in enumerate(entry.columns)
            )
            for column in entry.columns:
                if entry.relation:
                    self.need(entry.relation, column.number)
            return list(entry.columns)
        if not scope.entries:
            raise Rejected("42601", "SELECT * with no tables specified is not valid", node)
        columns = [ScopeColumn(merged.name, merged.type) for merged in scope.merged.values()]
        bound = [
            BoundColumn(merged.entry, merged.number, merged.name, qualified=True) for merged in scope.merged.values()
        ]
        for entry in scope.entries:
            if entry.open:
                return None
            if entry.qualified_only:
                continue
            for index, column in enumerate(entry.columns):
                if column.name not in entry.hidden:
                    columns.append(column)
                    bound.append(BoundColumn(entry.index, index, column.name, qualified=True))
                    if entry.relation:
                        self.need(entry.relation, column.number)
        self.stars[node.start] = tuple(bound)
        return columns

    # FROM

    def from_item(self, item: FromItem, scope: Scope) -> list[Entry]:
        """Makes the columns of an item of FROM known."""
        match item:
            case TableReference():
                return [self._table(item, scope)]
            case SubQuery():
                return [self._sub_query(item, scope)]
            case FunctionItem():
                return [self._function_item(item, scope)]
            case TableFunction():
                alias = item.alias.name.text if item.alias is not None and item.alias.name is not None else item.name
                for argument in item.arguments:
                    try:
                        self.type_of(argument, scope)
                    except Rejected:
                        continue
                return [self.add_entry(scope, alias.lower(), None, item)]
            case Join():
                return self._join(item, scope)

    def _duplicate(self, scope: Scope, name: str, schema: str, node: Node, explicit: bool) -> None:
        for entry in scope.entries:
            if (
                entry.name == name
                and not entry.qualified_only
                and (explicit or entry.schema == schema or not entry.schema)
            ):
                raise Rejected("42712", f'table name "{name}" specified more than once', node, subject=name)

    def _table(self, item: TableReference, scope: Scope) -> Entry:
        name = item.name
        if len(name.parts) > 2 and name.parts[0].text != "postgres":
            raise Rejected("0A000", f"cross-database references are not implemented: {name}", name)
        alias, renamed = _alias(item.alias)
        if name.schema is None:
            known, columns = common_table(scope, name.name)
            if known:
                self._duplicate(scope, alias or name.name, "", item, True)
                return self.add_entry(scope, alias or name.name, _renamed(columns, renamed), item)
        found = find_class(self.state, name)
        own_path = self.state.setting("search_path")
        row = builtin().relations.get((name.schema or "pg_catalog", name.name))
        if row is not None and not (found is not None and name.schema is None and "pg_catalog" in own_path):
            listed = [ScopeColumn(column, type_) for column, type_ in row.columns]
            return self.add_entry(scope, alias or name.name, _renamed(listed, renamed), item)
        if found is None:
            if name.schema in ("pg_catalog", "information_schema") or name.name.startswith("pg_stat"):
                return self.add_entry(scope, alias or name.name, None, item)
            raise self._no_relation(item, scope)
        if isinstance(found, Index) or found.kind == "composite":
            message = f'cannot open relation "{found.name}"'
            raise Rejected("42809", message, name)
        self._duplicate(scope, alias or found.name, "" if alias else found.schema, item, bool(alias))
        entry = self.add_relation(scope, found, alias, renamed, item)
        self.relations[name.start] = found.oid
        self.need(found.oid)
        if item.sample is not None:
            for argument in item.sample.arguments:
                self.type_of(argument, scope)
        return entry

    def _no_relation(self, item: TableReference, scope: Scope) -> Rejected:
        return missing_relation(self.state, item.name)

    def _sub_query(self, item: SubQuery, scope: Scope) -> Entry:
        outer = scope if item.lateral else scope.parent
        holder = Scope(outer) if not item.lateral else scope
        holder_tables = Scope(holder if item.lateral else outer)
        holder_tables.common_tables = scope.common_tables
        columns = self.query(item.query, holder_tables)
        alias, renamed = _alias(item.alias)
        if alias:
            self._duplicate(scope, alias, "", item, True)
        settled = (
            [column._replace(type=TEXT) if column.type == UNKNOWN else column for column in columns]
            if columns is not None
            else None
        )
        return self.add_entry(scope, alias, _renamed(settled, renamed), item)

    def _function_item(self, item: FunctionItem, scope: Scope) -> Entry:
        alias, renamed = _alias(item.alias)
        columns: list[ScopeColumn] | None = []
        row_type: DataType | None = None
        scalar = False
        named = False
        name = ""
        for call in item.functions:
            found, result, single, named = self._function_columns(call, scope)
            name = name or column_name(call)
            row_type = result
            scalar = single
            columns = None if columns is None or found is None else columns + found
        if item.alias is not None and any(column.type is not None for column in item.alias.columns):
            columns = [
                ScopeColumn(column.name.text, data_type(self.state, column.type))
                if column.type is not None
                else ScopeColumn(column.name.text, None)
                for column in item.alias.columns
            ]
            renamed = []
        elif scalar and not named and len(item.functions) == 1 and columns:
            columns = [ScopeColumn(alias or columns[0].name, columns[0].type)]
        if item.ordinality and columns is not None:
            columns = [*columns, ScopeColumn("ordinality", INT8)]
        entry_name = alias or name
        entry = self.add_entry(scope, entry_name, _renamed(columns, renamed), item, row_type if not scalar else None)
        entry.is_function = scalar
        return entry

    def _function_columns(
        self, call: Expression, scope: Scope
    ) -> tuple[list[ScopeColumn] | None, DataType | None, bool, bool]:
        """The columns of one call in FROM, its type, whether it is a single value, and one with a name of its own."""
        if not isinstance(call, FunctionCall):
            found = self.type_of(call, scope)
            return [ScopeColumn(column_name(call), found)], found, True, False
        candidate, arguments = self.resolve_call(call, scope)
        if candidate is None:
            return [ScopeColumn(call.name.name, arguments[0] if arguments else None)], None, True, False
        result = self.result_type(candidate, arguments)
        outputs = function_outputs(self.state, candidate.signature, result)
        if outputs is not None:
            return outputs, result, False, False
        if candidate.signature.outputs:
            name, type_ = candidate.signature.outputs[0]
            if type_.oid in _POLYMORPHIC_OIDS:
                type_ = result or type_
            return [ScopeColumn(name or call.name.name, type_)], result, True, bool(name)
        if result is None or (result.oid == 2249 and not result.array):
            return None, result, False, False
        return [ScopeColumn(call.name.name, result)], result, True, False

    def _join(self, item: Join, scope: Scope) -> list[Entry]:
        left = self.from_item(item.left, scope)
        merged_before = dict(scope.merged)
        right = self.from_item(item.right, scope)
        names = [name.text for name in item.using]
        if item.natural:
            right_names = {
                column.name for entry in right for column in entry.columns if column.name not in entry.hidden
            }
            names = [
                column.name
                for entry in left
                for column in entry.columns
                if column.name not in entry.hidden and column.name in right_names
            ]
        for position, name in enumerate(names):
            node = item.using[position] if item.using else item
            self._merge(name, left, right, scope, merged_before, node, item)
        if item.on is not None:
            # only these two sides are in scope of ON; others of FROM come from outside
            inner = Scope(scope.parent, [*left, *right], scope.merged, scope.common_tables)
            self.condition(item.on, inner, "JOIN/ON")
        if item.alias is not None and item.alias.name is not None:
            columns = [
                column for entry in (*left, *right) for column in entry.columns if column.name not in entry.hidden
            ]
            scope.entries = [entry for entry in scope.entries if entry not in left and entry not in right]
            _, renamed = _alias(item.alias)
            return [self.add_entry(scope, item.alias.name.text, _renamed(columns, renamed), item)]
        return [*left, *right]

    def _merge(
        self,
        name: str,
        left: Sequence[Entry],
        right: Sequence[Entry],
        scope: Scope,
        before: dict[str, Merged],
        node: Node,
        join: Join,
    ) -> None:
        sides: list[tuple[int, int, DataType | None]] = []
        for side, entries in (("left", left), ("right", right)):
            if side == "left" and name in before:
                merged = before[name]
                sides.append((merged.entry, merged.number, merged.type))
                continue
            found = None
            for entry in entries:
                for index, column in enumerate(entry.columns):
                    if column.name == name and name not in entry.hidden:
                        if found is not None:
                            message = f'common column name "{name}" appears more than once in {side} table'
                            raise Rejected("42702", message, node, subject=name)
                        found = (entry.index, index, column.type)
                        if entry.relation:
                            self.need(entry.relation, column.number)
                if entry.open and found is None:
                    found = (entry.index, -1, None)
            if found is None:
                message = f'column "{name}" specified in USING clause does not exist in {side} table'
                raise Rejected("42703", message, node, subject=name)
            sides.append(found)
        for entry in (*left, *right):
            entry.hidden = {*entry.hidden, name}
        chosen = sides[1] if join.kind == "right" else sides[0]
        scope.merged[name] = Merged(name, chosen[2], chosen[0], chosen[1])


_POLYMORPHIC_OIDS = frozenset({2276, 2277, 2283, 2776, 3500, 3831, 4537, 5077, 5078, 5079, 5080})


def _alias(alias: Alias | None) -> tuple[str, list[str]]:
    if alias is None:
        return "", []
    return (alias.name.text if alias.name is not None else ""), [column.name.text for column in alias.columns]


def _renamed(columns: Sequence[ScopeColumn] | None, names: Sequence[str]) -> list[ScopeColumn] | None:
    if columns is None:
        return [ScopeColumn(name, None) for name in names] if names else None
    return [
        column._replace(name=names[index]) if index < len(names) else column for index, column in enumerate(columns)
    ]


def _is_star(target: Target) -> bool:
    return isinstance(target.expression, ColumnReference) and target.expression.star


def _groups_window(item: object, targets: Sequence[Target]) -> bool:
    """Whether GROUP BY names an output column that a window function gives."""
    node: object = item
    if isinstance(item, Constant) and isinstance(item.value, int) and 1 <= item.value <= len(targets):
        node = targets[item.value - 1].expression
    elif isinstance(item, ColumnReference) and len(item.parts) == 1:
        name = item.parts[0].text
        node = next((each.expression for each in targets if each.alias is not None and each.alias.text == name), None)
    if not isinstance(node, Node):
        return False
    return any(isinstance(each, FunctionCall) and each.over is not None for each in descendants(node))


def _is_column(scope: Scope, name: str) -> bool:
    return name in scope.merged or any(column.name == name for entry in scope.entries for column in entry.columns)


def _first_target(node: Query, index: int = 0) -> Node:
    if isinstance(node, Select) and index < len(node.targets):
        return node.targets[index].expression
    return node


def _holds_outer_aggregate(node: Expression) -> bool:
    """Whether an aggregate of a sub-query belongs to an outer query; such are rare, and then nothing is said."""
    return isinstance(node, SubSelect)


def column_name(node: Expression) -> str:
    """The name that PostgreSQL gives an output column without an alias (FigureColname)."""
    return _figured(node)[0] or "?column?"


def _figured(node: Expression) -> tuple[str, int]:
    """A name, and how good it is: 2 is a real one, 1 that of a type."""
    match node:
        case ColumnReference(parts=parts, star=False):
            return parts[-1].text, 2
        case FieldSelection(operand=operand, field=field):
            return (field.text, 2) if field is not None else _figured(operand)
        case Subscript(operand=operand) | Collate(operand=operand):
            return _figured(operand)
        case FunctionCall(name=name):
            return name.name, 2
        case NullIf():
            return "nullif", 2
        case Cast(operand=operand, type=type_):
            name, strength = _figured(operand)
            return (name, strength) if strength > 1 else (type_.name, 1)
        case Case(otherwise=otherwise):
            if otherwise is not None:
                name, strength = _figured(otherwise)
                if strength > 1:
                    return name, strength
            return "case", 1
        case ArrayExpression():
            return "array", 2
        case Row():
            return "row", 2
        case Coalesce():
            return "coalesce", 2
        case MinMax(operation=operation):
            return operation, 2
        case Grouping():
            return "grouping", 2
        case ValueFunction(name=name):
            return name.lower(), 2
        case SpecialCall(name=name):
            return name.lower(), 2
        case SubSelect(kind="exists"):
            return "exists", 2
        case SubSelect(kind="array"):
            return "array", 2
        case SubSelect(kind="scalar", query=query):
            if isinstance(query, SetOperation):
                query = query.queries[0]
            if isinstance(query, Select) and query.targets:
                target = query.targets[0]
                if target.alias is not None:
                    return target.alias.text, 2
                return _figured(target.expression)
            return ("column1", 2) if isinstance(query, Values) else ("", 0)
        case _:
            from analyzer.facts.sql_query import AtTimeZone

            return ("timezone", 2) if isinstance(node, AtTimeZone) else ("", 0)


def settled_type(type_: DataType | None) -> DataType | None:
    """The type of a column of a query: an untyped literal is text."""
    return TEXT if type_ is not None and type_.oid == UNKNOWN.oid else type_
