"""The code listens to changes of a table that Realtime does not send.

`postgres_changes` come from the publication `supabase_realtime`, which is empty in a new project. A subscription to a
table that is not in it is accepted, and then never receives anything. Likewise a channel with `private: true` can be
joined only by those whom a policy on `realtime.messages` lets in.

Add the table in a migration: `alter publication supabase_realtime add table public.orders;`. A switch in the Dashboard
does the same for that one project; where no migration publishes any table this is a warning, since it may have been
used.

Source: [Postgres changes](https://supabase.com/docs/guides/realtime/postgres-changes),
[Realtime authorization](https://supabase.com/docs/guides/realtime/authorization)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.servers (id bigint primary key);
alter publication supabase_realtime add table public.servers;
create table public.orders (id bigint primary key);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const listen = (changed: () => void) =>
  supabase
    .channel("changes")
    .on("postgres_changes", { event: "*", schema: "public", table: "servers" }, changed)
    .on("postgres_changes", { event: "UPDATE", schema: "public", table: "orders" }, changed)
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no change of `public.orders` ever arrives: no migration adds it to the publication `supabase_realtime`
    .subscribe();
```

## Bad: a private channel

```ts src/room.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const room = supabase.channel("room", { config: { private: true } }).subscribe();
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nobody can join this channel: no policy on `realtime.messages` lets them in
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
alter publication supabase_realtime add table public.orders;
create policy "room" on realtime.messages for select to authenticated using (realtime.topic() = 'room');
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const listen = (changed: () => void) =>
  supabase.channel("changes").on("postgres_changes", { event: "*", schema: "public", table: "orders" }, changed).subscribe();
export const room = supabase.channel("room", { config: { private: true } }).subscribe();
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result, Span
from analyzer.access import shown, sql_name
from analyzer.database.catalogue_relations import published
from analyzer.database.model import Publication, Relation
from analyzer.database.replay import Database
from analyzer.typescript.realtime import private_channels, subscriptions
from analyzer.written import name_span, unfollowed


class RealtimeTableUnpublished(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        if not project.migrations:
            return
        sent = _sent(database)
        blind = unfollowed(project, database, r"alter\s+publication|supabase_realtime")
        found: dict[str, tuple[Relation, list[Span]]] = {}
        for path in project.modules:
            for each in subscriptions(project.program, path):
                for table in (database.relation(schema, name) for schema in each.schemas for name in each.tables):
                    if table is not None and table.oid not in sent and database.own(table):
                        _, spans = found.setdefault(shown(table), (table, []))
                        spans.append(project.program.span(path, each.settings.node))
        for table, spans in found.values():
            if blind is not None:
                yield self.unknown(spans[0], f"a DO block that could not be followed may publish `{shown(table)}`")
                continue
            made = name_span(project, database, table)
            yield self.finding(
                spans[0],
                _message(table),
                subject=shown(table),
                related=(
                    *((Place(made, "the table"),) if made is not None else ()),
                    *(Place(span, "listens to it, too") for span in spans[1:]),
                ),
                severity=None if any(database.own(database.state.objects[one]) for one in sent) else "warning",
                fix=_fix(project, table) if table.kind in ("table", "partitioned") else None,
            )
        messages = database.relation("realtime", "messages")
        if messages is None or any(database.policies(messages)) or unfollowed(project, database, r"create\s+policy"):
            return
        for path in project.modules:
            for site in private_channels(project.program, path):
                yield self.finding(
                    project.program.place(site),
                    "nobody can join this channel: no policy on `realtime.messages` lets them in",
                    subject="realtime.messages",
                )


def _sent(database: Database) -> set[int]:
    """The oids of the tables in the publication."""
    return {
        table.oid
        for each in database.state.objects.values()
        if isinstance(each, Publication) and each.name == "supabase_realtime"
        for table in published(database.state, each)
    }


def _message(table: Relation) -> str:
    if table.kind in ("table", "partitioned"):
        why = "no migration adds it to the publication `supabase_realtime`"
    else:
        why = f"a {table.kind} has no changes that Realtime sends"
    return f"no change of `{shown(table)}` ever arrives: {why}"


def _fix(project: Project, table: Relation) -> Fix:
    return Fix(
        f"publish `{shown(table)}`",
        safe=False,
        changes=(
            Create(
                project.layout.path("migrations"),
                f"publish_{table.name}",
                f"alter publication supabase_realtime add table {sql_name(table)};\n",
            ),
        ),
    )
