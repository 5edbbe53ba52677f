"""The queries of the code that are sent to a table, view or function of the database, with the roles that send them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzer.access import API_ROLES, Command, default_schema
from analyzer.database.model import Relation
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.values import KeyClass, options, text_of

# As which roles the requests of a client may run. A public key, or a token that is the caller's, is a visitor's or a
# signed-in user's. https://supabase.com/docs/guides/database/postgres/roles
_ROLES: dict[KeyClass, tuple[str, ...]] = {"anon": API_ROLES, "user": API_ROLES, "service": ("service_role",)}
_NEEDS: dict[str, tuple[Command, ...]] = {
    "select": ("select",),
    "insert": ("insert",),
    "update": ("update",),
    "upsert": ("insert", "update"),
    "delete": ("delete",),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One query of a relation. `roles` is empty where nothing is known of the client's key."""

    query: Query
    span: Span
    roles: tuple[str, ...]

    @property
    def needs(self) -> tuple[Command, ...]:
        """The privileges on the relation that PostgreSQL asks for; those for RETURNING and filters not among them."""
        return _NEEDS.get(self.query.operation, ())

    @property
    def is_client(self) -> bool:
        """Whether row level security decides on it."""
        return self.roles == API_ROLES


@lru_cache(maxsize=8)
def table_uses(project: Project) -> Mapping[int, Sequence[Use]]:
    """The queries that are sent to each table and view of the hosted database, by its oid, in the order of files."""
    found: dict[int, list[Use]] = defaultdict(list)
    for schema, name, use in _uses(project):
        relation = project.hosted_database.relation(schema, name)
        if relation is not None and use.query.operation != "rpc":
            found[relation.oid].append(use)
    return dict(found)


@lru_cache(maxsize=8)
def function_uses(project: Project) -> Mapping[tuple[str, str], Sequence[Use]]:
    """The calls of database functions, by schema and name, in the order of files."""
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for schema, name, use in _uses(project):
        if use.query.operation == "rpc":
            found[schema, name].append(use)
    return dict(found)


def _uses(project: Project) -> Iterator[tuple[str, str, Use]]:
    program = project.program
    schema = default_schema(project)
    for path in project.modules:
        for query in queries(program, path):
            if query.run == "never" or not query.operation:
                continue
            use = Use(query, program.place(query.begin), _ROLES.get(query.key, ()))
            for option in options(query.target):
                name = text_of(option)
                if name is not None:
                    yield query.schema or schema, name, use


def client_uses(project: Project, table: Relation) -> tuple[Use, ...]:
    """The queries of a relation that run as a visitor or as a signed-in user."""
    return tuple(use for use in table_uses(project).get(table.oid, ()) if use.is_client)
