"""The generated types are not those of the schema that the migrations build.

TypeScript checks the code against these types: what they lack it refuses, and what the database has no longer it lets
through.

Generate them anew whenever a migration is added, best in the pipeline: `supabase gen types typescript --local`. Where the
types have columns that no migration makes, write those down with `supabase db pull`.

Source: [Supabase: generating types](https://supabase.com/docs/guides/api/rest/generating-types)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer, note text);
```

```ts src/database.types.ts
export type Database = {
       ^ these types are not what the migrations build: `orders` lacks `note`
  public: {
    Tables: {
      orders: { Row: { id: number; total: number | null }; Insert: { id: number; total?: number | null }; Relationships: [] };
    };
  };
};
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
```

```ts src/database.types.ts
export type Database = {
  public: {
    Tables: {
      orders: { Row: { id: number; total: number | null }; Insert: { id: number; total?: number | null }; Relationships: [] };
    };
  };
};
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.data_api.generated import GeneratedTypes
from analyzer.data_api.schema import schema_of
from analyzer.database.replay import Database
from analyzer.written import column_span

_MOST_NAMED = 3
_MOST_RELATED = 20


class DriftGeneratedTypes(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for types in schema_of(project).types:
            different = list(_different(project, database, types))
            if not different:
                continue
            named = ", ".join(text for text, _ in different[:_MOST_NAMED])
            more = f", and {len(different) - _MOST_NAMED} more tables differ" if len(different) > _MOST_NAMED else ""
            yield self.finding(
                types.span,
                f"these types are not what the migrations build: {named}{more}",
                subject=types.span.path,
                related=tuple(Place(span, text) for text, span in different[:_MOST_RELATED] if span is not None),
            )


def _different(project: Project, database: Database, types: GeneratedTypes) -> Iterator[tuple[str, Span | None]]:
    """What the types of each table lack, or have too much, with the place that makes the column."""
    for schema, inner in types.schemas.items():
        for name, table in inner.tables.items():
            relation = database.relation(schema, name)
            if relation is None or relation.kind not in ("table", "partitioned") or table.view or not relation.columns:
                continue
            real = {column.name for column in relation.columns}
            lacking = sorted(real - table.columns.keys())
            extra = sorted(table.columns.keys() - real)
            if lacking:
                span = column_span(project, database, relation, lacking[0])
                yield f"`{name}` lacks {', '.join(f'`{one}`' for one in lacking[:_MOST_NAMED])}", span
            elif extra and not any(True for _ in database.failures):  # what failed may have made it
                yield (
                    f"`{name}` has {', '.join(f'`{one}`' for one in extra[:_MOST_NAMED])}, which no migration makes",
                    None,
                )
