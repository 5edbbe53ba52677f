"""A new migration sorts before one that has been applied.

`supabase db push` compares the files with the versions that the hosted project has had. A file that is missing there
and sorts before the last one that is not is refused: "Found local migration files to be inserted before the last
migration on remote database". The deploy fails for everybody, after the merge. It happens when a branch lives long, or
when a version is made up by hand.

Give the file a version of today: rename it, or make it with `supabase migration new`.

Runs only with `--since`: the migrations where the branch began count as applied. Nothing is reported where a script
pushes with `--include-all`, which applies such files all the same.

Source: [`pkg/migration/apply.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/apply.go)
(`FindPendingMigrations`)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250301000000_plans.sql
create table plans (id bigint primary key);
```

```sql supabase/migrations/20250201000000_paid.sql new
alter table orders add column paid boolean;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `supabase db push` refuses `20250201000000_paid.sql`: it sorts before `20250301000000_plans.sql`, which is applied already
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250201000000_paid.sql new
alter table orders add column paid boolean;
```

## Good: pushed with all

```sql supabase/migrations/20250301000000_plans.sql
create table plans (id bigint primary key);
```

```sql supabase/migrations/20250201000000_orders.sql new
create table orders (id bigint primary key);
```

```sh deploy.sh
supabase db push --include-all
```
"""

from analyzer import ChangeRule, Place, Project, Result, SqlFile


class MigrationOutOfOrder(ChangeRule):
    severity = "warning"
    precision = "very-high"

    def check(self, base: Project, head: Project) -> Result:
        applied = {_version(file) for file in base.migrations}
        if not applied or _includes_all(head):
            return
        last = base.migrations[-1]
        here = {file.path: file for file in head.migrations}
        for file in head.migrations:
            if _version(file) in applied or _name(file).encode() > _name(last).encode():
                continue
            behind = here.get(last.path)
            yield self.finding(
                file.lines.first,
                f"`supabase db push` refuses `{_name(file)}`: it sorts before `{_name(last)}`, which is applied already",
                subject=_name(file),
                related=(Place(behind.lines.first, "applied already"),) if behind is not None else (),
            )


def _includes_all(project: Project) -> bool:
    return any(
        call.command in (("db", "push"), ("migration", "up")) and call.flag("--include-all") is not None
        for script in project.scripts
        for call in script.calls
    )


def _name(file: SqlFile) -> str:
    return file.path.rpartition("/")[2]


def _version(file: SqlFile) -> str:
    return _name(file).partition("_")[0]
