"""The grammar of an expression's operands (c_expr): constants, columns, calls, CASE, sub-selects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.facts.sql_query import (
    ArrayExpression,
    Case,
    Cast,
    Coalesce,
    ColumnReference,
    Constant,
    CurrentOf,
    Default,
    Expression,
    FieldSelection,
    Grouping,
    Identifier,
    MinMax,
    NullIf,
    Parameter,
    Row,
    Subscript,
    SubSelect,
    TypeName,
    ValueFunction,
    When,
)
from analyzer.sql import call, expression, query, special, type_names
from analyzer.sql.cursor import Cursor, integer_value
from analyzer.sql.keywords import SPELLED_TYPES
from analyzer.sql.strings import bits_value, string_value
from analyzer.sql.tokens import BITS, COLUMN_WORD, NAME, NUMBER, PARAMETER, RESERVED_WORD, STRING, TYPE_WORD

_BEHIND_NAME = frozenset({"(", ".", "["})
_MAX_INTEGER = 2**31 - 1
COLUMN_LIKE = (ColumnReference, Constant, Parameter, FieldSelection, Subscript)  # operands that are no call


def primary(p: Cursor) -> Expression:
    """An operand with its casts, subscripts and fields."""
    i = p.i
    kind = p.classes[i]
    if kind <= TYPE_WORD:
        if kind == NAME:
            if p.keys[i + 1] not in _BEHIND_NAME and p.classes[i + 1] != STRING:
                p.i = i + 1
                name = p.identifier(i)
                return ColumnReference(name.start, name.end, (name,))
            return _named(p)
        parse = _BY_WORD.get(p.keys[i])
        if parse is not None:
            found = parse(p)
            if found is not None:
                return found
        return _named(p)
    if kind == STRING:
        p.i = i + 1
        start, end = p.starts[i], p.ends[i]
        constant = Constant(start, end, "string", string_value(p.text[start:end]))
        if p.text[start] in "nN":
            return Cast(start, end, constant, TypeName(start, start + 1, ("pg_catalog", "bpchar")), "literal")
        return constant
    if kind == NUMBER:
        p.i = i + 1
        return _number(p, i)
    key = p.keys[i]
    if key == "(":
        return _parenthesis(p)
    if kind == RESERVED_WORD:
        parse = _BY_RESERVED_WORD.get(key)
        if parse is not None:
            found = parse(p)
            if found is not None:
                return found
    elif kind == PARAMETER:
        p.i = i + 1
        start, end = p.starts[i], p.ends[i]
        return indirection(p, Parameter(start, end, int(p.text[start + 1 : end])))
    elif kind == BITS:
        p.i = i + 1
        return Constant(p.starts[i], p.ends[i], "bits", bits_value(p.slice(i)))
    raise p.rejected()


def _number(p: Cursor, i: int) -> Constant:
    start, end = p.starts[i], p.ends[i]
    digits = p.text[start:end]
    value = integer_value(digits)
    if value is not None and value <= _MAX_INTEGER:
        return Constant(start, end, "integer", value)
    return Constant(start, end, "numeric", digits)


# Names


def _named(p: Cursor) -> Expression:
    """A column, a call, or a constant that a type's name precedes."""
    i = p.i
    keys = p.keys
    kind = p.classes[i]
    following = keys[i + 1]
    if following == "(":
        if kind == COLUMN_WORD:
            p.i = i + 1
            raise p.rejected()
        return call.function_call(p)
    if following != ".":
        if p.classes[i + 1] == STRING and kind != COLUMN_WORD:
            return _typed_literal(p)
        p.i = i + 1
        if kind == TYPE_WORD:
            raise p.rejected()
        name = p.identifier(i)
        column = ColumnReference(name.start, name.end, (name,))
        return indirection(p, column) if following == "[" else column
    if kind == TYPE_WORD:
        p.i = i + 1
        raise p.rejected()
    return _dotted(p)


def _dotted(p: Cursor) -> Expression:
    keys = p.keys
    i = p.i
    start = p.starts[i]
    parts = [p.identifier(i)]
    i += 1
    while keys[i] == ".":
        if keys[i + 1] == "*":
            p.i = i + 2
            return ColumnReference(start, p.ends[i + 1], tuple(parts), True)
        if p.classes[i + 1] > RESERVED_WORD:
            p.i = i + 1
            raise p.rejected()
        parts.append(p.identifier(i + 1))
        i += 2
    if keys[i] == "(":
        return call.function_call(p)
    if p.classes[i] == STRING:
        return _typed_literal(p)
    p.i = i
    column = ColumnReference(start, p.ends[i - 1], tuple(parts))
    return indirection(p, column) if keys[i] == "[" else column


