"""A TypeScript or JavaScript file as a small, resolved, serialisable tree.

The shape follows ESTree, without what no rule asks for: parentheses are gone, types are kept as text, every name
knows its binding, every function stands in one list of its module. `start` and `end` of a node are offsets into
the text in code points, from 0, the end exclusive; `Module.lines` turns them into spans.

Nodes compare and hash by identity, so that they can be keys: two equal-looking nodes at two places are two nodes.
"""

from __future__ import annotations

from typing import Literal, Union

import msgspec

from analyzer.source import Lines

GLOBAL = -1  # the binding of a name that the module does not declare: `Deno`, `process`, `undefined`
MODULE_LEVEL = -1  # the function that holds what stands outside all functions


class Node(msgspec.Struct, frozen=True, array_like=True, eq=False, gc=False, tag_field="node"):
    """A stretch of the file that means something."""

    start: int
    end: int


# Expressions -----------------------------------------------------------------------------------------------------


class Constant(Node, frozen=True, array_like=True, eq=False, gc=False, tag="c"):
    """A string, number, boolean or `null`, with its value (strings unescaped)."""

    value: str | int | float | bool | None


class Regex(Node, frozen=True, array_like=True, eq=False, gc=False, tag="re"):
    pattern: str
    flags: str


class Template(Node, frozen=True, array_like=True, eq=False, gc=False, tag="tm"):
    """A template string: `texts` has one element more than `values`, and they alternate."""

    texts: tuple[str, ...]
    values: tuple[Expression, ...]


class Name(Node, frozen=True, array_like=True, eq=False, gc=False, tag="n"):
    """A variable that is read (or, as the target of an assignment, written)."""

    name: str
    binding: int  # index into `Module.bindings`, or GLOBAL


class This(Node, frozen=True, array_like=True, eq=False, gc=False, tag="th"):
    """`this` or `super`."""

    name: str


class Member(Node, frozen=True, array_like=True, eq=False, gc=False, tag="m"):
    """`object.name`; `optional` for `?.`. The node ends where the name ends."""

    object: Expression
    name: str
    optional: bool
    name_start: int


class Index(Node, frozen=True, array_like=True, eq=False, gc=False, tag="i"):
    """`object[index]`."""

    object: Expression
    index: Expression
    optional: bool


class Call(Node, frozen=True, array_like=True, eq=False, gc=False, tag="ca"):
    """`callee(arguments)`; `types` is the text of its type arguments, without the angle brackets."""

    callee: Expression
    arguments: tuple[Expression, ...]  # may hold Spread
    types: str
    optional: bool


class New(Node, frozen=True, array_like=True, eq=False, gc=False, tag="ne"):
    callee: Expression
    arguments: tuple[Expression, ...]
    types: str


class Property(Node, frozen=True, array_like=True, eq=False, gc=False, tag="p"):
    """A property of an object. `key` is its text when known, else `computed` is the expression in brackets."""

    key: str | None
    computed: Expression | None
    value: Expression
    kind: Literal["value", "shorthand", "method", "get", "set"]
    key_start: int
    key_end: int


class Object(Node, frozen=True, array_like=True, eq=False, gc=False, tag="o"):
    properties: tuple[Property | Spread, ...]


class Array(Node, frozen=True, array_like=True, eq=False, gc=False, tag="a"):
    """An array; a hole is `None`."""

    elements: tuple[Expression | None, ...]


