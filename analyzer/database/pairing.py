"""Which rows an equality may bring together, so that a join of many rows need not try every pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.database.evaluate import Frame, evaluate
from analyzer.database.rejected import Rejected
from analyzer.database.values import Value
from analyzer.facts.sql_query import BinaryOperation, BooleanExpression, Cast, ColumnReference, Expression

Source = tuple[str, Mapping[str, Value]]


class Pairing:
    """The right rows of a join, found by what the condition says that they equal on the left."""

    def __init__(self, condition: Expression | None, left: Sequence[Source], right: Sequence[Frame]) -> None:
        self._right = right
        self._key: Expression | None = None  # of a left row
        self._kind: type | None = None
        self._found: dict[Value, list[int]] = {}
        self._always: list[int] = []
        if condition is not None and len(right) > 1:
            for one, two in _equalities(condition):
                if _is_of(one, left, right[0].sources) and _is_of(two, right[0].sources, left):
                    self._index(one, two)

    def candidates(self, left: Frame) -> Iterable[tuple[int, Frame]]:
        """The right rows, with their positions, that may belong to a left one; all where that cannot be told."""
        if self._key is None:
            return enumerate(self._right)
        value = _value(self._key, left)
        if value is None:
            return ()
        if type(value) is not self._kind:
            return enumerate(self._right)
        positions = sorted([*self._found.get(value, ()), *self._always])
        return ((position, self._right[position]) for position in positions)

    def _index(self, left: Expression, right: Expression) -> None:
        """Takes an equality for the key if it tells more rows apart than the one that is taken."""
        values = [_value(right, frame) for frame in self._right]
        kinds = {type(value) for value in values if type(value) in (str, int)}
        if len(kinds) != 1:  # values of two families are alike in ways that a key cannot tell
            return
        (kind,) = kinds
        found: dict[Value, list[int]] = {}
        always = []
        for position, value in enumerate(values):
            if type(value) is kind:
                found.setdefault(value, []).append(position)
            elif value is not None:
                always.append(position)
        if len(found) > len(self._found):
            self._key, self._kind, self._found, self._always = left, kind, found, always


def _equalities(condition: Expression) -> Iterator[tuple[Expression, Expression]]:
    match condition:
        case BooleanExpression(operator="and", arguments=arguments):
            for each in arguments:
                yield from _equalities(each)
        case BinaryOperation(operator="=", left=left, right=right):
            yield left, right
            yield right, left
        case _:
            pass


def _is_of(node: Expression, own: Sequence[Source], others: Sequence[Source]) -> bool:
    """Whether a node is a column of one side, and cannot be one of the other."""
    while isinstance(node, Cast):
        node = node.operand
    match node:
        case ColumnReference(parts=(name,), star=False):
            return any(name.text in row for _, row in own) and not any(name.text in row for _, row in others)
        case ColumnReference(parts=(alias, name), star=False):
            return any(each == alias.text and name.text in row for each, row in own) and not any(
                each == alias.text for each, _ in others
            )
        case _:
            return False


def _value(node: Expression, frame: Frame) -> Value:
    """The value of a side; one that fails is left to the condition itself."""
    try:
        return evaluate(node, frame)
    except Rejected as rejected:
        return rejected
