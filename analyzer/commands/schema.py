"""`supalint schema`: the database that the migrations build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import console
from analyzer.commands.session import prepare_tree
from analyzer.layout import FileKind

if TYPE_CHECKING:
    from analyzer.database.executor import OnFailure
    from analyzer.database.replay import Database
    from analyzer.facts.sql import SqlFile
    from analyzer.project import Project

_KINDS: frozenset[FileKind] = frozenset({"migration", "migration-ignored", "seed", "roles", "config"})


@click.command("schema")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sql", "json", "mermaid"]),
    default="sql",
    show_default=True,
    help="Statements that build it, the documented JSON, or a diagram.",
)
@click.option("--rows", "show", flag_value="rows", help="Show the rows that migrations leave in tables.")
@click.option("--failures", "show", flag_value="failures", help="Show what PostgreSQL would reject, and why.")
@click.option("--history", metavar="OBJECT", help="Show who made and changed an object, such as public.orders.")
@click.option("--at", metavar="FILE", help="Stop after this migration.")
@click.option(
    "--as",
    "view",
    type=click.Choice(["cli", "hosted"]),
    default="cli",
    show_default=True,
    help="What a reset builds, or what the hosted project has (with what Lovable applies itself).",
)
@click.option("--seed", is_flag=True, help="Apply the seeds, too.")
@click.option(
    "--on-failure",
    type=click.Choice(["statement", "file", "stop"]),
    default="statement",
    show_default=True,
    help="What a failing statement takes with it: itself, its file, or all that follows.",
)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(
    path: Path | None,
    format_: str,
    show: str | None,
    history: str | None,
    at: str | None,
    view: str,
    seed: bool,
    on_failure: OnFailure,
    project: str | None,
    output: Path | None,
) -> int:
    """Show the database that the migrations build, without a server: nothing is executed."""
    from analyzer.engine import projects

    tree, declared = prepare_tree(path)
    found = [one for one in projects(tree, declared, _KINDS) if one.files]
    chosen = chosen_project(found, project)
    files = _files(chosen, view, at, seed=seed)
    from analyzer.database.replay import replay

    database = replay(
        files,
        major_version=chosen.postgres_version,
        on_failure=on_failure,
        exposed=chosen.exposes_new_tables,
        users_known=view == "cli",
    )
    lines = _lines(database, format_, show, history)
    if output is None:
        console.emit(lines)
    else:
        output.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return 0


def chosen_project(found: Sequence[Project], name: str | None) -> Project:
    """The project that is called `name`; without a name, the only one, or the only one with migrations."""
    named = [one for one in found if name is None or name in (one.layout.name, one.layout.folder)]
    if len(named) == 1:
        return named[0]
    names = ", ".join(f"`{one.layout.name}`" for one in found)
    if not found:
        raise click.UsageError("there is no Supabase project here")
    if name is None:
        with_migrations = [one for one in found if one.migrations]
        if len(with_migrations) == 1:
            return with_migrations[0]
        raise click.UsageError(f"there are several Supabase projects; choose one with --project: {names}")
    raise click.UsageError(f"--project: there is no Supabase project `{name}`; there is {names}")


def _files(project: Project, view: str, at: str | None, *, seed: bool) -> list[SqlFile]:
    files = [*project.sql("roles"), *(project.migrations if view == "cli" else project.hosted_migrations)]
    if at is not None:
        names = [file.path.rpartition("/")[2] for file in files]
        wanted = Path(at).name
        if wanted not in names:
            raise click.UsageError(f"--at: there is no migration `{wanted}`")
        return files[: names.index(wanted) + 1]
    return [*files, *(project.seeds if seed else ())]


def _lines(database: Database, format_: str, show: str | None, history: str | None) -> Iterator[str]:
    from analyzer.report import schema

    if history is not None:
        return schema.history(database, history)
    if show == "rows":
        return schema.rows(database)
    if show == "failures":
        return schema.failures(database)
    if format_ == "mermaid":
        return schema.mermaid(database)
    if format_ == "json":
        return _json(database)
    from analyzer.database.statements import statements

    return statements(database)


def _json(database: Database) -> Iterator[str]:
    import json

    from analyzer.database.dump import schema_json

    yield json.dumps(schema_json(database), indent=2, ensure_ascii=False)