def _typed_literal(p: Cursor) -> Expression:
    start = p.start
    parts, modifiers, _ = type_names.simple_type(p)
    type_ = TypeName(start, p.end, parts, modifiers)
    return _cast_string(p, start, type_)


def _cast_string(p: Cursor, start: int, type_: TypeName) -> Expression:
    i = p.string_index()
    constant = Constant(p.starts[i], p.ends[i], "string", string_value(p.slice(i)))
    return Cast(start, p.end, constant, type_, "literal")


def _spelled_type(p: Cursor) -> Expression | None:
    """`timestamp '...'` and other constants of types that the grammar spells out; else the word is a column's name."""
    mark = p.i
    start = p.start
    if p.classes[mark + 1] != STRING and p.keys[mark + 1] not in _BEFORE_STRING:
        return None
    parts, modifiers, fields = type_names.simple_type(p)
    end = p.end
    if p.classes[p.i] != STRING:
        if p.keys[mark + 1] != "(":
            p.i = mark
            return None
        raise p.rejected()
    constant = p.string_index()
    if parts[-1] == "interval" and not modifiers:
        fields, modifiers = type_names.interval_fields(p)
        end = p.end if fields else end
    type_ = TypeName(start, end, parts, modifiers, 0, False, "", fields)
    value = Constant(p.starts[constant], p.ends[constant], "string", string_value(p.slice(constant)))
    return Cast(start, p.end, value, type_, "literal")


_BEFORE_STRING = frozenset({"(", "varying", "with", "without", "precision", "char", "character"})


def _double(p: Cursor) -> Expression | None:
    return _spelled_type(p) if p.keys[p.i + 1] == "precision" else None


def indirection(p: Cursor, operand: Expression) -> Expression:
    """The operand with what follows it: `.field`, `.*`, `[index]` (opt_indirection)."""
    keys = p.keys
    start = operand.start
    while True:
        key = keys[p.i]
        if key in (".", "["):
            p.lengthen()
        if key == ".":
            if keys[p.i + 1] == "*":
                p.i += 2
                operand = FieldSelection(start, p.ends[p.i - 1], operand, None)
            else:
                p.i += 1
                field = p.label()
                operand = FieldSelection(start, field.end, operand, field)
        elif key == "[":
            operand = subscript(p, operand, start)
        else:
            return operand


def subscript(p: Cursor, operand: Expression, start: int) -> Subscript:
    """`operand[...]`, whose operand has been read."""
    p.i += 1
    lower = None if p.keys[p.i] == ":" else expression.expression(p)
    if p.accept(":"):
        upper = None if p.keys[p.i] == "]" else expression.expression(p)
        p.expect("]")
        return Subscript(start, p.end, operand, lower, upper, True)
    p.expect("]")
    return Subscript(start, p.end, operand, lower, None, False)


# Parentheses, rows and sub-selects


def _parenthesis(p: Cursor) -> Expression:
    start = p.start
    if query.starts_query(p, p.i):
        of = query.parenthesized_query(p)
        return _with_indirection(p, SubSelect(start, p.end, "scalar", of), start)
    p.i += 1
    first = expression.expression(p)
    if p.keys[p.i] == ",":
        elements = [first]
        while p.accept(","):
            elements.append(expression.expression(p))
        p.expect(")")
        return Row(start, p.end, tuple(elements), False)
    p.expect(")")
    return _with_indirection(p, first, start)


def _with_indirection(p: Cursor, operand: Expression, start: int) -> Expression:
    key = p.keys[p.i]
    if key not in (".", "["):
        return operand
    found = indirection(p, operand)
    if isinstance(found, FieldSelection):
        return FieldSelection(start, found.end, found.operand, found.field)
    if isinstance(found, Subscript):
        return Subscript(start, found.end, found.operand, found.lower, found.upper, found.slice)
    return found


