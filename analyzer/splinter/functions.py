"""Lints on functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from analyzer.database.model import Function
from analyzer.database.replay import Database, from_extension
from analyzer.splinter.judgement import API_ROLES, INTERNAL_SCHEMAS, Judgement


def judge_functions(database: Database, exposed: Collection[str]) -> Iterator[Judgement]:
    """0011, 0028, 0029."""
    for function in database.functions():
        if function.schema in INTERNAL_SCHEMAS:
            continue
        if not from_extension(database.state, function.oid) and not fixes_search_path(function):
            yield Judgement("function_search_path_mutable", function.schema, function.name, "", function)
        if function.security_definer and function.schema in exposed:
            for role in API_ROLES:
                if database.allows(function, role, "execute"):
                    lint = f"{role}_security_definer_function_executable"
                    yield Judgement(lint, function.schema, function.name, argument_types(database, function), function)


def fixes_search_path(function: Function) -> bool:
    return any(name == "search_path" for name, _ in function.settings)


def argument_types(database: Database, function: Function) -> str:
    """`uuid, boolean`: what tells overloads apart."""
    return ", ".join(database.type_text(parameter.type.bare) for parameter in function.inputs)
