"""Typed statements that define objects back to SQL; see `sql_render`."""

from __future__ import annotations

from collections.abc import Iterable

from sql_render import expression, from_item, index_element, name, names, query, row_change, string, type_name

from analyzer.facts import sql
from analyzer.facts import sql_ddl as ddl
from analyzer.facts import sql_query as q


def flag(word: str, said: bool) -> str:
    return f" {word}" if said else ""


def after(word: str, value: q.Identifier | q.QualifiedName | str | None) -> str:
    return f" {word} {name(value)}" if value else ""


def enclosed(word: str, value: q.Node | None) -> str:
    return f" {word} ({expression(value)})" if value is not None else ""


def roles(values: Iterable[ddl.Role]) -> str:
    return ", ".join(map(role, values))


def role(value: ddl.Role) -> str:
    return value.name.upper() if value.special else name(value.name)


def options(values: tuple[ddl.Option, ...], word: str = "WITH") -> str:
    def one(option: ddl.Option) -> str:
        key = ".".join(map(name, option.name.split(".")))
        return key if option.value is None else f"{key} = {string(option.value)}"

    return f" {word} ({', '.join(map(one, values))})" if values else ""


def foreign_options(values: tuple[ddl.Option, ...]) -> str:
    def one(option: ddl.Option) -> str:
        value = "" if option.value is None else string(option.value)
        return f"{option.action} {name(option.name)} {value}"

    return f" OPTIONS ({', '.join(map(one, values))})" if values else ""


def sequence_options(values: tuple[ddl.Option, ...]) -> str:
    found = []
    for option in values:
        match option.name:
            case "cycle":
                found.append("CYCLE" if option.value == "true" else "NO CYCLE")
            case "owned by" | "sequence name":
                found.append(f"{option.name} {dotted(option.value or '')}")
            case "restart":
                found.append(f"RESTART {option.value or ''}")
            case _:
                found.append(f"{option.name} {option.value or ''}")
    return " ".join(found)


def dotted(text: str) -> str:
    return "NONE" if text == "none" else ".".join(map(name, text.split(".")))


def constraint(node: ddl.AnyConstraint) -> str:
    text = f"CONSTRAINT {name(node.name)} " if node.name else ""
    match node:
        case ddl.NotNull():
            text += "NOT NULL"
        case ddl.Null():
            text += "NULL"
        case ddl.ColumnDefault():
            text += f"DEFAULT ({expression(node.expression)})"
        case ddl.Check():
            text += f"CHECK ({expression(node.expression)})"
        case ddl.Generated():
            text += f"GENERATED ALWAYS AS ({expression(node.expression)}) STORED"
        case ddl.Identity():
            inner = sequence_options(node.options)
            text += f"GENERATED {node.when} AS IDENTITY{f' ({inner})' if inner else ''}"
        case ddl.PrimaryKey() | ddl.Unique():
            text += "PRIMARY KEY" if isinstance(node, ddl.PrimaryKey) else "UNIQUE"
            text += flag("NULLS NOT DISTINCT", isinstance(node, ddl.Unique) and node.nulls_not_distinct)
            text += after("USING INDEX", node.using_index) + names(node.columns) + names(node.include, " INCLUDE")
            text += options(node.options) + after("USING INDEX TABLESPACE", node.tablespace)
        case ddl.ForeignKey():
            columns = names(node.columns)
            text += f"FOREIGN KEY{columns} " if columns else ""
            text += f"REFERENCES {name(node.table)}{names(node.referenced)}"
            text += f" MATCH {node.match}" if node.match else ""
            text += f" ON DELETE {node.on_delete}{names(node.delete_columns)}" if node.on_delete else ""
            text += f" ON UPDATE {node.on_update}" if node.on_update else ""
        case ddl.Exclude():
            elements = ", ".join(f"{index_element(e.element)} WITH {e.operator}" for e in node.elements)
            text += f"EXCLUDE{after('USING', node.method)} ({elements}){names(node.include, ' INCLUDE')}"
            text += options(node.options) + after("USING INDEX TABLESPACE", node.tablespace)
            text += enclosed("WHERE", node.where)
    if node.deferrable is not None:
        text += " DEFERRABLE" if node.deferrable else " NOT DEFERRABLE"
    if node.initially_deferred is not None:
        text += " INITIALLY DEFERRED" if node.initially_deferred else " INITIALLY IMMEDIATE"
    return text + flag("NOT VALID", node.not_valid) + flag("NO INHERIT", node.no_inherit)


