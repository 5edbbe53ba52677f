"""Path patterns of the settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.glob import matcher


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("seed.sql", "supabase/seed.sql", True),
        ("seed.sql", "supabase/seed.sql.ts", False),
        ("supabase/seed.sql", "supabase/seed.sql", True),
        ("supabase/seed.sql", "apps/supabase/seed.sql", False),
        ("/supabase/seed.sql", "supabase/seed.sql", True),
        ("./supabase", "supabase/seed.sql", True),
        ("supabase/", "supabase/seed.sql", True),
        ("legacy", "supabase/functions/legacy/index.ts", True),
        ("legacy/", "supabase/functions/legacy/index.ts", True),
        ("supabase/functions/legacy-*", "supabase/functions/legacy-pay/index.ts", True),
        ("supabase/functions/*/index.ts", "supabase/functions/pay/index.ts", True),
        ("supabase/functions/*/index.ts", "supabase/functions/pay/lib/index.ts", False),
        ("supabase/functions/**/index.ts", "supabase/functions/pay/lib/index.ts", True),
        ("supabase/functions/**/index.ts", "supabase/functions/index.ts", True),
        ("**/*.test.ts", "a/b/c.test.ts", True),
        ("**/*.test.ts", "c.test.ts", True),
        ("supabase/**", "supabase/a/b.sql", True),
        ("*.{ts,tsx}", "src/a.tsx", True),
        ("*.{ts,tsx}", "src/a.js", False),
        ("{a,b}/{c,d}.ts", "b/c.ts", True),
        ("{a", "{a", True),
        ("app/[id]/*.ts", "app/i/page.ts", True),
        ("app/[[]id]/*.ts", "app/[id]/page.ts", True),
        ("app/[!a-c]/x.ts", "app/d/x.ts", True),
        ("app/[!a-c]/x.ts", "app/b/x.ts", False),
        ("file?.ts", "file1.ts", True),
        ("a.b", "axb", False),
        ("[", "[", True),
        ("[z-a]", "[z-a]", True),
    ],
)
def test_a_pattern_matches_as_in_gitignore(pattern: str, path: str, matches: bool) -> None:
    assert matcher([pattern])(path) is matches


def test_no_pattern_matches_nothing() -> None:
    assert not matcher([])("a.ts")


@given(st.lists(st.text(alphabet="ab/*?[]{},!^-\\.é ", max_size=12), max_size=3), st.text(alphabet="ab/", max_size=8))
def test_any_pattern_can_be_asked(patterns: list[str], path: str) -> None:
    assert matcher(patterns)(path) in (True, False)


def test_many_braces_do_not_explode() -> None:
    assert not matcher(["{a,b}" * 40])("x")
