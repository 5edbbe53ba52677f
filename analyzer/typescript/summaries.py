"""What a function gives back, and what its parameters hold at the calls that are known."""

from __future__ import annotations

from analyzer.facts.typescript import MODULE_LEVEL, Call, Closure, Member, Module, Name, New, Node, Return, This
from analyzer.typescript.program import Program
from analyzer.typescript.values import (
    ArrayValue,
    Builder,
    Called,
    Client,
    Concatenation,
    Either,
    Environment,
    External,
    FunctionValue,
    Global,
    Instance,
    Known,
    MemberOf,
    Namespace,
    ObjectValue,
    Operation,
    Outcome,
    Parameter,
    Request,
    Row,
    Site,
    Step,
    Undefined,
    Unknown,
    User,
    Value,
    either,
    parts,
)
from analyzer.typescript.walk import inside

_LEAVES = frozenset({Known, Undefined, Request, User, FunctionValue, Instance, Namespace, External, Global, Unknown})
_CALLABLE = frozenset({"class", "import", "function", "const", "let", "var"})
_MAX_ARGUMENTS = 12  # different callers looked at for one parameter
_MAX_DEPTH = 40  # values inside values that are rewritten, across calls; each takes about five frames of the stack
# Methods of arrays, strings, dates and promises, which are half of all calls.
_OF_THE_LANGUAGE = frozenset({
    "map", "filter", "forEach", "reduce", "some", "every", "findIndex", "flatMap", "join", "split", "trim", "slice",
    "splice", "concat", "includes", "indexOf", "startsWith", "endsWith", "replace", "replaceAll", "match", "padStart",
    "toLowerCase", "toUpperCase", "toFixed", "toString", "toISOString", "toLocaleString", "toLocaleDateString",
    "toLocaleTimeString", "getTime", "getFullYear", "getMonth", "getDate", "charAt", "substring", "push", "unshift",
    "then", "catch", "finally", "hasOwnProperty", "preventDefault", "stopPropagation",
})  # fmt: skip
_MAX_SIZE = 300  # values inside a value that is rewritten


def returned(program: Program, path: str, number: int) -> Value:
    """What a function returns, in terms of its parameters."""
    key = path, number
    found = program.returns.get(key)
    if found is not None:
        return found
    if ("returns", key) in program.running:
        return Unknown("calls itself")
    from analyzer.typescript.evaluate import value

    program.running.add(("returns", key))
    try:
        function = program.modules[path].functions[number]
        site = Site(path, function)
        returns = [node for statement in function.body for node in inside(statement) if isinstance(node, Return)]
        options = [value(program, path, node.value) for node in returns if node.value is not None]
        settled = [one for one in options if not isinstance(one, Undefined)]
        found = either(settled, "return", site) if settled else Undefined(site)
    finally:
        program.running.discard(("returns", key))
    program.returns[key] = found
    return found


def applied(program: Program, path: str, number: int, arguments: tuple[Value, ...], at: Site) -> Value:
    """What a call of a function gives."""
    from analyzer.typescript.evaluate import value

    result = returned(program, path, number)
    function = program.modules[path].functions[number]
    given: dict[int, Value] = {}
    for position, parameter in enumerate(function.parameters):
        if parameter.rest:
            given[position] = ArrayValue(arguments[position:], True, at)
        elif position < len(arguments):
            given[position] = arguments[position]
        elif parameter.default is not None:
            given[position] = value(program, path, parameter.default)
        else:
            given[position] = Undefined(at)
    return substituted(program, result, path, number, given)


def substituted(program: Program, value: Value, path: str, number: int, given: dict[int, Value]) -> Value:
    """A value with the parameters of a function replaced by what is given for them."""
    if not _has_parameters(program, value) or not mentions(value, path, number):
        return value
    return Rewriter(program, path, number, given).rewritten(value)


def operands(value: Value) -> tuple[Value, ...]:
    """All values that a value is made with: more than `parts`, for it looks into clients and queries."""
    match value:
        case (
            Concatenation(parts=inner) | ArrayValue(elements=inner) | Either(options=inner) | Operation(operands=inner)
        ):
            return inner
        case ObjectValue(entries=entries, rest=rest):
            return (*entries.values(), *rest)
        case MemberOf(object=one):
            return (one,)
        case Called(callee=one, arguments=inner):
            return (one, *inner)
        case Environment(computed=computed) if computed is not None:
            return (computed,)
        case Client(url=url, key=key, options=options):
            return (url, key, options) if options is not None else (url, key)
        case Builder(client=client, target=target, steps=steps, arguments=inner):
            return (client, target, *inner, *(one for step in steps for one in step.arguments))
        case Row(query=query):
            return (query.target,)
        case Outcome(client=client, arguments=inner, path=()):
            return (client, *inner)
    return parts(value)


