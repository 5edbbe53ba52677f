"""Which function or operator a call means, among all of its name.

https://www.postgresql.org/docs/17/typeconv-func.html, typeconv-oper.html, and parse_func.c, parse_oper.c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from analyzer.database.builtin import FIRST_OWN_OID, Operator, Signature, builtin
from analyzer.database.coercion import base_type, can_coerce, category, consistent_polymorphic, preferred, same
from analyzer.database.datatypes import ANY, POLYMORPHIC, UNKNOWN, DataType
from analyzer.database.model import Function, OperatorObject
from analyzer.database.state import State


class Candidate(NamedTuple):
    """A function with its parameters in the order of the call's arguments."""

    signature: Signature
    declared: tuple[DataType, ...]
    rank: int  # of its schema in the search path
    variadic: bool = False
    defaults: int = 0
    ambiguous: bool = False  # another one with the same parameters fits as well


class AmbiguousError(Exception):
    """Several functions fit equally well."""


def signature(function: Function) -> Signature:
    """A replayed function as overload resolution sees it."""
    inputs = function.inputs
    variadic = next((parameter.type for parameter in inputs if parameter.mode == "variadic"), None)
    return Signature(
        function.name,
        function.oid,
        tuple(parameter.type.bare for parameter in inputs),
        function.returns.bare,
        function.returns_set,
        {"function": "f", "procedure": "p", "aggregate": "a", "window": "w"}[function.kind],
        variadic if variadic is None or variadic.oid == ANY.oid else variadic.element,
        sum(1 for parameter in inputs if parameter.default is not None),
        function.volatility[0],
        function.strict,
        tuple(parameter.name for parameter in inputs),
        tuple((parameter.name, parameter.type) for parameter in function.outputs),
    )


def signatures(state: State, schema: str | None, name: str) -> Iterator[tuple[int, Signature]]:
    """All functions that the name may mean, each with the rank of its schema."""
    own = state.functions
    if schema is not None:
        if schema == "pg_catalog":
            for each in builtin().functions(name):
                yield 0, each
        for oid in own.get((schema, name), ()):
            yield 0, signature(state.get(oid, Function))
        return
    explicit = "pg_catalog" in state.setting("search_path")
    path = state.search_path
    rank = 0
    if not explicit:
        for each in builtin().functions(name):
            yield 0, each
        for oid in own.get(("pg_catalog", name), ()):
            yield 0, signature(state.get(oid, Function))
    for place in path:
        rank += 1
        for oid in own.get((place, name), ()):
            yield rank, signature(state.get(oid, Function))
    if explicit:
        for each in builtin().functions(name):
            yield rank + 1, each


def find_function(
    state: State,
    schema: str | None,
    name: str,
    arguments: Sequence[DataType | None],
    argument_names: Sequence[str] = (),
    *,
    variadic: bool = False,
    procedure: bool = False,
) -> Candidate | None:
    """The function that a call means (func_get_detail); `argument_names` are those of the last arguments.

    Where the type of an argument is not known, any function that fits the others will do.

    Raises:
        AmbiguousError: several fit equally well.
    """
    candidates = _candidates(
        state, schema, name, len(arguments), argument_names, variadic=variadic, procedure=procedure
    )
    if not candidates:
        return None
    known = [each for each in arguments if each is not None]
    if len(known) < len(arguments):
        return _feasible(state, candidates, arguments)
    for candidate in candidates:
        if all(same(want, have) for want, have in zip(candidate.declared, known, strict=False)):
            return _unique(candidate)
    fitting = [each for each in candidates if _fits(state, each.declared, known)]
    if len(fitting) <= 1:
        return _unique(fitting[0]) if fitting else None
    best = _select(state, [each.declared for each in fitting], known)
    if best is None:
        raise AmbiguousError
    return _unique(fitting[best])


def _unique(candidate: Candidate) -> Candidate:
    if candidate.ambiguous:
        raise AmbiguousError
    return candidate


def _feasible(state: State, candidates: list[Candidate], arguments: Sequence[DataType | None]) -> Candidate | None:
    found = [
        each
        for each in candidates
        if all(
            have is None or can_coerce(state, have, want) for want, have in zip(each.declared, arguments, strict=False)
        )
    ]
    if not found:
        return None
    results = {each.signature.result for each in found}
    first = found[0]
    if len(results) > 1:  # the result depends on what is not known
        return first._replace(signature=first.signature._replace(result=UNKNOWN, outputs=()))
    return first


