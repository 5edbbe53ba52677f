"""Names: quoting them, and those that PostgreSQL makes up for constraints, indexes and sequences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from analyzer.sql.keywords import UNRESERVED

NAME_BYTES = 63  # NAMEDATALEN - 1: https://www.postgresql.org/docs/17/limits.html
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_KEY_WORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
    current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
    leading limit localtime localtimestamp not null offset on only or order placing primary references returning
    select session_user some symmetric system_user table then to trailing true union unique user using variadic when
    where window with authorization binary collation concurrently cross current_schema freeze full ilike inner is
    isnull join left like natural notnull outer overlaps right similar tablesample verbose between bigint bit boolean
    char character coalesce dec decimal exists extract float greatest grouping inout int integer interval json
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table
    json_value least merge_action national nchar none normalize nullif numeric out overlay position precision real
    row setof smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)


def quoted(name: str) -> str:
    """The name as PostgreSQL prints it: in quotes only where they are needed (quote_ident)."""
    if _PLAIN.match(name) and (name not in _KEY_WORDS or name in UNRESERVED):
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`schema.name`, each quoted where needed."""
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def literal(text: str) -> str:
    """The text as an SQL string (quote_literal)."""
    escaped = text.replace("'", "''")
    if "\\" in text:
        return "E'" + escaped.replace("\\", "\\\\") + "'"
    return f"'{escaped}'"


def cut(name: str, most: int = NAME_BYTES) -> str:
    """The name cut to so many bytes, at a character's border."""
    data = name.encode("utf-8", "surrogatepass")
    return name if len(data) <= most else data[: max(most, 0)].decode("utf-8", "ignore")


def made_up(first: str, second: str, label: str) -> str:
    """`first_second_label`, the longer of the first two cut until all fit (makeObjectName in indexcmds.c)."""
    overhead = (len(label.encode()) + 1 if label else 0) + (1 if second else 0)
    one, two = len(first.encode()), len(second.encode())
    available = NAME_BYTES - overhead
    while one + two > available:
        if one > two:
            one -= 1
        else:
            two -= 1
    name = cut(first, one)
    if second:
        name += "_" + cut(second, two)
    return f"{name}_{label}" if label else name


def free(first: str, second: str, label: str, taken: Callable[[str], bool]) -> str:
    """The first made-up name that is not taken: with the label, then with `label1`, `label2` ..."""
    name = made_up(first, second, label)
    number = 0
    while taken(name):
        number += 1
        name = made_up(first, second, f"{label}{number}")
    return name


def index_addition(columns: Sequence[str]) -> str:
    """The columns' names joined, not much longer than a name may be (ChooseIndexNameAddition)."""
    joined = ""
    for column in columns:
        joined += ("_" if joined else "") + column
        if len(joined.encode()) >= NAME_BYTES + 1:
            break
    return cut(joined, 127)


def foreign_key_addition(columns: Sequence[str]) -> str:
    """The same for foreign keys (ChooseForeignKeyConstraintNameAddition)."""
    return index_addition(columns)
