"""What is read decides about a write, and another request may have changed it meanwhile.

The function reads a balance, counts what is taken or looks whether a row is there, decides in TypeScript, and writes.
Two requests that arrive together read the same, decide the same and both write: the same credit is spent twice, the
last place is sold twice, the address is there twice.

Let the database decide: an update that carries its condition (`.eq("credits", seen)` or `.gte("credits", cost)`, and a
look at how many rows came back), a unique constraint, or a database function that locks the row.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, credits integer not null default 0);
```

```ts supabase/functions/render/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user } = await req.json();
  const { data: profile } = await db.from("profiles").select("credits").eq("id", user).single();
  if (profile.credits < 5) return new Response("no credits", { status: 402 });
  await db.from("profiles").update({ credits: profile.credits - 5 }).eq("id", user);
                                     ^^^^^^^ two requests at once read the same `credits` and one of their changes is lost: nothing here asks whether it is still what was read
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, credits integer not null default 0);
```

```ts supabase/functions/render/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user } = await req.json();
  const { data: profile } = await db.from("profiles").select("credits").eq("id", user).single();
  if (profile.credits < 5) return new Response("no credits", { status: 402 });
  const { data: spent } = await db
    .from("profiles")
    .update({ credits: profile.credits - 5 })
    .eq("id", user)
    .eq("credits", profile.credits)
    .select("id");
  if (!spent?.length) return new Response("try again", { status: 409 });
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.races import races


class FlowCheckThenAct(ProjectRule):
    severity = "warning"
    precision = "medium"
    cwe = (367,)

    def check(self, project: Project) -> Result:
        told: set[tuple[str, str]] = set()
        for race in races(project):
            path = race.use.query.site.path
            if (path, race.message) not in told:
                told.add((path, race.message))
                yield self.finding(
                    race.span,
                    race.message,
                    subject=f"{path} {race.use.name} {race.use.query.operation}",
                    related=(Place(race.read, "it is read here"),),
                )
