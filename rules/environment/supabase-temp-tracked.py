"""The CLI's own working files are part of the repository.

`supabase/.temp` and `supabase/.branches` are what the CLI remembers on one machine: the project it is linked to, the
address of its pooler with the database's user name, the versions of its services. In the repository they link every
clone to that project, so that a colleague's `supabase db push` or `db reset --linked` goes to it without a question,
and they change with every command.

Take them out of git (`git rm -r --cached supabase/.temp supabase/.branches`) and name them in `supabase/.gitignore`,
as `supabase init` does.

Source: [what `supabase init` ignores](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/init/templates/.gitignore)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```txt supabase/.temp/cli-latest
v2.20.3
^ `supabase/.temp` is tracked by git: its 2 files belong to one machine
```

```txt supabase/.temp/project-ref
abcdefghijklmnopqrst
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```txt supabase/.gitignore
.branches
.temp
```
"""

from analyzer import Project, ProjectRule, Result, Span

_FOLDERS = (".temp", ".branches")


class SupabaseTempTracked(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 3.1
    cwe = (538,)

    def check(self, project: Project) -> Result:
        for name in _FOLDERS:
            folder = project.layout.path(name)
            tracked = sorted(listed.path for listed in project.listing.below(folder) if listed.state == "tracked")
            if tracked:
                belong = f"its {len(tracked)} files belong" if len(tracked) > 1 else "its file belongs"
                yield self.finding(
                    Span(tracked[0], 1, 1, 1, 2),
                    f"`{folder}` is tracked by git: {belong} to one machine",
                    subject=folder,
                )
