"""Expressions and types without what PostgreSQL itself changes when it stores and shows them."""

from __future__ import annotations

import functools
import json
import re
from typing import TypeAlias

import postgast
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped, unused-ignore]

Node: TypeAlias = "dict[str, Node] | list[Node] | str | int | float | bool | None"

_ALIASES = {
    "int": "integer", "int2": "smallint", "int4": "integer", "int8": "bigint", "bool": "boolean",
    "float": "double precision", "float4": "real", "float8": "double precision", "varchar": "character varying",
    "char": "character",
    "bpchar": "character", "decimal": "numeric", "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone", "timetz": "time with time zone", "time": "time without time zone",
    "varbit": "bit varying", "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
    "smallserial": "smallint", "serial2": "smallint",
}  # fmt: skip
_TYPE = re.compile(r"(?P<name>[^(\[]+)(?:\((?P<modifier>[^)]*)\))?(?P<rest>[^\[]*)(?P<array>(?:\[\d*\])*)")
_SCHEMA = re.compile(r"\b(?:public|extensions|pg_catalog)\.")

#: What a table's or function's name loses: the replay and the server qualify under different search paths.
_USUAL_SCHEMAS = ("public", "extensions", "pg_catalog")
_NEGATED = {"AEXPR_NOT_BETWEEN": "AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN_SYM": "AEXPR_BETWEEN_SYM"}


@functools.cache
def type_name(written: str) -> str:
    """A type as `format_type` shows it, without usual schemas and quotes."""
    text = _SCHEMA.sub("", " ".join(written.replace('"', "").split()))
    setof = "SETOF " if text.lower().startswith("setof ") else ""
    found = _TYPE.fullmatch(text[len(setof) :])
    if not found or text.upper().startswith("TABLE("):
        return text
    name = " ".join(part for part in (found["name"].strip(), found["rest"].strip()) if part)
    known = _ALIASES.get(name.lower(), name.lower() if name.lower() in _ALIASES.values() else name)
    modifier = (found["modifier"] or "").replace(" ", "")
    if known == "numeric" and modifier and "," not in modifier:
        modifier += ",0"
    array = "[]" if found["array"] else ""  # PostgreSQL keeps no number of dimensions
    return f"{setof}{known}{f'({modifier})' if modifier else ''}{array}"


@functools.cache
def expression(written: str) -> str:
    """A canonical form of an expression: equal for what was written and for what the catalogue shows of it."""
    try:
        tree = postgast.parse(f"SELECT {written}")
    except postgast.PgQueryError:
        return re.sub(r"[\s()]+", "", written.lower())
    parsed: Node = MessageToDict(tree)["stmts"][0]["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]
    return json.dumps(_canonical(parsed), sort_keys=True)


def _canonical(node: Node) -> Node:
    if isinstance(node, list):
        return [_canonical(part) for part in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((kind, body),) = node.items()
        if isinstance(body, dict) and kind[:1].isupper():
            return _node(kind, body)
    return {key: _canonical(value) for key, value in node.items() if key not in ("location", "stmtLocation", "stmtLen")}


def _node(kind: str, body: dict[str, Node]) -> Node:
    match kind:
        case "TypeCast":
            return _canonical(body.get("arg"))
        case "A_Const":
            return {"const": _constant(body)}
        case "ColumnRef":
            return {"column": _canonical(_last(body.get("fields")))}
        case "FuncCall":
            kept = {key: value for key, value in body.items() if key not in ("location", "funcformat", "funcname")}
            names = [_string(part) for part in _list(body.get("funcname"))]
            usual = names[1:] if len(names) == 2 and names[0] in _USUAL_SCHEMAS else names
            return {"call": ".".join(usual), **{key: _canonical(value) for key, value in kept.items()}}
        case "RangeVar":
            schema = body.get("schemaname")
            return {"table": body.get("relname"), "schema": None if schema in _USUAL_SCHEMAS else schema}
        case "ResTarget":
            return _canonical(body.get("val"))
        case "A_Expr":
            return _operator(body)
        case "BoolExpr":
            return _boolean(body)
        case "SubLink":
            return {kind: _canonical({key: value for key, value in body.items() if key != "location"})}
        case "A_ArrayExpr":
            return {"array": _canonical(body.get("elements"))}
        case "List":
            return _canonical(body.get("items"))
    return {kind: _canonical({key: value for key, value in body.items() if key != "location"})}


def _operator(body: dict[str, Node]) -> Node:
    kind = body.get("kind")
    name: list[Node] = [*(_string(part) for part in _list(body.get("name"))[-1:])]
    left, right = _canonical(body.get("lexpr")), _canonical(body.get("rexpr"))
    match kind:
        case "AEXPR_IN":
            return _in(name, left, _list(right))
        case "AEXPR_OP_ANY":
            return {"any": [name, left, right]}
        case "AEXPR_OP_ALL":
            return {"all": [name, left, right]}
        case "AEXPR_BETWEEN" | "AEXPR_NOT_BETWEEN" if isinstance(right, list) and len(right) == 2:
            low, high = right
            if kind == "AEXPR_BETWEEN":
                return {"AND_EXPR": [{"op": [[">="], left, low]}, {"op": [["<="], left, high]}]}
            return {"OR_EXPR": [{"op": [["<"], left, low]}, {"op": [[">"], left, high]}]}
        case "AEXPR_OP" | "AEXPR_LIKE" | "AEXPR_ILIKE":
            return {"op": [name, left, right]}
    return {str(kind): [name, left, right]}


def _in(operator: list[Node], left: Node, elements: list[Node]) -> Node:
    """As the parser does it: two constants or more become an array, everything else a comparison of its own."""
    constants = [element for element in elements if '"column"' not in json.dumps(element)]
    positive = operator == ["="]
    parts: list[Node] = []
    if len(constants) > 1:
        parts.append({"any" if positive else "all": [list(operator), left, {"array": constants}]})
        elements = [element for element in elements if element not in constants]
    parts.extend({"op": [list(operator), left, element]} for element in elements)
    return parts[0] if len(parts) == 1 else {"OR_EXPR" if positive else "AND_EXPR": parts}


def _boolean(body: dict[str, Node]) -> Node:
    how = str(body.get("boolop"))
    parts: list[Node] = []
    for part in _list(_canonical(body.get("args"))):
        nested = part.get(how) if isinstance(part, dict) and how != "NOT_EXPR" else None
        parts.extend(nested if isinstance(nested, list) else [part])
    return {how: parts}


def _constant(body: dict[str, Node]) -> Node:
    if body.get("isnull"):
        return None
    for value in body.values():
        if isinstance(value, dict):
            inner = next(iter(value.values()), None)
            return str(inner if inner is not None else {"boolval": False, "ival": 0}.get(next(iter(body)), "")).lower()
    return ""


def _list(node: Node) -> list[Node]:
    return node if isinstance(node, list) else []


def _last(node: Node) -> Node:
    return _list(node)[-1] if _list(node) else None


def _string(node: Node) -> str:
    string = node.get("String") if isinstance(node, dict) else None
    return str(string.get("sval", "")) if isinstance(string, dict) else ""