def _row(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    p.i += 2
    elements = () if p.keys[p.i] == ")" else expression.expressions(p)
    p.expect(")")
    return Row(start, p.end, elements, True)


def _exists(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    p.i += 1
    of = query.parenthesized_query(p)
    return SubSelect(start, p.end, "exists", of)


def _array(p: Cursor) -> Expression | None:
    start = p.start
    p.i += 1
    if p.keys[p.i] == "(":
        of = query.parenthesized_query(p)
        return SubSelect(start, p.end, "array", of)
    if p.keys[p.i] != "[":
        raise p.rejected()
    return _elements(p, start)


def _elements(p: Cursor, start: int) -> ArrayExpression:
    p.expect("[")
    elements: tuple[Expression, ...] = ()
    if p.keys[p.i] == "[":
        elements = p.listed(_nested_elements)
    elif p.keys[p.i] != "]":
        elements = expression.expressions(p)
    p.expect("]")
    return ArrayExpression(start, p.end, elements)


def _nested_elements(p: Cursor) -> Expression:
    return _elements(p, p.start)


def _case(p: Cursor) -> Expression | None:
    start = p.start
    p.i += 1
    operand = None if p.keys[p.i] == "when" else expression.expression(p)
    whens = []
    while p.keys[p.i] == "when":
        begin = p.start
        p.i += 1
        condition = expression.expression(p)
        p.expect("then")
        result = expression.expression(p)
        whens.append(When(begin, p.end, condition, result))
    if not whens:
        raise p.rejected()
    otherwise = expression.expression(p) if p.accept("else") else None
    p.expect("end")
    return Case(start, p.end, operand, tuple(whens), otherwise)


# Calls and values of their own spelling


def _cast(p: Cursor) -> Expression | None:
    start = p.start
    p.i += 1
    p.expect("(")
    operand = expression.expression(p)
    p.expect("as")
    type_ = type_names.type_name(p)
    p.expect(")")
    return Cast(start, p.end, operand, type_, "cast")


def _coalesce(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    p.i += 1
    arguments = p.parenthesized(expression.expression)
    return Coalesce(start, p.end, arguments)


def _min_max(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    operation: Literal["greatest", "least"] = "greatest" if p.keys[p.i] == "greatest" else "least"
    p.i += 1
    arguments = p.parenthesized(expression.expression)
    return MinMax(start, p.end, operation, arguments)


def _null_if(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    p.i += 2
    left = expression.expression(p)
    p.expect(",")
    right = expression.expression(p)
    p.expect(")")
    return NullIf(start, p.end, left, right)


def _grouping(p: Cursor) -> Expression | None:
    if p.keys[p.i + 1] != "(":
        return None
    start = p.start
    p.i += 1
    arguments = p.parenthesized(expression.expression)
    return Grouping(start, p.end, arguments)


def _null(p: Cursor) -> Expression | None:
    p.i += 1
    return Constant(p.starts[p.i - 1], p.end, "null", None)


def _true(p: Cursor) -> Expression | None:
    p.i += 1
    return Constant(p.starts[p.i - 1], p.end, "boolean", True)


def _false(p: Cursor) -> Expression | None:
    p.i += 1
    return Constant(p.starts[p.i - 1], p.end, "boolean", False)


def _default(p: Cursor) -> Expression | None:
    p.i += 1
    return Default(p.starts[p.i - 1], p.end)


def _value(p: Cursor) -> Expression | None:
    i = p.i
    p.i += 1
    return ValueFunction(p.starts[i], p.ends[i], p.keys[i])


def _clock(p: Cursor) -> Expression | None:
    i = p.i
    p.i += 1
    precision = None
    if p.accept("("):
        precision = p.integer()
        p.expect(")")
    return ValueFunction(p.starts[i], p.end, p.keys[i], precision)


def _current_schema(p: Cursor) -> Expression | None:
    return None if p.keys[p.i + 1] in ("(", ".") else _value(p)


def current_of(p: Cursor) -> Expression:
    """`CURRENT OF cursor`."""
    start = p.start
    p.expect("current", "of")
    cursor: Identifier = p.name()
    return CurrentOf(start, p.end, cursor)


_Parse = Callable[[Cursor], "Expression | None"]

_BY_WORD: dict[str, _Parse] = {
    **dict.fromkeys(SPELLED_TYPES, _spelled_type),
    "double": _double,
    "coalesce": _coalesce,
    "greatest": _min_max,
    "least": _min_max,
    "nullif": _null_if,
    "grouping": _grouping,
    "row": _row,
    "exists": _exists,
    "current_schema": _current_schema,
    **special.CALLS,
    "json": lambda p: (special.CALLS["json"] if p.keys[p.i + 1] == "(" else _spelled_type)(p),
}
_BY_RESERVED_WORD: dict[str, _Parse] = {
    "array": _array,
    "case": _case,
    "cast": _cast,
    "null": _null,
    "true": _true,
    "false": _false,
    "default": _default,
    "current_date": _value,
    "current_user": _value,
    "current_role": _value,
    "session_user": _value,
    "system_user": _value,
    "user": _value,
    "current_catalog": _value,
    "current_time": _clock,
    "current_timestamp": _clock,
    "localtime": _clock,
    "localtimestamp": _clock,
}