def column(node: ddl.ColumnDefinition) -> str:
    text = name(node.name) + (f" {type_name(node.type)}" if node.type else "")
    text += f" STORAGE {node.storage}" if node.storage else ""
    text += f" COMPRESSION {node.compression}" if node.compression else ""
    text += foreign_options(node.options) + after("COLLATE", node.collation)
    return " ".join([text, *map(constraint, node.constraints)])


def bound(node: ddl.PartitionBound) -> str:
    match node.kind:
        case "default":
            return " DEFAULT"
        case "in":
            return f" FOR VALUES IN ({', '.join(map(expression, node.values))})"
        case "range":
            lower, upper = (", ".join(map(expression, values)) for values in (node.values, node.upper))
            return f" FOR VALUES FROM ({lower}) TO ({upper})"
    raise NotImplementedError("hash partition")


def create_table(node: ddl.CreateTable) -> str:
    elements: list[tuple[int, str]] = [(c.start, column(c)) for c in node.columns]
    elements += [(c.start, constraint(c)) for c in node.constraints]
    elements += [(c.start, f"LIKE {name(c.table)} {' '.join(c.options)}") for c in node.likes]
    inner = ", ".join(text for _, text in sorted(elements))
    foreign = "FOREIGN " if node.server else ""
    text = f"CREATE {node.persistence} {foreign}TABLE{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)}"
    text += after("OF", node.of_type) + after("PARTITION OF", node.partition_of)
    if inner or not (node.of_type or node.partition_of):
        text += f" ({inner})"
    text += bound(node.bound) if node.bound else ""
    text += names(node.inherits, " INHERITS")
    if node.partition_by:
        keys = ", ".join(map(index_element, node.partition_by.elements))
        text += f" PARTITION BY {node.partition_by.strategy} ({keys})"
    text += after("USING", node.method) + options(node.options)
    text += f" ON COMMIT {node.on_commit}" if node.on_commit else ""
    return (
        text
        + after("TABLESPACE", node.tablespace)
        + after("SERVER", node.server)
        + foreign_options(node.server_options)
    )


def create_table_as(node: ddl.CreateTableAs) -> str:
    if node.query is None:
        raise NotImplementedError("EXECUTE")
    kind = "MATERIALIZED VIEW" if node.materialized_view else "TABLE"
    text = f"CREATE {node.persistence} {kind}{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)}"
    text += names(node.columns) + after("USING", node.method) + options(node.options)
    text += f" ON COMMIT {node.on_commit}" if node.on_commit else ""
    return (
        text
        + after("TABLESPACE", node.tablespace)
        + f" AS {query(node.query)}"
        + flag("WITH NO DATA", not node.with_data)
    )


def create_view(node: ddl.CreateView) -> str:
    check = f" WITH {node.check_option} CHECK OPTION" if node.check_option else ""
    return (
        f"CREATE{flag('OR REPLACE', node.replace)} {node.persistence}{flag('RECURSIVE', node.recursive)} VIEW "
        f"{name(node.name)}{names(node.columns)}{options(node.options)} AS {query(node.query)}{check}"
    )


