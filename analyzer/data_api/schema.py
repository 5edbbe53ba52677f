"""What is known of the schema that the code's queries meet: the hosted database, and the generated types beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analyzer.access import default_schema, exposed_schemas
from analyzer.data_api import relationships
from analyzer.data_api.generated import GeneratedTable, GeneratedTypes, generated
from analyzer.database.model import Failure, Relation
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql import CreateFunction, Do
from analyzer.facts.sql_ddl import (
    AlterEnumAddValue,
    AlterEnumRenameValue,
    AlterTable,
    ColumnDefinition,
    CreateEnum,
    CreateIndex,
    CreatePolicy,
    CreateTable,
    CreateTableAs,
    CreateView,
    ForeignKey,
    KeyConstraint,
    Rename,
)
from analyzer.facts.sql_query import Constant, Node, QualifiedName
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.project import Project
from analyzer.written import statement_at, unfollowed

# The part of the relations used that the migrations have to build: real projects build nearly all, or hardly any.
_WHOLE = 0.5
_READABLE = ("table", "partitioned", "view", "materialized view", "foreign")


@dataclass(frozen=True)
class Schema:
    """The answers are True and False where that is certain, and None where something speaks for it that is no proof.

    What speaks for an object that the migrations do not build: generated types, which come from a running database;
    a statement that failed; a DO block that could not be followed.
    """

    project: Project
    database: Database

    @cached_property
    def types(self) -> tuple[GeneratedTypes, ...]:
        found = (generated(module) for module in self.project.modules.values())
        return tuple(one for one in found if one is not None)

    def relation(self, schema: str, name: str) -> Relation | None:
        found = self.database.relation(schema, name)
        return found if found is not None and found.kind in _READABLE else None

    def relations(self, schema: str) -> Iterator[Relation]:
        return (one for one in self.database.relations(*_READABLE) if one.schema == schema)

    def described(self, schema: str, name: str) -> Iterator[GeneratedTable]:
        """What the generated types say of a table or view."""
        for types in self.types:
            inner = types.schemas.get(schema)
            if inner is not None and name in inner.tables:
                yield inner.tables[name]

    def has_relation(self, schema: str, name: str) -> bool | None:
        if schema in PLATFORM_SCHEMAS or self.relation(schema, name) is not None:
            return True
        return None if any(self.described(schema, name)) or name in self._lost or self._may_be_made(name) else False

    def has_column(self, relation: Relation, name: str) -> bool | None:
        if relation.column(name) is not None or relationships.computed(self.database, relation, name):
            return True
        if not relation.columns:
            return None
        if any(name in table.columns for table in self.described(relation.schema, relation.name)):
            return None
        lost = (relation.name, name) in self._lost or self._may_be_made(name)
        return None if lost else False

    def has_function(self, schema: str, name: str) -> bool | None:
        if any(True for _ in self.database.functions(schema, name)) or schema in PLATFORM_SCHEMAS:
            return True
        described = any(name in types.schemas[schema].functions for types in self.types if schema in types.schemas)
        return None if described or name in self._lost or self._may_be_made(name) else False

    def is_handled(self, name: str) -> bool:
        """Whether a DO block speaks of it as something that may be there, or a function makes it when it runs."""
        word = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        return name in self._made_by_functions or any(
            isinstance(statement, Do) and word.search(statement.definition.value)
            for file in self.project.hosted_migrations
            for statement in file.statements
        )

    @cached_property
    def _made_by_functions(self) -> frozenset[str]:
        """The tables that functions make: mostly temporary ones, which other functions then use."""
        bodies = (one.body for one in self.database.functions() if self.database.own(one))
        return frozenset(
            node.name.name
            for body in bodies
            if isinstance(body, Node)
            for node in descendants(body)
            if isinstance(node, CreateTable | CreateTableAs)
        )

    def may_have_value(self, value: str) -> bool:
        """Whether generated types, or a statement that failed, speak for a value of some enum."""
        described = (labels for types in self.types for one in types.schemas.values() for labels in one.enums.values())
        return value in self._lost_values or any(value in labels for labels in described) or self._may_be_made(value)

    def has_relationship(self, relation: Relation, name: str) -> bool | None:
        """Whether generated types, or a failed statement, speak for a foreign key between two relations."""
        pairs = ((relation.name, name), (name, relation.name))
        for one, other in pairs:
            if any(other in table.related for table in self.described(relation.schema, one)):
                return None
        return None if any(pair in self._lost_keys for pair in pairs) else False

    def may_have_index(self, relation: Relation) -> bool:
        """Whether a statement that failed would have made a unique index on the table."""
        return (relation.name, "") in self._lost_keys

    def may_have_policy(self, relation: Relation) -> bool:
        """Whether a CREATE POLICY on the table failed."""
        return relation.name in self._lost_policies

    @cached_property
    def _lost_policies(self) -> frozenset[str]:
        statements = (statement_at(self.project, self.database, one.place) for one in self.database.failures)
        return frozenset(one.table.name for one in statements if isinstance(one, CreatePolicy))

    @cached_property
    def _lost_values(self) -> frozenset[str]:
        """The labels in statements that make enums or change them, and that failed."""
        statements = (statement_at(self.project, self.database, one.place) for one in self.database.failures)
        return frozenset(
            node.value
            for one in statements
            if isinstance(one, CreateEnum | AlterEnumAddValue | AlterEnumRenameValue)
            for node in descendants(one)
            if isinstance(node, Constant) and isinstance(node.value, str)
        )

    @cached_property
    def _lost_keys(self) -> frozenset[tuple[str, str]]:
        """The pairs of tables between which failed statements would have made foreign keys; "" stands for an index."""
        found = set()
        for failure in self.database.failures:
            statement = statement_at(self.project, self.database, failure.place)
            if isinstance(statement, CreateIndex) and statement.unique:
                found.add((statement.table.name, ""))
            elif isinstance(statement, AlterTable | CreateTable):
                for node in descendants(statement):
                    if isinstance(node, ForeignKey):
                        found.add((statement.name.name, node.table.name))
                    elif isinstance(node, KeyConstraint):
                        found.add((statement.name.name, ""))
        return frozenset(found)

    @property
    def default(self) -> str:
        """The schema of a request that names none."""
        return default_schema(self.project)

    @property
    def exposed(self) -> frozenset[str]:
        return exposed_schemas(self.project)

    @cached_property
    def _lost(self) -> frozenset[str | tuple[str, str]]:
        """The tables, functions and (with the name of their table) columns that failed statements would have made."""
        return frozenset(name for failure in self.database.failures for name in self._named(failure))

    def _named(self, failure: Failure) -> Iterator[str | tuple[str, str]]:
        yield failure.subject.rpartition(".")[2]
        statement = statement_at(self.project, self.database, failure.place)
        match statement:
            case CreateTable(name=name) | AlterTable(name=name):
                yield name.name
                for node in descendants(statement):
                    if isinstance(node, ColumnDefinition):
                        yield name.name, node.name.text
            case Rename(new_name=new_name):
                table = getattr(statement.object, "table", None)
                yield new_name.text
                if isinstance(table, QualifiedName):
                    yield table.name, new_name.text
            case CreateView(name=name) | CreateTableAs(name=name) | CreateFunction(name=name):
                yield name.name

    def _may_be_made(self, name: str) -> bool:
        """Whether a DO block that failed, or that could not be followed, speaks of the name."""
        if name not in self._in_blocks:
            words = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
            self._in_blocks[name] = any(words.search(text) for text in self._failed_blocks) or (
                unfollowed(self.project, self.database, words.pattern) is not None
            )
        return self._in_blocks[name]

    @cached_property
    def _failed_blocks(self) -> tuple[str, ...]:
        statements = (statement_at(self.project, self.database, one.place) for one in self.database.failures)
        return tuple(one.definition.value for one in statements if isinstance(one, Do))

    @cached_property
    def _in_blocks(self) -> dict[str, bool]:
        return {}


@lru_cache(maxsize=8)
def schema_of(project: Project) -> Schema:
    return Schema(project, project.hosted_database)


def is_whole(schema: Schema, used: Collection[tuple[str, str]]) -> bool:
    """Whether the migrations are the whole schema, judged by the relations that the code uses."""
    own = [name for name in used if name[0] not in PLATFORM_SCHEMAS]
    return sum(schema.relation(*name) is not None for name in own) >= _WHOLE * len(own)
