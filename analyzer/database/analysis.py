"""What the names and operators of an expression mean, and whether PostgreSQL would accept it (parse_expr.c)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analyzer.database.builtin import FIRST_OWN_OID, Signature, builtin
from analyzer.database.coercion import (
    Context,
    MismatchError,
    base_type,
    can_coerce,
    category,
    common_type,
    same,
    solve_polymorphic,
)
from analyzer.database.datatypes import (
    ANY,
    BOOL,
    DATE,
    INT4,
    INT8,
    JSON,
    JSONB,
    NAME,
    NUMERIC,
    OID,
    POLYMORPHIC,
    RECORD,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    UNKNOWN,
    VARBIT,
    DataType,
)
from analyzer.database.literals import check_literal
from analyzer.database.model import Column, Relation
from analyzer.database.overloads import AmbiguousError, Candidate, find_function, find_operator, signatures
from analyzer.database.rejected import Rejected
from analyzer.database.scope import SYSTEM_COLUMNS, Entry, Scope, ScopeColumn
from analyzer.database.state import State
from analyzer.database.stored import Bindings, BoundColumn, BoundEntry, Stored
from analyzer.database.types import data_type, find_type, kind_of, own_type, schema_exists, shown
from analyzer.facts.sql_query import (
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
    CurrentOf,
    Default,
    Expression,
    FieldSelection,
    FunctionCall,
    Grouping,
    Identifier,
    In,
    IsDistinct,
    IsNull,
    IsTest,
    Like,
    MinMax,
    NamedArgument,
    Node,
    Not,
    NullIf,
    Parameter,
    Quantified,
    Row,
    SpecialCall,
    Subscript,
    SubSelect,
    UnaryOperation,
    ValueFunction,
)

_VALUE_FUNCTIONS = {
    "current_date": DATE,
    "current_time": TIMETZ,
    "current_timestamp": TIMESTAMPTZ,
    "localtime": TIME,
    "localtimestamp": TIMESTAMP,
    "current_role": NAME,
    "current_user": NAME,
    "user": NAME,
    "session_user": NAME,
    "system_user": TEXT,
    "current_catalog": NAME,
    "current_schema": NAME,
}
_STABLE, _VOLATILE = "s", "v"
_WORST = {"i": 0, "s": 1, "v": 2}


# https://www.postgresql.org/docs/17/sql-createsequence.html#SQL-CREATESEQUENCE-NOTES
_OF_A_SEQUENCE = (
    Column(number=1, name="last_value", type=DataType(20)),
    Column(number=2, name="log_cnt", type=DataType(20)),
    Column(number=3, name="is_called", type=DataType(16)),
)


class Analysis:
    """One pass over an expression or statement: what its names mean, gathered as it goes.

    Every method gives the type of what it is given, or None where that is not to be known.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.entries: list[BoundEntry] = []
        self.columns: dict[int, BoundColumn] = {}
        self.functions: dict[int, int] = {}
        self.types: dict[int, DataType] = {}
        self.relations: dict[int, int] = {}
        self.from_entries: dict[int, int] = {}
        self.stars: dict[int, tuple[BoundColumn, ...]] = {}
        self.literals: dict[int, DataType] = {}
        self.needs: dict[tuple[int, int], None] = {}  # (object, column)
        self.volatility = "i"
        self.has_subquery = False
        self.has_aggregate = False
        self.has_window = False
        self.returns_set = False
        self.parameter_types: Sequence[DataType | None] = ()

    def bindings(self, output: Sequence[ScopeColumn] = ()) -> Bindings:
        """What was gathered."""
        return Bindings(
            entries=tuple(self.entries),
            columns=self.columns,
            functions=self.functions,
            types=self.types,
            relations=self.relations,
            from_entries=self.from_entries,
            stars=self.stars,
            literals=self.literals,
            output=tuple((column.name, column.type) for column in output),
        )

    def stored(self, node: Any, output: Sequence[ScopeColumn] = ()) -> Stored:
        """The node as the database keeps it."""
        return Stored(node=node, file=self.state.place.file, bindings=self.bindings(output))

    def need(self, oid: int, sub: int = 0) -> None:
        if oid >= FIRST_OWN_OID:
            self.needs[oid, sub] = None

    # Items of FROM

    def add_relation(
        self, scope: Scope, relation: Relation, alias: str = "", columns: Sequence[str] = (), node: Node | None = None
    ) -> Entry:
        """Makes the columns of a relation known."""
        renamed = list(columns)
        known = _OF_A_SEQUENCE if relation.kind == "sequence" else relation.columns
        listed = [
            ScopeColumn(renamed[index] if index < len(renamed) else column.name, column.type, column.number)
            for index, column in enumerate(known)
        ]
        row = DataType(relation.row_type) if relation.row_type else RECORD
        entry = Entry(len(self.entries), alias or relation.name, listed, relation.oid, relation.schema, row)
        if alias:
            entry.schema = ""
        numbers = tuple(column.number for column in known)
        self.entries.append(BoundEntry(entry.name, relation.oid, numbers, bool(alias)))
        if node is not None:
            self.from_entries[node.start] = entry.index
        scope.entries.append(entry)
        return entry

    def add_entry(
        self,
        scope: Scope,
        name: str,
        columns: Sequence[ScopeColumn] | None,
        node: Node | None = None,
        row_type: DataType | None = None,
    ) -> Entry:
        """Makes the columns of a query or function known; None: they are not known."""
        entry = Entry(len(self.entries), name, list(columns or ()), 0, "", row_type or RECORD, columns is None)
        self.entries.append(BoundEntry(name, 0, tuple(column.number for column in columns or ()), True))
        if node is not None:
            self.from_entries[node.start] = entry.index
        scope.entries.append(entry)
        return entry

    # Expressions

    def type_of(self, node: Expression, scope: Scope) -> DataType | None:
        """The type of an expression."""
        return _METHODS[type(node)](self, node, scope)

    def condition(self, node: Expression, scope: Scope, clause: str) -> None:
        """An expression that has to be boolean."""
        found = self.type_of(node, scope)
        self.require_boolean(node, found, clause)

    def require_boolean(self, node: Expression, found: DataType | None, clause: str) -> None:
        if found is None or same(found, BOOL):
            return
        if found.oid == UNKNOWN.oid:
            self.settle(node, BOOL)
            return
        if not can_coerce(self.state, found, BOOL, "assignment") or category(self.state, found) == "S":
            name = shown(self.state, found)
            raise Rejected("42804", f"argument of {clause} must be type boolean, not type {name}", node)

    def settle(self, node: Expression, type_: DataType) -> None:
        """Gives an untyped literal its type, which checks how it is written."""
        match node:
            case Constant(kind="string", value=str(value)):
                self.literals[node.start] = type_
                check_literal(self.state, value, type_, node)
            case Constant():
                self.literals[node.start] = type_
            case Case(whens=whens, otherwise=otherwise):
                for when in whens:
                    self.settle(when.result, type_)
                if otherwise is not None:
                    self.settle(otherwise, type_)
            case Coalesce(arguments=arguments) | MinMax(arguments=arguments):
                for argument in arguments:
                    self.settle(argument, type_)
            case _:
                pass

    def coerce(
        self, node: Expression, source: DataType | None, target: DataType, context: Context = "assignment"
    ) -> bool:
        """Whether the expression becomes a value of the type; an untyped literal gets it."""
        if source is None:
            return True
        if source.oid == UNKNOWN.oid:
            self.settle(node, target)
            return True
        return can_coerce(self.state, source, target, context)

    def _column(self, node: ColumnReference, scope: Scope) -> DataType | None:
        parts = node.parts
        if node.star:
            if parts:
                entry, _ = self.entry_named(scope, [part.text for part in parts], node)
                if entry is not None:
                    return entry.row_type
            return RECORD
        if len(parts) == 1:
            return self._simple_column(node, parts[0].text, scope)
        return self._qualified_column(node, [part.text for part in parts], scope)

    def _simple_column(self, node: ColumnReference, name: str, scope: Scope) -> DataType | None:
        level: Scope | None = scope
        depth = 0
        open_entry = False
        while level is not None:
            found: tuple[Entry, int, ScopeColumn] | None = None
            merged = level.merged.get(name)
            if merged is not None:
                self.columns[node.start] = BoundColumn(merged.entry, merged.number, name, qualified=False)
                self._need_column(merged.entry, merged.number)
                return merged.type
            for entry in level.entries:
                if entry.qualified_only:
                    continue
                if entry.open:
                    open_entry = True
                    continue
                if name in entry.hidden:
                    continue
                for index, column in enumerate(entry.columns):
                    if column.name == name:
                        if found is not None:
                            raise Rejected("42702", f'column reference "{name}" is ambiguous', node, subject=name)
                        found = (entry, index, column)
            variable = level.variables.get(name)
            if found is not None:
                variable_too = self._variable(level, name)
                if variable_too:
                    raise Rejected("42702", f'column reference "{name}" is ambiguous', node, subject=name)
                entry, index, column = found
                self.columns[node.start] = BoundColumn(entry.index, index, name, qualified=False)
                if entry.relation:
                    self.need(entry.relation, column.number)
                return column.type
            if variable is not None:
                self.columns[node.start] = BoundColumn(-1, variable.number, name, qualified=False)
                return variable.type
            for entry in level.entries:
                if entry.relation and name in SYSTEM_COLUMNS and not entry.qualified_only:
                    return SYSTEM_COLUMNS[name]
            level = level.parent
            depth += 1
        if open_entry:
            return None
        entry_found, _ = self.entry_named(scope, [name], node, quiet=True)
        if entry_found is not None:  # the whole row
            self.columns[node.start] = BoundColumn(entry_found.index, -1, name, qualified=False)
            if entry_found.is_function and len(entry_found.columns) == 1:
                return entry_found.columns[0].type
            return entry_found.row_type
        raise Rejected("42703", f'column "{name}" does not exist', node, subject=name)

    def _variable(self, scope: Scope, name: str) -> bool:
        """Whether a variable of PL/pgSQL has the name of a column: then neither wins."""
        level: Scope | None = scope
        while level is not None:
            if level.variables_first and name in level.variables:
                return True
            level = level.parent
        return False

    def _need_column(self, entry: int, index: int) -> None:
        bound = self.entries[entry]
        if bound.relation and 0 <= index < len(bound.numbers):
            self.need(bound.relation, bound.numbers[index])

    def _qualified_column(self, node: ColumnReference, parts: list[str], scope: Scope) -> DataType | None:
        entry, path = self.entry_named(scope, parts[:-1], node, quiet=True)
        name = parts[-1]
        if entry is None:
            found, type_ = self._field_of_variable(node, parts, scope)
            if found:
                return type_
            if len(parts) == 2:
                raise self._missing_entry(parts[0], node, scope)
            raise Rejected("42P01", f'missing FROM-clause entry for table "{parts[-2]}"', node, subject=parts[-2])
        del path
        for index, column in enumerate(entry.columns):
            if column.name == name:
                self.columns[node.start] = BoundColumn(entry.index, index, name, qualified=True)
                if entry.relation:
                    self.need(entry.relation, column.number)
                return column.type
        if entry.open:
            return None
        if name in SYSTEM_COLUMNS and entry.relation:
            return SYSTEM_COLUMNS[name]
        if entry.row_type is not None and not entry.row_type.array and entry.row_type.oid >= FIRST_OWN_OID:
            for _, each in signatures(self.state, None, name):
                if len(each.arguments) == 1 and same(each.arguments[0], entry.row_type):
                    self.need(each.oid)
                    return each.result
        shown_name = f"{entry.name}.{name}"
        raise Rejected("42703", f"column {shown_name} does not exist", node, subject=name)

    def _field_of_variable(self, node: ColumnReference, parts: list[str], scope: Scope) -> tuple[bool, DataType | None]:
        level: Scope | None = scope
        while level is not None:
            variable = level.variables.get(parts[0])
            if variable is not None:
                type_ = variable.type
                if variable.fields is not None and len(parts) == 2:
                    return True, variable.fields.get(parts[1])
                for name in parts[1:]:
                    if type_ is None or type_.oid == RECORD.oid:
                        return True, None
                    type_ = self.field(type_, name, node)
                return True, type_
            if level.function_name and parts[0] == level.function_name and len(parts) > 1:
                inner = level.variables.get(parts[1])
                if inner is not None:
                    self.columns[node.start] = BoundColumn(-1, inner.number, parts[1], qualified=True)
                    return True, inner.type
            level = level.parent
        return False, None

    def _missing_entry(self, name: str, node: Node, scope: Scope) -> Rejected:
        level: Scope | None = scope
        while level is not None:
            for entry in level.entries:
                relation = self.state.objects.get(entry.relation)
                if relation is not None and relation.name == name:
                    message = f'invalid reference to FROM-clause entry for table "{name}"'
                    return Rejected("42P01", message, node, subject=name)
            level = level.parent
        return Rejected("42P01", f'missing FROM-clause entry for table "{name}"', node, subject=name)

    def entry_named(
        self, scope: Scope, parts: Sequence[str], node: Node, *, quiet: bool = False
    ) -> tuple[Entry | None, int]:
        """The item of FROM of this name (refnameNamespaceItem), and how many levels up it is."""
        level: Scope | None = scope
        depth = 0
        name = parts[-1] if parts else ""
        schema = parts[-2] if len(parts) > 1 else ""
        while level is not None:
            found: Entry | None = None
            for entry in level.entries:
                if entry.name == name and (not schema or entry.schema == schema):
                    if found is not None:
                        raise Rejected("42P09", f'table reference "{name}" is ambiguous', node)
                    found = entry
            if found is not None:
                return found, depth
            level = level.parent
            depth += 1
        if not quiet:
            raise self._missing_entry(name, node, scope)
        return None, 0

    def _constant(self, node: Constant, scope: Scope) -> DataType | None:
        match node.kind:
            case "integer":
                return INT4
            case "numeric":
                value = str(node.value)
                if value.isdigit() and int(value) < 2**63:
                    return INT8
                return NUMERIC
            case "boolean":
                return BOOL
            case "bits":
                return VARBIT
            case _:
                return UNKNOWN

    def _parameter(self, node: Parameter, scope: Scope) -> DataType | None:
        level: Scope | None = scope
        while level is not None:
            for variable in level.variables.values():
                if variable.number == node.number:
                    self.columns[node.start] = BoundColumn(-1, node.number, variable.name, qualified=False)
                    return variable.type
            level = level.parent
        if 0 < node.number <= len(self.parameter_types):
            return self.parameter_types[node.number - 1]
        raise Rejected("42P02", f"there is no parameter ${node.number}", node)

    def _named_argument(self, node: NamedArgument, scope: Scope) -> DataType | None:
        return self.type_of(node.value, scope)

    def _call(self, node: FunctionCall, scope: Scope) -> DataType | None:
        candidate, arguments = self.resolve_call(node, scope)
        if candidate is None:
            return None
        return self.result_type(candidate, arguments)

    def result_type(self, candidate: Candidate, arguments: Sequence[DataType | None]) -> DataType | None:
        """What a call gives for these arguments."""
        result = candidate.signature.result
        if result.oid in POLYMORPHIC and not result.array:
            return solve_polymorphic(self.state, candidate.declared, arguments, result)
        if result.oid == UNKNOWN.oid:
            return None
        return result

    def resolve_call(
        self, node: FunctionCall, scope: Scope, *, procedure: bool = False
    ) -> tuple[Candidate | None, list[DataType | None]]:
        """The function that a call means with the types of its arguments; None for a cast that looks like a call."""
        name, schema = node.name.name, node.name.schema
        if len(node.name.parts) > 2 and node.name.parts[0].text != "postgres":
            raise Rejected("0A000", f"cross-database references are not implemented: {node.name}", node.name)
        inner = scope
        arguments: list[DataType | None] = []
        names: list[str] = []
        for argument in node.arguments:
            if isinstance(argument, NamedArgument):
                names.append(argument.name.text)
            arguments.append(self.type_of(argument, inner))
        if node.within_group:
            arguments += [self.type_of(item.expression, inner) for item in node.order_by]
        else:
            for item in node.order_by:
                self.type_of(item.expression, inner)
        if node.filter is not None:
            self.condition(node.filter, inner, "FILTER")
        if node.over is not None:
            self.has_window = True
            for each in node.over.partition_by:
                self.type_of(each, scope)
            for item in node.over.order_by:
                self.type_of(item.expression, scope)
        if len(arguments) == 1 and not names and not node.distinct and not node.over:
            cast = self._cast_call(node, schema, name, arguments[0])
            if cast is not None:
                return None, [cast]
        try:
            candidate = find_function(
                self.state, schema, name, arguments, names, variadic=node.variadic, procedure=procedure
            )
        except AmbiguousError:
            raise Rejected(
                "42725", f"function {self.call_text(node, arguments)} is not unique", node.name, subject=name
            ) from None
        if candidate is None:
            type_ = self._function_as_cast(node, schema, name, arguments)
            if type_ is not None:
                return None, [type_]
            raise self._missing_function(node, arguments, procedure=procedure)
        self._note_function(node, candidate.signature, scope)
        for argument, actual, want in zip(node.arguments, arguments, candidate.declared, strict=False):
            if actual is not None and actual.oid == UNKNOWN.oid and want.oid not in POLYMORPHIC and want.oid != ANY.oid:
                value = argument.value if isinstance(argument, NamedArgument) else argument
                self.settle(value, want)
        return candidate, arguments

    def _cast_call(self, node: FunctionCall, schema: str | None, name: str, actual: DataType | None) -> DataType | None:
        return None

    def _function_as_cast(
        self, node: FunctionCall, schema: str | None, name: str, arguments: Sequence[DataType | None]
    ) -> DataType | None:
        """`typename(value)`: a cast that is written as a call."""
        if len(arguments) != 1:
            return None
        type_ = find_type(self.state, (schema, name) if schema else (name,))
        if type_ is None:
            return None
        actual = arguments[0]
        if actual is None or actual.oid == UNKNOWN.oid or can_coerce(self.state, actual, type_, "explicit"):
            return type_
        return None

    def _note_function(self, node: FunctionCall, signature: Signature, scope: Scope) -> None:
        if signature.oid:
            self.functions[node.start] = signature.oid
            self.need(signature.oid)
        if _WORST[signature.volatility] > _WORST[self.volatility]:
            self.volatility = signature.volatility
        if signature.kind == "a" and node.over is None:
            self.has_aggregate = True
        if signature.returns_set:
            self.returns_set = True

    def _missing_function(
        self, node: FunctionCall, arguments: Sequence[DataType | None], *, procedure: bool
    ) -> Rejected:
        schema = node.name.schema
        if schema is not None and not schema_exists(self.state, schema):
            return Rejected("3F000", f'schema "{schema}" does not exist', node.name, subject=schema)
        kind = "procedure" if procedure else "function"
        for _, each in signatures(self.state, schema, node.name.name):
            if (each.kind == "p") != procedure and len(each.arguments) == len(arguments):
                text = self.call_text(node, arguments)
                other = "procedure" if each.kind == "p" else "function"
                message = f"{text} is not a procedure" if procedure else f"{text} is a {other}"
                return Rejected("42809", message, node.name, subject=node.name.name)
        message = f"{kind} {self.call_text(node, arguments)} does not exist"
        return Rejected("42883", message, node.name, subject=str(node.name))

    def call_text(self, node: FunctionCall, arguments: Sequence[DataType | None]) -> str:
        """The call as messages write it: with the types of its arguments."""
        listed = []
        for argument, type_ in zip((*node.arguments, *([None] * len(arguments))), arguments, strict=False):
            prefix = f"{argument.name.text} => " if isinstance(argument, NamedArgument) else ""
            listed.append(prefix + shown(self.state, type_))
        return f"{node.name}({', '.join(listed)})"

    def _coalesce(self, node: Coalesce, scope: Scope) -> DataType | None:
        return self._common(node.arguments, scope, "COALESCE")

    def _min_max(self, node: MinMax, scope: Scope) -> DataType | None:
        return self._common(node.arguments, scope, node.operation.upper())

    def _common(self, nodes: Sequence[Expression], scope: Scope, clause: str) -> DataType | None:
        types = [self.type_of(each, scope) for each in nodes]
        return self.unify(nodes, types, clause)

    def unify(self, nodes: Sequence[Expression], types: Sequence[DataType | None], clause: str) -> DataType | None:
        """The type that several expressions have in common; untyped literals get it."""
        try:
            chosen = common_type(self.state, types)
        except MismatchError as error:
            left, right = shown(self.state, error.left), shown(self.state, error.right)
            wrong = next(
                (node for node, each in zip(nodes, types, strict=True) if each is not None and same(each, error.right)),
                nodes[-1],
            )
            raise Rejected("42804", f"{clause} types {left} and {right} cannot be matched", wrong) from None
        if chosen is not None:
            for each, type_ in zip(nodes, types, strict=True):
                if type_ is not None and type_.oid == UNKNOWN.oid:
                    self.settle(each, chosen)
        return chosen

    def _null_if(self, node: NullIf, scope: Scope) -> DataType | None:
        left = self.type_of(node.left, scope)
        right = self.type_of(node.right, scope)
        self._operate(node, "=", "", node.left, left, node.right, right)
        if left is not None and left.oid == UNKNOWN.oid:
            return TEXT
        return left

    def _special_call(self, node: SpecialCall, scope: Scope) -> DataType | None:
        for argument in node.arguments:
            self.type_of(argument, scope)
        name = node.name.lower()
        if name.startswith("xml"):
            return DataType(142)
        if name in ("json_exists", "is_json"):
            return BOOL
        if name in ("json_object", "json_array", "json_scalar", "json", "json_objectagg", "json_arrayagg"):
            if name.endswith("agg"):
                self.has_aggregate = True
            return JSON
        return None

    def _value_function(self, node: ValueFunction, scope: Scope) -> DataType | None:
        if self.volatility == "i":
            self.volatility = _STABLE
        return _VALUE_FUNCTIONS.get(node.name.lower())

    def _grouping(self, node: Grouping, scope: Scope) -> DataType | None:
        for argument in node.arguments:
            self.type_of(argument, scope)
        return INT4

    def _binary(self, node: BinaryOperation, scope: Scope) -> DataType | None:
        chain = node.left
        if isinstance(chain, BinaryOperation):
            return self._binary_chain(node, scope)
        if isinstance(node.left, Row) and isinstance(node.right, Row):
            return self._rows(node, scope)
        left = self.type_of(node.left, scope)
        right = self.type_of(node.right, scope)
        return self._operate(node, node.operator, node.schema, node.left, left, node.right, right)

    def _binary_chain(self, node: BinaryOperation, scope: Scope) -> DataType | None:
        """A long chain of operators, without recursion."""
        chain: list[BinaryOperation] = []
        current: Expression = node
        while isinstance(current, BinaryOperation):
            chain.append(current)
            current = current.left
        if isinstance(current, Row) and isinstance(chain[-1].right, Row):
            left = self._rows(chain.pop(), scope)
        else:
            left = self.type_of(current, scope)
        while chain:
            each = chain.pop()
            right = self.type_of(each.right, scope)
            left = self._operate(each, each.operator, each.schema, each.left, left, each.right, right)
        return left

    def _rows(self, node: BinaryOperation, scope: Scope) -> DataType | None:
        assert isinstance(node.left, Row)
        assert isinstance(node.right, Row)
        if len(node.left.elements) != len(node.right.elements):
            raise Rejected("42601", "unequal number of entries in row expressions", node)
        for left, right in zip(node.left.elements, node.right.elements, strict=True):
            one, two = self.type_of(left, scope), self.type_of(right, scope)
            self._operate(node, node.operator, node.schema, left, one, right, two)
        return BOOL

    def _operate(
        self,
        node: Node,
        operator: str,
        schema: str,
        left_node: Expression,
        left: DataType | None,
        right_node: Expression,
        right: DataType | None,
    ) -> DataType | None:
        name = "<>" if operator == "!=" else operator
        if left is None or right is None:
            return BOOL if name in _BOOLEAN_OPERATORS else None
        try:
            found = find_operator(self.state, schema, name, left.bare, right.bare)
        except AmbiguousError:
            text = f"{shown(self.state, left)} {name} {shown(self.state, right)}"
            raise Rejected("42725", f"operator is not unique: {text}", node) from None
        if found is None:
            text = f"{shown(self.state, left)} {operator if operator != '!=' else '<>'} {shown(self.state, right)}"
            raise Rejected("42883", f"operator does not exist: {text}", node, subject=text)
        if found.oid:
            self.need(found.oid)
        if found.volatility != "i" and _WORST[found.volatility] > _WORST[self.volatility]:
            self.volatility = found.volatility
        wants = (found.left or found.right, found.right)
        if left.oid == UNKNOWN.oid:
            self._settle_operand(left_node, wants[0], right)
        if right.oid == UNKNOWN.oid:
            self._settle_operand(right_node, wants[1], left)
        if found.result.oid in POLYMORPHIC:
            return solve_polymorphic(self.state, wants, (left, right), found.result)
        return found.result

    def _settle_operand(self, node: Expression, want: DataType, other: DataType) -> None:
        if want.oid not in POLYMORPHIC:
            self.settle(node, want)
        elif want.oid in (3500, 2283, 2776) and other.oid != UNKNOWN.oid:
            self.settle(node, base_type(self.state, other).bare)
        elif want.oid in (2277, 5078) and other.array:
            self.settle(node, other.bare)

    def _unary(self, node: UnaryOperation, scope: Scope) -> DataType | None:
        operand = self.type_of(node.operand, scope)
        if operand is None:
            return None
        try:
            found = find_operator(self.state, node.schema, node.operator, None, operand.bare, prefix=True)
        except AmbiguousError:
            raise Rejected(
                "42725", f"operator is not unique: {node.operator} {shown(self.state, operand)}", node
            ) from None
        if found is None:
            text = f"{node.operator} {shown(self.state, operand)}"
            raise Rejected("42883", f"operator does not exist: {text}", node)
        return found.result

    def _boolean(self, node: BooleanExpression, scope: Scope) -> DataType | None:
        for argument in node.arguments:
            self.condition(argument, scope, node.operator.upper())
        return BOOL

    def _not(self, node: Not, scope: Scope) -> DataType | None:
        self.condition(node.operand, scope, "NOT")
        return BOOL

    def _cast(self, node: Cast, scope: Scope) -> DataType | None:
        target = data_type(self.state, node.type)
        self.types[node.type.start] = target
        self.need(target.oid)
        if isinstance(node.operand, ArrayExpression) and target.array:
            for element in _flat(node.operand):
                source = self.type_of(element, scope)
                if source is not None and source.oid == UNKNOWN.oid:
                    self.settle(element, target.element)
                elif source is not None and not can_coerce(self.state, source, target.element, "explicit"):
                    raise self._cannot_cast(source, target.element, element)
            return target
        source = self.type_of(node.operand, scope)
        if source is None:
            return target
        if source.oid == UNKNOWN.oid:
            self.settle(node.operand, target)
            return target
        if not can_coerce(self.state, source, target, "explicit"):
            raise self._cannot_cast(source, target, node)
        self._cast_volatility(source, target)
        return target

    def _cast_volatility(self, source: DataType, target: DataType) -> None:
        known = builtin().casts.get((base_type(self.state, source).oid, base_type(self.state, target).oid))
        volatility = known.volatility if known is not None else "i"
        if known is None and not same(source, target) and not (source.array or target.array):
            if kind_of(self.state, source.oid) == "enum" or kind_of(self.state, target.oid) == "enum":
                volatility = "s"  # enum_in and enum_out
            elif source.oid in _STABLE_TEXT or target.oid in _STABLE_TEXT:
                volatility = "s"
        if volatility in ("s", "v") and _WORST[volatility] > _WORST[self.volatility]:
            self.volatility = volatility

    def _cannot_cast(self, source: DataType, target: DataType, node: Node) -> Rejected:
        one, two = shown(self.state, source), shown(self.state, target)
        return Rejected("42846", f"cannot cast type {one} to {two}", node)

    def _sub_select(self, node: SubSelect, scope: Scope) -> DataType | None:
        self.has_subquery = True
        aggregate, self.has_aggregate = self.has_aggregate, False
        columns = self.query(node.query, scope)
        self.has_aggregate = aggregate
        if node.kind == "exists":
            return BOOL
        if columns is None:
            return None
        if len(columns) != 1:
            raise Rejected("42601", "subquery must return only one column", node)
        type_ = columns[0].type
        if node.kind == "array":
            return type_.many if type_ is not None and type_.oid != UNKNOWN.oid else (TEXT.many if type_ else None)
        return TEXT if type_ is not None and type_.oid == UNKNOWN.oid else type_

    def query(self, node: Any, scope: Scope | None) -> Sequence[ScopeColumn] | None:
        """The columns that a query gives; `query_analysis` replaces this."""
        raise NotImplementedError

    def _in(self, node: In, scope: Scope) -> DataType | None:
        if isinstance(node.operand, Row):
            return self._row_in(node, scope)
        operand = self.type_of(node.operand, scope)
        if node.query is not None:
            self.has_subquery = True
            columns = self.query(node.query, scope)
            if columns is not None:
                if len(columns) != 1:
                    many = "too many" if len(columns) > 1 else "too few"
                    raise Rejected("42601", f"subquery has {many} columns", node)
                self._operate(node, "=", "", node.operand, operand, _NOTHING, columns[0].type)
            return BOOL
        types = [self.type_of(item, scope) for item in node.items]
        if operand is not None and all(each is not None for each in types):
            try:
                chosen = common_type(self.state, [operand, *types]) if len(types) > 1 else None
            except MismatchError:
                chosen = None
            if chosen is not None:
                for item, type_ in zip(node.items, types, strict=True):
                    if type_ is not None and type_.oid == UNKNOWN.oid:
                        self.settle(item, chosen)
                    else:
                        self._operate(node, "=", "", node.operand, operand, item, type_)
                if operand.oid == UNKNOWN.oid:
                    self.settle(node.operand, chosen)
                else:
                    self._operate(node, "=", "", node.operand, operand, node.items[0], chosen)
                return BOOL
        for item, type_ in zip(node.items, types, strict=True):
            self._operate(node, "=", "", node.operand, operand, item, type_)
        return BOOL

    def _row_in(self, node: In, scope: Scope) -> DataType | None:
        assert isinstance(node.operand, Row)
        types = [self.type_of(each, scope) for each in node.operand.elements]
        if node.query is not None:
            columns = self.query(node.query, scope)
            if columns is not None:
                if len(columns) != len(types):
                    many = "too many" if len(columns) > len(types) else "too few"
                    raise Rejected("42601", f"subquery has {many} columns", node)
                for element, type_, column in zip(node.operand.elements, types, columns, strict=True):
                    self._operate(node, "=", "", element, type_, _NOTHING, column.type)
        for item in node.items:
            if isinstance(item, Row) and len(item.elements) == len(types):
                for element, type_, other in zip(node.operand.elements, types, item.elements, strict=True):
                    self._operate(node, "=", "", element, type_, other, self.type_of(other, scope))
            else:
                self.type_of(item, scope)
        return BOOL

    def _quantified(self, node: Quantified, scope: Scope) -> DataType | None:
        left = self.type_of(node.left, scope)
        if node.query is not None:
            self.has_subquery = True
            columns = self.query(node.query, scope)
            if columns is not None and len(columns) == 1:
                self._operate(node, node.operator, "", node.left, left, _NOTHING, columns[0].type)
            return BOOL
        assert node.array is not None
        right = self.type_of(node.array, scope)
        if right is None or left is None:
            return BOOL
        right = base_type(self.state, right)
        if right.oid == UNKNOWN.oid:
            if left.oid != UNKNOWN.oid:
                self.settle(node.array, left.many)
            return BOOL
        if right.oid == 22 or right.oid == 30:
            element = DataType(21 if right.oid == 22 else 26)
        elif not right.array:
            if right.oid in POLYMORPHIC:
                return BOOL
            raise Rejected(
                "42809",
                f"op {node.quantifier.upper()}/ALL (array) requires array on right side".replace("ALL/ALL", "ANY/ALL"),
                node,
            )
        else:
            element = right.element
        self._operate(node, node.operator, "", node.left, left, _NOTHING, element)
        return BOOL

    def _case(self, node: Case, scope: Scope) -> DataType | None:
        operand = self.type_of(node.operand, scope) if node.operand is not None else None
        types: list[DataType | None] = []
        nodes: list[Expression] = []
        if operand is not None and operand.oid == UNKNOWN.oid:
            operand = TEXT
        for when in node.whens:
            if node.operand is None:
                self.condition(when.condition, scope, "CASE/WHEN")
            else:
                self._operate(
                    when.condition, "=", "", node.operand, operand, when.condition, self.type_of(when.condition, scope)
                )
            types.append(self.type_of(when.result, scope))
            nodes.append(when.result)
        if node.otherwise is not None:
            types.insert(0, self.type_of(node.otherwise, scope))
            nodes.insert(0, node.otherwise)
        return self.unify(nodes, types, "CASE")

    def _array(self, node: ArrayExpression, scope: Scope) -> DataType | None:
        if not node.elements:
            raise Rejected("42P18", "cannot determine type of empty array", node)
        elements = node.elements
        types = [self.type_of(each, scope) for each in elements]
        if any(isinstance(each, ArrayExpression) for each in elements):
            return next((each for each in types if each is not None), None)
        chosen = self.unify(elements, types, "ARRAY")
        return chosen.bare.many if chosen is not None else None

    def _row(self, node: Row, scope: Scope) -> DataType | None:
        for element in node.elements:
            self.type_of(element, scope)
        return RECORD

    def _is_null(self, node: IsNull, scope: Scope) -> DataType | None:
        self.type_of(node.operand, scope)
        return BOOL

    def _is_test(self, node: IsTest, scope: Scope) -> DataType | None:
        found = self.type_of(node.operand, scope)
        if node.test in ("true", "false", "unknown"):
            self.require_boolean(node.operand, found, f"IS {'NOT ' if node.negated else ''}{node.test.upper()}")
        return BOOL

    def _is_distinct(self, node: IsDistinct, scope: Scope) -> DataType | None:
        left, right = self.type_of(node.left, scope), self.type_of(node.right, scope)
        if isinstance(node.left, Row) or isinstance(node.right, Row):
            return BOOL
        self._operate(node, "=", "", node.left, left, node.right, right)
        return BOOL

    def _between(self, node: Between, scope: Scope) -> DataType | None:
        operand = self.type_of(node.operand, scope)
        low, high = self.type_of(node.low, scope), self.type_of(node.high, scope)
        self._operate(node, ">=", "", node.operand, operand, node.low, low)
        self._operate(node, "<=", "", node.operand, operand, node.high, high)
        return BOOL

    def _like(self, node: Like, scope: Scope) -> DataType | None:
        operand, pattern = self.type_of(node.operand, scope), self.type_of(node.pattern, scope)
        if node.escape is not None:
            self.type_of(node.escape, scope)
        operator = {"like": "~~", "ilike": "~~*", "similar": "~"}[node.kind]
        if node.negated:
            operator = "!" + operator
        self._operate(node, operator, "", node.operand, operand, node.pattern, pattern)
        return BOOL

    def _default(self, node: Default, scope: Scope) -> DataType | None:
        raise Rejected("42601", "DEFAULT is not allowed in this context", node)

    def _collate(self, node: Collate, scope: Scope) -> DataType | None:
        found = self.type_of(node.operand, scope)
        if found is not None and found.oid == UNKNOWN.oid:
            return TEXT
        return found

    def _at_time_zone(self, node: AtTimeZone, scope: Scope) -> DataType | None:
        operand = self.type_of(node.operand, scope)
        if node.zone is not None:
            zone = self.type_of(node.zone, scope)
            if zone is not None and zone.oid == UNKNOWN.oid:
                self.settle(node.zone, TEXT)
        if operand is None:
            return None
        bare = base_type(self.state, operand).oid
        if bare == TIMESTAMPTZ.oid:
            return TIMESTAMP
        if bare in (TIMESTAMP.oid, DATE.oid, UNKNOWN.oid):
            # an untyped literal is read as timestamptz, the preferred type
            return TIMESTAMP if bare in (UNKNOWN.oid, DATE.oid) else TIMESTAMPTZ
        if bare in (TIME.oid, TIMETZ.oid):
            return TIMETZ
        name = shown(self.state, operand)
        raise Rejected("42883", f"function pg_catalog.timezone(unknown, {name}) does not exist", node)

    def _subscript(self, node: Subscript, scope: Scope) -> DataType | None:
        operand = self.type_of(node.operand, scope)
        for bound in (node.lower, node.upper):
            if bound is not None:
                found = self.type_of(bound, scope)
                if found is not None and found.oid == UNKNOWN.oid and operand is not None and operand.array:
                    self.settle(bound, INT4)
        if operand is None:
            return None
        bare = base_type(self.state, operand)
        if bare.array:
            return bare if node.slice else bare.element
        if bare.oid == JSONB.oid:
            return JSONB
        if bare.oid in (22, 30):
            return DataType(21 if bare.oid == 22 else 26)
        if bare.oid in POLYMORPHIC or (bare.oid >= FIRST_OWN_OID and kind_of(self.state, bare.oid) == "base"):
            return None
        if bare.oid in (600, 601, 603, 604, 628, 19):  # point and its like, name
            return None
        name = shown(self.state, operand)
        raise Rejected("42804", f"cannot subscript type {name} because it does not support subscripting", node.operand)

    def _field(self, node: FieldSelection, scope: Scope) -> DataType | None:
        operand = node.operand
        row = self.type_of(operand, scope)
        if node.field is None:
            return row
        if isinstance(operand, FunctionCall) and row is not None and row.oid == RECORD.oid:
            return self._output_field(operand, node.field, scope)
        return self.field(row, node.field.text, node) if row is not None else None

    def _output_field(self, call: FunctionCall, field: Identifier, scope: Scope) -> DataType | None:
        candidate, _ = self.resolve_call(call, scope)
        if candidate is None or not candidate.signature.outputs:
            return None
        for name, type_ in candidate.signature.outputs:
            if name == field.text:
                return type_
        raise Rejected("42703", f'column "{field.text}" not found in data type record', field)

    def field(self, row: DataType, name: str, node: Node) -> DataType | None:
        """The type of one field of a composite type."""
        if row.array:
            text = shown(self.state, row)
            raise Rejected(
                "42809", f"column notation .{name} applied to type {text}, which is not a composite type", node
            )
        columns = self.composite(row)
        if columns is None:
            if row.oid < FIRST_OWN_OID and row.oid not in (RECORD.oid, UNKNOWN.oid) and row.oid not in POLYMORPHIC:
                text = shown(self.state, row)
                raise Rejected(
                    "42809", f"column notation .{name} applied to type {text}, which is not a composite type", node
                )
            return None
        for column in columns:
            if column.name == name:
                own = own_type(self.state, base_type(self.state, row))
                if own is not None and own.relation:
                    self.need(own.relation, column.number)
                return column.type
        for _, each in signatures(self.state, None, name):
            if len(each.arguments) == 1 and same(each.arguments[0], row):
                return each.result
        raise Rejected("42703", f'column "{name}" not found in data type {shown(self.state, row)}', node, subject=name)

    def composite(self, row: DataType) -> list[ScopeColumn] | None:
        """The fields of a composite type, or None where it is none."""
        own = own_type(self.state, base_type(self.state, row))
        if own is None or not own.relation or row.array:
            return None
        relation = self.state.objects.get(own.relation)
        if not isinstance(relation, Relation):
            return None
        return [ScopeColumn(column.name, column.type, column.number) for column in relation.columns]

    def _current_of(self, node: CurrentOf, scope: Scope) -> DataType | None:
        return BOOL


