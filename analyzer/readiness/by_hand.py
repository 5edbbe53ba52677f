"""What files cannot tell: each question with the command or query that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.database.model import Relation
from analyzer.env_table import env_table
from analyzer.platform import PROJECT_REF
from analyzer.price_cells import PriceCell
from analyzer.project import Project


@dataclass(frozen=True, slots=True)
class ByHand:
    """A question for a person. `applies` is whether the project has what it is about."""

    id: str
    area: int
    question: str
    expected: str
    commands: tuple[str, ...]
    applies: bool


# Ids are for ever: attestations name them.
IDS = frozenset(
    {
        "verify-prices",
        "verify-live",
        "verify-webhook-events",
        "verify-secrets",
        "verify-egg-ids",
        "verify-nodes",
        "verify-allocations",
        "verify-external-accounts",
        "verify-functions-deployed",
        "verify-migrations-applied",
        "verify-advisors",
        "verify-auth-settings",
    }
)
_PTERODACTYL = ("ptero", "/api/application/")
_TABLES = {"nodes": "verify-nodes", "external_accounts": "verify-external-accounts"}


def by_hand(projects: Sequence[Project], prices: Sequence[PriceCell]) -> Iterator[ByHand]:
    """The questions, in the order of the areas."""
    stripe = bool(prices) or any(_mentions(project, ("stripe",)) for project in projects)
    panel = any(_mentions(project, _PTERODACTYL) for project in projects)
    functions = any(project.functions for project in projects)
    migrations = any(project.hosted_migrations for project in projects)
    ref = next(filter(None, map(_ref, projects)), '"$PROJECT_REF"')
    ids = sorted({cell.value for cell in prices})
    yield ByHand(
        "verify-prices",
        1,
        "Each price of the catalogue exists in Stripe, live and active, with the amount that the shop shows",
        '`"livemode": true`, `"active": true`, and `unit_amount`, `currency`, `recurring` as in the catalogue',
        tuple(f"stripe prices retrieve {_word(value)} --live" for value in ids)
        or ("stripe prices list --live --active=true --limit 100",),
        stripe,
    )
    yield ByHand(
        "verify-live",
        1,
        "Stripe is in live mode, with an enabled webhook that points at this project",
        'an endpoint with `"livemode": true`, `"status": "enabled"` and the address of the function',
        ("stripe webhook_endpoints list --live",),
        stripe,
    )
    yield ByHand(
        "verify-webhook-events",
        1,
        "The live webhook is subscribed to each event that the function handles, and its secret is the one that is set",
        "`enabled_events` holds them all; a test event on staging is answered with 200",
        ("stripe webhook_endpoints list --live", "stripe trigger checkout.session.completed"),
        stripe,
    )
    url, key = _panel_names(projects)
    get = f'curl -s -H "Authorization: Bearer ${key}" -H "Accept: application/json"'
    yield ByHand(
        "verify-egg-ids",
        3,
        "The egg ids in the code are those of the panel",
        "each id is listed, with the name of the game that it is used for",
        (f'{get} "${url}/api/application/nests?include=eggs"',),
        panel,
    )
    yield ByHand(
        "verify-allocations",
        3,
        "Each node has allocations left",
        '`"assigned": false` on some of them; the answer has pages',
        (f'{get} "${url}/api/application/nodes/<id>/allocations?per_page=1000"',),
        panel,
    )
    for word, item in _TABLES.items():
        tables = sorted(
            {
                f"{table.schema}.{table.name}"
                for project in projects
                for table in _own_tables(project)
                if word in table.name
            }
        )
        yield ByHand(
            item,
            5,
            "The inventory of nodes has rows, and they are enabled"
            if word == "nodes"
            else "Customers have their account in the external service",
            "rows as they should be",
            tuple(f"select * from {table} limit 50;" for table in tables),  # noqa: S608 - shown, never run
            panel and bool(tables),
        )
    yield ByHand(
        "verify-functions-deployed",
        4,
        "The deployed functions are these, with the `verify_jwt` that config.toml gives them",
        "the same slugs and the same `verify_jwt`",
        (f"supabase functions list --project-ref {ref} -o json",),
        functions,
    )
    yield ByHand(
        "verify-auth-settings",
        4,
        "The hosted project's sign-in settings are those of config.toml: confirmation, redirect addresses, rate limits",
        "no difference that is not meant",
        (
            f"supabase link --project-ref {ref}",
            "supabase config push  # shows the difference, and asks before it writes",
        ),
        bool(projects),
    )
    yield ByHand(
        "verify-migrations-applied",
        5,
        "The hosted database has exactly these migrations",
        "each version stands in both columns, `Local` and `Remote`",
        (f"supabase link --project-ref {ref}", "supabase migration list --linked"),
        migrations,
    )
    yield ByHand(
        "verify-advisors",
        5,
        "Supabase's own advisors find nothing in the hosted database, where changes by hand show",
        "no lint at the level of a warning",
        ("supabase db advisors --linked --type security --fail-on warn",),
        migrations,
    )
    missing = [command for project in projects for command in env_table(project).commands]
    yield ByHand(
        "verify-secrets",
        7,
        "Each setting that the functions read is set in the hosted project, with its production value",
        "`supalint env` lists no setting as not set",
        (
            f"supabase secrets list --project-ref {ref} -o json | supalint env --secrets -",
            *(f"# if it is missing: {command}" for command in missing),
        ),
        functions,
    )


def _own_tables(project: Project) -> Iterator[Relation]:
    database = project.hosted_database
    return (table for table in database.relations("table") if database.own(table))


def _mentions(project: Project, words: Sequence[str]) -> bool:
    names = {name.lower() for name in _variables(project)} | {slug.lower() for slug in project.functions}
    return any(word in name for word in words for name in names)


def _variables(project: Project) -> Iterator[str]:
    return (row.name for row in env_table(project).rows)


def _panel_names(projects: Sequence[Project]) -> tuple[str, str]:
    """The variables that hold the panel's address and key."""
    names = sorted({row.name for project in projects for row in env_table(project).rows if row.functions})
    mine = [name for name in names if "PTERO" in name or "PANEL" in name]
    url = next((name for name in mine if name.endswith("URL")), "PANEL_URL")
    return url, next((name for name in mine if name.endswith("KEY") and "CLIENT" not in name), "PTERO_APP_KEY")


def _ref(project: Project) -> str:
    entry = project.config.get("project_id") if project.config is not None else None
    text = entry.value.text if entry is not None else None
    return text if text and PROJECT_REF.match(text) else ""


def _word(value: str) -> str:
    """A value as one word of a shell."""
    import shlex

    return shlex.quote(value)