def mentions(value: Value, path: str | None = None, number: int | None = None) -> bool:
    """Whether a value depends on a parameter (of that function)."""
    if type(value) in _LEAVES:
        return False
    waiting = [value]
    seen: set[int] = set()
    while waiting and len(seen) < _MAX_SIZE:
        current = waiting.pop()
        if type(current) in _LEAVES or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Parameter) and (path is None or (current.path, current.function) == (path, number)):
            return True
        waiting.extend(operands(current))
    return False


def _has_parameters(program: Program, value: Value) -> bool:
    """Whether a value mentions a parameter of any function, looked at once: most values are asked for many times."""
    if type(value) in _LEAVES:
        return False
    known = program.parametric.get(id(value))
    if known is None:
        known = program.parametric[id(value)] = value, mentions(value)
    return known[1]


class Rewriter:
    """Rebuilds a value from the inside, so that what becomes understood is understood."""

    def __init__(self, program: Program, path: str | None, number: int, given: dict[int, Value]) -> None:
        self.program, self.path, self.number, self.given = program, path, number, given
        self.work = 0
        self.memo: dict[int, tuple[Value, Value]] = {}  # values share parts; the first keeps its `id` taken

    def replaced(self, value: Parameter) -> Value:
        if (value.path, value.function) == (self.path, self.number):
            return self.given.get(value.index, value)
        return value

    def rewritten(self, value: Value) -> Value:
        if type(value) in _LEAVES:
            return value
        known = self.memo.get(id(value))
        if known is not None:
            return known[1]
        self.work += 1
        program = self.program
        if program.rewriting > _MAX_DEPTH or self.work > _MAX_SIZE:
            return value
        program.rewriting += 1
        try:
            result = self._rewritten(value)
        finally:
            program.rewriting -= 1
        self.memo[id(value)] = value, result
        return result

    def _rewritten(self, value: Value) -> Value:
        from analyzer.typescript.meaning import called, concatenated, member

        program, again = self.program, self.rewritten
        match value:
            case Parameter():
                return self.replaced(value)
            case Concatenation(parts=inner, at=at):
                return concatenated([again(one) for one in inner], at)
            case ArrayValue(elements=inner, complete=complete, at=at):
                return ArrayValue(tuple(again(one) for one in inner), complete, at)
            case Either(options=inner, how=how, at=at):
                return either([again(one) for one in inner], how, at)
            case Operation(operator=operator, operands=inner, at=at):
                return Operation(operator, tuple(again(one) for one in inner), at)
            case ObjectValue(entries=entries, maybe=maybe, rest=rest, at=at):
                return self._object(entries, maybe, rest, at)
            case MemberOf(object=one, key=key, at=at):
                return member(program, again(one), key, at)
            case Called(callee=callee, arguments=inner, new=new, at=at) if at is not None:
                return called(program, again(callee), tuple(again(one) for one in inner), at, new=new)
            case Environment(computed=computed, at=at) if computed is not None:
                from analyzer.typescript.values import text_of

                now = again(computed)
                if isinstance(now, Either):
                    options: list[Value] = [_environment(text_of(one), one, value) for one in now.options]
                    return either(options, now.how, at)
                return _environment(text_of(now), now, value)
            case Client():
                options_now = again(value.options) if value.options is not None else None
                url, token = again(value.url), again(value.key)
                return Client(url, token, options_now, value.factory, value.schema, value.role, value.at)
            case Builder():
                steps = tuple(
                    Step(step.name, tuple(again(one) for one in step.arguments), step.at, step.maybe)
                    for step in value.steps
                )
                client = again(value.client)
                if not isinstance(client, Client):
                    client = value.client
                arguments = tuple(again(one) for one in value.arguments)
                return Builder(client, value.kind, again(value.target), steps, value.at, arguments)
            case Row(query=query, part=part, path=path, at=at):  # of a row, only the table is of interest
                target = again(query.target)
                table = Builder(query.client, query.kind, target, query.steps, query.at, query.arguments)
                return Row(table, part, path, at)
            case Outcome(path=()):
                client = again(value.client)
                if not isinstance(client, Client):
                    client = value.client
                given = tuple(again(one) for one in value.arguments)
                return Outcome(client, value.area, value.method, given, value.path, value.at)
        return value

    def _object(
        self, entries: dict[str, Value], maybe: frozenset[str], rest: tuple[Value, ...], at: Site | None
    ) -> Value:
        now = {key: self.rewritten(one) for key, one in entries.items()}
        left: list[Value] = []
        optional = set(maybe)
        for one in rest:
            spread = self.rewritten(one)
            if isinstance(spread, ObjectValue):
                for key, entry in spread.entries.items():
                    now.setdefault(key, entry)
                optional |= spread.maybe
                left.extend(spread.rest)
            elif not isinstance(spread, Undefined):
                left.append(spread)
        return ObjectValue(now, frozenset(optional), tuple(left), at)


