"""A suppression gives no reason.

A comment that silences a finding outlives the moment in which everybody knew why. Without a reason nobody can
tell later whether it still holds, and a reviewer has nothing to agree or disagree with.

Write why the finding does not apply behind the brackets. Without a rule in brackets, the comment silences nothing.

## Bad

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[rls-disabled]
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this suppression of `rls-disabled` gives no reason
create table plans (id int primary key);
```

## Bad: no rule

```ts supabase/functions/hello/index.ts
// supalint: ignore this is fine
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this suppression names no rule: write `ignore[rule] reason`
Deno.serve(() => new Response("ok"));
```

## Good

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[rls-disabled] the price list is public, and only migrations write it
create table plans (id int primary key);
```
"""

from analyzer import Result, SuppressionRule, SuppressionUse


class SuppressionWithoutReason(SuppressionRule):
    severity = "warning"
    precision = "very-high"

    def check(self, suppression: SuppressionUse) -> Result:
        comment = suppression.suppression
        if not comment.rule:
            yield self.finding(comment.span, "this suppression names no rule: write `ignore[rule] reason`")
        elif not comment.reason:
            yield self.finding(
                comment.span, f"this suppression of `{comment.rule}` gives no reason", subject=comment.rule
            )
