"""What reading a property and calling mean for the values that are understood."""

from __future__ import annotations

from analyzer.facts.typescript import Bound, Closure
from analyzer.typescript.program import Program
from analyzer.typescript.supabase import member_of_client, method_of_client, new_client, nuxt_client
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
    Request,
    Row,
    Site,
    Undefined,
    Unknown,
    User,
    Value,
    either,
    text_of,
)
from analyzer.typescript.web import call_of_request, member_of_request

ENVIRONMENTS = {
    "process.env": "process.env",
    "import.meta.env": "import.meta.env",
    "Bun.env": "Bun.env",
    "Deno.env.object": "Deno.env",
}
_GLOBAL_OBJECTS = frozenset({"globalThis", "window", "self", "global"})
# Gives back its first argument, as far as anyone asks here.
_TRANSPARENT = frozenset(
    [
        "structuredClone",
        "Object.freeze",
        "Object.seal",
        "Promise.resolve",
        "JSON.parse",
        "Array.from",
        "Promise.race",
        "Promise.any",
        "decodeURIComponent",
        "Object.fromEntries",
        "Object.entries",
    ]
)
_SAME_ELEMENTS = frozenset(
    ["filter", "slice", "sort", "toSorted", "reverse", "toReversed", "concat", "flat", "splice", "values", "entries"]
)
_ONE_ELEMENT = frozenset({"find", "findLast", "at", "pop", "shift"})
_OTHER_METHODS = frozenset(
    [
        "map",
        "flatMap",
        "forEach",
        "some",
        "every",
        "reduce",
        "join",
        "includes",
        "indexOf",
        "push",
        "keys",
        "length",
        "findIndex",
        "toString",
        "trim",
        "toLowerCase",
        "toUpperCase",
        "startsWith",
        "endsWith",
        "replace",
        "replaceAll",
        "split",
        "substring",
        "substr",
        "match",
        "matchAll",
        "test",
        "toFixed",
        "padStart",
        "padEnd",
        "charAt",
        "charCodeAt",
        "normalize",
        "localeCompare",
        "then",
        "catch",
        "finally",
        "hasOwnProperty",
        "repeat",
        "toLocaleString",
        "toISOString",
        "getTime",
        "unshift",
        "fill",
    ]
)
METHODS = _SAME_ELEMENTS | _ONE_ELEMENT | _OTHER_METHODS
_CHECKERS = frozenset(["zod", "valibot", "yup", "arktype", "superstruct", "joi", "@sinclair/typebox", "ajv", "typebox"])
_CHECKS = frozenset({"parse", "parseAsync", "validate", "validateSync", "cast", "assert", "create"})
_CHECKS_SAFELY = frozenset({"safeParse", "safeParseAsync"})
_NO_ELEMENTS = ArrayValue(())  # as in `rows ?? []`
_MAX_TEXT = 20_000  # characters of a folded string


def concatenated(pieces: list[Value], at: Site | None) -> Value:
    """Strings joined; constants next to each other become one."""
    flat: list[Value] = []
    for piece in pieces:
        for one in piece.parts if isinstance(piece, Concatenation) else (piece,):
            last = flat[-1] if flat else None
            if isinstance(one, Known):
                text = shown(one)
                if isinstance(last, Known) and len(str(last.value)) < _MAX_TEXT:
                    flat[-1] = Known(str(last.value) + text, at)
                elif text:
                    flat.append(Known(text, at))
            else:
                flat.append(one)
    if not flat:
        return Known("", at)
    return flat[0] if len(flat) == 1 and isinstance(flat[0], Known) else Concatenation(tuple(flat), at)


def shown(value: Known) -> str:
    """A constant as JavaScript writes it into a string."""
    match value.value:
        case None:
            return "null"
        case bool():
            return "true" if value.value else "false"
    return str(value.value)


