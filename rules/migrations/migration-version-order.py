"""Migrations are applied in another order than their versions say.

The CLI applies files in the order of their names, byte by byte, and compares versions as text. `_` sorts behind the
digits, so that a short version comes *after* the longer ones that begin with it: `2025_orders.sql` runs behind
`20250101000000_init.sql`, although `2025` is the smaller version. Numbers without leading zeros have the same fault:
`10_x.sql` runs before `9_y.sql`. A new database is then built in another order than the first one was, and
`supabase db push` refuses files that sort before the last one it has applied.

Give all files versions of the same length: 14 digits, as `supabase migration new` does.

Source: [`pkg/migration/apply.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/apply.go)
(`FindPendingMigrations`)

## Bad

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ applied before it
```

```sql supabase/migrations/2025_columns.sql
alter table orders add column paid boolean;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `2025_columns.sql` is applied after `20250101000000_init.sql`, although its version `2025` sorts before it
```

## Bad: numbers without leading zeros

```sql supabase/migrations/10_columns.sql
alter table orders add column paid boolean;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `10_columns.sql` is applied before `9_orders.sql`, although its version `10` is the greater number
```

```sql supabase/migrations/9_orders.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ applied after it
```

## Good

Versions of two lengths do no harm while both orders are the same.

```sql supabase/migrations/003_catalog.sql
create table plans (id bigint primary key);
```

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
```
"""

from analyzer import Finding, Place, Project, ProjectRule, Result, SqlFile

_SEQUENCE = 5  # digits: shorter versions are running numbers, longer ones dates


class MigrationVersionOrder(ProjectRule):
    severity = "warning"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        files = list(project.migrations)
        versions = [_name(file).partition("_")[0] for file in files]
        for index, (file, version) in enumerate(zip(files, versions, strict=True)):
            for other, earlier in zip(files[:index], versions, strict=False):
                if version != earlier and earlier.startswith(version):
                    yield self._finding(
                        file,
                        other,
                        f"is applied after `{_name(other)}`, although its version `{version}` sorts before it",
                        "applied before it",
                    )
                    break
            following = next(
                (
                    other
                    for other, later in zip(files[index + 1 :], versions[index + 1 :], strict=True)
                    if _counts_down(version, later)
                ),
                None,
            )
            if following is not None:
                yield self._finding(
                    file,
                    following,
                    f"is applied before `{_name(following)}`, although its version `{version}` is the greater number",
                    "applied after it",
                )

    def _finding(self, file: SqlFile, other: SqlFile, what: str, there: str) -> Finding:
        name = _name(file)
        return self.finding(
            file.lines.first, f"`{name}` {what}", subject=name, related=(Place(other.lines.first, there),)
        )


def _name(file: SqlFile) -> str:
    return file.path.rpartition("/")[2]


def _counts_down(version: str, later: str) -> bool:
    return max(len(version), len(later)) <= _SEQUENCE and int(version) > int(later)
