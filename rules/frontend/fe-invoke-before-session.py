"""What follows a sign-up is sent without a session.

Where an address has to be confirmed, `signUp` gives a user and no session: the request behind it carries only the
public key. A row that policies let only its owner write is rejected (42501), and an edge function that asks for the
user answers 401. It works while confirmation is off, as on a local project, and fails in production.

Make the row in a trigger on `auth.users`, which needs no session; or go on only if `data.session` is there, and do the
rest after the first sign-in.

Source: [Supabase: signUp](https://supabase.com/docs/reference/javascript/auth-signup)

## Bad

```toml supabase/config.toml
project_id = "shop"
[auth.email]
enable_confirmations = true
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key references auth.users on delete cascade, name text);
alter table public.profiles enable row level security;
create policy "own" on public.profiles for insert to authenticated with check (id = (select auth.uid()));
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string, name: string) {
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error) throw error;
  await supabase.from("profiles").insert({ id: data.user!.id, name });
        ^^^^^^^^^^^^^^^^^^^^^^^^^ until the address is confirmed there is no session: `profiles` lets only signed-in users insert
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key references auth.users on delete cascade, name text);
alter table public.profiles enable row level security;
create policy "own" on public.profiles for insert to authenticated with check (id = (select auth.uid()));
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string, name: string) {
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error) throw error;
  if (data.session) {
    await supabase.from("profiles").insert({ id: data.user!.id, name });
  }
}
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result, config_pushes, hosted_configs
from analyzer.facts.typescript import Member, Name, Node
from analyzer.signing_up import AfterSignUp, after_sign_up, needs_session
from analyzer.typescript.flow import conditions, executed_before
from analyzer.typescript.queries import Query
from analyzer.typescript.services import service_calls
from analyzer.typescript.walk import inside

_SESSION = re.compile(r"session", re.IGNORECASE)


class FeInvokeBeforeSession(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        if _is_confirmation_off(project):
            return
        told: set[tuple[Node, str | None]] = set()
        for one in after_sign_up(project):
            key = one.sign_up.site.node, one.name
            if one.name is None or key in told or _has_session(project, one) or not needs_session(project, one.request):
                continue
            told.add(key)
            if isinstance(one.request, Query):
                span = program.place(one.request.begin)
                what = f"`{one.name}` lets only signed-in users {_verb(one.request)}"
            else:
                span = program.place(one.request.site)
                what = f"`{one.name}` asks for the user and answers 401"
            yield self.finding(
                span,
                f"until the address is confirmed there is no session: {what}",
                subject=f"{one.request.site.path} {one.name}",
                related=(Place(program.place(one.sign_up.site), "the user signs up here"),),
            )


def _verb(query: Query) -> str:
    return "insert" if query.operation == "upsert" else query.operation


def _is_confirmation_off(project: Project) -> bool:
    """Whether the hosted project takes sign-ups without confirmation, as far as files tell: what is pushed says so."""
    if not any(True for _ in config_pushes(project)):
        return False
    return any(config.value("auth", "email", "enable_confirmations") is False for config in hosted_configs(project))


def _has_session(project: Project, one: AfterSignUp) -> bool:
    """Whether a session was asked for, or made by a sign-in, before the request."""
    program, path = project.program, one.request.site.path
    for condition in conditions(program, path, one.node):
        if any(isinstance(part, Name | Member) and _SESSION.search(part.name) for part in inside(condition.test)):
            return True
    signed_in = {
        call.site.node
        for call in service_calls(program, path)
        if call.area == "auth" and (call.method.startswith("signIn") or call.method in ("verifyOtp", "setSession"))
    }
    return any(
        part in signed_in for statement in executed_before(program, path, one.node) for part in inside(statement)
    )
