"""Which modules run in the browser, and what they do there."""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.facts.typescript import Constant, Evaluate, Module
from analyzer.project import Project

# Folders and names of code that runs on a server, or by hand.
_SERVER = re.compile(
    r"(?:^|/)(?:api|server|servers|backend|functions|workers?|cron|jobs|scripts?|tools|bots?|e2e|cypress|tests?"
    r"|__tests__|netlify|lambda|plugins|edge)/"
    r"|\.(?:server|config|test|spec|stories)\.[cm]?[jt]sx?$"
    r"|(?:^|/)(?:middleware|proxy|route|instrumentation|server|actions?)\.[cm]?[jt]sx?$"
    r"|/\+(?:server|page\.server|layout\.server)\.[jt]s$"
    # https://nextjs.org/docs/app/api-reference/file-conventions/metadata
    r"|(?:^|/)app/(?:.*/)?(?:opengraph-image|twitter-image|icon|apple-icon|sitemap|robots|manifest)\d?\.[jt]sx?$"
)
_SERVER_PACKAGES = re.compile(
    r"^(?:node:.*|fs|fs/promises|path|http|https|child_process|pg|postgres|mysql2?|ioredis|express|fastify|koa|hono|next/(?:server|headers|cache)|server-only|@supabase/ssr"
    r"|@supabase/auth-helpers-nextjs|@remix-run/node|dotenv|discord\.js|commander)$"
)
_USER_INTERFACE = re.compile(
    r"^(?:react|react-dom|react-router(?:-dom)?|vue|svelte|solid-js|preact|next/(?:navigation|router|link|image)"
    r"|@tanstack/react-(?:query|router)|@angular/core|wouter|react-native|expo-router|zustand)$"
)


def is_server(module: Module) -> bool:
    """Whether a module outside of the edge functions certainly runs on a server, or by hand."""
    if _SERVER.search(module.path) or any(_SERVER_PACKAGES.match(one.specifier) for one in module.imports):
        return True
    return directive(module) == "use server"


def directive(module: Module) -> str:
    """`use client` or `use server` at the top of a module."""
    first = module.body[0] if module.body else None
    if isinstance(first, Evaluate) and isinstance(first.value, Constant) and isinstance(first.value.value, str):
        return first.value.value
    return ""


@lru_cache(maxsize=8)
def browser_modules(project: Project) -> tuple[Module, ...]:
    """The modules that run in the browser: those of a user interface, and what they import."""
    roots = [
        module
        for module in project.frontend_modules
        if not is_server(module)
        and (
            directive(module) == "use client"
            or module.path.endswith((".tsx", ".jsx", ".vue", ".svelte"))
            or any(_USER_INTERFACE.match(one.specifier) for one in module.imports)
        )
    ]
    found = {module.path: module for root in roots for module in project.reachable(root) if not is_server(module)}
    frontend = {module.path for module in project.frontend_modules}
    return tuple(module for path, module in sorted(found.items()) if path in frontend)
