"""Typed statements back to SQL, so that an oracle can say whether they mean what the text means.

Every operand is in parentheses, and every name is quoted: PostgreSQL's parse tree does not keep either.
"""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.facts import sql_query as q


def name(value: q.Identifier | q.QualifiedName | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, q.QualifiedName):
        return ".".join(map(name, value.parts))
    text = value if isinstance(value, str) else value.text
    return '"' + text.replace('"', '""') + '"'


def string(text: str) -> str:
    if "\\" in text:
        return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + text.replace("'", "''") + "'"


def names(values: Iterable[q.Identifier | q.QualifiedName], before: str = "") -> str:
    found = ", ".join(map(name, values))
    return f"{before} ({found})" if found else ""


def listed(values: Iterable[q.Node]) -> str:
    return ", ".join(map(expression, values))


def optional(word: str, value: q.Node | None) -> str:
    return f" {word} {expression(value)}" if value is not None else ""


# Types

_SPELLED = {"bpchar": "char", "interval": "interval", "bit": "bit", "timestamptz": "timestamptz"}


def type_name(node: q.TypeName) -> str:
    text = f"{name_of_parts(node.parts)}%{node.percent_type}" if node.percent_type else _plain_type(node)
    return ("SETOF " if node.setof else "") + text + "[]" * node.dimensions


def name_of_parts(parts: tuple[str, ...]) -> str:
    return ".".join(map(name, parts))


def _plain_type(node: q.TypeName) -> str:
    spelled = ""
    if node.parts[0] == "pg_catalog" and len(node.parts) == 2 and node.parts[1] in ("bpchar", "interval", "bit"):
        spelled = _SPELLED[node.parts[1]]
    text = spelled or name_of_parts(node.parts)
    if node.fields:
        text += f" {node.fields}"
    if node.modifiers:
        text += f"({listed(node.modifiers)})"
    return text


# Expressions


def expression(node: q.Node) -> str:
    match node:
        case q.ColumnReference():
            parts = [name(part) for part in node.parts]
            return ".".join([*parts, "*"] if node.star else parts)
        case q.Constant():
            return _constant(node)
        case q.Parameter():
            return f"${node.number}"
        case q.NamedArgument():
            return f"{name(node.name)} => {expression(node.value)}"
        case q.FunctionCall():
            return _call(node)
        case q.Coalesce():
            return f"COALESCE({listed(node.arguments)})"
        case q.MinMax():
            return f"{node.operation}({listed(node.arguments)})"
        case q.NullIf():
            return f"NULLIF({expression(node.left)}, {expression(node.right)})"
        case q.ValueFunction():
            return node.name + (f"({node.precision})" if node.precision is not None else "")
        case q.Grouping():
            return f"GROUPING({listed(node.arguments)})"
        case q.BinaryOperation():
            return f"{operand(node.left)} {_operator(node.operator, node.schema)} {operand(node.right)}"
        case q.UnaryOperation():
            return f"{_operator(node.operator, node.schema)} {operand(node.operand)}"
        case q.BooleanExpression():
            return f" {node.operator} ".join(map(operand, node.arguments))
        case q.Not():
            return f"NOT {operand(node.operand)}"
        case q.Cast(style="literal", operand=q.Constant() as literal):
            return _typed_literal(node.type, literal)
        case q.Cast():
            return f"CAST({expression(node.operand)} AS {type_name(node.type)})"
        case q.SubSelect():
            return {"scalar": "", "exists": "EXISTS ", "array": "ARRAY"}[node.kind] + f"({query(node.query)})"
        case q.In():
            inner = query(node.query) if node.query else listed(node.items)
            return f"{operand(node.operand)} {_not(node.negated)}IN ({inner})"
        case q.Quantified():
            inner = query(node.query) if node.query else expression(node.array)  # type: ignore[arg-type]
            return f"{operand(node.left)} {node.operator} {node.quantifier} ({inner})"
        case q.Case():
            whens = "".join(f" WHEN {expression(w.condition)} THEN {expression(w.result)}" for w in node.whens)
            subject = f" {expression(node.operand)}" if node.operand else ""
            return f"CASE{subject}{whens}{optional('ELSE', node.otherwise)} END"
        case q.ArrayExpression():
            return f"ARRAY[{listed(node.elements)}]"
        case q.Row():
            return ("ROW" if node.explicit else "") + f"({listed(node.elements)})"
        case q.IsNull():
            return f"{operand(node.operand)} IS {_not(node.negated)}NULL"
        case q.IsTest():
            return f"{operand(node.operand)} IS {_not(node.negated)}{node.test}"
        case q.IsDistinct():
            return f"{operand(node.left)} IS {_not(node.negated)}DISTINCT FROM {operand(node.right)}"
        case q.Between():
            symmetric = "SYMMETRIC " if node.symmetric else ""
            return (
                f"{operand(node.operand)} {_not(node.negated)}BETWEEN {symmetric}"
                f"{operand(node.low)} AND {operand(node.high)}"
            )
        case q.Like():
            word = {"like": "LIKE", "ilike": "ILIKE", "similar": "SIMILAR TO"}[node.kind]
            escape = f" ESCAPE {operand(node.escape)}" if node.escape else ""
            return f"{operand(node.operand)} {_not(node.negated)}{word} {operand(node.pattern)}{escape}"
        case q.Default():
            return "DEFAULT"
        case q.Collate():
            return f"{operand(node.operand)} COLLATE {name(node.collation)}"
        case q.AtTimeZone():
            zone = f"TIME ZONE {operand(node.zone)}" if node.zone else "LOCAL"
            return f"{operand(node.operand)} AT {zone}"
        case q.Subscript():
            return _base(node.operand) + subscript(node)
        case q.FieldSelection():
            whole = isinstance(node.operand, q.ColumnReference)
            base = f"({expression(node.operand)})" if whole else _base(node.operand)
            return base + "." + (name(node.field) if node.field else "*")
        case q.CurrentOf():
            return f"CURRENT OF {name(node.cursor)}"
    raise NotImplementedError(type(node).__name__)


