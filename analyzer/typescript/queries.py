"""The queries that a module sends through Supabase clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import (
    Bound,
    Call,
    Cast,
    Conditional,
    Expression,
    Member,
    Name,
    Node,
)
from analyzer.typescript.clients import key_class
from analyzer.typescript.program import Program
from analyzer.typescript.promises import RANK, Run, use_of
from analyzer.typescript.summaries import mentions, resolved
from analyzer.typescript.supabase import typed_client
from analyzer.typescript.values import (
    ArrayValue,
    Builder,
    Called,
    Client,
    Instance,
    KeyClass,
    MemberOf,
    ObjectValue,
    Parameter,
    Site,
    Step,
    Unknown,
    Value,
    options,
    text_of,
)

Operation = Literal["select", "insert", "update", "upsert", "delete", "rpc", ""]
_OPERATIONS = ("insert", "update", "upsert", "delete")
# https://supabase.com/docs/reference/javascript/using-filters
FILTERS = frozenset(
    [
        "eq",
        "neq",
        "gt",
        "gte",
        "lt",
        "lte",
        "like",
        "ilike",
        "is",
        "in",
        "contains",
        "containedBy",
        "rangeGt",
        "rangeGte",
        "rangeLt",
        "rangeLte",
        "rangeAdjacent",
        "overlaps",
        "textSearch",
        "match",
        "not",
        "or",
        "filter",
        "likeAllOf",
        "likeAnyOf",
        "ilikeAllOf",
        "ilikeAnyOf",
        "isDistinct",
        "regexMatch",
        "regexIMatch",
    ]
)
# https://supabase.com/docs/reference/javascript/using-modifiers
_METHODS = FILTERS | frozenset(
    """from rpc select insert update upsert delete order limit range single maybeSingle csv geojson explain rollback
    returns overrideTypes throwOnError abortSignal setHeader maxAffected retry""".split()
)


@dataclass(frozen=True, slots=True)
class Filter:
    """`operator(column, value)`. `column` is `None` where it is computed, and with `or`, whose text is the value."""

    operator: str
    column: str | None
    value: Value
    site: Site
    negated: bool = False
    maybe: bool = False  # only some paths add it


@dataclass(frozen=True, slots=True)
class Payload:
    """What is written: of several rows, all keys together. `complete` where no other key is possible."""

    columns: dict[str, Value]
    maybe: frozenset[str]
    complete: bool
    many: bool  # an array of rows
    value: Value


@dataclass(frozen=True, slots=True)
class Query:
    """One query from `from(...)` or `rpc(...)` to its last method."""

    site: Site  # the whole chain, as far as it is written in one piece
    begin: Site  # the call of `from` or `rpc`
    client: Client
    key: KeyClass
    schema: str
    target: Value  # the table's, view's or function's name
    operation: Operation
    columns: (
        str | None
    )  # the text of `select(...)`; `*` where it is empty; None: nothing is selected, or it is computed
    selects: bool  # whether `select` is called, on its own or behind a write
    filters: tuple[Filter, ...]
    payload: Payload | None
    steps: tuple[Step, ...]
    run: Run
    reads: frozenset[str]  # which of `data`, `error`, `count` ... of the result are read; `*` for the whole result
    function: int

    @property
    def table(self) -> str | None:
        """The name of the table, view or function, where it is one certain text."""
        return text_of(self.target)

    def step(self, name: str) -> Step | None:
        """The first call of a method in the chain."""
        return next((step for step in self.steps if step.name == name), None)

    @property
    def throws(self) -> bool:
        """Whether an error of the database is thrown rather than returned."""
        return self.step("throwOnError") is not None


def queries(program: Program, path: str) -> tuple[Query, ...]:
    """The queries of a module, in the order of the text."""
    key = "queries", path
    found = program.answers.get(key)
    if found is None:
        begins = not {"from", "rpc"}.isdisjoint(program.modules[path].mentions)
        found = program.answers[key] = tuple(_queries(program, path)) if begins else ()
    return found  # type: ignore[return-value]


def _queries(program: Program, path: str) -> Iterator[Query]:
    grown: dict[Node, list[tuple[Call, Builder]]] = {}
    for call in program.index(path).calls:
        callee: Expression = call.callee
        while isinstance(callee, Cast):
            callee = callee.value
        if not (isinstance(call, Call) and isinstance(callee, Member) and callee.name in _METHODS):
            continue
        for builder in builders(program, path, call):
            if builder.at.path == path:
                grown.setdefault(builder.at.node, []).append((call, builder))
    for begin, chain in sorted(grown.items(), key=lambda item: (item[0].start, item[0].end)):
        yield _query(program, path, begin, chain)


def builders(program: Program, path: str, node: Expression) -> Iterator[Builder]:
    """The queries that an expression may be."""
    from analyzer.typescript.evaluate import value

    found = value(program, path, node)
    if not any(isinstance(one, Builder) for one in options(found)):
        root = _root_of_chain(found)
        if (root is None or not _may_be_client(program, root)) and not _begins_by_name(found):
            return
        settled = _with_typed_clients(program, resolved(program, found))
        if not any(isinstance(one, Builder) for one in options(settled)):  # its callers pass what is not understood
            settled = _with_typed_clients(program, found)
        found = settled
    for one in options(found):
        if isinstance(one, Builder):
            yield one


def _root_of_chain(value: Value) -> Parameter | None:
    """The parameter on which a chain of calls begins that looks like a query."""
    begun = False
    for option in options(value):
        current = option
        while isinstance(current, MemberOf | Called):
            if isinstance(current, MemberOf):
                begun = begun or current.key in ("from", "rpc")
                current = current.object
            else:
                current = current.callee
        if begun and isinstance(current, Parameter):
            return current
    return None


def _begins_by_name(value: Value) -> bool:
    """Whether a chain begins with `something.supabase.from(...)`, of whose `something` nothing is known."""
    for option in options(value):
        current = option
        while isinstance(current, MemberOf | Called):
            if isinstance(current, Called):
                current = current.callee
                continue
            inner = current.object
            if current.key in ("from", "rpc") and isinstance(inner, MemberOf) and inner.key is not None:
                return inner.key.lower().startswith("supabase")
            current = inner
    return False


def _may_be_client(program: Program, parameter: Parameter) -> bool:
    if assumed_client(program, parameter) is not None:
        return True
    return any(
        isinstance(one, Client | ObjectValue | Parameter | Instance) for one in options(resolved(program, parameter))
    )


def assumed_client(program: Program, parameter: Parameter) -> Client | None:
    """The client that a parameter holds by its type, or where it has none by its name."""
    if parameter.type not in ("", "any", "unknown"):
        return typed_client(parameter.type, parameter.at)
    declared = program.modules[parameter.path].functions[parameter.function].parameters[parameter.index].target
    if isinstance(declared, Bound) and declared.name.lower().startswith("supabase"):
        return typed_client("SupabaseClient", parameter.at)
    return None


def _with_typed_clients(program: Program, value: Value) -> Value:
    """The value with every parameter that is typed as a client, and whose callers are unknown, taken for one."""
    from analyzer.typescript.summaries import Rewriter

    class _Typed(Rewriter):
        def replaced(self, value: Parameter) -> Value:
            return assumed_client(program, value) or value

        def rewritten(self, value: Value) -> Value:
            if isinstance(value, MemberOf) and value.key is not None and value.key.lower().startswith("supabase"):
                return typed_client("SupabaseClient", value.at) or value
            return super().rewritten(value)

    if not mentions(value) and not _begins_by_name(value):
        return value
    return _Typed(program, None, -1, {}).rewritten(value)


def _query(program: Program, path: str, begin: Node, chain: list[tuple[Call, Builder]]) -> Query:
    # The longest chain has all that is surely called; what only other versions have is called on some paths.
    chain.sort(key=lambda item: (item[0].end - item[0].start, item[0].end))
    steps = _steps(program, path, [builder for _, builder in chain])
    first = chain[0][1]
    outer = max((call for call, _ in chain if _holds(call, begin)), key=lambda call: call.end, default=chain[0][0])
    client = _client(program, first.client)
    operation = _operation(first, steps)
    select = next((step for step in steps if step.name == "select"), None)
    write = next((step for step in steps if step.name in ("insert", "update", "upsert")), None)
    written = write.arguments[0] if write is not None and write.arguments else None
    if first.kind == "rpc" and first.arguments:
        written = first.arguments[0]
    run, reads = _use(program, path, [call for call, _ in chain])
    return Query(
        Site(path, outer),
        Site(path, begin),
        client,
        key_class(client),
        client.schema,
        resolved(program, first.target),
        operation,
        _columns(program, select),
        select is not None,
        tuple(_filters(program, steps)),
        payload(program, written) if written is not None else None,
        steps,
        run,
        reads,
        program.function_of(path, begin),
    )


def _holds(call: Node, begin: Node) -> bool:
    return call.start == begin.start or (call.start <= begin.start and call.end >= begin.end)


def _client(program: Program, client: Client) -> Client:
    found = resolved(program, client)
    return found if isinstance(found, Client) else client


def _steps(program: Program, path: str, versions: list[Builder]) -> tuple[Step, ...]:
    """All methods called on a query in order; `maybe` where only a branch calls it."""
    begun = versions[0].at.node
    ordered: dict[Node, Step] = {}
    for version in sorted(versions, key=lambda one: -len(one.steps)):
        for step in version.steps:
            ordered.setdefault(step.at.node, step)
    steps = sorted(ordered.values(), key=lambda step: (step.at.path != path, step.at.node.end))
    return tuple(
        Step(step.name, step.arguments, step.at, True) if _conditional(program, step, begun) else step for step in steps
    )


def _conditional(program: Program, step: Step, begun: Node) -> bool:
    """Whether a step stands in a branch that the query's begin does not stand in."""
    from analyzer.facts.typescript import If

    if step.at.node.start <= begun.start and begun.end <= step.at.node.end:
        return False  # one chain, written in one piece
    node: Node | None = step.at.node
    root = step.at.node
    while isinstance(root, Call) and isinstance(root.callee, Member):
        inner: Node = root.callee.object
        while isinstance(inner, Cast):
            inner = inner.value
        root = inner
    if not isinstance(root, Name):
        return False
    while node is not None:
        parent = program.parent(step.at.path, node)
        if isinstance(parent, If | Conditional) and node is not parent.test:
            return _declared_outside(program, step.at.path, root, parent)
        node = parent
    return False


