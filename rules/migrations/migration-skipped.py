"""The CLI does not apply a file in `supabase/migrations`.

`supabase db push`, `db reset` and `migration up` take only files named `<digits>_<name>.sql` that lie directly in
`supabase/migrations`. Every other one is passed over, at most with a line in the log. Tables, policies and fixes in
it exist only where somebody ran the file by hand, and a new environment is built without them: the file that is
skipped may be the one that turns row level security on.

Rename the file to `<14 digits>_<name>.sql`, with a version behind the last one that is applied. If it has been
applied already, mark it so: `supabase migration repair --status applied <version>`. What is not meant to be applied
belongs outside `migrations/`.

Lovable names its files `<14 digits>-<uuid>.sql` and applies them itself; the CLI skips them all the same. Folders
and files named as an archive or a tool (`archive`, `rollback`, `applied_backup`, `check_users.sql`) are taken as meant.

Source: [`pkg/migration/list.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/list.go)

## Bad

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250729194051-enable-rls.sql
alter table orders enable row level security;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the CLI does not apply `20250729194051-enable-rls.sql`: the version must be followed by `_`
```

## Bad: several files

There is one finding for a project, at the first file.

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/billing/20250201000000_invoices.sql
create table invoices (id bigint primary key);
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the CLI does not apply 2 of the 3 files in `migrations/`; the first is `20250201000000_invoices.sql`: it lies in a subfolder
```

```sql supabase/migrations/fix_orders.sql
alter table orders add column paid boolean;
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the name must begin with a version of digits
```

## Good

```sql supabase/migrations/003_catalog.sql
create table plans (id bigint primary key);
```

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/archive/old_orders.sql
create table old_orders (id bigint primary key);
```
"""

import re

from analyzer import Fix, Place, Project, ProjectRule, Rename, Result, SqlFile

_MEANT = re.compile(
    r"^[_.]?(?:archived?|old|backups?|rollbacks?|down|disabled|deprecated|unused|drafts?|examples?|templates?|snippets?|"
    r"manual|legacy|applied|squashed|skip(?:ped)?|tests?|meta|snapshots?|check|diagnos\w*|debug|verify|inspect)(?:\b|_)|^_",
    re.IGNORECASE,
)
# The CLI wrote such a file once, and has passed over it ever since.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/list.go
_OLD_INIT = re.compile(r"^(?P<version>[0-9]{14})_init\.sql$")
_NO_OLD_INIT_FROM = "20211209000000"
_TIMESTAMP = re.compile(r"^(?P<version>[0-9]{14})[-.\s](?P<name>.+)\.sql$")


class MigrationSkipped(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.0
    cwe = (1188,)

    def check(self, project: Project) -> Result:
        folder = project.layout.path("migrations") + "/"
        skipped = [
            (file, why)
            for file in project.sql("migration-ignored")
            if (why := _why(file.path.removeprefix(folder))) is not None
        ]
        first_name = project.migrations[0].path.rpartition("/")[2] if project.migrations else ""
        old = _OLD_INIT.match(first_name)
        if old and old["version"] < _NO_OLD_INIT_FROM:
            skipped.insert(0, (project.migrations[0], "the CLI takes an `_init` from before 2021-12-09 for its own"))
        if not skipped:
            return
        (first, why), *others = skipped
        name = first.path.rpartition("/")[2]
        total = len({file.path for file, _ in skipped} | {file.path for file in project.migrations})
        message = (
            f"the CLI does not apply {len(skipped)} of the {total} files in `migrations/`; the first is `{name}`: {why}"
            if others
            else f"the CLI does not apply `{name}`: {why}"
        )
        related = tuple(Place(file.lines.first, reason) for file, reason in others)
        yield self.finding(
            first.lines.first, message, subject=name, related=related, fix=_fix([file for file, _ in skipped])
        )


def _why(relative: str) -> str | None:
    folder, _, name = relative.rpartition("/")
    if folder:
        return None if any(_MEANT.match(part) for part in folder.split("/")) else "it lies in a subfolder"
    if not name[:1].isdigit():
        return None if _MEANT.match(name) else "the name must begin with a version of digits"
    return "the version must be followed by `_`"


def _fix(files: list[SqlFile]) -> Fix | None:
    renames = []
    for file in files:
        folder, _, name = file.path.rpartition("/")
        match = _TIMESTAMP.match(name)
        if match is not None and folder.endswith("migrations"):
            renames.append(Rename(file.path, f"{folder}/{match['version']}_{match['name']}.sql"))
    # Not safe: where a file was applied by other means, `db push` applies it again under its new name.
    return Fix("put `_` behind the version", safe=False, changes=tuple(renames)) if renames else None