def _typed_literal(node: q.TypeName, literal: q.Constant) -> str:
    if not node.fields:
        return f"{type_name(node)} {_constant(literal)}"
    precision = f"({listed(node.modifiers)})" if node.modifiers else ""
    return f"interval {_constant(literal)} {node.fields}{precision}"


def _base(node: q.Node) -> str:
    chained = isinstance(node, (q.ColumnReference, q.Subscript, q.FieldSelection, q.Parameter))
    return expression(node) if chained else f"({expression(node)})"


def subscript(node: q.Subscript) -> str:
    lower = expression(node.lower) if node.lower else ""
    upper = expression(node.upper) if node.upper else ""
    return f"[{lower}:{upper}]" if node.slice else f"[{lower}]"


def operand(node: q.Node) -> str:
    text = expression(node)
    plain = isinstance(node, (q.Row, q.SubSelect, q.ArrayExpression))
    return text if plain else f"({text})"


def _constant(node: q.Constant) -> str:
    match node.kind:
        case "string":
            return string(str(node.value))
        case "boolean":
            return "true" if node.value else "false"
        case "null":
            return "NULL"
        case "bits":
            return f"{str(node.value)[0]}'{str(node.value)[1:]}'"
    return str(node.value)


def _operator(symbol: str, schema: str) -> str:
    return f"OPERATOR({name_of_parts(tuple(schema.split('.')))}.{symbol})" if schema else symbol


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


def _call(node: q.FunctionCall) -> str:
    arguments = [expression(argument) for argument in node.arguments]
    if node.variadic:
        arguments[-1] = f"VARIADIC {arguments[-1]}"
    inner = "*" if node.star else ", ".join(arguments)
    order = order_by(node.order_by)
    distinct = "DISTINCT " if node.distinct else ""
    text = f"{name(node.name)}({distinct}{inner}{'' if node.within_group else order})"
    if node.within_group:
        text += f" WITHIN GROUP ({order})"
    if node.filter is not None:
        text += f" FILTER (WHERE {expression(node.filter)})"
    if node.over is not None:
        over = node.over
        bare = over.reference and over.start == over.reference.start
        text += " OVER " + (name(over.reference) if bare else window(over))
    return text


def window(node: q.Window) -> str:
    parts = name(node.reference)
    if node.partition_by:
        parts += f" PARTITION BY {listed(node.partition_by)}"
    return f"({parts}{order_by(node.order_by)} {node.frame.text if node.frame else ''})"


