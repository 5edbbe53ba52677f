"""Aggregates over known rows."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from analyzer.database import calls
from analyzer.database.evaluate import Frame, evaluate, truth
from analyzer.database.rejected import Unfollowed
from analyzer.database.values import Json, Unknown, Value, text_of, to_json
from analyzer.facts.sql_query import FunctionCall

AGGREGATES = frozenset(
    {"count", "sum", "min", "max", "avg", "string_agg", "array_agg", "bool_or", "bool_and", "every", "jsonb_agg", "json_agg",  # noqa: E501
     "jsonb_object_agg", "json_object_agg"}
)  # fmt: skip


def aggregate(node: FunctionCall, frame: Frame) -> Value:
    """The value of an aggregate over the rows of a group."""
    rows = frame.group or []
    name = node.name.name
    if node.filter is not None:
        kept = []
        for row in rows:
            found = truth(evaluate(node.filter, row))
            if isinstance(found, Unknown):
                return found
            if found is True:
                kept.append(row)
        rows = kept
    if node.star:
        return len(rows)
    if node.order_by:
        rows = ordered(rows, [(item.expression, item.direction == "desc", item.nulls) for item in node.order_by])
    values = [evaluate(node.arguments[0], row) for row in rows]
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    if unknown is not None and name != "count":
        return unknown
    if node.distinct:
        distinct: list[Value] = []
        for each in values:
            if each not in distinct:
                distinct.append(each)
        values = distinct if node.order_by else sorted(distinct, key=cmp_to_key(_nulls_last))
    present = [each for each in values if each is not None]
    match name:
        case "count":
            return len(present)
        case "array_agg":
            return values or None
        case "jsonb_agg" | "json_agg":
            return Json([to_json(each) for each in values]) if values else None
        case "string_agg":
            separator = evaluate(node.arguments[1], rows[0]) if rows else ""
            return text_of(separator or "").join(text_of(each) for each in present) if present else None
        case "bool_or":
            return any(present) if present else None
        case "bool_and" | "every":
            return all(present) if present else None
        case "sum":
            return _sum(present)
        case "min" | "max":
            return _extreme(present, name == "max")
        case "avg":
            if not present or not all(isinstance(each, int | Decimal) for each in present):
                return None if not present else calls.NOT_MODELLED
            total = sum((Decimal(each) for each in present), Decimal(0))  # type: ignore[arg-type]
            return total / len(present)
        case _:
            return calls.NOT_MODELLED


def _sum(values: list[Value]) -> Value:
    if not values:
        return None
    total = values[0]
    for each in values[1:]:
        if not isinstance(total, int | float | Decimal) or not isinstance(each, int | float | Decimal):
            return calls.NOT_MODELLED
        total = float(total) + float(each) if isinstance(total, float) or isinstance(each, float) else total + each
    return total


def _extreme(values: list[Value], largest: bool) -> Value:
    best: Value = None
    for each in values:
        if best is None or (calls.compare(each, best) > 0) == largest:
            best = each
    return best


def _nulls_last(left: Value, right: Value) -> int:
    if left is None or right is None:
        return (left is None) - (right is None)
    return calls.compare(left, right)


def ordered(rows: list[Frame], keys: list[tuple[object, bool, str]]) -> list[Frame]:
    """The rows in the order of ORDER BY.

    Raises:
        Unfollowed: a key is not known.
    """
    found = rows
    for expression, descending, nulls in reversed(keys):
        values = [evaluate(expression, row) for row in found]  # type: ignore[arg-type]
        if any(isinstance(each, Unknown) for each in values) and len(values) > 1:
            raise Unfollowed("the order of the rows is not known")
        found = sort(found, values, descending=descending, nulls=nulls)
    return found


def sort(rows: list[Frame], values: list[Value], *, descending: bool, nulls: str) -> list[Frame]:
    """A stable sort by values, NULL last unless descending or told otherwise."""
    nulls_first = nulls == "first" or (not nulls and descending)

    def compare(left: tuple[Value, Frame], right: tuple[Value, Frame]) -> int:
        one, two = left[0], right[0]
        if one is None or two is None:
            order = (one is None) - (two is None)
            return -order if nulls_first else order
        order = calls.compare(one, two)
        return -order if descending else order

    pairs = sorted(zip(values, rows, strict=True), key=cmp_to_key(compare))
    return [row for _, row in pairs]
