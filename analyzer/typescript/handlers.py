"""How the entry of an edge function takes requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Await,
    Call,
    Cast,
    Expression,
    Member,
    Name,
    New,
    Node,
)
from analyzer.typescript.parameters import HTTP_METHODS, ROUTES, SUPABASE_SERVER, router_of
from analyzer.typescript.program import Program
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    External,
    FunctionValue,
    Global,
    Instance,
    MemberOf,
    ObjectValue,
    Site,
    Unknown,
    Value,
    options,
    origins,
    text_of,
    texts_of,
)

Way = Literal["Deno.serve", "serve", "export default", "route", "listen", "addEventListener", "route export"]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers requests.

    `function` is the innermost one, that has the code; `wrappers` are what it is passed through, outermost first
    (`withCors`, `withSupabase`). `method` and `route` are those of a router (`ALL` for any method). `function` is
    absent where it is not in the repository.
    """

    way: Way
    site: Site  # the registration
    function: FunctionValue | None
    wrappers: tuple[Value, ...] = ()
    method: str = ""
    route: str | None = None
    settings: Value | None = None  # the options of `withSupabase`


_MAX_WRAPPERS = 8
_LISTENERS = frozenset({"listen", "fire", "serve"})


def handlers(program: Program, path: str, seen: tuple[str, ...] = ()) -> tuple[Handler, ...]:
    """The handlers that a module registers when it is loaded, itself or in the modules that it imports."""
    key = "handlers", path
    found = program.answers.get(key)
    if found is None:
        found = program.answers[key] = tuple(_handlers(program, path))
    own: tuple[Handler, ...] = found  # type: ignore[assignment]
    if own or len(seen) > 6:
        return own
    for one in program.modules[path].imports:
        target = program.target(path, one.specifier)
        if isinstance(target, str) and one.kind != "type" and target not in seen and target in program.modules:
            own += handlers(program, target, (*seen, path))
    return own


def registers_none(program: Program, path: str) -> bool:
    """Whether loading a module certainly registers no handler; unsure where it cannot be followed."""
    if handlers(program, path) or program.modules[path].skipped:
        return False
    for call in program.index(path).calls:
        if program.function_of(path, call) != MODULE_LEVEL:
            continue
        if _is_unclear(program, path, call):
            return False
    return not any(export.name == "default" for export in program.modules[path].exports) and not _imports_unknown(
        program, path
    )


def _is_unclear(program: Program, path: str, call: Call | New) -> bool:
    """Whether a call at module level hands a function to something unknown, which might serve with it."""
    from analyzer.typescript.evaluate import value

    if isinstance(call, New):
        return False
    callee = value(program, path, call.callee)
    if isinstance(callee, External | MemberOf | Unknown | Called):
        given = [value(program, path, one) for one in call.arguments]
        return any(isinstance(part, FunctionValue | Instance) for one in given for part in origins(one))
    return False


def _imports_unknown(program: Program, path: str) -> bool:
    """Whether a module is loaded for its effects that is not in the repository."""
    return any(
        not one.names and one.kind == "import" and program.target(path, one.specifier) is None
        for one in program.modules[path].imports
    )


def _handlers(program: Program, path: str) -> Iterator[Handler]:
    for call in program.index(path).calls:
        if isinstance(call, Call):
            yield from _registered(program, path, call)
    yield from _exported(program, path)


def _registered(program: Program, path: str, call: Call) -> Iterator[Handler]:
    from analyzer.typescript.evaluate import value

    callee_node = call.callee
    while isinstance(callee_node, Cast):
        callee_node = callee_node.value
    callee = value(program, path, callee_node)
    site = Site(path, call)
    match callee:
        case Global(name="Deno.serve"):
            yield from _of_argument(program, path, call, "Deno.serve", site)
        case External(package=package, name=("serve" | "serveListener")) if package.startswith("std"):
            yield from _of_argument(program, path, call, "serve", site)
        case External(name="serve") if call.arguments:
            yield from _served_elsewhere(program, path, call, site)
        case Global(name="addEventListener") if (
            call.arguments and text_of(value(program, path, call.arguments[0])) == "fetch"
        ):
            yield Handler("addEventListener", site, innermost(program, path, call.arguments[-1])[0])
        case _ if isinstance(callee_node, Member) and callee_node.name in _LISTENERS:
            source = value(program, path, callee_node.object)
            if router_of(source):
                yield from _routes(program, path, call)
                yield Handler("listen", site, None)


