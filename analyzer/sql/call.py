"""The grammar of function calls, with what may follow them: FILTER, WITHIN GROUP, OVER."""

from __future__ import annotations

from analyzer.facts.sql_query import (
    Cast,
    Constant,
    Expression,
    Frame,
    FunctionCall,
    Identifier,
    NamedArgument,
    OrderItem,
    QualifiedName,
    TypeName,
    Window,
)
from analyzer.sql import expression, query
from analyzer.sql.cursor import Cursor
from analyzer.sql.strings import string_value
from analyzer.sql.tokens import RESERVED_WORD, STRING, TYPE_WORD


def function_call(p: Cursor) -> Expression:
    """A call by name; `name(...) 'text'` is a constant of a type with modifiers."""
    start = p.starts[p.i]
    name = p.function_name()
    if p.keys[p.i] != "(":
        raise p.rejected()
    if p.keys[p.i + 1] == ")":
        p.i += 2
        found = FunctionCall(start, p.ends[p.i - 1], name)
    else:
        found = _with_arguments(p, start, name)
        if p.classes[p.i] == STRING:
            return _typed_literal(p, found)
    if p.keys[p.i] in _FOLLOWING:
        return _followed(p, found)
    return found


_FOLLOWING = frozenset({"filter", "over", "within", "ignore", "respect"})


def _typed_literal(p: Cursor, found: FunctionCall) -> Expression:
    names = tuple(part.text for part in found.name.parts)
    type_ = TypeName(found.start, found.end, names, found.arguments)
    i = p.string_index()
    value = Constant(p.starts[i], p.ends[i], "string", string_value(p.slice(i)))
    return Cast(found.start, p.end, value, type_, "literal")


def _with_arguments(p: Cursor, start: int, name: QualifiedName) -> FunctionCall:
    p.i += 1
    keys = p.keys
    if keys[p.i] == "*" and keys[p.i + 1] == ")":
        p.i += 2
        return FunctionCall(start, p.ends[p.i - 1], name, (), True)
    distinct = keys[p.i] == "distinct"
    if distinct or keys[p.i] == "all":
        p.i += 1
    variadic = keys[p.i] == "variadic"
    if variadic:
        p.i += 1
    arguments = [argument(p)]
    while keys[p.i] == "," and not variadic:
        p.i += 1
        if keys[p.i] == "variadic":
            p.i += 1
            variadic = True
        arguments.append(argument(p))
    order = query.order_by(p) if keys[p.i] == "order" else ()
    p.expect(")")
    return FunctionCall(start, p.ends[p.i - 1], name, tuple(arguments), False, distinct, variadic, order)


def argument(p: Cursor) -> Expression:
    """An argument, which may be named (func_arg_expr)."""
    i = p.i
    if p.keys[i + 1] in ("=>", ":=") and p.classes[i] <= TYPE_WORD:
        name = p.type_or_function_name()
        p.i += 1
        value = expression.expression(p)
        return NamedArgument(name.start, p.ends[p.i - 1], name, value)
    return expression.expression(p)


def arguments(p: Cursor) -> tuple[Expression, ...]:
    """Arguments in parentheses, or an empty list."""
    p.expect("(")
    found = () if p.keys[p.i] == ")" else p.listed(argument)
    p.expect(")")
    return found


def _followed(p: Cursor, found: FunctionCall) -> Expression:
    order: tuple[OrderItem, ...] = found.order_by
    within = False
    if p.accept_words("within", "group"):
        p.expect("(")
        order = query.order_by(p)
        p.expect(")")
        within = True
    condition: Expression | None = None
    if p.at("filter", "("):
        p.i += 2
        p.expect("where")
        condition = expression.expression(p)
        p.expect(")")
    over = _over(p) if p.keys[p.i] == "over" and _starts_window(p) else None
    return FunctionCall(
        found.start,
        p.end,
        found.name,
        found.arguments,
        found.star,
        found.distinct,
        found.variadic,
        order,
        within,
        condition,
        over,
    )


def _starts_window(p: Cursor) -> bool:
    return p.keys[p.i + 1] == "(" or p.classes[p.i + 1] < RESERVED_WORD


def _over(p: Cursor) -> Window:
    p.i += 1
    if p.keys[p.i] == "(":
        return window(p, None)
    reference = p.name()
    return Window(reference.start, reference.end, None, reference)


def window(p: Cursor, name: Identifier | None) -> Window:
    """The specification of a window in its parentheses; `name` is what the WINDOW clause calls it."""
    start = name.start if name else p.start
    p.expect("(")
    reference = None
    if p.keys[p.i] not in _WINDOW_PARTS and p.classes[p.i] < TYPE_WORD:
        reference = p.name()
    partition: tuple[Expression, ...] = ()
    if p.accept_words("partition", "by"):
        partition = expression.expressions(p)
    order = query.order_by(p) if p.keys[p.i] == "order" else ()
    frame = _frame(p) if p.keys[p.i] in _FRAME_STARTS else None
    p.expect(")")
    return Window(start, p.end, name, reference, partition, order, frame)


_FRAME_STARTS = frozenset({"rows", "range", "groups"})
_WINDOW_PARTS = _FRAME_STARTS | {"partition", "order", ")"}


def _frame(p: Cursor) -> Frame:
    start = p.start
    p.i += 1
    if p.accept("between"):
        _bound(p)
        p.expect("and")
    _bound(p)
    if p.accept("exclude"):
        if p.accept("current"):
            p.expect("row")
        elif p.accept("no"):
            p.expect("others")
        elif not p.accept_any(frozenset({"group", "ties"})):
            raise p.rejected()
    return Frame(start, p.end, p.text[start : p.end])


def _bound(p: Cursor) -> None:
    if p.accept_words("current", "row"):
        return
    if p.keys[p.i] == "unbounded" and p.keys[p.i + 1] in ("preceding", "following"):
        p.i += 1
    else:
        expression.expression(p)
    if not p.accept_any(frozenset({"preceding", "following"})):
        raise p.rejected()