def _candidates(
    state: State,
    schema: str | None,
    name: str,
    count: int,
    names: Sequence[str],
    *,
    variadic: bool,
    procedure: bool,
) -> list[Candidate]:
    found: dict[tuple[DataType, ...], Candidate] = {}
    ambiguous: dict[tuple[DataType, ...], bool] = {}
    for rank, each in signatures(state, schema, name):
        if procedure != (each.kind == "p"):
            continue
        candidate = _arranged(each, rank, count, names, variadic=variadic)
        if candidate is None:
            continue
        other = found.get(candidate.declared)
        if other is not None and not ambiguous.get(candidate.declared) and _tied(candidate, other):
            ambiguous[candidate.declared] = True
        elif other is None or _better(candidate, other):
            found[candidate.declared] = candidate
            ambiguous.pop(candidate.declared, None)
    return (
        [each._replace(ambiguous=each.declared in ambiguous) for each in found.values()]
        if ambiguous
        else list(found.values())
    )


def _tied(candidate: Candidate, other: Candidate) -> bool:
    """Whether nothing tells two functions apart: the same schema and parameters, but different defaults."""
    return (
        candidate.rank == other.rank
        and candidate.variadic == other.variadic
        and bool(candidate.defaults or other.defaults)
    )


def _better(candidate: Candidate, other: Candidate) -> bool:
    """Whether one candidate hides another with the same parameters."""
    if candidate.rank != other.rank:
        return candidate.rank < other.rank
    if candidate.variadic != other.variadic:
        return not candidate.variadic
    return candidate.defaults < other.defaults


def _arranged(each: Signature, rank: int, count: int, names: Sequence[str], *, variadic: bool) -> Candidate | None:
    """The function with its parameters in the order of the arguments, where their number and names fit."""
    declared = each.arguments
    if each.variadic is not None and not variadic and not names:
        fixed = len(declared) - 1
        if count > fixed:
            element = each.variadic
            return Candidate(each, (*declared[:fixed], *([element] * (count - fixed))), rank, variadic=True)
        if fixed - each.defaults > count or count == fixed:
            return None
    if count > len(declared) or count < len(declared) - each.defaults:
        return None
    if not names:
        return Candidate(each, declared[:count], rank, defaults=len(declared) - count)
    positional = count - len(names)
    order = list(range(positional))
    for name in names:
        if name not in each.argument_names:
            return None
        index = each.argument_names.index(name)
        if index in order:
            return None
        order.append(index)
    missing = [index for index in range(len(declared)) if index not in order]
    if any(index < len(declared) - each.defaults for index in missing):
        return None
    return Candidate(each, tuple(declared[index] for index in order), rank, defaults=len(missing))


def _fits(state: State, declared: Sequence[DataType], actual: Sequence[DataType]) -> bool:
    polymorphic = False
    for want, have in zip(declared, actual, strict=False):
        if not can_coerce(state, have, want):
            return False
        polymorphic = polymorphic or want.oid in POLYMORPHIC
    return not polymorphic or consistent_polymorphic(state, declared, actual)