def subcommand(node: ddl.Subcommand) -> str:
    match node:
        case ddl.AddColumn():
            return f"ADD COLUMN{flag('IF NOT EXISTS', node.if_not_exists)} {column(node.column)}"
        case ddl.DropColumn():
            return f"DROP COLUMN{flag('IF EXISTS', node.if_exists)} {name(node.name)} {node.behavior}"
        case ddl.AlterColumnType():
            using = f" USING {expression(node.using)}" if node.using else ""
            return f"ALTER {name(node.name)} TYPE {type_name(node.type)}{after('COLLATE', node.collation)}{using}"
        case ddl.AlterColumnDefault():
            what = f"SET DEFAULT {expression(node.expression)}" if node.expression else "DROP DEFAULT"
            return f"ALTER {name(node.name)} {what}"
        case ddl.SetNotNull():
            return f"ALTER {name(node.name)} SET NOT NULL"
        case ddl.DropNotNull():
            return f"ALTER {name(node.name)} DROP NOT NULL"
        case ddl.AddIdentity():
            return f"ALTER {name(node.name)} ADD {constraint(node.identity)}"
        case ddl.DropIdentity():
            return f"ALTER {name(node.name)} DROP IDENTITY{flag('IF EXISTS', node.if_exists)}"
        case ddl.SetExpression():
            return f"ALTER {name(node.name)} SET EXPRESSION AS ({expression(node.expression)})"
        case ddl.DropExpression():
            return f"ALTER {name(node.name)} DROP EXPRESSION{flag('IF EXISTS', node.if_exists)}"
        case ddl.SetColumnProperty(property="statistics" | "storage" | "compression"):
            return f"ALTER {name(node.name)} SET {node.property} {node.value}"
        case ddl.SetColumnProperty(property="set options" | "reset options"):
            return f"ALTER {name(node.name)} {options(node.options, node.property.split()[0])}"
        case ddl.AddConstraint():
            return f"ADD {constraint(node.constraint)}"
        case ddl.DropConstraint():
            return f"DROP CONSTRAINT{flag('IF EXISTS', node.if_exists)} {name(node.name)} {node.behavior}"
        case ddl.AlterConstraint():
            deferrable = {None: "", True: "DEFERRABLE", False: "NOT DEFERRABLE"}[node.deferrable]
            deferred = {None: "", True: "INITIALLY DEFERRED", False: "INITIALLY IMMEDIATE"}[node.initially_deferred]
            return f"ALTER CONSTRAINT {name(node.name)} {deferrable} {deferred}"
        case ddl.ValidateConstraint():
            return f"VALIDATE CONSTRAINT {name(node.name)}"
        case ddl.RowSecurity():
            return f"{node.mode} ROW LEVEL SECURITY"
        case ddl.SwitchTrigger():
            return f"{node.mode.replace('enable', 'ENABLE')} {node.object} {node.which or name(node.name)}"
        case ddl.SetOptions():
            return options(node.options, "RESET" if node.reset else "SET")
        case ddl.SetTablespace():
            return f"SET TABLESPACE {name(node.name)}"
        case ddl.SetPersistence():
            return "SET LOGGED" if node.logged else "SET UNLOGGED"
        case ddl.ClusterOn():
            return f"CLUSTER ON {name(node.name)}" if node.name else "SET WITHOUT CLUSTER"
        case ddl.Inherit():
            return f"{'NO ' if node.no else ''}INHERIT {name(node.table)}"
        case ddl.ReplicaIdentity():
            return f"REPLICA IDENTITY {f'USING INDEX {name(node.index)}' if node.index else node.kind}"
        case ddl.AttachPartition():
            return f"ATTACH PARTITION {name(node.table)}{bound(node.bound) if node.bound else ''}"
        case ddl.DetachPartition():
            return f"DETACH PARTITION {name(node.table)} {node.mode}"
        case ddl.OwnerTo():
            return f"OWNER TO {role(node.role)}"
    raise NotImplementedError(type(node).__name__)


def attribute(node: ddl.Subcommand) -> str:
    text = subcommand(node)
    match node:
        case ddl.AddColumn() | ddl.AlterColumnType():
            text += f" {node.behavior}"
    for word in ("ADD COLUMN", "DROP COLUMN", "ALTER"):
        if text.startswith(word):
            return f"{word.split()[0]} ATTRIBUTE{text.removeprefix(word)}"
    return text


def alter_table(node: ddl.AlterTable) -> str:
    commands = ", ".join(map(attribute if node.kind == "type" else subcommand, node.subcommands))
    return f"ALTER {node.kind}{flag('IF EXISTS', node.if_exists)}{flag('ONLY', node.only)} {name(node.name)} {commands}"


def create_index(node: ddl.CreateIndex) -> str:
    return (
        f"CREATE{flag('UNIQUE', node.unique)} INDEX{flag('CONCURRENTLY', node.concurrently)}"
        f"{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)} ON{flag('ONLY', node.only)} {name(node.table)}"
        f"{after('USING', node.method)} ({', '.join(map(index_element, node.elements))})"
        f"{names(node.include, ' INCLUDE')}{flag('NULLS NOT DISTINCT', node.nulls_not_distinct)}{options(node.options)}"
        f"{after('TABLESPACE', node.tablespace)}{enclosed('WHERE', node.where)}"
    )


