"""Which names a statement would have made: what is missing later was missing since then."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.database.walk import descendants
from analyzer.facts import sql, sql_ddl
from analyzer.facts.sql_query import Identifier, Node, QualifiedName

# What a missing name says: a failure with one of these may be the consequence of an earlier one.
CONSEQUENCES = frozenset({"3F000", "42703", "42704", "42809", "42830", "42883", "42P01", "42P10"})
_NAMED = (
    sql_ddl.CreateTable,
    sql_ddl.CreateTableAs,
    sql_ddl.CreateView,
    sql_ddl.CreateSequence,
    sql_ddl.CreateIndex,
    sql_ddl.CreateEnum,
    sql_ddl.CreateCompositeType,
    sql_ddl.CreateDomain,
    sql_ddl.CreateRangeType,
    sql_ddl.CreateSchema,
    sql_ddl.CreatePolicy,
    sql_ddl.CreateTrigger,
    sql_ddl.CreateExtension,
    sql_ddl.CreatePublication,
    sql_ddl.CreateRole,
    sql_ddl.CreateForeignObject,
    sql.CreateFunction,
)


def made(statement: Node) -> Iterator[str]:
    """The bare names that the statement makes: of objects, columns and constraints."""
    parts = descendants(statement) if isinstance(statement, sql.Do) else (statement,)
    for each in parts:
        if isinstance(each, _NAMED):
            yield from _bare(each.name)
            if isinstance(each, sql_ddl.CreateExtension):
                yield from _BROUGHT.get(each.name.text, ())
        elif isinstance(each, sql_ddl.Rename):
            yield each.new_name.text
        elif isinstance(each, sql_ddl.AlterTable):
            for subcommand in each.subcommands:
                if isinstance(subcommand, sql_ddl.AddColumn):
                    yield subcommand.column.name.text
                elif isinstance(subcommand, sql_ddl.AddConstraint) and subcommand.constraint.name is not None:
                    yield subcommand.constraint.name.text


# the names by which extensions are missed
_BROUGHT = {
    "vector": ("vector", "hnsw", "ivfflat"),
    "pg_cron": ("cron",),
    "pg_net": ("net",),
    "pg_trgm": ("gin_trgm_ops", "similarity"),
    "postgis": ("geography", "geometry"),
    "citext": ("citext",),
}


def _bare(name: object) -> Iterator[str]:
    match name:
        case QualifiedName():
            yield name.name
        case Identifier(text=text):
            yield text
        case sql_ddl.Role(name=text):
            yield text
        case _:
            return


def missing(subject: str) -> str:
    """The bare name of what a failure misses: `public.f(integer)` is `f`."""
    return subject.partition("(")[0].rpartition(".")[2].strip('"')
