"""A suppression names a rule that does not exist.

The comment silences nothing: a mistyped name leaves the finding open, and the name of a rule that has gone is a
leftover.

Correct the name (`supalint rules` lists all) or remove the comment.

## Bad

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[suppression-unknown-rules] a public price list
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ there is no rule `suppression-unknown-rules`; did you mean `suppression-unknown-rule`
create table plans (id int primary key);
```

## Good

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[suppression-unknown-rule] shown for its form
create table plans (id int primary key);
```
"""

from difflib import get_close_matches

from analyzer import Result, SuppressionRule, SuppressionUse


class SuppressionUnknownRule(SuppressionRule):
    severity = "warning"
    precision = "very-high"

    def check(self, suppression: SuppressionUse) -> Result:
        comment = suppression.suppression
        if not comment.rule or comment.rule in suppression.known_rules:
            return
        nearest = get_close_matches(comment.rule, sorted(suppression.known_rules), n=1)
        hint = f"; did you mean `{nearest[0]}`" if nearest else ""
        yield self.finding(comment.span, f"there is no rule `{comment.rule}`{hint}", subject=comment.rule)