def member(program: Program, source: Value, key: str | None, at: Site | None) -> Value:
    """`source.key`; the key `None` is any position or a computed key."""
    match source:
        case Either(options=choices, how=how):
            present = [one for one in choices if not _absent(one) and one != _NO_ELEMENTS] or list(choices)
            found = [member(program, one, key, at) for one in present]
            return either([one for one in found if not isinstance(one, Undefined)] or found, how, at)
        case ObjectValue():
            return _entry(program, source, key, at)
        case ArrayValue(elements=elements):
            if key is None:
                return either(list(elements), "=", at) if elements else MemberOf(source, None, at)
            return MemberOf(source, key, at)
        case Global(name=name):
            return _of_global(name, key, at)
        case Request():
            return member_of_request(source, key, at)
        case User(how=how_known, path=path):
            return User(how_known, (*path, key), at) if key is not None else source
        case Client() | MemberOf(object=Client()):
            return member_of_client(source, key, at)
        case Builder():
            if key in ("data", "error", "count", "status", "statusText"):
                return Row(source, key, (), at)
            return MemberOf(source, key, at)
        case Row(query=query, part=part, path=path):
            return Row(query, part, (*path, key), at) if key is not None else source
        case Outcome():
            return _of_outcome(source, key, at)
        case Namespace(path=path):
            from analyzer.typescript.evaluate import exported

            return exported(program, path, key) if key is not None else Unknown("a computed export", at)
        case External(package=package, version=version, name=name):
            return _of_external(package, version, name, key, at)
        case Instance():
            return _of_instance(program, source, key, at)
        case Environment() | Unknown() if key is None:
            return source
    return MemberOf(source, key, at)


def _absent(value: Value) -> bool:
    return isinstance(value, Undefined) or (isinstance(value, Known) and value.value in (None, False, ""))


def _entry(program: Program, source: ObjectValue, key: str | None, at: Site | None) -> Value:
    if key is None:
        found = list(source.entries.values())
        return either(found, "=", at) if found and source.complete else MemberOf(source, None, at)
    entry = source.entries.get(key)
    if entry is not None and (key not in source.maybe or not source.rest):
        return entry
    if source.rest:
        others = [member(program, one, key, at) for one in source.rest]
        return either([entry, *others] if entry is not None else others, "=", at)
    return MemberOf(source, key, at) if key in METHODS else Undefined(at)


def _of_global(name: str, key: str | None, at: Site | None) -> Value:
    if name in ENVIRONMENTS:
        return Environment(key, ENVIRONMENTS[name], at=at)  # type: ignore[arg-type]
    if key is None:
        return MemberOf(Global(name, at), None, at)
    return Global(key if name in _GLOBAL_OBJECTS else f"{name}.{key}", at)


def _of_outcome(source: Outcome, key: str | None, at: Site | None) -> Value:
    path = (*source.path, key) if key is not None else source.path
    if source.area == "auth":
        if source.method == "getUser" and path == ("data", "user"):
            return User("getUser", (), at)
        if source.method == "getClaims" and path == ("data", "claims"):
            return User("getClaims", (), at)
        if source.method == "getSession" and path == ("data", "session", "user"):
            return User("getSession", (), at)
    return Outcome(source.client, source.area, source.method, source.arguments, path, source.at)


def _of_external(package: str, version: str, name: str, key: str | None, at: Site | None) -> Value:
    source = External(package, version, name, at)
    if key is None:
        return MemberOf(source, None, at)
    if package == "node:process" and key == "env":
        return Global("process.env", at)
    if package == "node:process" and name == "env":
        return Environment(key, "process.env", at=at)
    if name == "*":
        return External(package, version, key, at)
    if name == "default" and package.startswith(("@supabase/", "node:")):
        return External(package, version, key, at)
    return MemberOf(source, key, at)


def _of_instance(program: Program, source: Instance, key: str | None, at: Site | None) -> Value:
    from analyzer.typescript.evaluate import value

    found: list[Value] = []
    if key is not None:
        for one in source.cls.members:
            if one.name == key and one.static == source.static and one.value is not None:
                if one.kind == "get" and isinstance(one.value, Closure):
                    getter = FunctionValue(source.path, one.value.function, Site(source.path, one.value))
                    found.append(called(program, getter, (), getter.at or Site(source.path, one.value)))
                else:
                    found.append(value(program, source.path, one.value))
        if not source.static:
            found += _of_constructor(program, source, key)
            for expression, node in program.index(source.path).this_writes.get(key, ()):
                if program.class_of(source.path, node) is source.cls:
                    found.append(value(program, source.path, expression))
    settled = [one for one in found if not _absent(one)] or found
    return either(settled, "=", at) if settled else MemberOf(source, key, at)


