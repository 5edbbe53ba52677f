"""A document states another value than the one that is expected.

Lists of ids, columns and settings are copied into the README, a runbook and the launch checklist; then one of them
changes. Whoever sets things up by the other document sets them up wrongly, and two documents that disagree tell nobody
which of them to believe. `[expectations]` of `supalint.toml` says which value is right.

Mend the document, or the expectation if it is the document that is right.

Only what is expected is compared: what keys of `mappings` are mapped to, names and types of `columns`, `verify-jwt`,
the count of `rows` ("all 37 plans"), and `statuses`. A passage has to name what it speaks of. Change logs, archives,
instructions for coding agents and sentences about former times are left alone.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.mappings]]
~ this is expected here
file = "supabase/functions/provision/index.ts"
name = "GAMES"
property = "eggId"
values = { minecraft = 39, rust = 50 }
```

```ts supabase/functions/provision/index.ts
const GAMES = { minecraft: { eggId: 39 }, rust: { eggId: 50 } };
Deno.serve(() => Response.json(GAMES));
```

```md docs/setup.md
Egg ids of the panel: Minecraft 39, Rust 2
                                         ^ `eggId` of `rust` is `2` here, and `50` is expected
```

```md README.md
| Game | Egg id |
| --- | --- |
| Rust | 50 |
         ~~ this document says `50`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.mappings]]
file = "supabase/functions/provision/index.ts"
name = "GAMES"
property = "eggId"
values = { minecraft = 39, rust = 50 }
```

```ts supabase/functions/provision/index.ts
const GAMES = { minecraft: { eggId: 39 }, rust: { eggId: 50 } };
Deno.serve(() => Response.json(GAMES));
```

```md docs/setup.md
Egg ids of the panel: Minecraft 39, Rust 50
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.claims.claims import claims
from analyzer.expected import expected_at

_MOST = 3  # other places that a finding names


class DocClaimContradiction(ProjectRule):
    severity = "note"
    precision = "medium"

    def check(self, project: Project) -> Result:
        told = list(dict.fromkeys(claims(project)))
        for claim in told:
            if claim.agrees:
                continue
            others = [one for one in told if one.subject == claim.subject and one.stated != claim.stated]
            yield self.finding(
                claim.span,
                f"{claim.what} is `{claim.stated}` here, and `{claim.expected}` is expected",
                subject=f"{claim.subject} {claim.stated}",
                related=(
                    expected_at(project, claim.line),
                    *(Place(one.span, f"this document says `{one.stated}`") for one in others[:_MOST]),
                ),
            )
