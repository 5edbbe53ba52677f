"""The grammar of functions whose arguments have key words between them: EXTRACT, TRIM, XML and JSON."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.sql_query import (
    Constant,
    Expression,
    FunctionCall,
    Identifier,
    QualifiedName,
    SpecialCall,
    SubSelect,
)
from analyzer.sql import call, expression, query, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.tokens import RESERVED_WORD, STRING

_Parse = Callable[[Cursor], "Expression | None"]


def _built_in(p: Cursor, start: int, name_end: int, name: str, arguments: tuple[Expression, ...]) -> FunctionCall:
    function = QualifiedName(
        start, name_end, (Identifier(start, name_end, "pg_catalog"), Identifier(start, name_end, name))
    )
    return FunctionCall(start, p.end, function, arguments, special=True)


def _extract(p: Cursor) -> Expression:
    start, name_end = _open(p)
    field = p.start
    if p.classes[p.i] == STRING:
        value = p.string()
    elif p.classes[p.i] < RESERVED_WORD:
        value = p.label().text
    else:
        raise p.rejected()
    part = Constant(field, p.end, "string", value)
    p.expect("from")
    source = expression.expression(p)
    p.expect(")")
    return _built_in(p, start, name_end, "extract", (part, source))


def _normalize(p: Cursor) -> Expression:
    start, name_end = _open(p)
    arguments: tuple[Expression, ...] = (expression.expression(p),)
    if p.accept(","):
        form = p.start
        kind = p.accept_any(frozenset({"nfc", "nfd", "nfkc", "nfkd"}))
        if not kind:
            raise p.rejected()
        arguments = (*arguments, Constant(form, p.end, "string", kind.upper()))
    p.expect(")")
    return _built_in(p, start, name_end, "normalize", arguments)


def _overlay(p: Cursor) -> Expression:
    start, name_end = _open(p)
    first = call.argument(p)
    if p.keys[p.i] != "placing":
        return _plain(p, start, name_end, "overlay", first)
    p.i += 1
    placing = expression.expression(p)
    p.expect("from")
    arguments: tuple[Expression, ...] = (first, placing, expression.expression(p))
    if p.accept("for"):
        arguments = (*arguments, expression.expression(p))
    p.expect(")")
    return _built_in(p, start, name_end, "overlay", arguments)


def _plain(p: Cursor, start: int, name_end: int, name: str, first: Expression) -> FunctionCall:
    arguments = [first]
    while p.accept(","):
        arguments.append(call.argument(p))
    p.expect(")")
    function = QualifiedName(start, name_end, (Identifier(start, name_end, name),))
    return FunctionCall(start, p.end, function, tuple(arguments))


def _position(p: Cursor) -> Expression:
    start, name_end = _open(p)
    part = expression.restricted_expression(p)
    p.expect("in")
    whole = expression.restricted_expression(p)
    p.expect(")")
    return _built_in(p, start, name_end, "position", (whole, part))


def _substring(p: Cursor) -> Expression:
    start, name_end = _open(p)
    if p.accept(")"):
        return _built_in(p, start, name_end, "substring", ())
    first = call.argument(p)
    arguments = [first]
    if p.accept("similar"):
        arguments.append(expression.expression(p))
        p.expect("escape")
        arguments.append(expression.expression(p))
    elif p.keys[p.i] in ("from", "for"):
        lower = upper = None
        for _ in range(2):
            if lower is None and p.accept("from"):
                lower = expression.expression(p)
            elif upper is None and p.accept("for"):
                upper = expression.expression(p)
        if lower is None:
            lower = Constant(p.start, p.start, "integer", 1)
        arguments += [lower] if upper is None else [lower, upper]
    else:
        return _plain(p, start, name_end, "substring", first)
    p.expect(")")
    return _built_in(p, start, name_end, "substring", tuple(arguments))


_TRIMS = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}


def _trim(p: Cursor) -> Expression:
    start, name_end = _open(p)
    name = _TRIMS.get(p.keys[p.i], "")
    if name:
        p.i += 1
    if p.accept("from"):
        arguments = expression.expressions(p)
    else:
        first = expression.expression(p)
        if p.accept("from"):
            arguments = (*expression.expressions(p), first)
        else:
            rest = expression.expressions(p) if p.accept(",") else ()
            arguments = (first, *rest)
    p.expect(")")
    return _built_in(p, start, name_end, name or "btrim", arguments)


def _treat(p: Cursor) -> Expression:
    start, name_end = _open(p)
    operand = expression.expression(p)
    p.expect("as")
    type_ = type_names.type_name(p)
    p.expect(")")
    return _built_in(p, start, name_end, type_.name, (operand,))  # as the grammar itself has it


def _collation_for(p: Cursor) -> Expression:
    start, name_end = p.start, p.ends[p.i + 1]
    p.i += 3
    operand = expression.expression(p)
    p.expect(")")
    return _built_in(p, start, name_end, "pg_collation_for", (operand,))


def _merge_action(p: Cursor) -> Expression:
    start, _ = _open(p)
    p.expect(")")
    return SpecialCall(start, p.end, "merge_action", ())


def _open(p: Cursor) -> tuple[int, int]:
    start = p.start
    name_end = p.ends[p.i]
    p.i += 2
    return start, name_end


# XML and JSON: their arguments are what matters, the key words between them only have to be there

_LINKING_WORDS = words(
    """
    absent array as by columns conditional content default document empty encoding error exists false for format
    including indent json keep key keys name no null object omit on ordinality passing path preserve quotes ref
    returning scalar standalone string strip text true unconditional unique unknown utf8 value version
    whitespace with without wrapper yes
    """
)


def _special(p: Cursor) -> Expression:
    start = p.start
    name = p.keys[p.i]
    p.i += 2
    arguments: list[Expression] = []
    special_arguments(p, arguments)
    p.expect(")")
    found = SpecialCall(start, p.end, name, tuple(arguments))
    if p.at("filter", "("):
        p.i += 2
        p.expect("where")
        arguments.append(expression.expression(p))
        p.expect(")")
        found = SpecialCall(start, p.end, name, tuple(arguments))
    if p.keys[p.i] == "over":
        p.i += 1
        if p.keys[p.i] == "(":
            call.window(p, None)
        else:
            p.name()
    return found


def special_arguments(p: Cursor, found: list[Expression]) -> None:
    """Collects the expressions up to the closing parenthesis, and moves over what stands between them."""
    keys = p.keys
    while keys[p.i] != ")":
        key = keys[p.i]
        if key in (",", ":"):
            p.i += 1
        elif key in ("as", "returning"):
            p.i += 1
            if key == "as" and p.classes[p.i] <= RESERVED_WORD and keys[p.i + 1] in (",", ")"):
                p.i += 1  # a label of XMLFOREST, or a type
            elif p.classes[p.i] <= RESERVED_WORD:
                type_names.type_name(p)
        elif key == "name" and p.classes[p.i + 1] <= RESERVED_WORD:
            p.i += 2  # of XMLELEMENT
        elif key == "order":
            query.order_by(p)
        elif key in ("xmlattributes", "xmlnamespaces") and keys[p.i + 1] == "(":
            p.i += 2
            special_arguments(p, found)
            p.expect(")")
        elif key in _LINKING_WORDS and keys[p.i + 1] not in ("(", ".", "[", "::"):
            p.i += 1
        elif query.starts_query_here(p, p.i):
            begin = p.start
            of = query.query(p)
            found.append(SubSelect(begin, p.end, "scalar", of))
        else:
            found.append(expression.expression(p))


def _called(parse: Callable[[Cursor], Expression]) -> _Parse:
    """The parser for a word that is a column's name where no parenthesis follows it."""
    return lambda p: parse(p) if p.keys[p.i + 1] == "(" else None


_XML_AND_JSON = words(
    """
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_value xmlconcat xmlelement xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize
    """
)


def _collation(p: Cursor) -> Expression | None:
    return _collation_for(p) if p.at("collation", "for", "(") else None


CALLS: dict[str, _Parse] = {
    "extract": _called(_extract),
    "normalize": _called(_normalize),
    "overlay": _called(_overlay),
    "position": _called(_position),
    "substring": _called(_substring),
    "trim": _called(_trim),
    "treat": _called(_treat),
    "merge_action": _called(_merge_action),
    "collation": _collation,
    **{name: _called(_special) for name in _XML_AND_JSON},
}
