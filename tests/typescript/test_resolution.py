"""What import specifiers mean."""

from __future__ import annotations

import pytest

from analyzer.typescript.resolution import Aliases, ImportMap, Package, Resolution, package_of, resolve

_PATHS = frozenset(
    {
        "src/lib/client.ts",
        "src/index.tsx",
        "src/lib/index.ts",
        "supabase/functions/a/index.ts",
        "supabase/functions/_shared/cors.ts",
        "packages/ui/src/button.tsx",
    }
)


@pytest.mark.parametrize(
    ("specifier", "name", "version", "subpath"),
    [
        ("npm:@supabase/supabase-js@2.39.3", "@supabase/supabase-js", "2.39.3", ""),
        ("npm:stripe", "stripe", "", ""),
        ("npm:/stripe@14/lib", "stripe", "14", "lib"),
        ("jsr:@supabase/supabase-js@2", "@supabase/supabase-js", "2", ""),
        ("jsr:@std/http@1/server", "std", "1", "http/server"),
        ("jsr:@hono/hono", "hono", "", ""),
        ("https://esm.sh/@supabase/supabase-js@2.7.1?target=deno", "@supabase/supabase-js", "2.7.1", ""),
        ("https://esm.sh/v135/stripe@14.21.0/es2022/stripe.mjs", "stripe", "14.21.0", "es2022/stripe.mjs"),
        ("https://cdn.skypack.dev/zod", "zod", "", ""),
        ("https://cdn.jsdelivr.net/npm/@supabase/supabase-js@2/+esm", "@supabase/supabase-js", "2", "+esm"),
        ("https://deno.land/std@0.168.0/http/server.ts", "std", "0.168.0", "http/server.ts"),
        ("https://deno.land/x/hono@v3.0.0/mod.ts", "hono", "3.0.0", "mod.ts"),
        ("node:crypto", "node:crypto", "", ""),
        ("crypto", "node:crypto", "", ""),
        ("@supabase/ssr", "@supabase/ssr", "", ""),
        ("hono/cors", "hono", "", "cors"),
    ],
)
def test_a_package_has_one_name_wherever_it_comes_from(specifier: str, name: str, version: str, subpath: str) -> None:
    found = package_of(specifier)
    assert found is not None
    assert (found.name, found.version, found.subpath) == (name, version, subpath)


@pytest.mark.parametrize(
    ("specifier", "importer", "expected"),
    [
        ("./lib/client", "src/index.tsx", "src/lib/client.ts"),
        ("./lib/client.js", "src/index.tsx", "src/lib/client.ts"),
        ("./lib", "src/index.tsx", "src/lib/index.ts"),
        ("../_shared/cors.ts", "supabase/functions/a/index.ts", "supabase/functions/_shared/cors.ts"),
        ("../../../../outside.ts", "supabase/functions/a/index.ts", None),
        ("@/lib/client", "src/index.tsx", "src/lib/client.ts"),
        ("@shared/cors.ts", "supabase/functions/a/index.ts", "supabase/functions/_shared/cors.ts"),
        ("db", "supabase/functions/a/index.ts", "@supabase/supabase-js"),
        ("db", "src/index.tsx", "db"),
        ("@ui/button", "src/index.tsx", "packages/ui/src/button.tsx"),
    ],
)
def test_a_specifier_is_resolved(specifier: str, importer: str, expected: str | None) -> None:
    resolution = Resolution(
        (ImportMap("supabase/functions", {"@shared/": "./_shared/", "db": "npm:@supabase/supabase-js@2"}),),
        (Aliases("", "", {"@ui/*": ("packages/ui/src/*",)}),),
    )
    found = resolve(specifier, importer, _PATHS, resolution)
    assert (found.name if isinstance(found, Package) else found) == expected
