"""A function lets in callers by a key, and the platform refuses them first.

`withSupabase({ auth })` says who may call: `publishable` and `secret` take a key in the `apikey` header, `none` takes
anybody. With `verify_jwt`, which is on unless `config.toml` says otherwise, the platform asks for the token of a user
before it runs the function: a cron job, another server or a partner's site gets 401, and the function sees nothing of it.

Set `verify_jwt = false` for the function; `withSupabase` still checks the key. With `none`, check the caller in the
function before it touches anything.

https://github.com/supabase/server/blob/main/docs/auth-modes.md (July 2026)

What a function with `none` does for everybody is for `fn-unauthenticated-privileged` to say.

## Bad

```ts supabase/functions/nightly/index.ts
import { withSupabase } from "npm:@supabase/server@1";
export default {
  fetch: withSupabase({ auth: "secret" }, async (_req, ctx) => {
                      ^^^^^^^^^^^^^^^^^^ `nightly` takes callers with `secret`, and the platform refuses them: it has `verify_jwt = true` by default
    const { error } = await ctx.supabaseAdmin.rpc("close_old_orders");
    return Response.json({ ok: error === null });
  }),
};
```

```toml supabase/config.toml
project_id = "shop"
```

```toml supabase/config.toml fixed
project_id = "shop"

[functions.nightly]
verify_jwt = false
```

## Good

```ts supabase/functions/nightly/index.ts
import { withSupabase } from "npm:@supabase/server@1";
export default {
  fetch: withSupabase({ auth: "secret" }, async (_req, ctx) => {
    const { error } = await ctx.supabaseAdmin.rpc("close_old_orders");
    return Response.json({ ok: error === null });
  }),
};
```

```toml supabase/config.toml
[functions.nightly]
verify_jwt = false
```
"""

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, may_be_opened, verify_jwt_off
from analyzer.typescript.handlers import auth_modes, handlers, is_with_supabase

# Modes whose callers bring no token of a user, with their former names.
_BY_KEY = frozenset({"publishable", "secret", "none", "public", "always"})


class FnAuthModeMismatch(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            if function.enabled and function.verify_jwt.value and not may_be_opened(project, slug):
                yield from self._of(project, function)

    def _of(self, project: Project, function: EdgeFunction) -> Result:
        program = project.program
        for handler in handlers(program, function.entry) if function.entry is not None else ():
            modes = [mode for mode in auth_modes(handler.settings) if mode in _BY_KEY]
            if not modes or not any(map(is_with_supabase, handler.wrappers)):
                continue
            at = handler.settings.at if handler.settings is not None else None
            entry = function.verify_jwt.entry
            names = " and ".join(f"`{mode}`" for mode in modes)
            how = "" if entry is not None else " by default"
            yield self.finding(
                program.place(at or handler.site),
                f"`{function.slug}` takes callers with {names}, and the platform refuses them: "
                f"it has `verify_jwt = true`{how}",
                subject=function.slug,
                related=(Place(entry.span, "it is set here"),) if entry is not None else (),
                fix=verify_jwt_off(project, function, safe=False),
            )