def policy(node: ddl.CreatePolicy | ddl.AlterPolicy) -> str:
    to = f" TO {roles(node.roles)}" if node.roles else ""
    tail = f"{to}{enclosed('USING', node.using)}{enclosed('WITH CHECK', node.check)}"
    if isinstance(node, ddl.AlterPolicy):
        return f"ALTER POLICY {name(node.name)} ON {name(node.table)}{tail}"
    how = "PERMISSIVE" if node.permissive else "RESTRICTIVE"
    return f"CREATE POLICY {name(node.name)} ON {name(node.table)} AS {how} FOR {node.command}{tail}"


def privileges(values: tuple[ddl.Privilege, ...]) -> str:
    return ", ".join(value.name + names(value.columns) for value in values)


_PLURALS = {"function": "FUNCTIONS", "large object": "LARGE OBJECTS"}


def plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind}s")


def grant(node: ddl.Grant) -> str:
    on = ", ".join(map(reference, node.objects))
    on = f"ALL {plural(node.object_kind)} IN SCHEMA {on}" if node.all_in_schema else f"{node.object_kind} {on}"
    return (
        _granted(node, f"ON {on}")
        + (f" GRANTED BY {role(node.granted_by)}" if node.granted_by else "")
        + (f" {node.behavior}")
    )


def _granted(node: ddl.Grant | ddl.AlterDefaultPrivileges, on: str) -> str:
    what = privileges(node.privileges)
    if node.revoke:
        return f"REVOKE{flag('GRANT OPTION FOR', node.grant_option)} {what} {on} FROM {roles(node.grantees)}"
    return f"GRANT {what} {on} TO {roles(node.grantees)}{flag('WITH GRANT OPTION', node.grant_option)}"


def grant_role(node: ddl.GrantRole) -> str:
    by = f" GRANTED BY {role(node.granted_by)}" if node.granted_by else ""
    if node.revoke:
        option = f"{node.options[0].name} OPTION FOR " if node.options else ""
        return f"REVOKE {option}{roles(node.roles)} FROM {roles(node.grantees)}{by} {node.behavior}"
    settings = ", ".join(f"{option.name} {option.value}" for option in node.options)
    return f"GRANT {roles(node.roles)} TO {roles(node.grantees)}{f' WITH {settings}' if settings else ''}{by}"


def default_privileges(node: ddl.AlterDefaultPrivileges) -> str:
    text = "ALTER DEFAULT PRIVILEGES"
    text += f" FOR ROLE {roles(node.roles)}" if node.roles else ""
    text += f" IN SCHEMA {', '.join(map(name, node.schemas))}" if node.schemas else ""
    return f"{text} {_granted(node, f'ON {plural(node.object_kind)}')} {node.behavior}"


def parameter(node: ddl.FunctionParameter) -> str:
    default = f" DEFAULT {expression(node.default)}" if node.default else ""
    mode = "" if node.mode == "table" else node.mode
    return f"{mode} {name(node.name)} {type_name(node.type)}{default}"


def parameters(values: Iterable[ddl.FunctionParameter]) -> str:
    return f"({', '.join(map(parameter, values))})"


def reference(node: ddl.ObjectReference) -> str:
    match node.kind:
        case "cast":
            return f"({type_name(node.types[0])} AS {type_name(node.types[1])})"  # type: ignore[arg-type]
        case "operator":
            symbol = ".".join([*map(name, node.name.parts[:-1]), node.name.name]) if node.name else ""
            return f"{symbol} ({', '.join(type_name(t) if t else 'NONE' for t in node.types)})"
        case "type" | "domain" if node.types and node.types[0]:
            return type_name(node.types[0])
        case "aggregate":
            return name(node.name) + (parameters(node.parameters) if node.parameters else "(*)")
        case "policy" | "trigger" | "rule" | "constraint":
            return f"{name(node.name)} ON {name(node.table)}"
        case "large object" if node.name:
            return node.name.name
        case "domain constraint":
            return f"{name(node.name)} ON DOMAIN {name(node.table)}"
        case "column":
            return f"{name(node.table)}.{name(node.name)}"
        case "operator class" | "operator family":
            return f"{name(node.name)} USING {name(node.table)}"
        case "user mapping" | "transform":
            raise NotImplementedError(node.kind)
    return name(node.name) + (parameters(node.parameters) if node.parameters is not None else "")


