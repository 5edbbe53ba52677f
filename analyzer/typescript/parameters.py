"""What the parameters of a function hold by the place where the function is passed or exported."""

from __future__ import annotations

from analyzer.facts.typescript import (
    GLOBAL,
    Bound,
    Call,
    Cast,
    Closure,
    Declarator,
    ExportDefault,
    Member,
    Name,
    New,
    Node,
    Object,
    Property,
)
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.values import (
    Client,
    External,
    FunctionValue,
    Global,
    MemberOf,
    ObjectValue,
    Parameter,
    Request,
    Site,
    Undefined,
    Unknown,
    User,
    Value,
)

REQUEST_TYPES = frozenset({"Request", "NextRequest", "ServeRequest", "globalThis.Request"})
NODE_REQUEST_TYPES = frozenset(
    {"NextApiRequest", "VercelRequest", "express.Request", "FastifyRequest", "ExpressRequest", "IncomingMessage"}
)
HTTP_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
ROUTERS = frozenset({"hono", "oak", "@oak/oak", "express", "fastify", "koa", "itty-router"})
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "all", "use", "on", "options"})
_WITH_CONTEXT = frozenset({"hono", "oak", "koa"})
_ITERATORS = frozenset(
    {"map", "flatMap", "forEach", "filter", "find", "findIndex", "findLast", "some", "every", "sort", "toSorted"}
)
SUPABASE_SERVER = "@supabase/server"


def parameter_value(program: Program, path: str, number: int, position: int) -> Value:
    """What is known of a parameter from its type and place; else it stands for itself."""
    key = path, number, position
    found = program.parameters.get(key)
    if found is not None:
        return found
    function = program.modules[path].functions[number]
    parameter = function.parameters[position]
    site = Site(path, parameter)
    itself = Parameter(path, number, position, parameter.type, site)
    if ("parameter", key) in program.running:
        return itself
    program.running.add(("parameter", key))
    try:
        placed = _by_type(parameter.type, site) or _by_place(program, path, number, position)
        found = placed if placed is not None else itself
    finally:
        program.running.discard(("parameter", key))
    program.parameters[key] = found
    return found


def _by_type(type_text: str, site: Site) -> Value | None:
    head = type_text.partition("<")[0].partition("|")[0].strip()
    if head in REQUEST_TYPES or head in NODE_REQUEST_TYPES:
        return Request("request", (), site)
    if head == "Headers":
        return Request("headers", (), site)
    return None


def _by_place(program: Program, path: str, number: int, position: int) -> Value | None:
    found = program.index(path)
    node = found.closures.get(number)
    if isinstance(node, Closure):
        placed = _as_argument(program, path, node, position)
        if placed is not None:
            return placed
        placed = _as_export(program, path, node, position)
        if placed is not None:
            return placed
    binding = program.binding_of_function(path, number)
    if binding == GLOBAL:
        return None
    for reference in found.references.get(binding, ()):
        placed = _as_argument(program, path, reference, position)
        if placed is not None:
            return placed
    return _as_route_export(program, path, binding, position)


def _as_argument(program: Program, path: str, node: Closure | Name, position: int) -> Value | None:
    """What a function gets that is passed to a call."""
    passed: Node = node
    parent = program.parent(path, passed)
    while isinstance(parent, Cast):
        passed, parent = parent, program.parent(path, parent)
    placed = argument_of(program, path, passed)  # type: ignore[arg-type]
    if placed is None:
        return None
    call, argument = placed
    from analyzer.typescript.evaluate import value

    callee = call.callee
    if isinstance(callee, Member):
        source = value(program, path, callee.object)
        special = _of_method(program, path, call, callee, source, position)
        if special is not None:
            return special
    return given_by(program, value(program, path, callee), argument, position, Site(path, node))


def _of_method(
    program: Program, path: str, call: Call | New, callee: Member, source: Value, position: int
) -> Value | None:
    from analyzer.typescript.meaning import member

    site = Site(path, call)
    if callee.name in _ITERATORS or (callee.name == "reduce" and position == 1):
        if position == 0 or callee.name in ("reduce", "sort", "toSorted"):
            return member(program, source, None, site)
        return Unknown("a position", site)
    if callee.name == "then" and position == 0:
        return source
    if callee.name == "catch" and position == 0:
        return Unknown("a caught error", site)
    router = router_of(source) if callee.name.lower() in ROUTES and position == 0 else ""
    if router:
        return Request("context" if router in _WITH_CONTEXT else "request", (), site)
    return None


def router_of(value: Value) -> str:
    """The framework whose application or router a value is."""
    from analyzer.typescript.values import Called, Either

    for _ in range(40):
        match value:
            case External(package=package):
                return package if package in ROUTERS else ""
            case Called(callee=inner) | MemberOf(object=inner):
                value = inner
            case Either(options=options):
                value = options[0]
            case _:
                return ""
    return ""


