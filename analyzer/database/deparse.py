"""Stored expressions and queries as text, with the names that their objects have now (ruleutils.c)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from analyzer.database.datatypes import RECORD, DataType
from analyzer.database.literals import boolean
from analyzer.database.model import Function, Relation
from analyzer.database.names import qualified, quoted
from analyzer.database.query_analysis import column_name
from analyzer.database.state import State
from analyzer.database.stored import Bindings, BoundColumn, Stored
from analyzer.database.types import formatted, own_type
from analyzer.facts.sql_query import (
    Alias,
    ArrayExpression,
    AtTimeZone,
    Between,
    BinaryOperation,
    BooleanExpression,
    Case,
    Cast,
    Coalesce,
    Collate,
    ColumnReference,
    Constant,
    Default,
    Delete,
    Expression,
    FieldSelection,
    FromItem,
    FunctionCall,
    FunctionItem,
    Grouping,
    GroupingSets,
    In,
    Insert,
    IsDistinct,
    IsNull,
    IsTest,
    Join,
    Like,
    MinMax,
    NamedArgument,
    Node,
    Not,
    NullIf,
    OrderItem,
    Parameter,
    Quantified,
    Query,
    Row,
    Select,
    SetOperation,
    SpecialCall,
    SubQuery,
    Subscript,
    SubSelect,
    TableQuery,
    TableReference,
    Target,
    TypeName,
    UnaryOperation,
    Update,
    ValueFunction,
    Values,
    Window,
    With,
)


def deparse(state: State, stored: Stored | None) -> str | None:
    """The expression or query as text; None for none."""
    if stored is None:
        return None
    printer = _Printer(state, stored.bindings)
    node = stored.node
    if isinstance(node, Select | Values | TableQuery | SetOperation):
        return printer.query(node, visible=True)
    if isinstance(node, Insert | Update | Delete):
        return ""
    printer.names = {
        index: entry.name for index, entry in enumerate(stored.bindings.entries[:2]) if _is_base(state, stored, index)
    }
    for index in printer.names:
        printer.names[index] = printer.name_of(index)
    printer.used = set(printer.names.values())
    printer.prefix = _has_rows(stored)
    return printer.text(node)  # type: ignore[arg-type]


def _is_base(state: State, stored: Stored, index: int) -> bool:
    """Whether an entry is the table that the expression belongs to, not one of its sub-queries."""
    return index not in stored.bindings.from_entries.values()


def _has_rows(stored: Stored) -> bool:
    return any(entry.name in ("old", "new") and entry.alias for entry in stored.bindings.entries[:2])


class _Printer:
    """Prints one stored expression."""

    def __init__(self, state: State, bindings: Bindings) -> None:
        self.state = state
        self.bindings = bindings
        self.names: dict[int, str] = {}
        self.used: set[str] = set()
        self.prefix = False

    def text(self, node: Expression) -> str:
        return _METHODS.get(type(node), _Printer._unknown)(self, node)

    def listed(self, nodes: Sequence[Expression]) -> str:
        return ", ".join(self.text(node) for node in nodes)

    def _unknown(self, node: Node) -> str:
        return "..."

    # Names

    def name_of(self, entry: int) -> str:
        bound = self.bindings.entries[entry]
        if bound.alias or not bound.relation:
            return bound.name
        relation = self.state.objects.get(bound.relation)
        return relation.name if relation is not None else bound.name

    def column_name(self, bound: BoundColumn) -> str:
        """The name that the column has now."""
        if bound.entry < 0:
            return bound.name
        entry = self.bindings.entries[bound.entry]
        relation = self.state.objects.get(entry.relation)
        if isinstance(relation, Relation) and 0 <= bound.number < len(entry.numbers):
            number = entry.numbers[bound.number]
            for column in relation.columns:
                if column.number == number:
                    return column.name
        return bound.name

    def bound(self, bound: BoundColumn) -> str:
        if bound.entry < 0:
            return quoted(bound.name)
        alias = self.names.get(bound.entry, self.bindings.entries[bound.entry].name)
        if bound.number == -1 and self.bindings.entries[bound.entry].relation:
            return f"{quoted(alias)}.*"
        name = quoted(self.column_name(bound))
        return f"{quoted(alias)}.{name}" if self.prefix else name

    def _column(self, node: ColumnReference) -> str:
        bound = self.bindings.columns.get(node.start)
        if bound is not None:
            return self.bound(bound)
        parts = ".".join(quoted(part.text) for part in node.parts)
        return f"{parts}.*" if node.star and parts else (parts or "*")

    def function_name(self, node: FunctionCall) -> str:
        oid = self.bindings.functions.get(node.start)
        function = self.state.objects.get(oid) if oid is not None else None
        if isinstance(function, Function):
            return qualified(function.schema, function.name)
        return quoted(node.name.name) if node.name.schema in (None, "pg_catalog") else str(node.name)

    def type_name(self, node: TypeName) -> str:
        type_ = self.bindings.types.get(node.start)
        return formatted(self.state, type_) if type_ is not None else ".".join(node.parts)

    # Values

    def _constant(self, node: Constant) -> str:
        type_ = self.bindings.literals.get(node.start)
        return constant_text(node, type_)

    def _parameter(self, node: Parameter) -> str:
        return f"${node.number}"

    def _cast(self, node: Cast) -> str:
        operand = node.operand
        type_ = self.bindings.types.get(node.type.start)
        if isinstance(operand, Constant) and operand.kind == "string" and type_ is not None and not type_.array:
            if type_.oid in (16, 20, 21, 23, 1700) and not type_.modifiers:
                return constant_text(operand, type_)
            return f"{constant_text(operand, type_)}::{self.type_name(node.type)}"
        return f"({self.text(operand)})::{self.type_name(node.type)}"

    def _value_function(self, node: ValueFunction) -> str:
        return node.name.upper() + (f"({node.precision})" if node.precision is not None else "")

    # Operators

    def _binary(self, node: BinaryOperation) -> str:
        chain: list[BinaryOperation] = []
        current: Expression = node
        while isinstance(current, BinaryOperation):
            chain.append(current)
            current = current.left
        if len(chain) > 1 or not (isinstance(current, Row) and isinstance(chain[-1].right, Row)):
            text = self.text(current)
            while chain:
                each = chain.pop()
                operator = "<>" if each.operator == "!=" else each.operator
                text = f"({text} {operator} {self.text(each.right)})"
            return text
        each = chain[-1]
        left, right = current, each.right
        assert isinstance(left, Row)
        assert isinstance(right, Row)
        if each.operator == "=":
            pairs = zip(left.elements, right.elements, strict=False)
            return "(" + " AND ".join(f"({self.text(one)} = {self.text(two)})" for one, two in pairs) + ")"
        return f"({self.text(left)} {each.operator} {self.text(right)})"

    def _unary(self, node: UnaryOperation) -> str:
        operand = node.operand
        if node.operator == "-" and isinstance(operand, Constant) and operand.kind in ("integer", "numeric"):
            return f"'-{operand.value}'"
        return f"({node.operator} {self.text(operand)})"

    def _boolean(self, node: BooleanExpression) -> str:
        return "(" + f" {node.operator.upper()} ".join(self.text(each) for each in node.arguments) + ")"

    def _not(self, node: Not) -> str:
        return f"(NOT {self.text(node.operand)})"

    def _is_null(self, node: IsNull) -> str:
        return f"({self.text(node.operand)} IS {'NOT ' if node.negated else ''}NULL)"

    def _is_test(self, node: IsTest) -> str:
        return f"({self.text(node.operand)} IS {'NOT ' if node.negated else ''}{node.test.upper()})"

    def _is_distinct(self, node: IsDistinct) -> str:
        text = f"({self.text(node.left)} IS DISTINCT FROM {self.text(node.right)})"
        return f"(NOT {text})" if node.negated else text

    def _between(self, node: Between) -> str:
        value, low, high = self.text(node.operand), self.text(node.low), self.text(node.high)
        if node.negated:
            return f"(({value} < {low}) OR ({value} > {high}))"
        return f"(({value} >= {low}) AND ({value} <= {high}))"

    def _like(self, node: Like) -> str:
        operator = {"like": "~~", "ilike": "~~*", "similar": "~"}[node.kind]
        if node.negated:
            operator = "!" + operator
        pattern = self.text(node.pattern)
        if node.kind == "similar":
            pattern = f"similar_to_escape({pattern})"
        elif node.escape is not None:
            pattern = f"like_escape({pattern}, {self.text(node.escape)})"
        return f"({self.text(node.operand)} {operator} {pattern})"

    def _in(self, node: In) -> str:
        operand = self.text(node.operand)
        if node.query is not None:
            text = f"({operand} IN ({self.sub_query(node.query)}))"
            return f"(NOT {text})" if node.negated else text
        equal, join = ("<>", " AND ") if node.negated else ("=", " OR ")
        plain = [item for item in node.items if not _holds_column(item)]
        if isinstance(node.operand, Row):
            parts = []
            for item in node.items:
                pairs = zip(node.operand.elements, getattr(item, "elements", ()), strict=False)
                parts.append(
                    "(" + " AND ".join(f"({self.text(one)} {equal} {self.text(two)})" for one, two in pairs) + ")"
                )
            return "(" + join.join(parts) + ")"
        if len(plain) > 1:
            quantifier = "ALL" if node.negated else "ANY"
            parts = [f"({operand} {equal} {quantifier} (ARRAY[{self.listed(plain)}]))"]
            rest = [item for item in node.items if item not in plain]
        else:
            parts, rest = [], list(node.items)
        parts += [f"({operand} {equal} {self.text(item)})" for item in rest]
        return parts[0] if len(parts) == 1 else "(" + join.join(parts) + ")"

    def _quantified(self, node: Quantified) -> str:
        left = self.text(node.left)
        operator = "<>" if node.operator == "!=" else node.operator
        if node.query is not None:
            if operator == "=" and node.quantifier == "any":
                return f"({left} IN ({self.sub_query(node.query)}))"
            return f"({left} {operator} {node.quantifier.upper()} ({self.sub_query(node.query)}))"
        assert node.array is not None
        return f"({left} {operator} {node.quantifier.upper()} ({self.text(node.array)}))"

    # Calls

    def _call(self, node: FunctionCall) -> str:
        if node.special and node.name.schema == "pg_catalog":
            special = self._special(node)
            if special is not None:
                return special
        arguments = "*" if node.star else self.listed(node.arguments)
        if node.variadic:
            head, _, last = arguments.rpartition(", ")
            arguments = f"{head}, VARIADIC {last}" if head else f"VARIADIC {last}"
        distinct = "DISTINCT " if node.distinct else ""
        order = f" ORDER BY {self.order(node.order_by)}" if node.order_by and not node.within_group else ""
        text = f"{self.function_name(node)}({distinct}{arguments}{order})"
        if node.within_group:
            text += f" WITHIN GROUP (ORDER BY {self.order(node.order_by)})"
        if node.filter is not None:
            text += f" FILTER (WHERE {self.text(node.filter)})"
        if node.over is not None:
            text += f" OVER {self.window(node.over)}"
        return text

    def window(self, window: Window) -> str:
        if window.reference is not None and not window.partition_by and not window.order_by and window.frame is None:
            return quoted(window.reference.text)
        parts = []
        if window.partition_by:
            parts.append(f"PARTITION BY {self.listed(window.partition_by)}")
        if window.order_by:
            parts.append(f"ORDER BY {self.order(window.order_by)}")
        if window.frame is not None:
            parts.append(window.frame.text)
        return "(" + " ".join(parts) + ")"

    def _special(self, node: FunctionCall) -> str | None:
        arguments = [self.text(argument) for argument in node.arguments]
        match node.name.name:
            case "extract" if len(arguments) == 2:
                first = node.arguments[0]
                field = str(first.value) if isinstance(first, Constant) else arguments[0]
                return f"EXTRACT({field} FROM {arguments[1]})"
            case "position" if len(arguments) == 2:
                return f"POSITION(({arguments[1]}) IN ({arguments[0]}))"
            case "substring" if len(arguments) in (2, 3):
                tail = f" FOR {arguments[2]}" if len(arguments) > 2 else ""
                return f"SUBSTRING({arguments[0]} FROM {arguments[1]}{tail})"
            case "btrim" | "ltrim" | "rtrim" as name if len(arguments) in (1, 2):
                side = {"btrim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}[name]
                chars = f" {arguments[1]}" if len(arguments) > 1 else ""
                return f"TRIM({side}{chars} FROM {arguments[0]})"
            case "overlay" if len(arguments) in (3, 4):
                tail = f" FOR {arguments[3]}" if len(arguments) > 3 else ""
                return f"OVERLAY({arguments[0]} PLACING {arguments[1]} FROM {arguments[2]}{tail})"
            case "overlaps" if len(arguments) == 4:
                return f"(({arguments[0]}, {arguments[1]}) OVERLAPS ({arguments[2]}, {arguments[3]}))"
            case _:
                return None

    def _named_argument(self, node: NamedArgument) -> str:
        return f"{quoted(node.name.text)} => {self.text(node.value)}"

    def _coalesce(self, node: Coalesce) -> str:
        return f"COALESCE({self.listed(node.arguments)})"

    def _min_max(self, node: MinMax) -> str:
        return f"{node.operation.upper()}({self.listed(node.arguments)})"

    def _null_if(self, node: NullIf) -> str:
        return f"NULLIF({self.text(node.left)}, {self.text(node.right)})"

    def _special_call(self, node: SpecialCall) -> str:
        return f"{node.name.upper()}({self.listed(node.arguments)})"

    def _grouping(self, node: Grouping) -> str:
        return f"GROUPING({self.listed(node.arguments)})"

    def _case(self, node: Case) -> str:
        parts = ["CASE"]
        if node.operand is not None:
            parts.append(self.text(node.operand))
        parts += [f"WHEN {self.text(when.condition)} THEN {self.text(when.result)}" for when in node.whens]
        parts.append(f"ELSE {self.text(node.otherwise)}" if node.otherwise is not None else "ELSE NULL")
        return " ".join([*parts, "END"])

    def _array(self, node: ArrayExpression) -> str:
        return f"ARRAY[{self.listed(node.elements)}]"

    def _row(self, node: Row) -> str:
        return (
            f"ROW({self.listed(node.elements)})"
            if node.explicit or len(node.elements) < 2
            else f"({self.listed(node.elements)})"
        )

    def _default(self, node: Default) -> str:
        return "DEFAULT"

    def _collate(self, node: Collate) -> str:
        return f'({self.text(node.operand)} COLLATE "{node.collation.name}")'

    def _at_time_zone(self, node: AtTimeZone) -> str:
        if node.zone is None:
            return f"({self.text(node.operand)} AT LOCAL)"
        return f"({self.text(node.operand)} AT TIME ZONE {self.text(node.zone)})"

    def _subscript(self, node: Subscript) -> str:
        lower = self.text(node.lower) if node.lower is not None else ""
        upper = self.text(node.upper) if node.upper is not None else ""
        index = f"{lower}:{upper}" if node.slice else (upper or lower)
        return f"({self.text(node.operand)})[{index}]"

    def _field(self, node: FieldSelection) -> str:
        field = quoted(node.field.text) if node.field is not None else "*"
        return f"({self.text(node.operand)}).{field}"

    # Queries

    def _sub_select(self, node: SubSelect) -> str:
        inner = f"( {self.sub_query(node.query)})"
        return inner if node.kind == "scalar" else f"ARRAY{inner}" if node.kind == "array" else f"(EXISTS {inner})"

    def sub_query(self, node: Query) -> str:
        names, used, prefix = self.names, self.used, self.prefix
        self.names, self.used, self.prefix = dict(names), set(used), True
        try:
            return self.query(node, visible=False, nested=True)
        finally:
            self.names, self.used, self.prefix = names, used, prefix

    def query(self, node: Query, *, visible: bool, nested: bool = False) -> str:
        match node:
            case Select():
                text = self.select(node, visible=visible, nested=nested)
            case Values():
                rows = ", ".join(f"({self.listed(row)})" for row in node.rows)
                text = f"{self.with_clause(node.with_)}VALUES {rows}{self.tail(node)}"
            case TableQuery():
                text = (
                    f"{self.with_clause(node.with_)}SELECT * FROM {self.relation_name(node.name.start, str(node.name))}"  # noqa: S608
                )
            case SetOperation():
                operator = f" {node.operator.upper()}{' ALL' if node.all else ''} "
                parts = []
                for each in node.queries:
                    names, used = self.names, self.used
                    self.names, self.used = dict(names), set(used)
                    parts.append(self.query(each, visible=visible, nested=nested))
                    self.names, self.used = names, used
                text = f"{self.with_clause(node.with_)}{operator.join(parts)}{self.tail(node)}"
        return text

    def with_clause(self, clause: With | None) -> str:
        if clause is None:
            return ""
        parts = []
        for table in clause.tables:
            columns = f"({', '.join(quoted(each.text) for each in table.columns)})" if table.columns else ""
            inner = (
                self.sub_query(table.query)
                if isinstance(table.query, Select | Values | TableQuery | SetOperation)
                else "..."
            )
            kind = (
                "" if table.materialized is None else ("MATERIALIZED " if table.materialized else "NOT MATERIALIZED ")
            )
            parts.append(f"{quoted(table.name.text)}{columns} AS {kind}({inner})")
        return f"WITH {'RECURSIVE ' if clause.recursive else ''}{', '.join(parts)} "

    def select(self, node: Select, *, visible: bool, nested: bool) -> str:
        head = self.with_clause(node.with_)
        own = list(self.entries(node.from_))
        for entry in own:
            name, number = self.name_of(entry), 0
            while name in self.used:
                number += 1
                name = f"{self.name_of(entry)}_{number}"
            self.names[entry] = name
            self.used.add(name)
        before = self.prefix
        self.prefix = nested or len(own) != 1
        parts = [head + "SELECT"]
        if node.distinct_on:
            parts.append(f"DISTINCT ON ({self.listed(node.distinct_on)})")
        elif node.distinct:
            parts.append("DISTINCT")
        parts.append(", ".join(self.target(target, visible=visible) for target in node.targets))
        if node.from_:
            parts.append("FROM " + ", ".join(self.from_item(item) for item in node.from_))
        if node.where is not None:
            parts.append(f"WHERE {self.text(node.where)}")
        if node.group_by:
            parts.append("GROUP BY " + ", ".join(self.group(each, node.targets) for each in node.group_by))
        if node.having is not None:
            parts.append(f"HAVING {self.text(node.having)}")
        if node.windows:
            parts.append(
                "WINDOW "
                + ", ".join(f"{quoted(each.name.text)} AS {self.window(each)}" for each in node.windows if each.name)
            )
        text = " ".join(parts) + self.tail(node)
        self.prefix = before
        return text

    def group(self, item: object, targets: Sequence[Target]) -> str:
        if isinstance(item, GroupingSets):
            inner = ", ".join(self.group(each, targets) for each in item.items)
            word = {"rollup": "ROLLUP", "cube": "CUBE", "sets": "GROUPING SETS", "empty": ""}[item.kind]
            return f"{word}({inner})"
        return self.text(self.output(item, targets))  # type: ignore[arg-type]

    def output(self, node: Expression, targets: Sequence[Target]) -> Expression:
        """What a position or a name of the select list stands for."""
        if isinstance(node, Constant) and isinstance(node.value, int) and 1 <= node.value <= len(targets):
            return targets[node.value - 1].expression
        if isinstance(node, ColumnReference) and len(node.parts) == 1 and node.start not in self.bindings.columns:
            for target in targets:
                if target.alias is not None and target.alias.text == node.parts[0].text:
                    return target.expression
        return node

    def tail(self, node: Select | Values | SetOperation) -> str:
        targets = node.targets if isinstance(node, Select) else ()
        parts = []
        if node.order_by:
            parts.append(f"ORDER BY {self.order(node.order_by, targets)}")
        if node.limit is not None:
            parts.append(f"LIMIT {self.text(node.limit)}")
        if node.offset is not None:
            parts.append(f"OFFSET {self.text(node.offset)}")
        parts += [f"FOR {locking.strength.upper()}" for locking in node.locking]
        return " " + " ".join(parts) if parts else ""

    def order(self, items: Sequence[OrderItem], targets: Sequence[Target] = ()) -> str:
        found = []
        for item in items:
            text = self.text(self.output(item.expression, targets))
            if item.direction == "desc":
                text += " DESC"
            if item.nulls and (item.nulls == "last") == (item.direction == "desc"):
                text += f" NULLS {item.nulls.upper()}"
            found.append(text)
        return ", ".join(found)

    def target(self, target: Target, *, visible: bool) -> str:
        node = target.expression
        if isinstance(node, ColumnReference) and node.star:
            bounds = self.bindings.stars.get(node.start)
            if bounds is None:
                return self._column(node)
            return ", ".join(
                self._named_target(self.bound(bound), self.column_name(bound), bound.name) for bound in bounds
            )
        name = target.alias.text if target.alias is not None else column_name(node)
        text = self.text(node)
        bound = self.bindings.columns.get(node.start) if isinstance(node, ColumnReference) else None
        if bound is not None and bound.entry >= 0:
            return self._named_target(text, self.column_name(bound), name)
        return text if name == "?column?" and not visible else f"{text} AS {quoted(name)}"

    def _named_target(self, text: str, own: str, name: str) -> str:
        return text if own == name else f"{text} AS {quoted(name)}"

    def entries(self, items: Sequence[FromItem]) -> list[int]:
        found: list[int] = []
        for item in items:
            if isinstance(item, Join):
                found += self.entries([item.left, item.right])
            elif item.start in self.bindings.from_entries:
                found.append(self.bindings.from_entries[item.start])
        return found

    def relation_name(self, start: int, written: str) -> str:
        oid = self.bindings.relations.get(start)
        relation = self.state.objects.get(oid) if oid is not None else None
        if isinstance(relation, Relation):
            return qualified(relation.schema, relation.name)
        return written

    def from_item(self, item: FromItem) -> str:
        match item:
            case TableReference():
                text = ("ONLY " if item.only else "") + self.relation_name(item.name.start, str(item.name))
                oid = self.bindings.relations.get(item.name.start)
                relation = self.state.objects.get(oid) if oid is not None else None
                own = relation.name if relation is not None else item.name.name
                return text + self.alias(item.start, item.alias, own)
            case SubQuery():
                lateral = "LATERAL " if item.lateral else ""
                return f"{lateral}({self.sub_query(item.query)}){self.alias(item.start, item.alias, '')}"
            case FunctionItem():
                lateral = "LATERAL " if item.lateral else ""
                calls = ", ".join(self.text(each) for each in item.functions)
                calls = f"ROWS FROM({calls})" if item.rows_from else calls
                ordinality = " WITH ORDINALITY" if item.ordinality else ""
                alias = self.alias(item.start, item.alias, "")
                first = item.functions[0]
                if item.alias is None or (item.alias.name is not None and not item.alias.columns):
                    name = self.names.get(self.bindings.from_entries.get(item.start, -1), "")
                    if isinstance(first, FunctionCall) and not item.ordinality and name:
                        columns = ", ".join(quoted(each) for each in self.function_columns(first, item.start, name))
                        alias = f" {quoted(name)}({columns})" if columns else f" {quoted(name)}"
                return f"{lateral}{calls}{ordinality}{alias}"
            case Join():
                word = {
                    "inner": "JOIN",
                    "left": "LEFT JOIN",
                    "right": "RIGHT JOIN",
                    "full": "FULL JOIN",
                    "cross": "CROSS JOIN",
                }[item.kind]
                natural = "NATURAL " if item.natural else ""
                text = f"{self.from_item(item.left)} {natural}{word} {self.from_item(item.right)}"
                if item.on is not None:
                    text += f" ON {self.text(item.on)}"
                elif item.using:
                    text += f" USING ({', '.join(quoted(name.text) for name in item.using)})"
                return f"({text})"
            case _:
                return f"{item.name.upper()}({self.listed(item.arguments)})"

    def function_columns(self, node: FunctionCall, start: int, name: str) -> list[str]:
        """The columns that a function in FROM gives; a single value is named after its OUT parameter or the alias."""
        oid = self.bindings.functions.get(node.start)
        function = self.state.objects.get(oid) if oid is not None else None
        if not isinstance(function, Function):
            return [] if node.name.name.startswith(("jsonb_each", "json_each")) else [name]
        if function.outputs:
            return [each.name or name for each in function.outputs]
        own = None if function.returns.array else own_type(self.state, function.returns)
        relation = self.state.objects.get(own.relation) if own is not None else None
        if isinstance(relation, Relation):
            known = self.bindings.entries[self.bindings.from_entries[start]].numbers  # later columns are not in it
            return [column.name for column in relation.columns if column.number in known]
        return [] if function.returns.oid == RECORD.oid else [name]

    def alias(self, start: int, alias: Alias | None, own: str) -> str:
        entry = self.bindings.from_entries.get(start)
        name = (
            self.names.get(entry, "")
            if entry is not None
            else (alias.name.text if alias is not None and alias.name else "")
        )
        columns = (
            f"({', '.join(quoted(each.name.text) for each in alias.columns)})"
            if alias is not None and alias.columns
            else ""
        )
        if (
            not columns
            and (not name or name == own)
            and (alias is None or alias.name is None or alias.name.text == own)
        ):
            return ""
        return f" {quoted(name)}{columns}"


def _holds_column(node: Expression) -> bool:
    from analyzer.database.walk import descendants

    return any(isinstance(each, ColumnReference | SubSelect) for each in descendants(node))


def _literal(text: str) -> str:
    """A string constant: standard strings need no `E`."""
    return "'" + text.replace("'", "''") + "'"


def constant_text(node: Constant, type_: DataType | None = None) -> str:
    """A literal as PostgreSQL would print it once it has its type."""
    value = node.value
    if node.kind == "null":
        return "NULL"
    if node.kind == "boolean":
        return "true" if value else "false"
    if node.kind in ("integer", "numeric"):
        return str(value)
    if node.kind == "bits":
        return f"B'{value}'"
    text = str(value)
    if type_ is None or type_.array:
        return _literal(text)
    if type_.oid == 16:
        found = boolean(text)
        return _literal(text) if found is None else ("true" if found else "false")
    if type_.oid in (20, 21, 23, 1700) and re.fullmatch(r"\s*\d+(\.\d+)?\s*", text):
        return text.strip()
    if type_.oid == 1186:
        return _literal(interval_text(text))
    if type_.oid == 3802:
        return _literal(_jsonb(text))
    if type_.oid in (2205, 3734, 3769, 4089):  # regclass, regconfig, regdictionary, regnamespace
        return _literal(text[1:-1] if re.fullmatch(r'"[a-z_][a-z0-9_]*"', text) else text)
    if type_.oid == 2950:
        return _literal(text.lower())
    return _literal(text)


_UNITS = {
    "year": ("months", 12), "years": ("months", 12), "yr": ("months", 12), "yrs": ("months", 12), "y": ("months", 12),
    "month": ("months", 1), "months": ("months", 1), "mon": ("months", 1), "mons": ("months", 1),
    "week": ("days", 7), "weeks": ("days", 7), "w": ("days", 7), "day": ("days", 1), "days": ("days", 1), "d": ("days", 1),  # noqa: E501
    "hour": ("seconds", 3600), "hours": ("seconds", 3600), "hr": ("seconds", 3600), "hrs": ("seconds", 3600), "h": ("seconds", 3600),  # noqa: E501
    "minute": ("seconds", 60), "minutes": ("seconds", 60), "min": ("seconds", 60), "mins": ("seconds", 60), "m": ("seconds", 60),  # noqa: E501
    "second": ("seconds", 1), "seconds": ("seconds", 1), "sec": ("seconds", 1), "secs": ("seconds", 1), "s": ("seconds", 1),  # noqa: E501
}  # fmt: skip


def interval_text(text: str) -> str:
    """An interval as PostgreSQL prints it: `2 weeks` is `14 days`, `1 hour` is `01:00:00`."""
    totals = {"months": Decimal(0), "days": Decimal(0), "seconds": Decimal(0)}
    rest = text.strip().lower()
    matched = False
    while rest:
        match = re.match(r"([+-]?\d+(?:\.\d+)?)\s*([a-z]+)\s*", rest)
        clock = re.match(r"(\d{1,3}):(\d{2})(?::(\d{2}))?\s*\Z", rest)
        if match is not None and match[2] in _UNITS:
            unit, factor = _UNITS[match[2]]
            totals[unit] += Decimal(match[1]) * factor
            rest = rest[match.end() :]
        elif clock is not None:
            totals["seconds"] += int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
            rest = ""
        else:
            return text
        matched = True
    if (
        not matched
        or any(each != each.to_integral_value() for each in totals.values())
        or any(each < 0 for each in totals.values())
    ):
        return text
    months, days, seconds = (int(totals[unit]) for unit in ("months", "days", "seconds"))
    parts = []
    if months // 12:
        parts.append(f"{months // 12} year{'s' if months // 12 != 1 else ''}")
    if months % 12:
        parts.append(f"{months % 12} mon{'s' if months % 12 != 1 else ''}")
    if days:
        parts.append(f"{days} day{'s' if days != 1 else ''}")
    if seconds or not parts:
        parts.append(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}")
    return " ".join(parts)


def _jsonb(text: str) -> str:
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
    return json.dumps(_key_order(value), ensure_ascii=False, separators=(", ", ": "), default=str)


def _key_order(value: object) -> object:
    """The order in which jsonb keeps keys: by length, then by bytes."""
    if isinstance(value, dict):
        return {
            key: _key_order(value[key]) for key in sorted(value, key=lambda each: (len(each.encode()), each.encode()))
        }
    if isinstance(value, list):
        return [_key_order(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


_METHODS: dict[type, Callable[[_Printer, Any], str]] = {
    ColumnReference: _Printer._column,
    Constant: _Printer._constant,
    Parameter: _Printer._parameter,
    Cast: _Printer._cast,
    ValueFunction: _Printer._value_function,
    BinaryOperation: _Printer._binary,
    UnaryOperation: _Printer._unary,
    BooleanExpression: _Printer._boolean,
    Not: _Printer._not,
    IsNull: _Printer._is_null,
    IsTest: _Printer._is_test,
    IsDistinct: _Printer._is_distinct,
    Between: _Printer._between,
    Like: _Printer._like,
    In: _Printer._in,
    Quantified: _Printer._quantified,
    FunctionCall: _Printer._call,
    NamedArgument: _Printer._named_argument,
    Coalesce: _Printer._coalesce,
    MinMax: _Printer._min_max,
    NullIf: _Printer._null_if,
    SpecialCall: _Printer._special_call,
    Grouping: _Printer._grouping,
    Case: _Printer._case,
    ArrayExpression: _Printer._array,
    Row: _Printer._row,
    Default: _Printer._default,
    Collate: _Printer._collate,
    AtTimeZone: _Printer._at_time_zone,
    Subscript: _Printer._subscript,
    FieldSelection: _Printer._field,
    SubSelect: _Printer._sub_select,
}