def kind_word(kind: str) -> str:
    return {"domain constraint": "CONSTRAINT", "owned": "OWNED BY"}.get(kind, kind)


def setting(node: ddl.SetParameter) -> str:
    key = ".".join(map(name, node.name.split(".")))
    if node.name == "transaction" or node.name == "transaction snapshot":
        raise NotImplementedError("SET TRANSACTION")
    if node.reset:
        return "RESET ALL" if node.name == "all" else f"RESET {key}"
    if node.from_current:
        return f"SET {node.scope} {key} FROM CURRENT"
    values = "DEFAULT" if node.values is None else ", ".join(map(string, node.values))
    return f"SET {node.scope} {key} TO {values}"


def function_properties(node: sql.CreateFunction | ddl.AlterFunction) -> str:
    text = f" {node.volatility}"
    if node.security_definer is not None:
        text += f" SECURITY {'DEFINER' if node.security_definer else 'INVOKER'}"
    if node.strict is not None:
        text += " STRICT" if node.strict else " CALLED ON NULL INPUT"
    if node.leakproof is not None:
        text += " LEAKPROOF" if node.leakproof else " NOT LEAKPROOF"
    text += f" PARALLEL {node.parallel}" if node.parallel else ""
    text += f" COST {node.cost}" if node.cost else ""
    text += f" ROWS {node.rows}" if node.rows else ""
    text += after("SUPPORT", node.support)
    return "".join([text, *(f" {setting(item)}" for item in node.settings)])


def create_function(node: sql.CreateFunction) -> str:
    given = [item for item in node.parameters if item.mode != "table"]
    columns = [item for item in node.parameters if item.mode == "table"]
    text = f"CREATE{flag('OR REPLACE', node.replace)} {node.kind} {name(node.name)}{parameters(given)}"
    if node.returns_table:
        text += f" RETURNS TABLE {parameters(columns)}"
    elif node.returns:
        text += f" RETURNS {type_name(node.returns)}"
    text += f" LANGUAGE {name(node.language)}" if node.language else ""
    text += function_properties(node) + flag("WINDOW", node.window)
    if node.definition:
        text += f" AS {string(node.definition.value)}"
        text += f", {string(node.link_symbol.value)}" if node.link_symbol else ""
    elif isinstance(node.body, sql.SqlBody):
        text += f" BEGIN ATOMIC {' '.join(statement(item) + ';' for item in node.body.statements)} END"
    elif isinstance(node.body, sql.ReturnBody):
        text += f" RETURN {expression(node.body.expression)}"
    return text


def create_trigger(node: ddl.CreateTrigger) -> str:
    events = " OR ".join(
        event + (f" OF {', '.join(map(name, node.columns))}" if event == "update" and node.columns else "")
        for event in node.events
    )
    text = f"CREATE{flag('OR REPLACE', node.replace)}{flag('CONSTRAINT', node.constraint)} TRIGGER {name(node.name)}"
    text += f" {node.timing} {events} ON {name(node.table)}{after('FROM', node.referenced_table)}"
    if node.deferrable is not None:
        text += " DEFERRABLE" if node.deferrable else " NOT DEFERRABLE"
    if node.initially_deferred is not None:
        text += " INITIALLY DEFERRED" if node.initially_deferred else " INITIALLY IMMEDIATE"
    if node.transitions:
        text += " REFERENCING"
        for item in node.transitions:
            text += f" {'NEW' if item.new else 'OLD'} {'TABLE' if item.table else 'ROW'} AS {name(item.name)}"
    text += f" FOR EACH {'ROW' if node.row else 'STATEMENT'}{enclosed('WHEN', node.when)}"
    return f"{text} EXECUTE FUNCTION {name(node.function)}({', '.join(map(string, node.arguments))})"


