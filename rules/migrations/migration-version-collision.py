"""Two migrations have the same version.

The version of a migration is the number before the first `_` of its file name, and it is the primary key of the
table in which Supabase keeps what has been applied. The second file of the same version fails with
`duplicate key value violates unique constraint "schema_migrations_pkey"` (23505), or is taken for applied and never
runs.

Give one of the files a version of its own, behind the last one that has been applied anywhere.

Source: [`pkg/migration/history.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/history.go)

## Bad

```sql supabase/migrations/20250101_orders.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ applied first, as version `20250101`
```

```sql supabase/migrations/20250101_plans.sql
create table plans (id bigint primary key);
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `20250101_plans.sql` has the version of `20250101_orders.sql`, so that one of the two is never applied
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250101000100_plans.sql
create table plans (id bigint primary key);
```
"""

from analyzer import Place, Project, ProjectRule, Result, SqlFile


class MigrationVersionCollision(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        first: dict[str, SqlFile] = {}
        for file in project.migrations:
            name = file.path.rpartition("/")[2]
            version = name.partition("_")[0]
            earlier = first.setdefault(version, file)
            if earlier is not file:
                yield self.finding(
                    file.lines.first,
                    f"`{name}` has the version of `{earlier.path.rpartition('/')[2]}`, so that one of the two is never applied",
                    subject=name,
                    related=(Place(earlier.lines.first, f"applied first, as version `{version}`"),),
                )
