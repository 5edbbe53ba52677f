"""The grammar of ALTER, by the kind of object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.facts.sql import Statement
from analyzer.facts.sql_ddl import (
    AlterDomain,
    AlterEnumAddValue,
    AlterEnumRenameValue,
    AlterEventTrigger,
    AlterExtension,
    AlterForeignObject,
    AlterPolicy,
    AlterPublication,
    AlterSequence,
    AlterTable,
    AlterTextSearch,
    AlterTypeOptions,
    AnyConstraint,
    DependsOnExtension,
    ObjectKind,
    ObjectReference,
    Rename,
    Role,
    SetOwner,
    SetSchema,
    Subcommand,
)
from analyzer.facts.sql_query import Constant, Identifier, QualifiedName
from analyzer.sql import (
    alter_table,
    constraints,
    create_rare,
    expression,
    functions,
    objects,
    options,
    privileges,
    skipped,
    tables,
)
from analyzer.sql.cursor import Cursor


def alter(p: Cursor, start: int) -> Statement:
    """ALTER of any kind of object."""
    key = p.keys[p.i + 1]
    if key == "default":
        return privileges.alter_default_privileges(p, start)
    p.i += 1
    if key in ("role", "group") or (key == "user" and p.keys[p.i + 1] != "mapping"):
        return privileges.alter_role(p, start)
    if key in ("system", "database", "tablespace", "subscription", "large"):
        return _rarely_altered(p, start, key)
    mark = p.i
    kind = objects.object_kind(p)
    parse = _BY_KIND.get(kind)
    if parse is None:
        p.i = mark
        raise p.rejected()
    return parse(p, start, kind)


def _rarely_altered(p: Cursor, start: int, key: str) -> Statement:
    if key == "large":
        p.expect("large", "object")
        found = objects.reference(p, "large object")
        return _common(p, start, found) or _rejected(p)
    if key == "system":
        return skipped.other(p, start, "alter system")
    mark = p.i
    p.i += 1
    name = p.name()
    kind: ObjectKind = "database" if key == "database" else "tablespace" if key == "tablespace" else "subscription"
    reference = ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,)))
    done = _common(p, start, reference)
    if done is not None:
        return done
    p.i = mark
    return skipped.other(p, start, f"alter {key}")


# What every kind of object shares


def _common(p: Cursor, start: int, found: ObjectReference, *, exists: bool = False) -> Statement | None:
    """RENAME TO, OWNER TO, SET SCHEMA and DEPENDS ON, or None."""
    key = p.keys[p.i]
    if key == "rename" and p.keys[p.i + 1] == "to":
        p.i += 2
        name = p.name()
        return Rename(start, p.end, found, name, exists, found.kind)
    if key == "owner":
        p.i += 1
        p.expect("to")
        role = objects.role(p)
        return SetOwner(start, p.end, found, role)
    if key == "set" and p.keys[p.i + 1] == "schema":
        p.i += 2
        name = p.name()
        return SetSchema(start, p.end, found, name, exists)
    if key == "depends" or (key == "no" and p.keys[p.i + 1] == "depends"):
        no = p.accept("no")
        p.expect("depends", "on", "extension")
        name = p.name()
        return DependsOnExtension(start, p.end, found, name, no)
    return None


def _rejected(p: Cursor) -> Statement:
    raise p.rejected()


def _only_common(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    return _common(p, start, objects.reference(p, kind)) or _rejected(p)


# Relations

RelationKind = Literal["table", "index", "sequence", "view", "materialized view", "foreign table", "type"]
_RELATIONS: dict[ObjectKind, RelationKind] = {
    "table": "table",
    "index": "index",
    "sequence": "sequence",
    "view": "view",
    "materialized view": "materialized view",
    "foreign table": "foreign table",
}


def _relation(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    if p.accept("all"):
        return skipped.other(p, start, f"alter {kind} all in tablespace")
    exists = p.accept_words("if", "exists")
    only = False
    parenthesized = False
    if kind in ("table", "foreign table"):
        only = p.accept("only")
        parenthesized = only and p.accept("(")
    begin = p.start
    name = p.qualified_name()
    if parenthesized:
        p.expect(")")
    elif kind in ("table", "foreign table"):
        p.accept("*")
    key = p.keys[p.i]
    if key == "rename":
        return _rename_in_relation(p, start, kind, name, exists=exists)
    if key == "set" and p.keys[p.i + 1] == "schema":
        return _common(p, start, ObjectReference(begin, name.end, kind, name), exists=exists) or _rejected(p)
    if key in ("depends", "no") and kind in ("index", "materialized view"):
        return _common(p, start, ObjectReference(begin, name.end, kind, name), exists=exists) or _rejected(p)
    if kind == "sequence" and key not in ("owner", "set"):
        settings = options.sequence(p)
        if not settings:
            raise p.rejected()
        return AlterSequence(start, p.end, name, settings, exists)
    found = alter_table.subcommands(p)
    return AlterTable(start, p.end, _RELATIONS[kind], name, found, exists, only)


def _rename_in_relation(p: Cursor, start: int, kind: ObjectKind, name: QualifiedName, *, exists: bool) -> Rename:
    p.i += 1
    if p.accept("to"):
        new = p.name()
        return Rename(start, p.end, ObjectReference(name.start, name.end, kind, name), new, exists, kind)
    what: ObjectKind = "column"
    if p.accept("constraint"):
        what = "constraint"
    else:
        p.accept("column")
    old = p.name()
    p.expect("to")
    new = p.name()
    reference = ObjectReference(old.start, old.end, what, QualifiedName(old.start, old.end, (old,)), name)
    return Rename(start, p.end, reference, new, exists, kind)


# Policies, triggers, rules


def _policy(p: Cursor, start: int, _kind: ObjectKind) -> Statement:
    exists = p.accept_words("if", "exists")
    name = p.name()
    p.expect("on")
    table = p.qualified_name()
    if p.accept("rename"):
        p.expect("to")
        new = p.name()
        return Rename(start, p.end, _on_table(name, table, "policy"), new, exists, "policy")
    if exists:
        raise p.rejected()
    roles: tuple[Role, ...] | None = objects.roles(p) if p.accept("to") else None
    using = tables.parenthesized_expression(p) if p.accept("using") else None
    check = None
    if p.accept("with"):
        p.expect("check")
        check = tables.parenthesized_expression(p)
    return AlterPolicy(start, p.end, name=name, table=table, roles=roles, using=using, check=check)


def _on_table(name: Identifier, table: QualifiedName, kind: ObjectKind) -> ObjectReference:
    return ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,)), table)


def _trigger(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    found = objects.reference(p, kind)
    return _common(p, start, found) or _rejected(p)


def _event_trigger(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    found = objects.reference(p, kind)
    done = _common(p, start, found)
    if done is not None:
        return done
    name = found.name.parts[0] if found.name else p.name()
    if p.accept("disable"):
        return AlterEventTrigger(start, p.end, name, "disable")
    p.expect("enable")
    mode: Literal["enable", "enable always", "enable replica"] = "enable"
    if p.accept("always"):
        mode = "enable always"
    elif p.accept("replica"):
        mode = "enable replica"
    return AlterEventTrigger(start, p.end, name, mode)


# Functions


def _function(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    found = objects.reference(p, kind)
    return _common(p, start, found) or functions.alter_function(p, start, found)


# Types


def _type(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.qualified_name()
    found = ObjectReference(name.start, name.end, kind, name)
    done = _common(p, start, found)
    if done is not None:
        return done
    key = p.keys[p.i]
    if key == "rename":
        return _rename_in_type(p, start, name)
    if key == "add" and p.keys[p.i + 1] == "value":
        p.i += 2
        exists = p.accept_words("if", "not", "exists")
        label = objects.string_constant(p)
        neighbor: Constant | None = None
        placement: Literal["", "before", "after"] = ""
        if p.accept("before"):
            placement, neighbor = "before", objects.string_constant(p)
        elif p.accept("after"):
            placement, neighbor = "after", objects.string_constant(p)
        return AlterEnumAddValue(start, p.end, name, label, exists, neighbor, placement)
    if key == "set" and p.keys[p.i + 1] == "(":
        p.i += 1
        settings = options.parenthesized(p)
        return AlterTypeOptions(start, p.end, found, settings)
    subcommands = p.listed(_attribute_subcommand)
    return AlterTable(start, p.end, "type", name, subcommands)


def _attribute_subcommand(p: Cursor) -> Subcommand:
    if p.keys[p.i] in ("add", "drop", "alter") and p.keys[p.i + 1] != "attribute":
        p.i += 1
        raise p.rejected()
    return alter_table.subcommand(p)


def _rename_in_type(p: Cursor, start: int, name: QualifiedName) -> Statement:
    p.i += 1
    if p.accept("value"):
        label = objects.string_constant(p)
        p.expect("to")
        new_label = objects.string_constant(p)
        return AlterEnumRenameValue(start, p.end, name, label, new_label)
    p.expect("attribute")
    old = p.name()
    p.expect("to")
    new = p.name()
    objects.behavior(p)
    reference = ObjectReference(old.start, old.end, "attribute", QualifiedName(old.start, old.end, (old,)), name)
    return Rename(start, p.end, reference, new, False, "type")


def _domain(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.qualified_name()
    done = _common(p, start, ObjectReference(name.start, name.end, kind, name))
    if done is not None:
        return done
    if p.accept("rename"):
        p.expect("constraint")
        old = p.name()
        p.expect("to")
        new = p.name()
        return Rename(start, p.end, _on_table(old, name, "domain constraint"), new, False, "domain")
    if p.accept("add"):
        constraint: AnyConstraint = constraints.table_constraint(p)
        return AlterDomain(start, p.end, name=name, action="add constraint", constraint=constraint)
    if p.accept("validate"):
        p.expect("constraint")
        which = p.name()
        return AlterDomain(start, p.end, name=name, action="validate constraint", constraint_name=which)
    if p.accept_words("drop", "constraint"):
        exists = p.accept_words("if", "exists")
        which = p.name()
        how = objects.behavior(p)
        return AlterDomain(
            start, p.end, name=name, action="drop constraint", constraint_name=which, if_exists=exists, behavior=how
        )
    if p.accept_words("set", "default"):
        of = expression.expression(p)
        return AlterDomain(start, p.end, name=name, action="set default", expression=of)
    if p.accept_words("drop", "default"):
        return AlterDomain(start, p.end, name=name, action="drop default")
    if p.accept("set"):
        p.expect("not", "null")
        return AlterDomain(start, p.end, name=name, action="set not null")
    p.expect("drop", "not", "null")
    return AlterDomain(start, p.end, name=name, action="drop not null")


# Extensions, publications, operators


def _extension(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.name()
    done = _common(p, start, ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,))))
    if done is not None:
        return done
    if p.accept("update"):
        version: str | None = None
        while p.accept("to"):
            version = p.word_or_string()
        return AlterExtension(start, p.end, name=name, action="update", version=version)
    word = p.accept_any(frozenset({"add", "drop"}))
    if not word:
        raise p.rejected()
    found = objects.reference(p, objects.object_kind(p))
    return AlterExtension(start, p.end, name=name, action="add" if word == "add" else "drop", object=found)


def _publication(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.name()
    done = _common(p, start, ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,))))
    if done is not None:
        return done
    if p.accept_words("set", "("):
        p.i -= 1
        settings = options.parenthesized(p)
        return AlterPublication(start, p.end, name, "options", (), settings)
    word = p.accept_any(frozenset({"add", "drop", "set"}))
    if not word:
        raise p.rejected()
    found = create_rare.publication_objects(p)
    return AlterPublication(start, p.end, name, "add" if word == "add" else "drop" if word == "drop" else "set", found)


def _operator(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    found = objects.reference(p, kind)
    done = _common(p, start, found)
    if done is not None:
        return done
    if kind == "operator family":
        if not p.accept_any(frozenset({"add", "drop"})):
            raise p.rejected()
        return skipped.other(p, start, "alter operator family")
    p.expect("set")
    settings = options.parenthesized(p)
    return AlterTypeOptions(start, p.end, found, settings)


def _statistics(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    p.accept_words("if", "exists")
    found = objects.reference(p, kind)
    done = _common(p, start, found)
    if done is not None:
        return done
    p.expect("set", "statistics")
    if not p.accept("default"):
        options.number(p)
    return skipped.other(p, start, "alter statistics")


def _collation(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    found = objects.reference(p, kind)
    done = _common(p, start, found)
    if done is not None:
        return done
    p.expect("refresh", "version")
    return skipped.other(p, start, "alter collation refresh version")


def _text_search(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.qualified_name()
    done = _common(p, start, ObjectReference(name.start, name.end, kind, name))
    if done is not None:
        return done
    if kind == "text search dictionary":
        settings = options.parenthesized(p)
        return AlterTextSearch(start, p.end, "text search dictionary", name, "options", (), (), settings)
    if kind != "text search configuration":
        raise p.rejected()
    word = p.accept_any(frozenset({"add", "alter", "drop"}))
    if not word:
        raise p.rejected()
    p.expect("mapping")
    if word == "drop":
        p.accept_words("if", "exists")
    tokens: tuple[str, ...] = ()
    dictionaries: tuple[QualifiedName, ...] = ()
    if p.accept("for"):
        tokens = tuple(token.text for token in p.listed(Cursor.name))
    if word != "drop":
        if p.accept("replace"):
            old = p.qualified_name()
            p.expect("with")
            dictionaries = (old, p.qualified_name())
            word = "replace"
        else:
            p.expect("with")
            dictionaries = p.listed(Cursor.qualified_name)
    return AlterTextSearch(start, p.end, "text search configuration", name, f"{word} mapping", tokens, dictionaries)


# Foreign data


def _wrapper(p: Cursor, start: int, kind: ObjectKind) -> Statement:
    name = p.name()
    done = _common(p, start, ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,))))
    if done is not None:
        return done
    if kind == "server":
        version = p.string() if p.accept("version") else None
        settings = options.altered_foreign(p) if p.keys[p.i] == "options" or version is None else ()
        return AlterForeignObject(start, p.end, kind="server", name=name, version=version, options=settings)
    mark = p.i
    while True:
        if p.accept_any(frozenset({"handler", "validator"})):
            p.qualified_name()
        elif not (p.accept_words("no", "handler") or p.accept_words("no", "validator")):
            break
    settings = options.altered_foreign(p) if p.keys[p.i] == "options" or p.i == mark else ()
    return AlterForeignObject(start, p.end, kind="foreign data wrapper", name=name, options=settings)


def _user_mapping(p: Cursor, start: int, _kind: ObjectKind) -> Statement:
    p.expect("for")
    role = None if p.accept("user") else objects.role(p)
    p.expect("server")
    server = p.name()
    settings = options.altered_foreign(p)
    return AlterForeignObject(start, p.end, kind="user mapping", role=role, server=server, options=settings)


_BY_KIND: dict[ObjectKind, Callable[[Cursor, int, ObjectKind], Statement]] = {
    **dict.fromkeys(_RELATIONS, _relation),
    "aggregate": _only_common,
    "collation": _collation,
    "conversion": _only_common,
    "domain": _domain,
    "event trigger": _event_trigger,
    "extension": _extension,
    "foreign data wrapper": _wrapper,
    "function": _function,
    "language": _only_common,
    "operator": _operator,
    "operator class": _operator,
    "operator family": _operator,
    "policy": _policy,
    "procedure": _function,
    "publication": _publication,
    "routine": _function,
    "rule": _trigger,
    "schema": _only_common,
    "server": _wrapper,
    "statistics": _statistics,
    "text search configuration": _text_search,
    "text search dictionary": _text_search,
    "text search parser": _text_search,
    "text search template": _text_search,
    "trigger": _trigger,
    "type": _type,
    "user mapping": _user_mapping,
}
