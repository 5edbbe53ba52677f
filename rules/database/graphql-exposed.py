"""GraphQL is switched on, and shows its schema to everybody who may read a table.

`pg_graphql` serves every table and view that a role may SELECT under `/graphql/v1`. Row level security decides on the
rows there too, but names of tables, columns and relations are shown to whoever holds the public key, also of tables
that no policy opens. New projects come without the extension since May 2026; a migration that creates it brings all of
that back.

If nothing uses GraphQL, drop the extension. Otherwise take the SELECT privilege from the roles that have no business
with a table.

Source: [GraphQL](https://supabase.com/docs/guides/graphql),
[pg_graphql off by default](https://github.com/orgs/supabase/discussions/46320)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create extension if not exists pg_graphql;
                               ^^^^^^^^^^ GraphQL shows `public.orders` and `public.plans` to anyone with the public key
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create table public.plans (id bigint primary key);
alter table public.plans enable row level security;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create extension if not exists pg_graphql;
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
revoke all on public.orders from anon, authenticated;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import API_ROLES, commands, is_served, listed, shown, who
from analyzer.facts.sql_ddl import CreateExtension
from analyzer.platform import PLATFORM_SCHEMAS

_MOST_NAMED = 3


class GraphqlExposed(ProjectRule):
    severity = "note"
    precision = "high"
    security_severity = 3.1
    cwe = (200,)
    splinter = "0026_pg_graphql_anon_table_exposed"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        if not database.state.find("extension", "pg_graphql"):
            return
        created = [
            (file, node)
            for file in project.hosted_migrations
            for node in file.statements
            if isinstance(node, CreateExtension) and node.name.text == "pg_graphql"
        ]
        roles = {}
        for relation in database.relations("table", "partitioned", "view", "materialized view", "foreign"):
            if database.own(relation) and relation.schema not in PLATFORM_SCHEMAS and is_served(project, relation):
                readers = [role for role in API_ROLES if "select" in commands(database, relation, role)]
                if readers:
                    roles[shown(relation)] = readers
        if not created or not roles:
            return
        file, node = created[-1]
        names = [f"`{name}`" for name in list(roles)[:_MOST_NAMED]]
        more = len(roles) - len(names)
        yield self.finding(
            file.lines.span(node.name.start, node.name.end),
            f"GraphQL shows {listed([*names, f'{more} more'] if more else names)} to "
            f"{who({role for readers in roles.values() for role in readers})}",
            subject="pg_graphql",
        )