def _served_elsewhere(program: Program, path: str, call: Call, site: Site) -> Iterator[Handler]:
    """`serve` of another library: with one handler, or with a table of routes."""
    from analyzer.typescript.evaluate import value

    given = value(program, path, call.arguments[0])
    if isinstance(given, ObjectValue):
        for route, one in given.entries.items():
            if isinstance(one, FunctionValue) and route.startswith("/"):
                yield Handler("route", site, one, (), "ALL", route)
    yield from _of_argument(program, path, call, "serve", site)


def _of_argument(program: Program, path: str, call: Call, way: Way, site: Site) -> Iterator[Handler]:
    """The handler among the arguments: `serve(handler, options)`, `serve(options, handler)`, `serve({ handler })`."""
    from analyzer.typescript.evaluate import value

    for argument in call.arguments:
        given = value(program, path, argument)
        if isinstance(given, ObjectValue) and "handler" in given.entries:
            given = given.entries["handler"]
            if isinstance(given, FunctionValue):
                yield Handler(way, site, given)
                return
        router = _application(given)
        if router is not None:
            yield from _routes(program, path, call)
            yield Handler(way, site, None)
            return
        function, wrappers, settings = innermost(program, path, argument)
        if function is not None or wrappers:
            yield Handler(way, site, function, wrappers, settings=settings)
            return
    if call.arguments and not isinstance(value(program, path, call.arguments[0]), ObjectValue):
        yield Handler(way, site, None)


def _application(given: Value) -> Value | None:
    """The application whose `fetch` or `handle` method is given."""
    for one in options(given):
        if isinstance(one, MemberOf) and one.key in ("fetch", "handle") and router_of(one.object):
            return one.object
        if isinstance(one, Called) and isinstance(one.callee, MemberOf) and one.callee.key == "bind":
            return _application(one.callee.object)
    return None


def innermost(
    program: Program, path: str, node: Expression
) -> tuple[FunctionValue | None, tuple[Value, ...], Value | None]:
    """The function with the code inside its wrappers, the wrappers outermost first, the options of `withSupabase`."""
    from analyzer.typescript.evaluate import value

    wrappers: list[Value] = []
    settings: Value | None = None
    for _ in range(_MAX_WRAPPERS):
        node = _written(program, path, node)
        if not isinstance(node, Call):
            break
        callee = value(program, path, node.callee)
        passed = [one for one in node.arguments if _is_function(program, path, one)]
        if not passed:
            break
        wrappers.append(callee)
        if is_with_supabase(callee) and node.arguments[0] is not passed[-1]:
            settings = value(program, path, node.arguments[0])
        node = passed[-1]
    found = value(program, path, node)
    function = next((one for one in options(found) if isinstance(one, FunctionValue)), None)
    return function, tuple(wrappers), settings


def _written(program: Program, path: str, node: Expression) -> Expression:
    """What a constant was declared as, in the same module; casts are gone."""
    for _ in range(_MAX_WRAPPERS):
        if isinstance(node, Cast | Await):
            node = node.value
        elif isinstance(node, Name) and node.binding >= 0:
            definitions = program.index(path).definitions.get(node.binding, [])
            source = definitions[0].source if len(definitions) == 1 and not definitions[0].takes else None
            if not isinstance(source, Call | Cast | Name):
                break
            node = source
        else:
            break
    return node


def _is_function(program: Program, path: str, node: Expression) -> bool:
    from analyzer.typescript.evaluate import value

    node = _written(program, path, node)
    if isinstance(node, Call):
        return any(_is_function(program, path, one) for one in node.arguments)
    return any(isinstance(one, FunctionValue) for one in options(value(program, path, node)))