def publication_objects(values: tuple[ddl.PublicationObject, ...]) -> str:
    found = []
    for item in values:
        if item.table:
            found.append(f"TABLE {from_item(item.table)}{names(item.columns)}{enclosed('WHERE', item.where)}")
        else:
            found.append(f"TABLES IN SCHEMA {name(item.schema) or 'CURRENT_SCHEMA'}")
    return ", ".join(found)


_ROLE_NUMBERS = frozenset({"connection limit", "sysid"})
_ROLE_LISTS = frozenset({"in role", "role", "admin", "user"})


def role_options(values: tuple[ddl.Option, ...]) -> str:
    found = []
    for option in values:
        value = option.value or ""
        if option.name == "password":
            found.append(f"PASSWORD {'NULL' if option.value is None else string(value)}")
        elif option.name == "valid until":
            found.append(f"VALID UNTIL {string(value)}")
        elif option.name in _ROLE_NUMBERS:
            found.append(f"{option.name} {value}")
        elif option.name in _ROLE_LISTS:
            found.append(f"{option.name} {', '.join(map(name, value.split(',')))}")
        else:
            found.append(option.name if value == "true" else f"NO{option.name}")
    return " ".join(found)


def rename(node: ddl.Rename) -> str:
    found = node.object
    exists = flag("IF EXISTS", node.if_exists)
    new = name(node.new_name)
    match found.kind:
        case "column" | "constraint":
            what = found.kind
            table = f"ALTER {node.relation_kind}{exists} {name(found.table)}"
            return f"{table} RENAME {what} {name(found.name)} TO {new}"
        case "attribute":
            return f"ALTER TYPE {name(found.table)} RENAME ATTRIBUTE {name(found.name)} TO {new}"
        case "domain constraint":
            return f"ALTER DOMAIN {name(found.table)} RENAME CONSTRAINT {name(found.name)} TO {new}"
    return f"ALTER {kind_word(found.kind)}{exists} {reference(found)} RENAME TO {new}"


def alter_domain(node: ddl.AlterDomain) -> str:
    text = f"ALTER DOMAIN {name(node.name)} {node.action}"
    if node.constraint:
        return f"ALTER DOMAIN {name(node.name)} ADD {constraint(node.constraint)}"
    if node.expression:
        return f"{text} {expression(node.expression)}"
    if node.constraint_name:
        return f"{text}{flag('IF EXISTS', node.if_exists)} {name(node.constraint_name)} {node.behavior}"
    return text


