"""The grammar of functions and procedures: CREATE FUNCTION, ALTER FUNCTION, DO and the parameters of them all."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql import Body, CreateFunction, Do, PlpgsqlBody, ReturnBody, SqlBody, Statement, Text
from analyzer.facts.sql_ddl import AlterFunction, FunctionParameter, ObjectReference, SetParameter
from analyzer.facts.sql_query import Identifier, QualifiedName, Select, Target, TypeName
from analyzer.sql import bodies, expression, options, session, statement, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import COLUMN_WORD, TYPE_WORD

Mode = Literal["", "in", "out", "inout", "variadic", "table"]
_MODES = frozenset({"in", "out", "inout", "variadic"})


def parameters(p: Cursor) -> tuple[FunctionParameter, ...]:
    """Parameters in parentheses (func_args_with_defaults)."""
    p.expect("(")
    found = () if p.keys[p.i] == ")" else p.listed(parameter)
    p.expect(")")
    return found


def aggregate_parameters(p: Cursor) -> tuple[FunctionParameter, ...]:
    """The parameters of an aggregate, which may be `*` or have an ORDER BY (aggr_args)."""
    p.expect("(")
    if p.accept("*"):
        p.expect(")")
        return ()
    found = () if p.keys[p.i] == "order" else p.listed(parameter)
    if p.accept("order"):
        p.expect("by")
        found += p.listed(parameter)
    p.expect(")")
    return found


def parameter(p: Cursor) -> FunctionParameter:
    """One parameter: mode and name may stand in either order (func_arg_with_default)."""
    start = p.start
    mode = _mode(p)
    name: Identifier | None = None
    if _names_parameter(p):
        name = p.type_or_function_name()
        if not mode:
            mode = _mode(p)
    type_ = type_names.function_type(p)
    default = None
    if p.accept("default") or p.accept("="):
        default = expression.expression(p)
    return FunctionParameter(start, p.end, mode, name, type_, default)


def _mode(p: Cursor) -> Mode:
    key = p.keys[p.i]
    if key not in _MODES:
        return ""
    p.i += 1
    if key == "in":
        return "inout" if p.accept("out") else "in"
    return "out" if key == "out" else "inout" if key == "inout" else "variadic"


def _names_parameter(p: Cursor) -> bool:
    """Whether the next token is a parameter's name, since a type follows it."""
    i = p.i
    kind = p.classes[i]
    if kind > TYPE_WORD or kind == COLUMN_WORD:
        return False
    following = p.keys[i + 1]
    if p.keys[i] == "double" and following == "precision":
        return False
    return p.classes[i + 1] <= TYPE_WORD or following in ("in", "variadic")


class _Properties:
    """What the options of one function say."""

    __slots__ = ("definition", "language", "link_symbol", "settings", "transforms", "values", "window")

    def __init__(self) -> None:
        self.language: str | None = None
        self.definition: Text | None = None
        self.link_symbol: Text | None = None
        self.settings: list[SetParameter] = []
        self.transforms: tuple[TypeName, ...] = ()
        self.window = False
        self.values: dict[str, str | bool | QualifiedName] = {}

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    @property
    def support(self) -> QualifiedName | None:
        value = self.values.get("support")
        return value if isinstance(value, QualifiedName) else None

    @property
    def volatility(self) -> Literal["", "immutable", "stable", "volatile"]:
        match self.values.get("volatility"):
            case "immutable":
                return "immutable"
            case "stable":
                return "stable"
            case "volatile":
                return "volatile"
        return ""


def create_function(p: Cursor, start: int, *, replace: bool) -> CreateFunction:
    """CREATE FUNCTION or PROCEDURE, from that word on."""
    kind: Literal["function", "procedure"] = "function" if p.keys[p.i] == "function" else "procedure"
    p.i += 1
    name = p.function_name()
    found = parameters(p)
    returns: TypeName | None = None
    returns_table = False
    if kind == "function" and p.accept("returns"):
        if p.keys[p.i] == "table" and p.keys[p.i + 1] == "(":
            p.i += 1
            returns_table = True
            found += p.parenthesized(_table_column)
        else:
            returns = type_names.function_type(p)
    properties = _Properties()
    while _common_option(p, properties) or _create_option(p, properties):
        pass
    body = _standard_body(p)
    if body is None and properties.definition is not None and properties.language is not None:
        body = bodies.body(p, properties.definition, properties.language.lower())
    return CreateFunction(
        start,
        p.end,
        kind=kind,
        name=name,
        parameters=found,
        replace=replace,
        returns=returns,
        returns_table=returns_table,
        language=properties.language,
        volatility=properties.volatility,
        security_definer=properties.flag("security definer"),
        strict=properties.flag("strict"),
        leakproof=properties.flag("leakproof"),
        parallel=properties.text("parallel"),
        cost=properties.text("cost"),
        rows=properties.text("rows"),
        support=properties.support,
        window=properties.window,
        settings=tuple(properties.settings),
        transforms=properties.transforms,
        definition=properties.definition,
        link_symbol=properties.link_symbol,
        body=body,
    )


