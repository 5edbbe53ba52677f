"""The grammar of expressions: operators by their precedence (a_expr and b_expr)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.facts.sql_query import (
    AtTimeZone,
    Between,
    BinaryOperation,
    BooleanExpression,
    Cast,
    Collate,
    Expression,
    FunctionCall,
    Identifier,
    In,
    IsDistinct,
    IsNull,
    IsTest,
    Like,
    Not,
    QualifiedName,
    Quantified,
    Row,
    UnaryOperation,
)
from analyzer.sql import primary, query, type_names
from analyzer.sql.cursor import MAX_DEPTH, Cursor, TooDeepError
from analyzer.sql.tokens import OPERATOR, TYPE_WORD

# Precedence, low to high:
# https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/gram.y (`%left OR` and what follows)
_OR, _AND, _NOT, _IS, _COMPARISON, _PATTERN = 1, 2, 3, 4, 5, 6
_OPERATOR, _SUM, _PRODUCT, _POWER, _AT, _COLLATE, _SIGN = 8, 9, 10, 11, 12, 13, 14
_ABOVE_ALL = 15
ABOVE_OPERATORS = _SIGN  # the floor for an operand alone

_BINARY = {
    "<": _COMPARISON,
    ">": _COMPARISON,
    "=": _COMPARISON,
    "<=": _COMPARISON,
    ">=": _COMPARISON,
    "<>": _COMPARISON,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "%": _PRODUCT,
    "^": _POWER,
}
_PREFIXES = frozenset({"not", "operator"})
_STOPS = frozenset({")", ",", ";", "from", "then", "as", "when", "end", "else", "where", "order", "]"})
_AFTER_LABEL = frozenset({",", "from"})
_NOT_OPERATORS = frozenset({"=>"})  # scan.l makes a token of its own of it
_LONG_CHAIN = 10  # operators of one chain that are free; longer ones make a tree as deep as they are long


def expression(p: Cursor, floor: int = 0) -> Expression:
    """An expression whose operators bind more tightly than `floor` (a_expr)."""
    keys = p.keys
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    start = p.starts[p.i]
    key = keys[p.i]
    prefixed = key in _PREFIXES or p.classes[p.i] == OPERATOR
    left = _operand(p, restricted=False) if prefixed else primary.primary(p)
    if keys[p.i] in _STOPS:
        p.depth -= 1
        return left
    closed = _ABOVE_ALL  # after a comparison or a pattern match, another of the same rank may not follow
    count = 0
    while True:
        key = keys[p.i]
        rank = _BINARY.get(key)
        if rank is None:
            infix = _INFIX.get(key)
            if infix is not None:
                if keys[p.i + 1] in _AFTER_LABEL and infix is not _isnull:
                    break  # `SELECT a AND, b` names its first column
                after = infix(p, left, start, floor, closed)
                if after is None:
                    break
                left, closed = after
            elif p.classes[p.i] == OPERATOR and key not in _NOT_OPERATORS:
                if floor >= _OPERATOR:
                    break
                left = _operator(p, left, start, key, "", 1)
                closed = _ABOVE_ALL
            elif key == "operator" and keys[p.i + 1] == "(":
                if floor >= _OPERATOR:
                    break
                width, schema, symbol = qualified_operator(p)
                left = _operator(p, left, start, symbol, schema, width)
                closed = _ABOVE_ALL
            else:
                break
        else:
            if rank <= floor:
                break
            if rank == closed == _COMPARISON:
                raise p.rejected()
            if keys[p.i + 1] in _QUANTIFIERS and keys[p.i + 2] == "(":
                left = _operator(p, left, start, key, "", 1)
                closed = _ABOVE_ALL
            else:
                p.i += 1
                right = expression(p, rank)
                left = BinaryOperation(start, p.ends[p.i - 1], key, left, right)
                closed = _COMPARISON if rank == _COMPARISON else _ABOVE_ALL
        count += 1
        if count > _LONG_CHAIN:
            p.lengthen()
    p.depth -= 1
    return left


def restricted_expression(p: Cursor, floor: int = 0) -> Expression:
    """An expression without AND, OR, NOT, IN, LIKE, BETWEEN, IS NULL, AT TIME ZONE and COLLATE (b_expr)."""
    keys = p.keys
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    start = p.starts[p.i]
    left = _operand(p, restricted=True)
    closed = 0
    while True:
        key = keys[p.i]
        rank = _BINARY.get(key)
        schema = ""
        width = 1
        if rank is None:
            if key == "::":
                p.lengthen()
                left = _cast(p, left, start)
                continue
            if key == "is" and floor < _IS:
                tested = _restricted_is(p, left, start)
                if tested is None:
                    break
                left = tested
                continue
            if key == "operator" and keys[p.i + 1] == "(":
                width, schema, key = qualified_operator(p)
            elif p.classes[p.i] != OPERATOR or key in _NOT_OPERATORS:
                break
            rank = _OPERATOR
        if rank <= floor:
            break
        if rank == closed:
            raise p.rejected()
        p.i += width
        right = restricted_expression(p, rank)
        left = BinaryOperation(start, p.ends[p.i - 1], key, left, right, schema)
        closed = _COMPARISON if rank == _COMPARISON else 0
        p.lengthen()
    p.depth -= 1
    return left


def expressions(p: Cursor) -> tuple[Expression, ...]:
    """One or several expressions with commas between them (expr_list)."""
    return p.listed(expression)


# Operands


def _operand(p: Cursor, *, restricted: bool) -> Expression:
    key = p.keys[p.i]
    kind = p.classes[p.i]
    if kind == OPERATOR or (key == "operator" and p.keys[p.i + 1] == "("):
        return _prefix(p, key, restricted=restricted)
    if key == "not":
        if restricted:
            raise p.rejected()
        start = p.starts[p.i]
        p.i += 1
        operand = expression(p, _NOT)
        return Not(start, p.ends[p.i - 1], operand)
    return primary.primary(p)


def _prefix(p: Cursor, key: str, *, restricted: bool) -> Expression:
    start = p.starts[p.i]
    parse = restricted_expression if restricted else expression
    if key in ("+", "-"):
        p.i += 1
        operand = parse(p, _SIGN)
        return UnaryOperation(start, p.ends[p.i - 1], key, operand)
    if key in _BINARY or key in _NOT_OPERATORS:
        raise p.rejected()
    width, schema = 1, ""
    if key == "operator":
        width, schema, key = qualified_operator(p)
    p.i += width
    operand = parse(p, _OPERATOR)
    return UnaryOperation(start, p.ends[p.i - 1], key, operand, schema)


def qualified_operator(p: Cursor) -> tuple[int, str, str]:
    """How many tokens `OPERATOR(schema.symbol)` has, its schema and its symbol; the cursor stays (qual_Op)."""
    index = p.i + 2
    schema: list[str] = []
    while p.classes[index] <= TYPE_WORD and p.keys[index + 1] == ".":
        schema.append(p.identifier(index).text)
        index += 2
    if p.classes[index] != OPERATOR or p.keys[index + 1] != ")":
        p.i = index
        raise p.rejected()
    return index + 2 - p.i, ".".join(schema), p.keys[index]


_QUANTIFIERS = frozenset({"any", "some", "all"})


def _operator(p: Cursor, left: Expression, start: int, symbol: str, schema: str, width: int) -> Expression:
    p.i += width
    if p.keys[p.i] in _QUANTIFIERS and p.keys[p.i + 1] == "(":
        return _quantified(p, left, start, symbol)
    right = expression(p, _OPERATOR)
    return BinaryOperation(start, p.ends[p.i - 1], symbol, left, right, schema)


def _quantified(p: Cursor, left: Expression, start: int, symbol: str) -> Expression:
    quantifier: Literal["any", "all"] = "all" if p.keys[p.i] == "all" else "any"
    p.i += 1
    if query.starts_query(p, p.i):
        of = query.parenthesized_query(p)
        return Quantified(start, p.ends[p.i - 1], left, symbol, quantifier, None, of)
    p.expect("(")
    array = expression(p)
    p.expect(")")
    return Quantified(start, p.ends[p.i - 1], left, symbol, quantifier, array, None)


# What follows an operand: each returns the new operand and what may not follow it, or None if it binds too loosely

_Infix = Callable[[Cursor, Expression, int, int, int], "tuple[Expression, int] | None"]


def _chain(p: Cursor, left: Expression, start: int, word: Literal["and", "or"], rank: int) -> Expression:
    arguments = [left]
    keys = p.keys
    while keys[p.i] == word:
        p.i += 1
        arguments.append(expression(p, rank))
    return BooleanExpression(start, p.ends[p.i - 1], word, tuple(arguments))


def _and(p: Cursor, left: Expression, start: int, floor: int, _closed: int) -> tuple[Expression, int] | None:
    if floor >= _AND:
        return None
    return _chain(p, left, start, "and", _AND), _ABOVE_ALL


def _or(p: Cursor, left: Expression, start: int, floor: int, _closed: int) -> tuple[Expression, int] | None:
    if floor >= _OR:
        return None
    return _chain(p, left, start, "or", _OR), _ABOVE_ALL


def _colons(p: Cursor, left: Expression, start: int, _floor: int, closed: int) -> tuple[Expression, int] | None:
    return _cast(p, left, start), closed


def _cast(p: Cursor, left: Expression, start: int) -> Expression:
    p.i += 1
    type_ = type_names.type_name(p)
    return Cast(start, p.ends[p.i - 1], left, type_, "colons")


def _is(p: Cursor, left: Expression, start: int, floor: int, closed: int) -> tuple[Expression, int] | None:
    if floor >= _IS:
        return None
    if closed == _IS:
        raise p.rejected()
    p.i += 1
    negated = p.accept("not")
    key = p.keys[p.i]
    if key == "null":
        p.i += 1
        return IsNull(start, p.ends[p.i - 1], left, negated), _ABOVE_ALL
    if key == "distinct":
        p.i += 1
        p.expect("from")
        right = expression(p, _IS)
        return IsDistinct(start, p.ends[p.i - 1], left, right, negated), _IS
    test = _test(p, key)
    return IsTest(start, p.ends[p.i - 1], left, test, negated), _ABOVE_ALL


_FORMS = frozenset({"nfc", "nfd", "nfkc", "nfkd"})


def _test(p: Cursor, key: str) -> str:
    if key in ("true", "false", "unknown", "document", "normalized"):
        p.i += 1
        return key
    if key in _FORMS and p.keys[p.i + 1] == "normalized":
        p.i += 2
        return f"{key} normalized"
    if key != "json":
        raise p.rejected()
    p.i += 1
    test = "json"
    kind = p.accept_any(frozenset({"value", "array", "object", "scalar"}))
    if kind:
        test += f" {kind}"
    for word in ("with", "without"):
        if p.accept_words(word, "unique"):
            p.accept("keys")
            test += f" {word} unique keys"
    return test


def _restricted_is(p: Cursor, left: Expression, start: int) -> Expression | None:
    at = p.i + 1
    negated = p.keys[at] == "not"
    at += negated
    if p.keys[at] == "document":
        p.i = at + 1
        return IsTest(start, p.ends[at], left, "document", negated)
    if p.keys[at] == "distinct":
        p.i = at + 1
        p.expect("from")
        right = restricted_expression(p, _IS)
        return IsDistinct(start, p.ends[p.i - 1], left, right, negated)
    return None


def _isnull(p: Cursor, left: Expression, start: int, floor: int, _closed: int) -> tuple[Expression, int] | None:
    if floor >= _IS:
        return None
    negated = p.keys[p.i] == "notnull"
    p.i += 1
    return IsNull(start, p.ends[p.i - 1], left, negated), _ABOVE_ALL


_NEGATABLE = frozenset({"in", "like", "ilike", "similar", "between"})


def _not(p: Cursor, left: Expression, start: int, floor: int, closed: int) -> tuple[Expression, int] | None:
    key = p.keys[p.i + 1]
    if key not in _NEGATABLE or floor >= _PATTERN:
        return None
    if closed == _PATTERN:
        raise p.rejected()
    p.i += 1
    return _pattern(p, left, start, key, negated=True)


def _matched(p: Cursor, left: Expression, start: int, floor: int, closed: int) -> tuple[Expression, int] | None:
    if floor >= _PATTERN or (p.keys[p.i] == "similar" and p.keys[p.i + 1] != "to"):
        return None  # `substring(a SIMILAR b ESCAPE c)`
    if closed == _PATTERN:
        raise p.rejected()
    return _pattern(p, left, start, p.keys[p.i], negated=False)


def _pattern(p: Cursor, left: Expression, start: int, key: str, *, negated: bool) -> tuple[Expression, int]:
    p.i += 1
    if key == "in":
        return _in(p, left, start, negated=negated), _ABOVE_ALL
    if key == "between":
        symmetric = p.accept("symmetric")
        if not symmetric:
            p.accept("asymmetric")
        low = restricted_expression(p)
        p.expect("and")
        high = expression(p, _PATTERN)
        return Between(start, p.ends[p.i - 1], left, low, high, negated, symmetric), _PATTERN
    kind: Literal["like", "ilike", "similar"] = "like"
    if key == "ilike":
        kind = "ilike"
    elif key == "similar":
        kind = "similar"
        p.expect("to")
    elif p.keys[p.i] in _QUANTIFIERS and p.keys[p.i + 1] == "(":
        return _quantified(p, left, start, "!~~" if negated else "~~"), _ABOVE_ALL
    if kind == "ilike" and p.keys[p.i] in _QUANTIFIERS and p.keys[p.i + 1] == "(":
        return _quantified(p, left, start, "!~~*" if negated else "~~*"), _ABOVE_ALL
    pattern = expression(p, _PATTERN)
    escape = expression(p, _PATTERN) if p.accept("escape") else None
    return Like(start, p.ends[p.i - 1], kind, left, pattern, escape, negated), _PATTERN


def _in(p: Cursor, left: Expression, start: int, *, negated: bool) -> Expression:
    if query.starts_query(p, p.i):
        of = query.parenthesized_query(p)
        return In(start, p.ends[p.i - 1], left, (), of, negated)
    p.expect("(")
    items = expressions(p)
    p.expect(")")
    return In(start, p.ends[p.i - 1], left, items, None, negated)


def _at(p: Cursor, left: Expression, start: int, floor: int, closed: int) -> tuple[Expression, int] | None:
    after = p.keys[p.i + 1]
    if floor >= _AT or after not in ("time", "local"):
        return None
    p.i += 2
    zone: Expression | None = None
    if after == "time":
        p.expect("zone")
        zone = expression(p, _AT)
    return AtTimeZone(start, p.ends[p.i - 1], left, zone), closed


def _collate(p: Cursor, left: Expression, start: int, floor: int, closed: int) -> tuple[Expression, int] | None:
    if floor >= _COLLATE:
        return None
    p.i += 1
    collation = p.qualified_name()
    return Collate(start, p.ends[p.i - 1], left, collation), closed


def _overlaps(p: Cursor, left: Expression, start: int, floor: int, _closed: int) -> tuple[Expression, int] | None:
    if floor >= _OPERATOR or not isinstance(left, Row):
        return None
    i = p.i
    name = Identifier(p.starts[i], p.ends[i], "overlaps")
    p.i += 1
    right = primary.primary(p)
    if not isinstance(right, Row):
        raise p.rejected()
    function = QualifiedName(name.start, name.end, (Identifier(name.start, name.end, "pg_catalog"), name))
    arguments = (*left.elements, *right.elements)
    return FunctionCall(start, p.ends[p.i - 1], function, arguments, special=True), _ABOVE_ALL


_INFIX: dict[str, _Infix] = {
    "and": _and,
    "or": _or,
    "::": _colons,
    "is": _is,
    "isnull": _isnull,
    "notnull": _isnull,
    "not": _not,
    "in": _matched,
    "like": _matched,
    "ilike": _matched,
    "similar": _matched,
    "between": _matched,
    "at": _at,
    "collate": _collate,
    "overlaps": _overlaps,
}
