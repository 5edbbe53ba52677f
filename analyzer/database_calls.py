"""Requests that the database sends to edge functions, as the migrations leave it: by cron, functions and triggers.

https://supabase.com/docs/guides/functions/schedule-functions, https://supabase.com/docs/guides/database/webhooks
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.database.model import Place, Trigger
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Constant, Node
from analyzer.platform import FUNCTION_URL
from analyzer.project import Project
from analyzer.source import Span


@dataclass(frozen=True, slots=True)
class DatabaseCall:
    """The address of an edge function in something that the database runs; `name` is that of the job or object."""

    slug: str
    span: Span
    by: Literal["cron job", "function", "trigger"]
    name: str


def database_calls(project: Project) -> tuple[DatabaseCall, ...]:
    """What the hosted database calls, jobs that were unscheduled and objects that were dropped left aside."""
    database = project.hosted_database
    return database.once(
        ("calls of edge functions",),
        lambda: (*_by_jobs(database), *_by_functions(database), *_by_triggers(database)),
    )


def _by_jobs(database: Database) -> Iterator[DatabaseCall]:
    jobs = database.relation("cron", "job")
    command, name = (jobs.column("command"), jobs.column("jobname")) if jobs is not None else (None, None)
    if jobs is None or command is None or name is None:
        return
    for row in database.rows(jobs):
        cell, called = row.get(command.number), row.get(name.number)
        if cell is not None and isinstance(cell.value, str):
            title = called.value if called is not None and isinstance(called.value, str) else ""
            for slug in _slugs(cell.value):
                yield DatabaseCall(slug, database.span(cell.place), "cron job", title)


def _by_functions(database: Database) -> Iterator[DatabaseCall]:
    for function in database.functions():
        if isinstance(function.body, Node) and function.file >= 0 and database.own(function):
            for node in descendants(function.body):
                if isinstance(node, Constant) and isinstance(node.value, str):
                    for slug in _slugs(node.value):
                        span = database.span(Place(function.file, node.start, node.end))
                        yield DatabaseCall(slug, span, "function", f"{function.schema}.{function.name}")


def _by_triggers(database: Database) -> Iterator[DatabaseCall]:
    """Database webhooks: `supabase_functions.http_request('https://.../functions/v1/notify', ...)`."""
    for trigger in database.state.objects.values():
        if isinstance(trigger, Trigger):
            made = database.created(trigger)
            if made is not None:
                for slug in _slugs(" ".join(trigger.arguments)):
                    yield DatabaseCall(slug, database.span(made), "trigger", trigger.name)


def _slugs(text: str) -> Iterator[str]:
    for match in FUNCTION_URL.finditer(text):
        yield match["path"] or match["host"]
