"""The value of any expression."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.typescript import (
    GLOBAL,
    Array,
    Assign,
    Await,
    Binary,
    Block,
    Call,
    Cast,
    Class,
    Closure,
    Conditional,
    Constant,
    DeclareEnum,
    DynamicImport,
    Expression,
    ForEach,
    Function,
    Index,
    Member,
    MetaProperty,
    Module,
    Name,
    New,
    Node,
    Object,
    Property,
    Sequence,
    Spread,
    TaggedTemplate,
    Template,
    This,
    Try,
    Unary,
)
from analyzer.typescript.index import Definition, Take
from analyzer.typescript.meaning import called, concatenated, member
from analyzer.typescript.parameters import parameter_value
from analyzer.typescript.program import Program
from analyzer.typescript.resolution import Package
from analyzer.typescript.values import (
    ArrayValue,
    Either,
    Environment,
    External,
    FunctionValue,
    Global,
    Instance,
    Known,
    Namespace,
    ObjectValue,
    Operation,
    Parameter,
    Request,
    Site,
    Undefined,
    Unknown,
    Value,
    either,
    options,
    text_of,
)

_MAX_DEPTH = 70  # nested evaluations; each takes about four frames of Python's stack


def value(program: Program, path: str, node: Expression) -> Value:
    """What is known of the value of an expression. Promises count as what they resolve to."""
    found = program.values.get(node)
    if found is not None:
        return found
    if node in program.running or program.depth >= _MAX_DEPTH:
        return Unknown("depends on itself" if node in program.running else "too long a chain")
    program.running.add(node)
    program.depth += 1
    try:
        reader = _READERS.get(type(node))
        found = reader(program, path, node) if reader is not None else Unknown("not evaluated", Site(path, node))
    except RecursionError:  # only where the caller's own stack is nearly used up
        found = Unknown("too long a chain")
    finally:
        program.depth -= 1
        program.running.discard(node)
    if not (isinstance(found, Unknown) and found.at is None):
        program.values[node] = found
    return found


def _constant(_: Program, path: str, node: Constant) -> Value:
    return Known(node.value, Site(path, node))


def _template(program: Program, path: str, node: Template) -> Value:
    pieces: list[Value] = []
    for text, inner in zip(node.texts, node.values, strict=False):
        pieces += [Known(text), value(program, path, inner)]
    pieces.append(Known(node.texts[-1]))
    return concatenated(pieces, Site(path, node))


def _name(program: Program, path: str, node: Name) -> Value:
    if node.binding == GLOBAL:
        return Undefined(Site(path, node)) if node.name == "undefined" else Global(node.name, Site(path, node))
    return binding_value(program, path, node.binding, node)


def binding_value(program: Program, path: str, binding: int, use: Node | None) -> Value:
    """The value of a binding, where it is used at `use`: what is assigned later does not count there."""
    found = program.index(path)
    kind = found.module.bindings[binding]
    if kind.kind == "import":
        return imported(program, path, binding)
    definitions = found.definitions.get(binding, [])
    if use is not None and len(definitions) > 1:
        definitions = _reaching(program, path, definitions, use)
    site = Site(path, use if use is not None else kind)
    values = [_defined(program, path, definition) for definition in definitions]
    settled = [one for one in values if not isinstance(one, Undefined)] or values
    if not settled:
        return Unknown("no definition", site)
    result = either(settled, "=", site)
    return _with_writes(program, path, binding, result, use)


def _defined(program: Program, path: str, definition: Definition) -> Value:
    source = definition.source
    site = Site(path, definition.node)
    match source:
        case None:
            result: Value = Undefined(site)
        case ForEach():
            iterated = value(program, path, source.value)
            result = member(program, iterated, None, site) if source.operator == "of" else Unknown("a key", site)
        case Try():
            result = Unknown("a caught error", site)
        case Function():
            if definition.parameter < 0:
                number = program.index(path).number(source)
                return FunctionValue(path, number, site)
            number = program.index(path).number(source)
            result = parameter_value(program, path, number, definition.parameter)
        case Class():
            return Instance(path, source, True, site)
        case DeclareEnum():
            return _enum(program, path, source)
        case Assign():
            if source.operator in ("||=", "??="):
                result = value(program, path, source.value)
            else:
                result = Operation(source.operator, (value(program, path, source.value),), site)
        case _:
            result = value(program, path, source)
    for take in definition.takes:
        result = taken(program, path, result, take, site)
    return result


def taken(program: Program, path: str, source: Value, take: Take, site: Site) -> Value:
    """What one step of a pattern takes out of a value."""
    key = take.key
    if take.rest:
        if isinstance(source, ObjectValue):
            left = {name: one for name, one in source.entries.items() if name not in take.rest}
            return ObjectValue(left, source.maybe, source.rest, site)
        return source
    if key == "" or take.rest is not None:
        result = source
    elif key is not None and key.startswith("["):
        position = int(key[1:-1])
        if isinstance(source, ArrayValue) and position < len(source.elements):
            result = source.elements[position]
        else:
            result = member(program, source, None, site)
    else:
        result = member(program, source, key, site)
    if take.default is None or isinstance(result, Known | ObjectValue | ArrayValue):
        return result
    if key == "" and isinstance(result, Parameter):
        return result  # `summaries` puts the default in where a call leaves the argument out
    default = value(program, path, take.default)
    return default if isinstance(result, Undefined) else either([result, default], "default", site)


def _reaching(program: Program, path: str, definitions: list[Definition], use: Node) -> list[Definition]:
    """The definitions that can still hold at `use`, in the order of the text."""
    found = program.index(path)
    function = found.function_of(use)
    if any(found.function_of(definition.node) != function for definition in definitions):
        return definitions
    around: set[Node] = set()
    loop_start = use.start
    current: Node | None = use
    while current is not None and not isinstance(current, Function):
        around.add(current)
        if type(current).__name__ in ("For", "ForEach", "While"):
            loop_start = current.start
        current = found.parents.get(current)
    reaching: list[Definition] = []
    for definition in sorted(definitions, key=lambda one: one.node.start, reverse=True):
        if definition.node in around:
            if definition.node.start >= loop_start or len(definitions) == 1:
                continue  # `q = q.eq(...)`: the `q` on the right is the one before
            continue
        if definition.node.start > use.start:
            if loop_start < use.start and _in_loop(found.parents, definition, around):
                reaching.append(definition)
            continue
        reaching.append(definition)
        if _block_of(found.parents, definition.node) in around or _block_of(found.parents, definition.node) is None:
            break
    return list(reversed(reaching)) or definitions[:1]


def _in_loop(parents: dict[Node, Node], definition: Definition, around: set[Node]) -> bool:
    current: Node | None = definition.node
    while current is not None:
        if type(current).__name__ in ("For", "ForEach", "While"):
            return current in around
        current = parents.get(current)
    return False


def _block_of(parents: dict[Node, Node], node: Node) -> Node | None:
    """What makes a definition conditional: the innermost branch around it, or nothing."""
    current = parents.get(node)
    while current is not None and not isinstance(current, Function):
        if type(current).__name__ in ("If", "For", "ForEach", "While", "Case", "Try", "Conditional", "Switch"):
            return current
        if isinstance(current, Block) and current.label not in ("", "declare"):
            return current
        current = parents.get(current)
    return None


def _with_writes(program: Program, path: str, binding: int, result: Value, use: Node | None) -> Value:
    """An object with the keys, an array with the elements that are added to it after it was made."""
    found = program.index(path)
    writes, pushes = found.writes.get(binding), found.pushes.get(binding)
    if isinstance(result, ObjectValue) and writes:
        from analyzer.typescript.flow import exclude

        entries, maybe, rest = dict(result.entries), set(result.maybe), list(result.rest)
        for key, expression, written in writes:
            if use is not None and result.at is not None and exclude(program, path, written, use, result.at.node):
                continue
            added = value(program, path, expression)
            if key is not None:
                if key not in entries:
                    maybe.add(key)
                    entries[key] = added
                else:
                    entries[key] = either([entries[key], added], "=")
            elif isinstance(added, ObjectValue):
                for name, one in added.entries.items():
                    if name not in entries:
                        maybe.add(name)
                    entries[name] = one
                rest.extend(added.rest)
            else:
                rest.append(added)
        return ObjectValue(entries, frozenset(maybe), tuple(rest), result.at)
    if isinstance(result, ArrayValue) and pushes:
        added_values = [value(program, path, expression) for expression, _ in pushes[:20]]
        return ArrayValue((*result.elements, *added_values), result.complete and len(pushes) <= 20, result.at)
    return result


def _enum(program: Program, path: str, node: DeclareEnum) -> Value:
    entries: dict[str, Value] = {}
    following: int | None = 0
    for one in node.members:
        if one.value is not None:
            entry = value(program, path, one.value)
            number = entry.value if isinstance(entry, Known) else None
            following = number + 1 if isinstance(number, int) else None
        else:
            entry = Known(following, Site(path, one)) if following is not None else Unknown("an enum", Site(path, one))
            following = following + 1 if following is not None else None
        entries[one.name] = entry
    return ObjectValue(entries, at=Site(path, node))


def imported(program: Program, path: str, binding: int) -> Value:
    """The value of an imported name."""
    module = program.modules[path]
    for one in module.imports:
        for name in one.names:
            if name.binding == binding:
                return from_module(program, path, one.specifier, name.imported, Site(path, name))
    return Unknown("no import", Site(path, module.bindings[binding]))


def from_module(program: Program, path: str, specifier: str, name: str, site: Site) -> Value:
    """What a module gives for a name (`*`: all of it) to the module at `path`."""
    if specifier.startswith("$env/"):
        if specifier.startswith("$env/dynamic"):
            return Global("process.env", site)
        return Environment(name, "import", at=site) if name != "*" else Global("process.env", site)
    if specifier.startswith(("$app/", "#supabase", "#imports")):
        return External(specifier, "", name, site)
    target = program.target(path, specifier)
    match target:
        case str():
            if name == "*":
                return Namespace(target, site)
            return exported(program, target, name)
        case Package():
            full = f"{target.name}/{target.subpath}" if target.name in ("std",) and target.subpath else target.name
            return External(full, target.version, name, site)
    return Unknown(f"`{specifier}` was not found", site)


def exported(program: Program, path: str, name: str) -> Value:
    """What a module exports under a name."""
    key = path, name
    found = program.exported.get(key)
    if found is not None:
        return found
    if key in program.running or program.depth >= _MAX_DEPTH:
        return Unknown("modules import each other")
    program.running.add(key)
    program.depth += 1
    try:
        found = _exported(program, program.modules[path], name)
    finally:
        program.running.discard(key)
        program.depth -= 1
    program.exported[key] = found
    return found


def _exported(program: Program, module: Module, name: str) -> Value:
    stars = []
    site = Site(module.path, module.body[0]) if module.body else None
    for export in module.exports:
        if export.name == name and export.name != "*":
            at = Site(module.path, export)
            if export.binding != GLOBAL:
                return binding_value(program, module.path, export.binding, None)
            if export.value is not None:
                return value(program, module.path, export.value)
            if export.source:
                return from_module(program, module.path, export.source, export.imported, at)
        elif export.name == "*" and name != "default":
            stars.append(export)
    for export in stars:
        target = program.target(module.path, export.source)
        at = Site(module.path, export)
        if isinstance(target, str):
            found = exported(program, target, name)
            if not isinstance(found, Unknown):
                return found
        elif isinstance(target, Package) and len(stars) == 1:
            return External(target.name, target.version, name, at)
    return Unknown(f"`{module.path}` exports no `{name}`", site)


def _this(program: Program, path: str, node: This) -> Value:
    cls = program.class_of(path, node)
    if cls is None or node.name != "this":
        return Unknown("`this`", Site(path, node))
    return Instance(path, cls, False, Site(path, node))


def _member(program: Program, path: str, node: Member) -> Value:
    target = value(program, path, node.object)
    found = member(program, target, node.name, Site(path, node))
    if isinstance(node.object, Name) and any(isinstance(one, Request) for one in options(target)):
        writes = program.index(path).writes.get(node.object.binding, ())  # `body.userId = user.id`
        written = [value(program, path, expression) for key, expression, _ in writes if key == node.name]
        return either([found, *written], "=", Site(path, node)) if written else found
    return found


def _index(program: Program, path: str, node: Index) -> Value:
    target, key = value(program, path, node.object), value(program, path, node.index)
    site = Site(path, node)
    text = text_of(key)
    if text is not None:
        return member(program, target, text, site)
    if isinstance(key, Known) and isinstance(key.value, int) and isinstance(target, ArrayValue):
        position = key.value
        if -1 < position < len(target.elements):
            return target.elements[position]
    if isinstance(key, Either):
        texts = [text_of(option) for option in key.options]
        if None not in texts:
            return either([member(program, target, one, site) for one in texts], "=", site)
    if isinstance(target, Global) and target.name in ("process.env", "import.meta.env", "Bun.env", "Deno.env.object"):
        return Environment(None, "process.env", key, site)
    return member(program, target, None, site)


def _call(program: Program, path: str, node: Call | New) -> Value:
    callee = value(program, path, node.callee)
    arguments: list[Value] = []
    for argument in node.arguments:
        if isinstance(argument, Spread):
            spread = value(program, path, argument.value)
            if isinstance(spread, ArrayValue):
                arguments.extend(spread.elements)
            else:
                arguments.append(Unknown("a spread", Site(path, argument)))
        else:
            arguments.append(value(program, path, argument))
    return called(program, callee, tuple(arguments), Site(path, node), new=isinstance(node, New))


def _tagged(program: Program, path: str, node: TaggedTemplate) -> Value:
    callee = value(program, path, node.callee)
    return called(program, callee, (_template(program, path, node.template),), Site(path, node))


def _object(program: Program, path: str, node: Object) -> Value:
    entries: dict[str, Value] = {}
    maybe: set[str] = set()
    rest: list[Value] = []
    for part in node.properties:
        if isinstance(part, Spread):
            _spread_into(program, path, part.value, entries, maybe, rest)
        elif isinstance(part, Property):
            key = part.key
            if key is None and part.computed is not None:
                key = text_of(value(program, path, part.computed))
            if key is not None:
                entries[key] = value(program, path, part.value)
                maybe.discard(key)
            else:
                rest.append(Unknown("a computed key", Site(path, part)))
    return ObjectValue(entries, frozenset(maybe), tuple(rest), Site(path, node))


def _spread_into(
    program: Program, path: str, node: Expression, entries: dict[str, Value], maybe: set[str], rest: list[Value]
) -> None:
    conditional = False
    while isinstance(node, Cast):
        node = node.value
    candidates: list[Expression] = [node]
    if isinstance(node, Binary) and node.operator in ("&&", "||", "??"):
        conditional = True
        candidates = [node.right] if node.operator == "&&" else [node.left, node.right]
    elif isinstance(node, Conditional):
        conditional = True
        candidates = [node.then, node.otherwise]
    for candidate in candidates:
        spread = value(program, path, candidate)
        for one in spread.options if isinstance(spread, Either) else (spread,):
            if isinstance(one, ObjectValue):
                for key, entry in one.entries.items():
                    if conditional or key in one.maybe or isinstance(spread, Either):
                        if key not in entries:
                            maybe.add(key)
                            entries[key] = entry
                        else:
                            entries[key] = either([entries[key], entry], "=")
                    else:
                        entries[key] = entry
                        maybe.discard(key)
                rest.extend(one.rest)
            elif not isinstance(one, Undefined | Known):
                rest.append(one)


def _array(program: Program, path: str, node: Array) -> Value:
    elements: list[Value] = []
    complete = True
    for element in node.elements[:200]:
        if element is None:
            elements.append(Undefined())
        elif isinstance(element, Spread):
            spread = value(program, path, element.value)
            if isinstance(spread, ArrayValue):
                elements.extend(spread.elements)
                complete = complete and spread.complete
            else:
                elements.append(member(program, spread, None, Site(path, element)))
                complete = False
        else:
            elements.append(value(program, path, element))
    return ArrayValue(tuple(elements), complete and len(node.elements) <= 200, Site(path, node))


def _closure(_: Program, path: str, node: Closure) -> Value:
    return FunctionValue(path, node.function, Site(path, node))


def _class(_: Program, path: str, node: Class) -> Value:
    return Instance(path, node, True, Site(path, node))


def _inner(program: Program, path: str, node: Await | Cast | Assign) -> Value:
    return value(program, path, node.value)


def _binary(program: Program, path: str, node: Binary) -> Value:
    operator, site = node.operator, Site(path, node)
    if operator == "&&":
        return value(program, path, node.right)
    # A long chain of `+` leans to the left: go down in a loop, not in Python's stack.
    chain = [node.right]
    left = node.left
    while operator == "+" and isinstance(left, Binary) and left.operator == "+":
        chain.append(left.right)
        left = left.left
    chain.append(left)
    values = [value(program, path, part) for part in reversed(chain)]
    if operator in ("||", "??"):
        return either(values, "||" if operator == "||" else "??", site)
    if operator == "+":
        return _sum(values, site)
    return _folded(operator, values[0], values[1], site)


def _sum(values: list[Value], site: Site) -> Value:
    from analyzer.typescript.values import Concatenation

    if any(isinstance(one, Concatenation) or text_of(one) is not None for one in values):
        return concatenated(values, site)
    numbers = [one.value for one in values if isinstance(one, Known)]
    if len(numbers) == len(values) and all(isinstance(number, int | float) for number in numbers):
        return Known(sum(number for number in numbers if isinstance(number, int | float)), site)
    return Operation("+", tuple(values), site)


def _folded(operator: str, left: Value, right: Value, site: Site) -> Value:
    if isinstance(left, Known) and isinstance(right, Known):
        first, second = left.value, right.value
        if isinstance(first, int | float) and isinstance(second, int | float) and not isinstance(first, bool):
            if operator == "*":
                return Known(first * second, site)
            if operator == "-":
                return Known(first - second, site)
            if operator == "/" and second:
                quotient = first / second
                return Known(int(quotient) if quotient == quotient // 1 else quotient, site)
    return Operation(operator, (left, right), site)


def _unary(program: Program, path: str, node: Unary) -> Value:
    site = Site(path, node)
    if node.operator == "void":
        return Undefined(site)
    inner = value(program, path, node.value)
    if isinstance(inner, Known) and isinstance(inner.value, int | float) and node.operator in ("-", "+"):
        return Known(-inner.value if node.operator == "-" else inner.value, site)
    if isinstance(inner, Known) and node.operator == "!":
        return Known(not inner.value, site)
    return Operation(node.operator, (inner,), site)


def _conditional(program: Program, path: str, node: Conditional) -> Value:
    return either([value(program, path, node.then), value(program, path, node.otherwise)], "?:", Site(path, node))


def _sequence(program: Program, path: str, node: Sequence) -> Value:
    return value(program, path, node.values[-1]) if node.values else Unknown("nothing", Site(path, node))


def _dynamic(program: Program, path: str, node: DynamicImport) -> Value:
    specifier = text_of(value(program, path, node.specifier))
    if specifier is None:
        return Unknown("a computed import", Site(path, node))
    return from_module(program, path, specifier, "*", Site(path, node))


def _meta(_: Program, path: str, node: MetaProperty) -> Value:
    return Global(node.name, Site(path, node))


_READERS: dict[type[Node], Callable[..., Value]] = {
    Constant: _constant,
    Template: _template,
    Name: _name,
    This: _this,
    Member: _member,
    Index: _index,
    Call: _call,
    New: _call,
    TaggedTemplate: _tagged,
    Object: _object,
    Array: _array,
    Closure: _closure,
    Class: _class,
    Await: _inner,
    Cast: _inner,
    Assign: _inner,
    Binary: _binary,
    Unary: _unary,
    Conditional: _conditional,
    Sequence: _sequence,
    DynamicImport: _dynamic,
    MetaProperty: _meta,
}