def _declared_outside(program: Program, path: str, name: Name, branch: Node) -> bool:
    if name.binding < 0:
        return False
    declared = program.modules[path].bindings[name.binding]
    return not branch.start <= declared.start <= branch.end


def _operation(builder: Builder, steps: tuple[Step, ...]) -> Operation:
    if builder.kind == "rpc":
        return "rpc"
    for step in steps:
        if step.name in _OPERATIONS:
            return step.name  # type: ignore[return-value]
    return "select" if any(step.name == "select" for step in steps) else ""


def _columns(program: Program, select: Step | None) -> str | None:
    if select is None:
        return None
    if not select.arguments:
        return "*"
    return text_of(resolved(program, select.arguments[0]))


def _filters(program: Program, steps: tuple[Step, ...]) -> Iterator[Filter]:
    for step in steps:
        if step.name not in FILTERS:
            continue
        arguments = tuple(resolved(program, one) for one in step.arguments)
        missing = Unknown("missing", step.at)
        first = arguments[0] if arguments else missing
        second = arguments[1] if len(arguments) > 1 else missing
        match step.name:
            case "or":
                yield Filter("or", None, first, step.at, maybe=step.maybe)
            case "match":
                for key, one in first.entries.items() if isinstance(first, ObjectValue) else ():
                    yield Filter("eq", key, one, step.at, maybe=step.maybe)
            case "not" | "filter":
                operator = text_of(second) or ""
                third = arguments[2] if len(arguments) > 2 else missing
                yield Filter(operator, text_of(first), third, step.at, step.name == "not", step.maybe)
            case "neq":
                yield Filter("eq", text_of(first), second, step.at, True, step.maybe)
            case _:
                yield Filter(step.name, text_of(first), second, step.at, maybe=step.maybe)