def _select(state: State, candidates: list[tuple[DataType, ...]], actual: Sequence[DataType]) -> int | None:
    """The best of several that all fit (func_select_candidate): its position, or None."""
    bases = [base_type(state, each).bare for each in actual]
    left = list(range(len(candidates)))
    unknowns = sum(1 for each in bases if each.oid == UNKNOWN.oid)

    def most(score: list[int]) -> list[int]:
        top = max(score)
        return [index for index, value in zip(left, score, strict=True) if value == top]

    def exact(index: int) -> int:
        pairs = zip(candidates[index], bases, strict=False)
        return sum(1 for want, have in pairs if have.oid != UNKNOWN.oid and same(want, have))

    left = most([exact(index) for index in left])
    if len(left) == 1:
        return left[0]

    def exact_or_preferred(index: int) -> int:
        return sum(
            1
            for want, have in zip(candidates[index], bases, strict=False)
            if have.oid != UNKNOWN.oid
            and (same(want, have) or (_same_category(state, want, have) and preferred(state, want)))
        )

    left = most([exact_or_preferred(index) for index in left])
    if len(left) == 1:
        return left[0]
    if not unknowns:
        return None
    # the unknown literals: strings are preferred, then the one category that all share
    slots: dict[int, tuple[str, bool]] = {}
    resolved = True
    for position, have in enumerate(bases):
        if have.oid != UNKNOWN.oid:
            continue
        chosen = ""
        has_preferred = False
        for index in left:
            want = candidates[index][position]
            group = category(state, want)
            if group == "S":
                chosen = "S"
                break
            if not chosen:
                chosen = group
            elif chosen != group:
                chosen = "?"
        if chosen == "?":
            resolved = False
            break
        for index in left:
            want = candidates[index][position]
            if category(state, want) == chosen and preferred(state, want):
                has_preferred = True
        slots[position] = (chosen, has_preferred)
    if resolved:
        kept = [
            index
            for index in left
            if all(
                category(state, candidates[index][position]) == group
                and (not has_preferred or preferred(state, candidates[index][position]))
                for position, (group, has_preferred) in slots.items()
            )
        ]
        if kept:
            left = kept
        if len(left) == 1:
            return left[0]
    known = {(each.oid, each.array) for each in bases if each.oid != UNKNOWN.oid}
    if len(known) == 1:
        oid, array = known.pop()
        assumed = [DataType(oid, array)] * len(bases)
        kept = [
            index
            for index in left
            if all(can_coerce(state, have, want) for want, have in zip(candidates[index], assumed, strict=False))
        ]
        if len(kept) == 1:
            return kept[0]
    return None


def _same_category(state: State, left: DataType, right: DataType) -> bool:
    return category(state, left) == category(state, right)


def find_operator(
    state: State, schema: str, name: str, left: DataType | None, right: DataType, *, prefix: bool = False
) -> Operator | None:
    """The operator that an expression means (oper, left_oper); `left` is None for a prefix operator.

    Raises:
        AmbiguousError: several fit equally well.
    """
    if name not in state.operators and right.oid < FIRST_OWN_OID and (left is None or left.oid < FIRST_OWN_OID):
        return _builtin_operator(schema, name, left, right, prefix=prefix)
    return _find_operator(state, schema, name, left, right, prefix=prefix)


@lru_cache(maxsize=4096)
def _builtin_operator(
    schema: str, name: str, left: DataType | None, right: DataType, *, prefix: bool
) -> Operator | None:
    """What only PostgreSQL's own types and operators decide."""
    return _find_operator(State(), schema, name, left, right, prefix=prefix)


def _find_operator(
    state: State, schema: str, name: str, left: DataType | None, right: DataType, *, prefix: bool
) -> Operator | None:
    candidates = [each for each in _operators(state, schema, name) if (each.left is None) == prefix]
    declared: list[tuple[DataType, ...]]
    if prefix:
        actual = [right]
        declared = [(each.right,) for each in candidates]
    else:
        assert left is not None
        actual = [left, right]
        declared = [(each.left or ANY, each.right) for each in candidates]
        one, two = left, right
        if one.oid == UNKNOWN.oid and two.oid != UNKNOWN.oid:
            one = two
        elif two.oid == UNKNOWN.oid and one.oid != UNKNOWN.oid:
            two = one
        for tries in ((one, two), (base_type(state, one).bare, base_type(state, two).bare)):
            for each, wants in zip(candidates, declared, strict=True):
                if same(wants[0], tries[0]) and same(wants[1], tries[1]):
                    return each
    fitting = [index for index, wants in enumerate(declared) if _fits(state, wants, actual)]
    if len(fitting) <= 1:
        return candidates[fitting[0]] if fitting else None
    best = _select(state, [declared[index] for index in fitting], actual)
    if best is None:
        raise AmbiguousError
    return candidates[fitting[best]]


def _operators(state: State, schema: str, name: str) -> list[Operator]:
    found = list(builtin().operators.get(name, ())) if schema in ("", "pg_catalog") else []
    path = state.search_path
    for oid in state.operators.get(name, ()):
        own = state.get(oid, OperatorObject)
        if own.schema == schema or (not schema and (own.schema in path or own.schema == "pg_catalog")):
            found.append(Operator(name, own.left, own.right, own.result, "i", oid))
    return found
