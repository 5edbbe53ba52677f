"""Whether the bounds of two partitions overlap, as far as their constants tell."""

from __future__ import annotations

from decimal import Decimal
from math import gcd

from analyzer.database.walk import moved
from analyzer.facts.sql_ddl import PartitionBound
from analyzer.facts.sql_query import Cast, ColumnReference, Constant, Expression, UnaryOperation

_Point = tuple[int, object]  # -1 below all, 0 a value, 1 above all


def overlaps(one: PartitionBound, two: PartitionBound) -> bool:
    """Whether a row could belong to both; False where the constants do not tell."""
    if one.kind != two.kind:
        return False
    match one.kind:
        case "list":
            return False
        case "in":
            return bool({moved(each) for each in one.values} & {moved(each) for each in two.values})
        case "hash":
            return _hashes(one, two)
        case "range":
            return _ranges(one, two)
        case _:
            return False


def _hashes(one: PartitionBound, two: PartitionBound) -> bool:
    numbers = [each.value for each in (*one.values, *two.values) if isinstance(each, Constant)]
    if len(numbers) != 4 or not all(isinstance(each, int) for each in numbers):
        return False
    modulus, remainder, other_modulus, other_remainder = (each for each in numbers if isinstance(each, int))
    common = gcd(modulus, other_modulus)
    return common > 0 and remainder % common == other_remainder % common


def _ranges(one: PartitionBound, two: PartitionBound) -> bool:
    points = [[_point(each) for each in side] for side in (one.values, one.upper, two.values, two.upper)]
    if any(point is None for side in points for point in side):
        return False
    lower, upper, other_lower, other_upper = ([point for point in side if point is not None] for side in points)
    try:
        return lower < other_upper and other_lower < upper
    except TypeError:
        return False


def _point(node: Expression) -> _Point | None:
    while isinstance(node, Cast):
        node = node.operand
    match node:
        case Constant(kind="integer" | "numeric", value=value):
            return 0, Decimal(str(value))
        case Constant(value=str(text)):
            return 0, text
        case UnaryOperation(operator="-", operand=Constant(value=int(value))):
            return 0, Decimal(-value)
        case ColumnReference(parts=(name,)) if name.text == "minvalue":
            return -1, ""
        case ColumnReference(parts=(name,)) if name.text == "maxvalue":
            return 1, ""
        case _:
            return None