def payload(program: Program, written: Value) -> Payload:
    """The keys of what is written, or of the arguments of a database function."""
    written = resolved(program, written)
    columns: dict[str, Value] = {}
    maybe: set[str] = set()
    complete = True
    many = False
    rows: list[Value] = []
    for option in options(written):
        if isinstance(option, ArrayValue):
            many = True
            complete = complete and (option.complete or bool(option.elements))
            rows += [one for element in option.elements for one in options(element)]
        else:
            rows.append(option)
    for row in rows:
        if not isinstance(row, ObjectValue):
            complete = False
            continue
        complete = complete and row.complete
        for key, one in row.entries.items():
            if key in row.maybe or (
                len(rows) > 1 and any(isinstance(other, ObjectValue) and key not in other.entries for other in rows)
            ):
                maybe.add(key)
            columns.setdefault(key, one)
    return Payload(columns, frozenset(maybe), complete and bool(rows), many, written)


def _use(program: Program, path: str, calls: list[Call]) -> tuple[Run, frozenset[str]]:
    """How a query is sent, and what of its result is read."""
    best: Run = "never"
    reads: set[str] = set()
    inner = {call.callee.object for call in calls if isinstance(call.callee, Member)}
    for call in calls:
        if call in inner:
            continue
        run, read = use_of(program, path, call)
        reads |= read
        if RANK.index(run) < RANK.index(best):
            best = run
    return best, frozenset(reads)