def order_by(items: tuple[q.OrderItem, ...]) -> str:
    found = ", ".join(
        f"{operand(item.expression)} {item.direction} {item.operator}{f' NULLS {item.nulls}' if item.nulls else ''}"
        for item in items
    )
    return f" ORDER BY {found}" if found else ""


# Queries


def query(node: q.Node) -> str:
    match node:
        case q.Select():
            text = _select(node)
        case q.Values():
            text = "VALUES " + ", ".join(f"({listed(row)})" for row in node.rows)
        case q.TableQuery():
            text = f"TABLE {'ONLY ' if node.only else ''}{name(node.name)}"
        case q.SetOperation():
            word = f" {node.operator}{' ALL' if node.all else ''} "
            text = word.join(f"({query(part)})" for part in node.queries)
        case _:
            return row_change(node)
    text = with_clause(node.with_) + text + order_by(node.order_by)
    if node.limit is not None:
        ties = f" FETCH FIRST ({expression(node.limit)}) ROWS WITH TIES"
        everything = isinstance(node.limit, q.Constant) and node.limit.kind == "null"
        text += ties if node.limit_ties else " LIMIT ALL" if everything else f" LIMIT {expression(node.limit)}"
    text += optional("OFFSET", node.offset)
    for locking in node.locking:
        tables = f" OF {', '.join(map(name, locking.tables))}" if locking.tables else ""
        text += f" FOR {locking.strength}{tables} {locking.wait}"
    return text


def with_clause(node: q.With | None) -> str:
    if node is None:
        return ""
    tables = []
    for table in node.tables:
        how = "" if table.materialized is None else "MATERIALIZED" if table.materialized else "NOT MATERIALIZED"
        tables.append(f"{name(table.name)}{names(table.columns)} AS {how} ({query(table.query)})")
    return f"WITH {'RECURSIVE ' if node.recursive else ''}{', '.join(tables)} "


def _select(node: q.Select) -> str:
    text = "SELECT "
    if node.distinct:
        text += f"DISTINCT {f'ON ({listed(node.distinct_on)})' if node.distinct_on else ''} "
    text += targets(node.targets)
    if node.into:
        text += f" INTO {node.into.persistence} {name(node.into.name)}"
    if node.from_:
        text += f" FROM {', '.join(map(from_item, node.from_))}"
    text += optional("WHERE", node.where)
    if node.group_by:
        text += f" GROUP BY {'DISTINCT ' if node.group_distinct else ''}{', '.join(map(_group_item, node.group_by))}"
    text += optional("HAVING", node.having)
    if node.windows:
        text += f" WINDOW {', '.join(f'{name(item.name)} AS {window(item)}' for item in node.windows)}"
    return text


def targets(items: tuple[q.Target, ...]) -> str:
    return ", ".join(expression(t.expression) + (f" AS {name(t.alias)}" if t.alias else "") for t in items)


def _group_item(node: q.Node) -> str:
    if not isinstance(node, q.GroupingSets):
        return expression(node)
    if node.kind == "empty":
        return "()"
    return f"{'GROUPING SETS' if node.kind == 'sets' else node.kind} ({', '.join(map(_group_item, node.items))})"


def alias(node: q.Alias | None) -> str:
    if node is None:
        return ""
    columns = ", ".join(name(c.name) + (f" {type_name(c.type)}" if c.type else "") for c in node.columns)
    return f" AS {name(node.name)}" + (f"({columns})" if columns else "")


def from_item(node: q.Node) -> str:
    match node:
        case q.TableReference():
            sample = f" TABLESAMPLE {expression(node.sample)}" if node.sample else ""
            return f"{'ONLY ' if node.only else ''}{name(node.name)}{alias(node.alias)}{sample}"
        case q.SubQuery():
            return f"{'LATERAL ' if node.lateral else ''}({query(node.query)}){alias(node.alias)}"
        case q.FunctionItem():
            functions = listed(node.functions)
            text = f"ROWS FROM ({functions})" if node.rows_from else functions
            return (
                f"{'LATERAL ' if node.lateral else ''}{text}"
                f"{' WITH ORDINALITY' if node.ordinality else ''}{alias(node.alias)}"
            )
        case q.Join():
            natural = "NATURAL " if node.natural else ""
            text = f"{from_item(node.left)} {natural}{node.kind} JOIN {from_item(node.right)}"
            if isinstance(node.right, q.Join):
                text = f"{from_item(node.left)} {natural}{node.kind} JOIN ({from_item(node.right)})"
            if node.using:
                text += f" USING ({', '.join(map(name, node.using))}){alias(node.using_alias)}"
            text += optional("ON", node.on)
            if node.alias:
                text = f"({text}){alias(node.alias)}"
            return text
    raise NotImplementedError(type(node).__name__)