def _environment(name: str | None, computed: Value, before: Environment) -> Environment:
    return Environment(name, before.how, None if name is not None else computed, before.at)


class _Resolver(Rewriter):
    """Replaces every parameter by what its callers give."""

    def __init__(self, program: Program) -> None:
        super().__init__(program, None, MODULE_LEVEL, {})
        self.memo = program.resolved_values

    def replaced(self, value: Parameter) -> Value:
        return _from_callers(self.program, value)


def resolved(program: Program, value: Value) -> Value:
    """A value with every parameter replaced by what the known callers give for it."""
    return _Resolver(program).rewritten(value) if _has_parameters(program, value) else value


def _from_callers(program: Program, parameter: Parameter) -> Value:
    found = program.resolved.get(parameter)
    if found is not None:
        return found
    if ("callers", parameter) in program.running:
        return parameter
    from analyzer.typescript.evaluate import value

    program.running.add(("callers", parameter))
    try:
        options: list[Value] = []
        for site in callers(program, parameter.path, parameter.function)[:_MAX_ARGUMENTS]:
            call = site.node
            if isinstance(call, Call | New) and parameter.index >= len(call.arguments):
                options += _default_of(program, parameter)
            elif isinstance(call, Call | New):
                given = value(program, site.path, call.arguments[parameter.index])
                options.append(resolved(program, given))
        settled = [one for one in options if not isinstance(one, Undefined) and one != parameter]
        if not settled:
            settled = [parameter]
            settled += [one for one in _default_of(program, parameter) if not isinstance(one, Undefined)]
        found = either(settled, "call", parameter.at)
    finally:
        program.running.discard(("callers", parameter))
    program.resolved[parameter] = found
    return found


def _default_of(program: Program, parameter: Parameter) -> list[Value]:
    from analyzer.typescript.evaluate import value

    declared = program.modules[parameter.path].functions[parameter.function].parameters[parameter.index]
    return [value(program, parameter.path, declared.default)] if declared.default is not None else []


def callers(program: Program, path: str, number: int) -> list[Site]:
    """The calls of a function that are known, in the order of paths and text."""
    new = program.importing(path) - program.called_from
    if new:
        program.called_from |= new
        for module_path in sorted(new):
            _note_calls(program, module_path, program.callers)
    found = program.callers.get((path, number), [])
    return sorted(found, key=lambda site: site.path) if len(found) > 1 else found


def _note_calls(program: Program, path: str, found: dict[tuple[str, int], list[Site]]) -> None:
    from analyzer.typescript.evaluate import value

    module = program.modules[path]
    for call in program.index(path).calls:
        callee = call.callee
        if not _may_name_function(module, callee):
            continue
        target = value(program, path, callee)
        for one in target.options if isinstance(target, Either) else (target,):
            if isinstance(one, FunctionValue):
                found.setdefault((one.path, one.function), []).append(Site(path, call))
            elif isinstance(one, Instance) and isinstance(call, New):
                for made in one.cls.members:
                    if made.kind == "constructor" and isinstance(made.value, Closure):
                        found.setdefault((one.path, made.value.function), []).append(Site(path, call))


def _may_name_function(module: Module, callee: Node) -> bool:
    """Whether a callee, as it is written, may be a function of the program: most calls are seen not to be at once."""
    if isinstance(callee, Name):
        return callee.binding >= 0 and module.bindings[callee.binding].kind in _CALLABLE
    if isinstance(callee, Member):
        return isinstance(callee.object, Name | Member | This) and callee.name not in _OF_THE_LANGUAGE
    return False
