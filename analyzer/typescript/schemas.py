"""The keys that a schema of zod or the like asks of an object."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.typescript.values import Called, External, MemberOf, ObjectValue, Site, Undefined, Value

_PACKAGES = frozenset({"zod", "yup", "valibot"})
_OBJECTS = frozenset({"object", "strictObject", "looseObject"})
# After these, a value may be missing. https://zod.dev/api#optionals
_OPTIONAL = frozenset({"optional", "nullish", "default", "catch", "prefault", "notRequired", "exactOptional"})
_LOOSE = frozenset({"passthrough", "catchall", "loose", "looseObject"})
_KEEPS = frozenset({"strict", "strip", "refine", "superRefine", "transform", "describe", "readonly", "brand", "check"})
# What a key holds that may be anything, nothing included.
_ANYTHING = frozenset({"any", "unknown", "undefined", "void", "optional", "preprocess", "lazy", "union", "pipe"})
_MAX_STEPS = 40


@dataclass(frozen=True, slots=True)
class SchemaKey:
    required: bool
    site: Site


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of an object schema; `closed` where what reads the result gets no others."""

    keys: dict[str, SchemaKey]
    closed: bool


def schema_of(value: Value) -> Schema | None:
    """The schema that a value is, where it is written out: `z.object({ ... })` with what follows."""
    methods, root, arguments = _chain(value)
    if root not in _OBJECTS or not arguments or not isinstance(arguments[0], ObjectValue):
        return None
    if any(name not in _KEEPS | _LOOSE for name in methods):  # `partial`, `extend`, `or` ... change what is asked
        return None
    table = arguments[0]
    keys: dict[str, SchemaKey] = {}
    for key, one in table.entries.items():
        site = _site(one) or table.at
        if site is not None:
            keys[key] = SchemaKey(key not in table.maybe and _is_required(one), site)
    loose = root == "looseObject" or any(name in _LOOSE for name in methods)
    return Schema(keys, table.complete and not loose)


def _site(value: Value) -> Site | None:
    return getattr(value, "at", None)


def _is_required(value: Value) -> bool:
    methods, root, _ = _chain(value)
    if not root or root in _ANYTHING:
        return False
    return not any(name in _OPTIONAL or name in ("or", "pipe", "transform") for name in methods)


def _chain(value: Value) -> tuple[list[str], str, tuple[Value, ...]]:
    """The methods called on a type of a schema, outer ones first, with its name and its arguments."""
    methods: list[str] = []
    for _ in range(_MAX_STEPS):
        match value:
            case Called(callee=External(package=package, name=name), arguments=arguments) if package in _PACKAGES:
                return methods, name, arguments
            case Called(callee=MemberOf(object=External(package=package), key=str() as name), arguments=arguments) if (
                package in _PACKAGES
            ):
                return methods, name, arguments
            case Called(callee=MemberOf(object=inner, key=str() as name)):
                methods.append(name)
                value = inner
            case MemberOf(object=External(package=package), key=str() as name) if package in _PACKAGES:
                return methods, name, (Undefined(),)  # `z.coerce`
            case _:
                break
    return [], "", ()