def is_with_supabase(callee: Value) -> bool:
    """Whether a value is `withSupabase` of `@supabase/server`."""
    return isinstance(callee, External) and callee.package == SUPABASE_SERVER and callee.name == "withSupabase"


def auth_modes(settings: Value | None) -> tuple[str, ...]:
    """The modes that the options of `withSupabase` let in, without the names of keys; empty texts for those unknown.

    https://github.com/supabase/server/blob/main/docs/auth-modes.md: `auth`, formerly `allow`, is one mode or several;
    `user` is the default. `none` was `always`, `publishable` was `public`.
    """
    chosen = None
    if isinstance(settings, ObjectValue):
        chosen = settings.entries.get("auth") or settings.entries.get("allow")
    if chosen is None:
        return ("user",)
    elements = (
        one for option in options(chosen) for one in (option.elements if isinstance(option, ArrayValue) else (option,))
    )
    return tuple((text_of(one) or "").partition(":")[0] for one in elements)


def _routes(program: Program, path: str, within: Node) -> Iterator[Handler]:
    """The routes of an application or router that the module, or one that it imports, adds."""
    from analyzer.typescript.evaluate import value

    paths = [path, *(target for one in program.modules[path].imports
                     if isinstance(target := program.target(path, one.specifier), str))]  # fmt: skip
    for module_path in paths:
        for call in program.index(module_path).calls:
            callee = call.callee
            if call is within or not isinstance(callee, Member) or callee.name.lower() not in ROUTES:
                continue
            if not router_of(value(program, module_path, callee.object)):
                continue
            values = [value(program, module_path, one) for one in call.arguments]
            routes = texts_of(values[0]) if values else ()
            functions = [one for one in values if isinstance(one, FunctionValue)]
            if callee.name == "use" and not routes and not functions:
                continue
            if callee.name == "use":
                continue
            method = "ALL" if callee.name in ("all", "on") else callee.name.upper()
            route = routes[0] if routes else None
            wrappers = tuple(functions[:-1])
            yield Handler(
                "route", Site(module_path, call), functions[-1] if functions else None, wrappers, method, route
            )


def _exported(program: Program, path: str) -> Iterator[Handler]:
    """`export default { fetch }`, `export default app`, and the exports of Next.js routes."""
    from analyzer.typescript.evaluate import binding_value, value

    for export in program.modules[path].exports:
        if export.name == "default":
            given: Value | None = None
            if export.value is not None:
                given = value(program, path, export.value)
            elif export.binding >= 0:
                given = binding_value(program, path, export.binding, None)
            site = Site(path, export)
            for one in options(given) if given is not None else ():
                if isinstance(one, ObjectValue) and "fetch" in one.entries:
                    application = _application(one.entries["fetch"])
                    if application is not None:
                        yield from _routes(program, path, export)
                        yield Handler("export default", site, None)
                    else:
                        yield _of_fetch(program, one.entries["fetch"], site)
                elif router_of(one):
                    yield from _routes(program, path, export)
                    yield Handler("export default", site, None)
                elif isinstance(one, Called) and is_with_supabase(one.callee):
                    yield _of_fetch(program, one, site)
        elif export.name in HTTP_METHODS and path.rpartition("/")[2].startswith(("route.", "+server.")):
            given = binding_value(program, path, export.binding, None) if export.binding >= 0 else None
            found = next((one for one in options(given) if isinstance(one, FunctionValue)), None) if given else None
            yield Handler("route export", Site(path, export), found, (), export.name)


def _of_fetch(program: Program, given: Value, site: Site) -> Handler:
    """The handler of `export default { fetch }`, whose value may be a call of `withSupabase` or another wrapper."""
    if given and isinstance(given, Called) and given.at is not None and isinstance(given.at.node, Call):
        function, wrappers, settings = innermost(program, given.at.path, given.at.node)
        return Handler("export default", site, function, wrappers, settings=settings)
    function = next((one for one in options(given) if isinstance(one, FunctionValue)), None)
    return Handler("export default", site, function)