def _of_constructor(program: Program, source: Instance, key: str) -> list[Value]:
    """What a property gets that the constructor declares with its parameter."""
    from analyzer.typescript.parameters import parameter_value

    for one in source.cls.members:
        if one.kind == "constructor" and isinstance(one.value, Closure):
            function = program.modules[source.path].functions[one.value.function]
            for position, parameter in enumerate(function.parameters):
                if parameter.property and isinstance(parameter.target, Bound) and parameter.target.name == key:
                    return [parameter_value(program, source.path, one.value.function, position)]
    return []


def called(program: Program, callee: Value, arguments: tuple[Value, ...], at: Site, *, new: bool = False) -> Value:
    """The result of a call; of an asynchronous function what it resolves to."""
    match callee:
        case Either(options=choices, how=how):
            present = [one for one in choices if not _absent(one)] or list(choices)
            return either([called(program, one, arguments, at, new=new) for one in present], how, at)
        case FunctionValue(path=path, function=number):
            from analyzer.typescript.summaries import applied

            return applied(program, path, number, arguments, at)
        case Instance(path=path, cls=cls, static=True) if new:
            return Instance(path, cls, False, at)
        case Global(name=name):
            return _call_of_global(program, name, arguments, at, new)
        case External():
            return _call_of_external(program, callee, arguments, at, new)
        case Request(path=path, part=part) if path and path[-1] in METHODS:
            return _method(program, Request(part, path[:-1], callee.at), path[-1] or "", arguments, at)
        case Request():
            return call_of_request(callee, arguments, at)
        case Row(query=query, part=part, path=path) if path and path[-1] in METHODS:
            return _method(program, Row(query, part, path[:-1], callee.at), path[-1] or "", arguments, at)
        case MemberOf(object=source, key=key) if key is not None:
            return _method(program, source, key, arguments, at)
    return Called(callee, arguments, new, at)


def _call_of_global(program: Program, name: str, arguments: tuple[Value, ...], at: Site, new: bool) -> Value:
    first = arguments[0] if arguments else Undefined(at)
    client = nuxt_client(name, at)
    if client is not None:
        return client
    if name == "Deno.env.get":
        text = text_of(first)
        return Environment(text, "Deno.env", None if text is not None else first, at)
    if name == "Deno.env.toObject":
        return Global("Deno.env.object", at)
    if name.endswith((".map", ".flatMap")):  # of something that is not declared
        listed = _list_method(program, Global(name.rpartition(".")[0], at), "map", arguments, at)
        if listed is not None:
            return listed
    if name == "JSON.parse" and isinstance(first, Called) and first.callee == Global("JSON.stringify"):
        return first.arguments[0] if first.arguments else first
    if name in _TRANSPARENT:
        return first
    if name in ("Promise.all", "Promise.allSettled"):
        if name == "Promise.allSettled" and isinstance(first, ArrayValue):
            settled = [ObjectValue({"value": one}, rest=(Unknown("a settled promise"),)) for one in first.elements]
            return ArrayValue(tuple(settled), first.complete, at)
        return first
    if name == "Object.assign":
        return _merged(arguments, at)
    if name == "Object.values":
        return ArrayValue((member(program, first, None, at),), False, at)
    if name == "require" and isinstance(first, Known):
        from analyzer.typescript.evaluate import from_module

        return from_module(program, at.path, str(first.value), "*", at)
    if new and name == "URL":
        if isinstance(first, Request) and first.part == "url":
            return first
        if isinstance(first, Request) and first.part == "request":
            return Request("url", (), at)
    if new and name in ("URLSearchParams", "Headers", "Map", "FormData") and isinstance(first, Request | ObjectValue):
        if isinstance(first, Request) and first.part == "url":
            return Request("query", (), at)
        return first
    return Called(Global(name, at), arguments, new, at)