def _flat(node: ArrayExpression) -> list[Expression]:
    found: list[Expression] = []
    for element in node.elements:
        if isinstance(element, ArrayExpression):
            found += _flat(element)
        else:
            found.append(element)
    return found


def function_outputs(state: State, signature: Signature, result: DataType | None) -> list[ScopeColumn] | None:
    """The columns of a call in FROM, where its result is no single value."""
    if signature.outputs and (len(signature.outputs) > 1 or (result is not None and result.oid == RECORD.oid)):
        return [
            ScopeColumn(name or f"column{index + 1}", type_) for index, (name, type_) in enumerate(signature.outputs)
        ]
    own = own_type(state, base_type(state, result)) if result is not None and not result.array else None
    if own is not None and own.relation:
        relation = state.objects.get(own.relation)
        if isinstance(relation, Relation):
            return [ScopeColumn(column.name, column.type, column.number) for column in relation.columns]
    return None


_NOTHING = Constant(-1, -1, "null", None)
_BOOLEAN_OPERATORS = frozenset(
    {
        "=",
        "<>",
        "<",
        ">",
        "<=",
        ">=",
        "~",
        "~*",
        "!~",
        "!~*",
        "~~",
        "!~~",
        "~~*",
        "!~~*",
        "@>",
        "<@",
        "&&",
        "?",
        "?|",
        "?&",
        "@@",
    }
)
_STABLE_TEXT = frozenset({TIMESTAMPTZ.oid, DATE.oid, TIMESTAMP.oid, 1186, TIMETZ.oid})  # their text depends on settings
_OIDS = frozenset({OID.oid})