def given_by(program: Program, callee: Value, argument: int, position: int, site: Site) -> Value | None:
    """What a callee gives to the parameter at `position` of the function that is its argument `argument`."""
    match callee:
        case Global(name="Deno.serve"):
            return Request("request", (), site) if position == 0 else Unknown("connection details", site)
        case External(package=package, name="serve") if package.startswith("std"):
            return Request("request", (), site) if position == 0 else Unknown("connection details", site)
        case External(package="@supabase/server", name="withSupabase"):
            return Request("request", (), site) if position == 0 else supabase_context(site)
        case FunctionValue(path=path, function=number):
            return _from_wrapper(program, path, number, argument, position)
    return None


def supabase_context(site: Site) -> Value:
    """The second argument of a handler inside `withSupabase`.

    `supabase` acts as the caller, `supabaseAdmin` with the secret key: https://github.com/supabase/server
    """
    unknown = Unknown("set by withSupabase", site)
    user = Client(unknown, unknown, None, "withSupabase", role="user", at=site)
    admin = Client(unknown, unknown, None, "withSupabase", role="service", at=site)
    claims = User("withSupabase", (), site)
    entries: dict[str, Value] = {
        "supabase": user,
        "supabaseAdmin": admin,
        "userClaims": claims,
        "claims": claims,
        "user": claims,
    }
    return ObjectValue(entries, rest=(unknown,), at=site)


def _from_wrapper(program: Program, path: str, number: int, argument: int, position: int) -> Value | None:
    """What a local wrapper passes when it calls the function that it was given."""
    from analyzer.typescript.evaluate import value

    function = program.modules[path].functions[number]
    if argument >= len(function.parameters):
        return None
    target = function.parameters[argument].target
    if not isinstance(target, Bound):
        return None
    for reference in program.index(path).references.get(target.binding, ()):
        parent = program.parent(path, reference)
        if isinstance(parent, Call) and parent.callee is reference:
            if position >= len(parent.arguments):
                return Undefined(Site(path, parent))
            return value(program, path, parent.arguments[position])
        if isinstance(parent, Call | New):  # handed on: `serve(handler)`
            for place, inner in enumerate(parent.arguments):
                if inner is reference:
                    found = given_by(program, value(program, path, parent.callee), place, position, Site(path, parent))
                    if found is not None:
                        return found
    return None


def _as_export(program: Program, path: str, node: Closure, position: int) -> Value | None:
    """`export default { fetch(request) {} }` and `export default (request) => ...` where that is a handler."""
    site = Site(path, node)
    parent = program.parent(path, node)
    if isinstance(parent, Property) and parent.key == "fetch":
        around = program.parent(path, parent)
        holder = program.parent(path, around) if isinstance(around, Object) else None
        while isinstance(holder, Cast):
            holder = program.parent(path, holder)
        if isinstance(holder, ExportDefault) or (isinstance(holder, Declarator) and position == 0):
            return Request("request", (), site) if position == 0 else None
    if isinstance(parent, ExportDefault) and _is_api_route(path):
        return Request("request", (), site) if position == 0 else None
    return None


def _is_api_route(path: str) -> bool:
    return "/pages/api/" in f"/{path}" or "/netlify/functions/" in f"/{path}" or f"/{path}".startswith("/api/")


def _as_route_export(program: Program, path: str, binding: int, position: int) -> Value | None:
    """Handlers that frameworks find by the name of their export: Next.js routes, SvelteKit, Remix."""
    names = {export.name for export in program.modules[path].exports if export.binding == binding}
    if not names:
        return None
    base = path.rpartition("/")[2]
    site = Site(path, program.modules[path].bindings[binding])
    stem = base.partition(".")[0]
    if names & HTTP_METHODS:
        if stem == "route":
            if position == 0:
                return Request("request", (), site)
            return ObjectValue({"params": Request("parameter", (), site)}, at=site)
        if base.startswith("+server."):
            return _event(site) if position == 0 else None
    if base.startswith(("+page.server.", "+layout.server.", "hooks.server.")) and position == 0:
        return _event(site)
    if names & {"loader", "action"} and position == 0:
        return _event(site)
    if "default" in names and _is_api_route(path) and position == 0:
        return Request("request", (), site)
    if "middleware" in names and stem == "middleware" and position == 0:
        return Request("request", (), site)
    return None


def _event(site: Site) -> Value:
    entries: dict[str, Value] = {
        "request": Request("request", (), site),
        "url": Request("url", (), site),
        "params": Request("parameter", (), site),
        "cookies": Request("cookie", (), site),
    }
    return ObjectValue(entries, rest=(Unknown("an event of the framework", site),), at=site)