# Changes of rows


def assignment_target(node: q.AssignmentTarget) -> str:
    text = name(node.name)
    for part in node.path:
        text += subscript(part) if isinstance(part, q.Subscript) else f".{expression(part)}"
    return text


def assignments(items: tuple[q.Assignment, ...]) -> str:
    found = []
    for item in items:
        written = ", ".join(map(assignment_target, item.targets))
        found.append(f"{f'({written})' if item.multiple else written} = {expression(item.value)}")
    return ", ".join(found)


def returning(items: tuple[q.Target, ...]) -> str:
    return f" RETURNING {targets(items)}" if items else ""


def row_change(node: q.Node) -> str:
    match node:
        case q.Insert():
            columns = ", ".join(map(assignment_target, node.columns))
            overriding = f" OVERRIDING {node.overriding} VALUE" if node.overriding else ""
            source = query(node.query) if node.query else "DEFAULT VALUES"
            return (
                f"{with_clause(node.with_)}INSERT INTO {from_item(node.table)}{f' ({columns})' if columns else ''}"
                f"{overriding} {source}{_on_conflict(node.on_conflict)}{returning(node.returning)}"
            )
        case q.Update():
            from_ = f" FROM {', '.join(map(from_item, node.from_))}" if node.from_ else ""
            set_ = f"{from_item(node.table)} SET {assignments(node.assignments)}{from_}"
            tail = optional("WHERE", node.where) + returning(node.returning)
            return " ".join([with_clause(node.with_), "UPDATE", set_, tail])
        case q.Delete():
            using = f" USING {', '.join(map(from_item, node.using))}" if node.using else ""
            tail = optional("WHERE", node.where) + returning(node.returning)
            return " ".join([with_clause(node.with_), "DELETE FROM", from_item(node.table), using, tail])
        case q.Merge():
            whens = "".join(map(_merge_when, node.whens))
            return (
                f"{with_clause(node.with_)}MERGE INTO {from_item(node.table)} USING {from_item(node.source)}"
                f" ON {expression(node.on)}{whens}{returning(node.returning)}"
            )
    raise NotImplementedError(type(node).__name__)


def _merge_when(node: q.MergeWhen) -> str:
    condition = f" AND {operand(node.condition)}" if node.condition else ""
    match node.action:
        case "update":
            action = f"UPDATE SET {assignments(node.assignments)}"
        case "delete":
            action = "DELETE"
        case "nothing":
            action = "DO NOTHING"
        case _:
            columns = ", ".join(map(assignment_target, node.columns))
            values = f"VALUES ({listed(node.values)})" if node.values else "DEFAULT VALUES"
            overriding = f"OVERRIDING {node.overriding} VALUE" if node.overriding else ""
            action = f"INSERT {f'({columns})' if columns else ''} {overriding} {values}"
    return f" WHEN {node.match}{condition} THEN {action}"


def _on_conflict(node: q.OnConflict | None) -> str:
    if node is None:
        return ""
    target = f" ON CONSTRAINT {name(node.constraint)}" if node.constraint else ""
    if node.elements:
        target = f" ({', '.join(map(index_element, node.elements))}){optional('WHERE', node.predicate)}"
    if node.action == "nothing":
        return f" ON CONFLICT{target} DO NOTHING"
    return f" ON CONFLICT{target} DO UPDATE SET {assignments(node.assignments)}{optional('WHERE', node.where)}"


def index_element(node: q.IndexElement) -> str:
    text = name(node.column) if node.column else f"({expression(node.expression)})"  # type: ignore[arg-type]
    text += f" COLLATE {name(node.collation)}" if node.collation else ""
    text += f" {name(node.operator_class)}" if node.operator_class else ""
    return f"{text} {node.direction}{f' NULLS {node.nulls}' if node.nulls else ''}"