def _merged(arguments: tuple[Value, ...], at: Site) -> Value:
    entries: dict[str, Value] = {}
    rest: list[Value] = []
    for argument in arguments:
        if isinstance(argument, ObjectValue):
            entries.update(argument.entries)
            rest.extend(argument.rest)
        elif not _absent(argument):
            rest.append(argument)
    return ObjectValue(entries, rest=tuple(rest), at=at)


def _call_of_external(program: Program, callee: External, arguments: tuple[Value, ...], at: Site, new: bool) -> Value:
    client = new_client(callee, arguments, at)
    if client is not None:
        return client
    if callee.package.startswith(("std/dotenv", "dotenv")) and callee.name in ("load", "config", "loadSync"):
        return Global("Deno.env.object", at)
    if callee.package == "react" and callee.name in ("useMemo", "useCallback", "cache") and arguments:
        if callee.name == "useMemo" and isinstance(arguments[0], FunctionValue):
            return called(program, arguments[0], (), at)
        return arguments[0]
    if callee.package == "react" and callee.name == "useState" and arguments:
        first = arguments[0]
        state = called(program, first, (), at) if isinstance(first, FunctionValue) else first
        return ArrayValue((either([state, Unknown("state", at)], "=", at), Unknown("a setter", at)), True, at)
    return Called(callee, arguments, new, at)


def _method(program: Program, source: Value, name: str, arguments: tuple[Value, ...], at: Site) -> Value:
    if name == "then":
        callback = arguments[0] if arguments else None
        return called(program, callback, (source,), at) if isinstance(callback, FunctionValue) else source
    if name in ("catch", "finally"):
        return source
    match source:
        case (
            Client()
            | Builder()
            | MemberOf(object=Client() | MemberOf(object=Client()))
            | Called(callee=MemberOf(object=MemberOf(object=Client())))
        ):
            found = method_of_client(source, name, arguments, at)
            if found is not None:
                return found
        case Request():
            return call_of_request(Request(source.part, (*source.path, name), source.at), arguments, at)
        case FunctionValue() if name in ("call", "bind", "apply"):
            return source if name == "bind" else called(program, source, arguments[1:], at)
        case Known(value=str() as text):
            folded = _text_method(text, name, at)
            if folded is not None:
                return folded
    if name in _CHECKS | _CHECKS_SAFELY and arguments and _is_checker(source):
        if name in _CHECKS:
            return arguments[-1] if name == "assert" else arguments[0]
        return ObjectValue({"data": arguments[0]}, rest=(Unknown("a checked value"),), at=at)
    if isinstance(source, ArrayValue | Row | Request | Concatenation | MemberOf | Called | Operation | Global | Either):
        listed = _list_method(program, source, name, arguments, at)
        if listed is not None:
            return listed
    return Called(MemberOf(source, name, at), arguments, False, at)


def _list_method(program: Program, source: Value, name: str, arguments: tuple[Value, ...], at: Site) -> Value | None:
    if isinstance(source, ArrayValue | Row):
        if name in _SAME_ELEMENTS:
            return source if not isinstance(source, ArrayValue) else ArrayValue(source.elements, False, at)
        if name in _ONE_ELEMENT:
            return member(program, source, None, at)
    if name in ("map", "flatMap") and arguments and isinstance(arguments[0], FunctionValue):
        element = member(program, source, None, at)
        return ArrayValue((called(program, arguments[0], (element,), at),), False, at)
    return None


def _text_method(text: str, name: str, at: Site) -> Value | None:
    match name:
        case "trim":
            return Known(text.strip(), at)
        case "toLowerCase":
            return Known(text.lower(), at)
        case "toUpperCase":
            return Known(text.upper(), at)
        case "toString":
            return Known(text, at)
    return None


def _is_checker(value: Value) -> bool:
    """Whether a value is made with a validation library, as `z.object(...).strict()`."""
    for _ in range(60):
        match value:
            case External(package=package):
                return package in _CHECKERS
            case MemberOf(object=inner) | Called(callee=inner):
                value = inner
            case _:
                return False
    return False