def _table_column(p: Cursor) -> FunctionParameter:
    start = p.start
    name = p.type_or_function_name()
    type_ = type_names.function_type(p)
    return FunctionParameter(start, p.end, "table", name, type_)


def _create_option(p: Cursor, properties: _Properties) -> bool:
    key = p.keys[p.i]
    if key == "language":
        p.i += 1
        properties.language = p.word_or_string()
    elif key == "as":
        p.i += 1
        properties.definition = p.string_text()
        if p.accept(","):
            properties.link_symbol = p.string_text()
    elif key == "window":
        p.i += 1
        properties.window = True
    elif key == "transform":
        p.i += 1
        properties.transforms = p.listed(_transform)
    else:
        return False
    return True


def _transform(p: Cursor) -> TypeName:
    p.expect("for", "type")
    return type_names.type_name(p)


_FLAGS: dict[tuple[str, ...], tuple[str, str | bool]] = {
    ("immutable",): ("volatility", "immutable"),
    ("stable",): ("volatility", "stable"),
    ("volatile",): ("volatility", "volatile"),
    ("strict",): ("strict", True),
    ("called", "on", "null", "input"): ("strict", False),
    ("returns", "null", "on", "null", "input"): ("strict", True),
    ("security", "definer"): ("security definer", True),
    ("security", "invoker"): ("security definer", False),
    ("external", "security", "definer"): ("security definer", True),
    ("external", "security", "invoker"): ("security definer", False),
    ("leakproof",): ("leakproof", True),
    ("not", "leakproof"): ("leakproof", False),
}
_FLAG_STARTS = frozenset(words[0] for words in _FLAGS)


def _common_option(p: Cursor, properties: _Properties) -> bool:
    """An option that CREATE and ALTER share (common_func_opt_item)."""
    key = p.keys[p.i]
    if key in _FLAG_STARTS:
        for words, (name, value) in _FLAGS.items():
            if p.accept_words(*words):
                properties.values[name] = value
                return True
        p.i += 1
        raise p.rejected()
    if key in ("set", "reset"):
        properties.settings.append(session.set_or_reset(p))
        return True
    if key in ("cost", "rows"):
        p.i += 1
        properties.values[key] = options.number(p)
        return True
    if key == "support":
        p.i += 1
        properties.values[key] = p.qualified_name()
        return True
    if key == "parallel":
        p.i += 1
        properties.values[key] = p.name().text
        return True
    return False


def _standard_body(p: Cursor) -> Body | None:
    start = p.start
    if p.accept("return"):
        of = expression.expression(p)
        return ReturnBody(start, p.end, of)
    if not p.accept_words("begin", "atomic"):
        return None
    statements: list[Statement] = []
    while not p.accept("end"):
        if p.accept(";"):
            continue
        begin = p.start
        if p.accept("return"):
            of = expression.expression(p)
            # a RETURN among the statements is a SELECT of its expression to PostgreSQL
            statements.append(Select(begin, p.end, targets=(Target(of.start, p.end, of, None),)))
        else:
            statements.append(statement.statement(p))
        p.expect(";")
    return SqlBody(start, p.end, tuple(statements), True)


def alter_function(p: Cursor, start: int, found: ObjectReference) -> AlterFunction:
    """ALTER FUNCTION with new properties, behind the function's name."""
    properties = _Properties()
    mark = p.i
    while _common_option(p, properties):
        pass
    if p.i == mark:
        raise p.rejected()
    p.accept("restrict")
    return AlterFunction(
        start,
        p.end,
        object=found,
        volatility=properties.volatility,
        security_definer=properties.flag("security definer"),
        strict=properties.flag("strict"),
        leakproof=properties.flag("leakproof"),
        parallel=properties.text("parallel"),
        cost=properties.text("cost"),
        rows=properties.text("rows"),
        support=properties.support,
        settings=tuple(properties.settings),
    )


def do(p: Cursor, start: int) -> Do:
    """DO."""
    p.expect("do")
    language = "plpgsql"
    definition: Text | None = None
    while True:
        if p.accept("language"):
            language = p.word_or_string()
        elif p.keys[p.i] == "'":
            definition = p.string_text()
        elif definition is None:
            raise p.rejected("no inline code specified" if p.keys[p.i] in (";", "") else None)
        else:
            break
    body = bodies.body(p, definition, language.lower())
    return Do(start, p.end, definition, language, body if isinstance(body, PlpgsqlBody) else None)