def statement(node: q.Node) -> str:
    """The SQL of a statement.

    Raises:
        NotImplementedError: for statements whose facts do not hold every part of them.
    """
    match node:
        case q.Select() | q.Values() | q.TableQuery() | q.SetOperation():
            return query(node)
        case q.Insert() | q.Update() | q.Delete() | q.Merge():
            return row_change(node)
        case ddl.CreateTable():
            return create_table(node)
        case ddl.CreateTableAs():
            return create_table_as(node)
        case ddl.CreateView():
            return create_view(node)
        case ddl.AlterTable():
            return alter_table(node)
        case ddl.CreateIndex():
            return create_index(node)
        case ddl.CreatePolicy() | ddl.AlterPolicy():
            return policy(node)
        case ddl.Grant():
            return grant(node)
        case ddl.GrantRole():
            return grant_role(node)
        case ddl.AlterDefaultPrivileges():
            return default_privileges(node)
        case sql.CreateFunction():
            return create_function(node)
        case ddl.AlterFunction():
            return f"ALTER {node.object.kind} {reference(node.object)}{function_properties(node)}"
        case ddl.CreateTrigger():
            return create_trigger(node)
        case sql.Do():
            language = f" LANGUAGE {name(node.language)}" if node.language != "plpgsql" else ""
            return f"DO{language} {string(node.definition.value)}"
        case ddl.CreateEnum():
            return f"CREATE TYPE {name(node.name)} AS ENUM ({', '.join(map(expression, node.labels))})"
        case ddl.CreateCompositeType():
            return f"CREATE TYPE {name(node.name)} AS ({', '.join(map(column, node.columns))})"
        case ddl.CreateDomain():
            found = " ".join(map(constraint, node.constraints))
            return (
                f"CREATE DOMAIN {name(node.name)} AS {type_name(node.type)}{after('COLLATE', node.collation)} {found}"
            )
        case ddl.AlterDomain():
            return alter_domain(node)
        case ddl.AlterEnumAddValue():
            exists = flag("IF NOT EXISTS", node.if_not_exists)
            place = f" {node.placement} {expression(node.neighbor)}" if node.neighbor else ""
            return f"ALTER TYPE {name(node.name)} ADD VALUE{exists} {expression(node.label)}{place}"
        case ddl.AlterEnumRenameValue():
            labels = f"{expression(node.label)} TO {expression(node.new_label)}"
            return f"ALTER TYPE {name(node.name)} RENAME VALUE {labels}"
        case ddl.CreateSchema():
            to = f" AUTHORIZATION {role(node.authorization)}" if node.authorization else ""
            elements = " ".join(map(statement, node.elements))
            return f"CREATE SCHEMA{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)}{to} {elements}"
        case ddl.CreateSequence():
            exists = flag("IF NOT EXISTS", node.if_not_exists)
            return f"CREATE {node.persistence} SEQUENCE{exists} {name(node.name)} {sequence_options(node.options)}"
        case ddl.AlterSequence():
            exists = flag("IF EXISTS", node.if_exists)
            return f"ALTER SEQUENCE{exists} {name(node.name)} {sequence_options(node.options)}"
        case ddl.CreateExtension():
            return (
                f"CREATE EXTENSION{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)}"
                f"{after('SCHEMA', node.schema)}{after('VERSION', node.version)}{flag('CASCADE', node.cascade)}"
            )
        case ddl.AlterExtension(action="update"):
            return f"ALTER EXTENSION {name(node.name)} UPDATE{after('TO', node.version)}"
        case ddl.AlterExtension(object=ddl.ObjectReference() as found):
            return f"ALTER EXTENSION {name(node.name)} {node.action} {kind_word(found.kind)} {reference(found)}"
        case ddl.CreateEventTrigger():
            tags = " AND ".join(
                f"{name(item.name)} IN ({', '.join(map(string, (item.value or '').split(',')))})"
                for item in node.filters
            )
            when = f" WHEN {tags}" if tags else ""
            function = f"EXECUTE FUNCTION {name(node.function)}()"
            return f"CREATE EVENT TRIGGER {name(node.name)} ON {name(node.event)}{when} {function}"
        case ddl.AlterEventTrigger():
            return f"ALTER EVENT TRIGGER {name(node.name)} {node.mode}"
        case ddl.CreatePublication():
            objects = f" FOR {publication_objects(node.objects)}" if node.objects else ""
            everything = flag("FOR ALL TABLES", node.all_tables)
            return f"CREATE PUBLICATION {name(node.name)}{everything}{objects}{options(node.options)}"
        case ddl.AlterPublication():
            if node.action == "options":
                return f"ALTER PUBLICATION {name(node.name)}{options(node.options, 'SET')}"
            return f"ALTER PUBLICATION {name(node.name)} {node.action} {publication_objects(node.objects)}"
        case ddl.CreateStatistics():
            on = ", ".join(map(index_element, node.elements))
            exists = flag("IF NOT EXISTS", node.if_not_exists)
            text = f"CREATE STATISTICS{exists} {name(node.name)}{names(node.kinds)} ON {on}"
            return f"{text} FROM {', '.join(map(from_item, node.from_))}"
        case ddl.CreateCast():
            how = "WITH INOUT" if node.inout else "WITHOUT FUNCTION"
            how = f"WITH FUNCTION {reference(node.function)}" if node.function else how
            context = f" AS {node.context}" if node.context else ""
            return f"CREATE CAST ({type_name(node.source)} AS {type_name(node.target)}) {how}{context}"
        case ddl.Drop():
            objects = ", ".join(map(reference, node.objects))
            flags = flag("CONCURRENTLY", node.concurrently) + flag("IF EXISTS", node.if_exists)
            return f"DROP {kind_word(node.kind)}{flags} {objects} {node.behavior}"
        case ddl.Rename():
            return rename(node)
        case ddl.SetSchema():
            exists = flag("IF EXISTS", node.if_exists)
            return f"ALTER {node.object.kind}{exists} {reference(node.object)} SET SCHEMA {name(node.schema)}"
        case ddl.SetOwner():
            return f"ALTER {node.object.kind} {reference(node.object)} OWNER TO {role(node.role)}"
        case ddl.Comment():
            text = "NULL" if node.text is None else string(node.text)
            return f"COMMENT ON {kind_word(node.object.kind)} {reference(node.object)} IS {text}"
        case ddl.Set():
            return setting(node.parameter)
        case ddl.Show():
            return f"SHOW {'.'.join(map(name, node.name.split('.')))}" if node.name != "all" else "SHOW ALL"
        case ddl.Transaction(kind="begin" | "commit" | "rollback"):
            return f"{node.kind} {', '.join(node.modes)}"
        case ddl.Transaction(kind="savepoint" | "release" | "rollback to"):
            return f"{node.kind} {name(node.name)}"
        case ddl.Truncate():
            tables = ", ".join(map(from_item, node.tables))
            return f"TRUNCATE {tables}{flag('RESTART IDENTITY', node.restart_identity)} {node.behavior}"
        case ddl.Lock():
            tables = ", ".join(map(from_item, node.tables))
            return f"LOCK TABLE {tables} IN {node.mode} MODE{flag('NOWAIT', node.nowait)}"
        case ddl.Refresh():
            data = flag("WITH NO DATA", not node.with_data)
            return f"REFRESH MATERIALIZED VIEW{flag('CONCURRENTLY', node.concurrently)} {name(node.name)}{data}"
        case ddl.Notify():
            payload = "" if node.payload is None else f", {string(node.payload)}"
            return f"{node.kind} {name(node.channel) or '*'}{payload}"
        case ddl.ReassignOwned():
            return f"REASSIGN OWNED BY {roles(node.roles)} TO {role(node.new_role)}"
        case ddl.CreateRole():
            return f"CREATE {node.kind} {role(node.name)} {role_options(node.options)}"
        case ddl.AlterRole() if not any(option.name == "user" for option in node.options):
            return f"ALTER ROLE {role(node.role)} {role_options(node.options)}"
        case ddl.SetConstraints():
            which = ", ".join(map(name, node.names)) or "ALL"
            return f"SET CONSTRAINTS {which} {'DEFERRED' if node.deferred else 'IMMEDIATE'}"
        case sql.ExecutePrepared():
            arguments = ", ".join(map(expression, node.arguments))
            return f"EXECUTE {name(node.name)}{f' ({arguments})' if arguments else ''}"
        case ddl.AlterRoleSet():
            who = role(node.role) if node.role else "ALL"
            return f"ALTER ROLE {who}{after('IN DATABASE', node.database)} {setting(node.parameter)}"
        case ddl.CreateForeignObject(kind="server"):
            text = f"CREATE SERVER{flag('IF NOT EXISTS', node.if_not_exists)} {name(node.name)}"
            text += f" TYPE {string(node.type)}" if node.type else ""
            text += f" VERSION {string(node.version)}" if node.version else ""
            return f"{text}{after('FOREIGN DATA WRAPPER', node.wrapper)}{foreign_options(node.options)}"
        case ddl.CreateForeignObject(kind="foreign data wrapper"):
            parts = after("HANDLER", node.handler) + after("VALIDATOR", node.validator)
            return f"CREATE FOREIGN DATA WRAPPER {name(node.name)}{parts}{foreign_options(node.options)}"
        case sql.Call():
            return f"CALL {expression(node.call)}"
        case sql.CreateRule():
            actions = "; ".join(map(statement, node.actions))
            text = f"CREATE{flag('OR REPLACE', node.replace)} RULE {name(node.name)} AS ON {node.event}"
            text += f" TO {name(node.table)}{enclosed('WHERE', node.where)} DO{flag('INSTEAD', node.instead)}"
            return f"{text} ({actions})" if actions else f"{text} NOTHING"
        case sql.Explain():
            settings = ", ".join(f"{item.name} {string(item.value) if item.value else ''}" for item in node.options)
            return f"EXPLAIN {f'({settings})' if settings else ''} {statement(node.statement)}"
        case sql.Prepare():
            types = ", ".join(map(type_name, node.types))
            return f"PREPARE {name(node.name)}{f' ({types})' if types else ''} AS {statement(node.statement)}"
        case sql.Deallocate():
            return f"DEALLOCATE {name(node.name) or 'ALL'}"
    raise NotImplementedError(type(node).__name__)