class Spread(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sp"):
    value: Expression


class Closure(Node, frozen=True, array_like=True, eq=False, gc=False, tag="f"):
    """A function or method as a value: `Module.functions[function]`."""

    function: int


class Class(Node, frozen=True, array_like=True, eq=False, gc=False, tag="cl"):
    name: str
    binding: int  # GLOBAL where it is anonymous
    superclass: Expression | None
    members: tuple[ClassMember, ...]


class ClassMember(Node, frozen=True, array_like=True, eq=False, gc=False, tag="cm"):
    """A field, method, accessor or static block; a method's value is a Closure."""

    name: str | None  # None: computed, or a static block
    value: Expression | None
    static: bool
    kind: Literal["field", "method", "get", "set", "constructor", "static"]
    type: str


class Await(Node, frozen=True, array_like=True, eq=False, gc=False, tag="aw"):
    value: Expression


class Binary(Node, frozen=True, array_like=True, eq=False, gc=False, tag="b"):
    """Also `&&`, `||`, `??`, `in` and `instanceof`."""

    operator: str
    left: Expression
    right: Expression


class Unary(Node, frozen=True, array_like=True, eq=False, gc=False, tag="u"):
    """`!`, `-`, `+`, `~`, `typeof`, `void`, `delete`."""

    operator: str
    value: Expression


class Update(Node, frozen=True, array_like=True, eq=False, gc=False, tag="up"):
    operator: str
    value: Expression


class Assign(Node, frozen=True, array_like=True, eq=False, gc=False, tag="as"):
    """`target operator value`: `=`, `+=`, `??=` ... Only `=` has a destructuring target."""

    operator: str
    target: Pattern
    value: Expression


class Conditional(Node, frozen=True, array_like=True, eq=False, gc=False, tag="?"):
    test: Expression
    then: Expression
    otherwise: Expression


class Sequence(Node, frozen=True, array_like=True, eq=False, gc=False, tag=","):
    values: tuple[Expression, ...]


class Yield(Node, frozen=True, array_like=True, eq=False, gc=False, tag="y"):
    value: Expression | None


class TaggedTemplate(Node, frozen=True, array_like=True, eq=False, gc=False, tag="tt"):
    callee: Expression
    template: Template


class JsxAttribute(Node, frozen=True, array_like=True, eq=False, gc=False, tag="ja"):
    """`name=value`; a bare name has no value."""

    name: str
    value: Expression | None


class Jsx(Node, frozen=True, array_like=True, eq=False, gc=False, tag="j"):
    """An element or (with the name `""`) a fragment. `component` is set where the name is a variable."""

    name: str
    component: Expression | None
    attributes: tuple[JsxAttribute | Spread, ...]
    children: tuple[Expression, ...]  # text is a Constant


class DynamicImport(Node, frozen=True, array_like=True, eq=False, gc=False, tag="di"):
    specifier: Expression


class MetaProperty(Node, frozen=True, array_like=True, eq=False, gc=False, tag="mp"):
    """`import.meta` or `new.target`."""

    name: str


class Cast(Node, frozen=True, array_like=True, eq=False, gc=False, tag="t"):
    """`value as T`, `value satisfies T`, `<T>value`, `value!`, `value<T>`."""

    value: Expression
    kind: Literal["as", "satisfies", "angle", "!", "types"]
    type: str


class Opaque(Node, frozen=True, array_like=True, eq=False, gc=False, tag="x"):
    """What was not understood (broken or too deeply nested code), with what was understood inside it."""

    parts: tuple[Expression, ...]


# Patterns: what a declaration, a parameter or an assignment binds ------------------------------------------------


class Bound(Node, frozen=True, array_like=True, eq=False, gc=False, tag="pb"):
    """A name that a pattern declares."""

    name: str
    binding: int


class ObjectPattern(Node, frozen=True, array_like=True, eq=False, gc=False, tag="po"):
    properties: tuple[PatternProperty, ...]
    rest: Pattern | None


class PatternProperty(Node, frozen=True, array_like=True, eq=False, gc=False, tag="pp"):
    """`key: target = default` of an object pattern."""

    key: str | None
    computed: Expression | None
    target: Pattern
    default: Expression | None


class ArrayPattern(Node, frozen=True, array_like=True, eq=False, gc=False, tag="pa"):
    """A hole is `None`; a rest element comes last."""

    elements: tuple[PatternElement | None, ...]
    rest: Pattern | None


class PatternElement(Node, frozen=True, array_like=True, eq=False, gc=False, tag="pe"):
    target: Pattern
    default: Expression | None


class Target(Node, frozen=True, array_like=True, eq=False, gc=False, tag="pt"):
    """Something already there that is assigned: a Name, Member or Index."""

    value: Expression


# Statements ------------------------------------------------------------------------------------------------------


class Declarator(Node, frozen=True, array_like=True, eq=False, gc=False, tag="d"):
    target: Pattern
    value: Expression | None
    type: str


class Declare(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sd"):
    kind: Literal["const", "let", "var", "using"]
    declarators: tuple[Declarator, ...]


class Evaluate(Node, frozen=True, array_like=True, eq=False, gc=False, tag="se"):
    """An expression as a statement."""

    value: Expression


class If(Node, frozen=True, array_like=True, eq=False, gc=False, tag="si"):
    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class For(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sf"):
    initial: Declare | Evaluate | None
    test: Expression | None
    step: Expression | None
    body: tuple[Statement, ...]


class ForEach(Node, frozen=True, array_like=True, eq=False, gc=False, tag="so"):
    """`for (target of value)`, `for (target in value)`, `for await (...)`."""

    target: Pattern
    declares: Literal["const", "let", "var", "using", ""]
    operator: Literal["of", "in"]
    asynchronous: bool
    value: Expression
    body: tuple[Statement, ...]


class While(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sw"):
    """`while` and, with `first`, `do ... while`."""

    test: Expression
    body: tuple[Statement, ...]
    first: bool


class Case(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sk"):
    """A case of a switch; `default` has no test."""

    test: Expression | None
    body: tuple[Statement, ...]


class Switch(Node, frozen=True, array_like=True, eq=False, gc=False, tag="ss"):
    value: Expression
    cases: tuple[Case, ...]


class Try(Node, frozen=True, array_like=True, eq=False, gc=False, tag="st"):
    """`handler` is `None` where there is no catch clause, `finalizer` where there is no finally."""

    body: tuple[Statement, ...]
    parameter: Pattern | None
    handler: tuple[Statement, ...] | None
    finalizer: tuple[Statement, ...] | None
    handler_start: int  # of the word `catch`
    handler_end: int


class Return(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sr"):
    """Also the body of an arrow function that is an expression."""

    value: Expression | None


class Throw(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sx"):
    value: Expression


class Jump(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sj"):
    kind: Literal["break", "continue"]
    label: str


class Block(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sb"):
    """A block of its own, or with a `label` a labelled statement, or a namespace's body with its name as `label`."""

    body: tuple[Statement, ...]
    label: str


class DeclareFunction(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sn"):
    binding: int
    function: int


class DeclareClass(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sc"):
    value: Class


class EnumMember(Node, frozen=True, array_like=True, eq=False, gc=False, tag="em"):
    name: str
    value: Expression | None


class DeclareEnum(Node, frozen=True, array_like=True, eq=False, gc=False, tag="su"):
    name: str
    binding: int
    members: tuple[EnumMember, ...]


class TypeMember(Node, frozen=True, array_like=True, eq=False, gc=False, tag="ym"):
    name: str
    type: str
    optional: bool


class DeclareType(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sy"):
    """An interface or a type alias. `members` are those of its own object type; `type` is the text of an alias."""

    name: str
    kind: Literal["interface", "alias"]
    members: tuple[TypeMember, ...]
    type: str


class ExportDefault(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sv"):
    """`export default expression` and `export = expression`."""

    value: Expression


class Debugger(Node, frozen=True, array_like=True, eq=False, gc=False, tag="sg"):
    pass


# A module --------------------------------------------------------------------------------------------------------


class Parameter(Node, frozen=True, array_like=True, eq=False, gc=False):
    target: Pattern
    default: Expression | None
    type: str
    rest: bool
    property: bool = False  # `constructor(private name: string)`: also a property of the object


class Function(Node, frozen=True, array_like=True, eq=False, gc=False):
    """A function, method or arrow function.

    `name` is its own or that of the variable, property or member it is written for. The body of an arrow function
    that is an expression is one Return.
    """

    name: str
    kind: Literal["function", "arrow", "method", "get", "set", "constructor"]
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    asynchronous: bool
    generator: bool
    parent: int  # index of the function around it, or MODULE_LEVEL
    type: str  # of what it returns, as text
    body_start: int


class Binding(Node, frozen=True, array_like=True, eq=False, gc=False):
    """Something that has a name; the place is that of its (first) declaration."""

    name: str
    kind: Literal["const", "let", "var", "parameter", "function", "class", "enum", "namespace", "import", "catch"]
    function: int  # that declares it, or MODULE_LEVEL
    ambient: bool = False  # `declare const Deno`: made elsewhere, so that uses of the name are GLOBAL


class Imported(Node, frozen=True, array_like=True, eq=False, gc=False):
    """One name of an import; `imported` is `default`, `*` or the exported name."""

    imported: str
    local: str
    binding: int


class Import(Node, frozen=True, array_like=True, eq=False, gc=False):
    """An import of any kind; `start` and `end` are those of the specifier with its quotes."""

    specifier: str
    names: tuple[Imported, ...]
    kind: Literal["import", "type", "dynamic", "require"]


class Export(Node, frozen=True, array_like=True, eq=False, gc=False):
    """A name that the module gives out.

    It is a binding, or a `value` (default exports, CommonJS), or `imported` from `source`. `export * from` has the
    name and `imported` `*`; `export * as name from` only `imported`.
    """

    name: str
    binding: int
    value: Expression | None
    source: str
    imported: str


class Comment(Node, frozen=True, array_like=True, eq=False, gc=False):
    """A comment that is addressed to a tool, promises work, or stands in an empty catch clause, with its text."""

    text: str


class SyntaxProblem(Node, frozen=True, array_like=True, eq=False, gc=False):
    """Code that neither TypeScript nor Deno accepts."""

    message: str


class Skipped(Node, frozen=True, array_like=True, eq=False, gc=False):
    """A stretch that was not read, with the reason."""

    why: str


class Module(msgspec.Struct, frozen=True, array_like=True, eq=False):
    """All that is known of one file."""

    path: str
    lines: Lines
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    bindings: tuple[Binding, ...] = ()
    functions: tuple[Function, ...] = ()
    body: tuple[Statement, ...] = ()
    comments: tuple[Comment, ...] = ()
    problems: tuple[SyntaxProblem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    mentions: tuple[str, ...] = ()  # names that come from elsewhere: members, imports, globals, keys taken out; sorted


# `Union`, because these names stand before the classes in annotations, and `X | "Y"` does not work on text.
Expression = Union[  # noqa: UP007
    Constant,
    Regex,
    Template,
    Name,
    This,
    Member,
    Index,
    Call,
    New,
    Object,
    Array,
    Spread,
    Closure,
    Class,
    Await,
    Binary,
    Unary,
    Update,
    Assign,
    Conditional,
    Sequence,
    Yield,
    TaggedTemplate,
    Jsx,
    DynamicImport,
    MetaProperty,
    Cast,
    Opaque,
]
Pattern = Union[Bound, ObjectPattern, ArrayPattern, Target]  # noqa: UP007
Statement = Union[  # noqa: UP007
    Declare,
    Evaluate,
    If,
    For,
    ForEach,
    While,
    Switch,
    Try,
    Return,
    Throw,
    Jump,
    Block,
    DeclareFunction,
    DeclareClass,
    DeclareEnum,
    DeclareType,
    ExportDefault,
    Debugger,
]
