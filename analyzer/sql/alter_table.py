"""The grammar of the subcommands of ALTER TABLE and of its like for other relations (alter_table_cmd)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.facts.sql_ddl import (
    AddColumn,
    AddConstraint,
    AddIdentity,
    AlterColumnDefault,
    AlterColumnType,
    AlterConstraint,
    AttachPartition,
    ClusterOn,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    DropIdentity,
    DropNotNull,
    Identity,
    Inherit,
    Option,
    OtherSubcommand,
    OwnerTo,
    ReplicaIdentity,
    RowSecurity,
    SetAccessMethod,
    SetColumnProperty,
    SetExpression,
    SetIdentity,
    SetNotNull,
    SetOptions,
    SetPersistence,
    SetTablespace,
    Subcommand,
    SwitchTrigger,
    ValidateConstraint,
)
from analyzer.facts.sql_query import Identifier
from analyzer.sql import constraints, expression, objects, options, tables, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import NUMBER

Mode = Literal["enable", "disable", "enable always", "enable replica"]


def subcommands(p: Cursor) -> tuple[Subcommand, ...]:
    """One or several subcommands."""
    return p.listed(subcommand)


def subcommand(p: Cursor) -> Subcommand:
    """One subcommand."""
    parse = _BY_WORD.get(p.keys[p.i])
    if parse is None:
        raise p.rejected()
    start = p.start
    p.i += 1
    return parse(p, start)


# ADD, DROP


def _add(p: Cursor, start: int) -> Subcommand:
    if p.keys[p.i] in constraints.TABLE_CONSTRAINTS:
        constraint = constraints.table_constraint(p)
        return AddConstraint(start, p.end, constraint)
    attribute = p.accept("attribute")
    if not attribute:
        p.accept("column")
    exists = p.accept_words("if", "not", "exists")
    column = constraints.column_definition(p)
    how = objects.behavior(p) if attribute else ""
    return AddColumn(start, p.end, column, exists, how)


def _drop(p: Cursor, start: int) -> Subcommand:
    if p.accept("constraint"):
        exists = p.accept_words("if", "exists")
        name = p.name()
        how = objects.behavior(p)
        return DropConstraint(start, p.end, name, exists, how)
    if not p.accept("attribute"):
        p.accept("column")
    exists = p.accept_words("if", "exists")
    name = p.name()
    how = objects.behavior(p)
    return DropColumn(start, p.end, name, exists, how)


# ALTER COLUMN


def _alter(p: Cursor, start: int) -> Subcommand:
    if p.accept("constraint"):
        name = p.name()
        found = constraints.attributes(p)
        if found is None:
            p.accept("inherit")
        deferrable = found.deferrable if found else None
        deferred = found.initially_deferred if found else None
        return AlterConstraint(start, p.end, name, deferrable, deferred)
    attribute = p.accept("attribute")
    if not attribute:
        p.accept("column")
        if p.classes[p.i] == NUMBER:
            return _statistics_of_number(p, start)
    name = p.name()
    key = p.keys[p.i]
    p.i += 1
    match key:
        case "type":
            return _type(p, start, name)
        case "set":
            return _alter_set(p, start, name)
        case "drop":
            return _alter_drop(p, start, name)
        case "add":
            p.expect("generated")
            identity = _identity(p)
            return AddIdentity(start, p.end, name, identity)
        case "restart":
            p.i -= 1
            return _set_identity(p, start, name)
        case "reset":
            found_options = options.parenthesized(p)
            return SetColumnProperty(start, p.end, name, "reset options", None, found_options)
        case "options":
            p.i -= 1
            foreign = options.altered_foreign(p)
            return SetColumnProperty(start, p.end, name, "foreign options", None, foreign)
    p.i -= 1
    raise p.rejected()


def _statistics_of_number(p: Cursor, start: int) -> OtherSubcommand:
    p.i += 1
    p.expect("set", "statistics")
    options.number(p)
    return OtherSubcommand(start, p.end, "alter column set statistics")


def _type(p: Cursor, start: int, name: Identifier) -> AlterColumnType:
    type_ = type_names.type_name(p)
    collation = p.qualified_name() if p.accept("collate") else None
    using = expression.expression(p) if p.accept("using") else None
    how = objects.behavior(p)
    return AlterColumnType(start, p.end, name, type_, using, collation, how)


def _identity(p: Cursor) -> Identity:
    start = p.starts[p.i - 1]
    when: Literal["always", "by default"] = "always"
    if not p.accept("always"):
        p.expect("by", "default")
        when = "by default"
    p.expect("as", "identity")
    settings: tuple[Option, ...] = ()
    if p.accept("("):
        settings = options.sequence(p)
        p.expect(")")
    return Identity(start, p.end, when, settings)


def _alter_set(p: Cursor, start: int, name: Identifier) -> Subcommand:
    key = p.keys[p.i]
    match key:
        case "default":
            p.i += 1
            of = expression.expression(p)
            return AlterColumnDefault(start, p.end, name, of)
        case "not":
            p.expect("not", "null")
            return SetNotNull(start, p.end, name)
        case "data":
            p.expect("data", "type")
            return _type(p, start, name)
        case "expression":
            p.expect("expression", "as")
            of = tables.parenthesized_expression(p)
            return SetExpression(start, p.end, name, of)
        case "statistics":
            p.i += 1
            value = "default" if p.accept("default") else options.number(p)
            return SetColumnProperty(start, p.end, name, "statistics", value)
        case "storage":
            p.i += 1
            value = p.word_or_default()
            return SetColumnProperty(start, p.end, name, "storage", value)
        case "compression":
            p.i += 1
            value = p.word_or_default()
            return SetColumnProperty(start, p.end, name, "compression", value)
        case "(":
            settings = options.parenthesized(p)
            return SetColumnProperty(start, p.end, name, "set options", None, settings)
    p.i -= 1
    return _set_identity(p, start, name)


def _set_identity(p: Cursor, start: int, name: Identifier) -> SetIdentity:
    """`SET GENERATED ...`, `SET sequence option` and `RESTART`, which may follow each other."""
    when: Literal["", "always", "by default"] = ""
    found: list[Option] = []
    while p.keys[p.i] in ("set", "restart"):
        if p.keys[p.i] == "restart":
            found.append(options.sequence_option(p))
            continue
        p.i += 1
        if p.accept("generated"):
            when = "always"
            if not p.accept("always"):
                p.expect("by", "default")
                when = "by default"
        else:
            found.append(options.sequence_option(p))
    return SetIdentity(start, p.end, name, when, tuple(found))


def _alter_drop(p: Cursor, start: int, name: Identifier) -> Subcommand:
    if p.accept("default"):
        return AlterColumnDefault(start, p.end, name, None)
    if p.accept("not"):
        p.expect("null")
        return DropNotNull(start, p.end, name)
    if p.accept("expression"):
        exists = p.accept_words("if", "exists")
        return DropExpression(start, p.end, name, exists)
    p.expect("identity")
    exists = p.accept_words("if", "exists")
    return DropIdentity(start, p.end, name, exists)


# ENABLE, DISABLE, FORCE


def _enable(p: Cursor, start: int) -> Subcommand:
    if p.accept("row"):
        p.expect("level", "security")
        return RowSecurity(start, p.end, "enable")
    mode: Mode = "enable"
    if p.accept("always"):
        mode = "enable always"
    elif p.accept("replica"):
        mode = "enable replica"
    return _switch(p, start, mode)


def _disable(p: Cursor, start: int) -> Subcommand:
    if p.accept("row"):
        p.expect("level", "security")
        return RowSecurity(start, p.end, "disable")
    return _switch(p, start, "disable")


def _switch(p: Cursor, start: int, mode: Mode) -> SwitchTrigger:
    if p.accept("rule"):
        name = p.name()
        return SwitchTrigger(start, p.end, "rule", mode, name)
    p.expect("trigger")
    if mode in ("enable", "disable"):
        if p.accept("all"):
            return SwitchTrigger(start, p.end, "trigger", mode, None, "all")
        if p.accept("user"):
            return SwitchTrigger(start, p.end, "trigger", mode, None, "user")
    name = p.name()
    return SwitchTrigger(start, p.end, "trigger", mode, name)


def _force(p: Cursor, start: int) -> Subcommand:
    p.expect("row", "level", "security")
    return RowSecurity(start, p.end, "force")


def _no(p: Cursor, start: int) -> Subcommand:
    if p.accept("inherit"):
        table = p.qualified_name()
        return Inherit(start, p.end, table, True)
    p.expect("force", "row", "level", "security")
    return RowSecurity(start, p.end, "no force")


# SET and the rest


def _set(p: Cursor, start: int) -> Subcommand:
    if p.keys[p.i] == "(":
        settings = options.parenthesized(p)
        return SetOptions(start, p.end, settings, False)
    if p.accept("logged"):
        return SetPersistence(start, p.end, True)
    if p.accept("unlogged"):
        return SetPersistence(start, p.end, False)
    if p.accept("tablespace"):
        name = p.name()
        return SetTablespace(start, p.end, name)
    if p.accept("access"):
        p.expect("method")
        method = None if p.accept("default") else p.name()
        return SetAccessMethod(start, p.end, method)
    p.expect("without")
    if p.accept("oids"):
        return OtherSubcommand(start, p.end, "set without oids")
    p.expect("cluster")
    return ClusterOn(start, p.end, None)


def _reset(p: Cursor, start: int) -> Subcommand:
    settings = options.parenthesized(p)
    return SetOptions(start, p.end, settings, True)


def _owner(p: Cursor, start: int) -> Subcommand:
    p.expect("to")
    role = objects.role(p)
    return OwnerTo(start, p.end, role)


def _validate(p: Cursor, start: int) -> Subcommand:
    p.expect("constraint")
    name = p.name()
    return ValidateConstraint(start, p.end, name)


def _cluster(p: Cursor, start: int) -> Subcommand:
    p.expect("on")
    name = p.name()
    return ClusterOn(start, p.end, name)


def _inherit(p: Cursor, start: int) -> Subcommand:
    table = p.qualified_name()
    return Inherit(start, p.end, table, False)


def _replica(p: Cursor, start: int) -> Subcommand:
    p.expect("identity")
    if p.accept("full"):
        return ReplicaIdentity(start, p.end, "full")
    if p.accept("nothing"):
        return ReplicaIdentity(start, p.end, "nothing")
    if p.accept("default"):
        return ReplicaIdentity(start, p.end, "default")
    p.expect("using", "index")
    index = p.name()
    return ReplicaIdentity(start, p.end, "index", index)


def _attach(p: Cursor, start: int) -> Subcommand:
    p.expect("partition")
    table = p.qualified_name()
    bound = tables.partition_bound(p) if p.keys[p.i] in ("for", "default") else None
    return AttachPartition(start, p.end, table, bound)


def _detach(p: Cursor, start: int) -> Subcommand:
    p.expect("partition")
    table = p.qualified_name()
    mode: Literal["", "concurrently", "finalize"] = ""
    if p.accept("concurrently"):
        mode = "concurrently"
    elif p.accept("finalize"):
        mode = "finalize"
    return DetachPartition(start, p.end, table, mode)


def _of(p: Cursor, start: int) -> Subcommand:
    p.qualified_name()
    return OtherSubcommand(start, p.end, "of")


def _not_of(p: Cursor, start: int) -> Subcommand:
    p.expect("of")
    return OtherSubcommand(start, p.end, "not of")


def _foreign_options(p: Cursor, start: int) -> Subcommand:
    p.i -= 1
    found = options.altered_foreign(p)
    return SetOptions(start, p.end, found, False)


_BY_WORD: dict[str, Callable[[Cursor, int], Subcommand]] = {
    "add": _add,
    "drop": _drop,
    "alter": _alter,
    "enable": _enable,
    "disable": _disable,
    "force": _force,
    "no": _no,
    "set": _set,
    "reset": _reset,
    "owner": _owner,
    "validate": _validate,
    "cluster": _cluster,
    "inherit": _inherit,
    "replica": _replica,
    "attach": _attach,
    "detach": _detach,
    "of": _of,
    "not": _not_of,
    "options": _foreign_options,
}