_METHODS: dict[type, Callable[[Analysis, Any, Scope], DataType | None]] = {
    ColumnReference: Analysis._column,
    Constant: Analysis._constant,
    Parameter: Analysis._parameter,
    NamedArgument: Analysis._named_argument,
    FunctionCall: Analysis._call,
    Coalesce: Analysis._coalesce,
    MinMax: Analysis._min_max,
    NullIf: Analysis._null_if,
    SpecialCall: Analysis._special_call,
    ValueFunction: Analysis._value_function,
    Grouping: Analysis._grouping,
    BinaryOperation: Analysis._binary,
    UnaryOperation: Analysis._unary,
    BooleanExpression: Analysis._boolean,
    Not: Analysis._not,
    Cast: Analysis._cast,
    SubSelect: Analysis._sub_select,
    In: Analysis._in,
    Quantified: Analysis._quantified,
    Case: Analysis._case,
    ArrayExpression: Analysis._array,
    Row: Analysis._row,
    IsNull: Analysis._is_null,
    IsTest: Analysis._is_test,
    IsDistinct: Analysis._is_distinct,
    Between: Analysis._between,
    Like: Analysis._like,
    Default: Analysis._default,
    Collate: Analysis._collate,
    AtTimeZone: Analysis._at_time_zone,
    Subscript: Analysis._subscript,
    FieldSelection: Analysis._field,
    CurrentOf: Analysis._current_of,
}
