"""A merge conflict was committed.

Git writes `<<<<<<<`, `=======` and `>>>>>>>` around two versions of a passage that it could not merge. A file that
still holds them does not parse: the function does not boot, the migration fails and everything behind it is not
applied, the configuration is refused.

Choose one version (or write one of both) and delete the three markers. Documents and tests are not searched.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (
<<<<<<< HEAD
^^^^^^^^^^^^ a merge conflict was committed here: the file does not parse
  price integer
=======
  price numeric
>>>>>>> feature/prices
);
```

## Bad: a marker that was left behind

```ts supabase/functions/hello/index.ts
Deno.serve(() => new Response("hello"));
>>>>>>> 1f2e3d4 (Say hello)
^^^^^^^^^^^^^^^^^^^^^^^^^^^ a marker of a merge conflict was left behind: the file does not parse
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
-- =======
-- Plans
-- =======
create table plans (
  price numeric
);
```
"""

import re

from analyzer import Finding, Lines, Place, Result, Source, TextRule
from analyzer.secrets.leaks import is_test_path

_MARKER = re.compile(r"^(?:<{7} \S[^\r\n]*|>{7} \S[^\r\n]*|={7}(?=\r?$))", re.MULTILINE)
_DOCUMENT = re.compile(r"\.(?:md|mdx|markdown|rst|txt|adoc|org|diff|patch|snap)$", re.IGNORECASE)


class MergeConflictMarker(TextRule):
    severity = "error"
    precision = "very-high"

    def check(self, source: Source, lines: Lines) -> Result:
        if "<<<<<<< " not in source.text and ">>>>>>> " not in source.text:
            return
        if _DOCUMENT.search(source.path) or is_test_path(source.path):
            return
        opening: re.Match[str] | None = None
        middle: re.Match[str] | None = None
        for marker in _MARKER.finditer(source.text):
            match marker[0][0]:
                case "<":
                    if opening is not None:
                        yield self._left_behind(lines, opening)
                    opening, middle = marker, None
                case "=":
                    middle = marker
                case _ if opening is not None and middle is not None:
                    yield self.finding(
                        lines.span(*opening.span()),
                        "a merge conflict was committed here: the file does not parse",
                        subject=f"conflict with {marker[0][8:]}",
                        related=(
                            Place(lines.span(*middle.span()), "the other version begins"),
                            Place(lines.span(*marker.span()), "the conflict ends"),
                        ),
                    )
                    opening = middle = None
                case _:
                    yield self._left_behind(lines, marker)
        if opening is not None:
            yield self._left_behind(lines, opening)

    def _left_behind(self, lines: Lines, marker: re.Match[str]) -> Finding:
        return self.finding(
            lines.span(*marker.span()), "a marker of a merge conflict was left behind: the file does not parse"
        )
