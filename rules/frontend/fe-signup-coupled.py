"""A sign-up is reported as failed because something after it failed.

The account is made once `signUp` has succeeded. Where a row or a call after it fails and that error is thrown or
returned as the result, people read "registration failed", try again, and read that their address is taken: they have an
account that the application treats as none.

Let what comes after be made again later (a trigger on `auth.users`, the first visit), note its error, and let
the sign-up succeed.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string) {
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error) throw error;
  const { error: panelError } = await supabase.functions.invoke("create-panel-user");
  if (panelError) throw panelError;
                  ^^^^^^^^^^^^^^^^^ the account is made, and yet the sign-up fails where `create-panel-user` fails
  return data;
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string) {
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error) throw error;
  const { error: panelError } = await supabase.functions.invoke("create-panel-user");
  if (panelError) console.error("panel user is made at the first visit", panelError);
  return data;
}
```
"""

from collections.abc import Sequence

from analyzer import Place, Project, ProjectRule, Result
from analyzer.error_branches import error_branches
from analyzer.facts.typescript import Constant, Node, Return, Throw
from analyzer.signing_up import AfterSignUp, after_sign_up
from analyzer.typescript.flow import covering_try
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query
from analyzer.typescript.walk import inside


class FeSignupCoupled(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for one in after_sign_up(project):
            left = _given_up(program, one)
            if left is not None and not _undoes(left[0]):
                path = one.request.site.path
                what = f"`{one.name}`" if one.name else "this call"
                if isinstance(one.request, Query):
                    what = f"the {one.request.operation} of {what}"
                yield self.finding(
                    program.span(path, left[1]),
                    f"the account is made, and yet the sign-up fails where {what} fails",
                    subject=f"{path} {one.name}",
                    related=(
                        Place(program.place(one.sign_up.site), "the account is made here"),
                        Place(program.place(one.request.site), "this fails"),
                    ),
                )


def _given_up(program: Program, one: AfterSignUp) -> tuple[Sequence[Node], Node] | None:
    """The branch for the error of the request that leaves the function with it, and where it does."""
    path = one.request.site.path
    around_request = covering_try(program, path, one.request.site.node)
    if around_request is not covering_try(program, path, one.sign_up.site.node):
        return None
    for _, branch in error_branches(program, path, one.request.site.node):
        for statement in branch:
            if isinstance(statement, Throw):
                return branch, statement
            if isinstance(statement, Return) and statement.value is not None and not _is_success(statement.value):
                return branch, statement
    return None


def _is_success(value: Node) -> bool:
    """Whether what is returned is only `true` or nothing at all."""
    return isinstance(value, Constant) and value.value in (True, None)


def _undoes(branch: Sequence[Node]) -> bool:
    """Whether the branch calls something that may take the account back."""
    from analyzer.facts.typescript import Await

    return any(isinstance(part, Await) for statement in branch for part in inside(statement))
