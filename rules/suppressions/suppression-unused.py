"""A suppression silences nothing.

The mistake that it answered is gone, or stands on another line. Left in place, the comment hides the next mistake
of that kind without anybody having agreed to it.

Remove the comment, or move it to the line before the one that it means.

## Bad

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[suppression-unused] nothing here needs it
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing on line 2 is a finding of `suppression-unused`
create table plans (id int primary key);
```

## Bad: for a whole file

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore-file[suppression-unused] nothing here needs it
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing in this file is a finding of `suppression-unused`
create table plans (id int primary key);
```

## Good

Of a rule that does not run, nobody can say whether its suppression is still needed.

```sql supabase/migrations/20250101000000_init.sql
-- supalint: ignore[rls-disabled] the price list is public, and only migrations write it
create table plans (id int primary key);
```
"""

from analyzer import Result, SuppressionRule, SuppressionUse


class SuppressionUnused(SuppressionRule):
    severity = "note"
    precision = "very-high"

    def check(self, suppression: SuppressionUse) -> Result:
        comment = suppression.suppression
        if suppression.used or comment.rule not in suppression.checked_rules:
            return
        where = f"on line {comment.line}" if comment.line else "in this file"
        yield self.finding(comment.span, f"nothing {where} is a finding of `{comment.rule}`", subject=comment.rule)
