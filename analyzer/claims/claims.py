"""All that the documents of a project say of what `supalint.toml` expects."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.claims.columns import column_claims
from analyzer.claims.counts import count_claims
from analyzer.claims.mappings import mapping_claims
from analyzer.claims.passages import Claim, passages
from analyzer.claims.statuses import status_claims
from analyzer.claims.verify_jwt import verify_jwt_claims
from analyzer.project import Project


def claims(project: Project) -> Iterator[Claim]:
    """What the documents say, whether it is what is expected or not."""
    wanted = project.declared.expectations
    if not wanted:
        return
    told = list(passages(project))
    database = project.hosted_database
    tables = frozenset(one.name for one in database.relations("table", "partitioned", "view") if database.own(one))
    for mapping in wanted.mappings:
        yield from mapping_claims(told, mapping)
    for columns in wanted.columns:
        yield from column_claims(project, told, columns, tables)
    for function in wanted.verify_jwt:
        yield from verify_jwt_claims(project, told, function)
    for rows in wanted.rows:
        yield from count_claims(project, told, rows)
    for statuses in wanted.statuses:
        yield from status_claims(told, statuses, tables)
