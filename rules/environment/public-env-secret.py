"""A secret is given to a variable that the build copies into the browser.

Variables that begin with `VITE_`, `NEXT_PUBLIC_`, `EXPO_PUBLIC_`, `REACT_APP_`, `NUXT_PUBLIC_`, `PUBLIC_`, `GATSBY_`
or `VUE_APP_` are replaced by their values while the front end is built. Everybody who opens the page, or unpacks the
app, reads them: a service key named so bypasses row level security for the whole world, an OpenAI key is used up
within days.

Rename the variable without the prefix, read it only on a server (in an edge function, `Deno.env.get`), let the front
end call that, and revoke the key, since it was published with every build. Publishable keys, the `anon` key, site keys
and the like are made for browsers and are not reported.

## Bad

```sh .env
VITE_SUPABASE_SERVICE_ROLE_KEY=
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `VITE_SUPABASE_SERVICE_ROLE_KEY` is copied into the browser: its name says that it is a secret
```

```ts src/lib/ai.ts
const openai = new OpenAI({ apiKey: import.meta.env.VITE_OPENAI_API_KEY, dangerouslyAllowBrowser: true });
                                                    ^^^^^^^^^^^^^^^^^^^ `VITE_OPENAI_API_KEY` is copied into the browser: its name says that it is a secret
```

## Bad: a secret under a harmless name

```sh .env.production
NEXT_PUBLIC_SUPABASE_ANON_KEY=[[jwt:service_role]]
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `NEXT_PUBLIC_SUPABASE_ANON_KEY` is copied into the browser: it holds the `service_role` key of the project `abcdefghijklmnopqrst`
```

## Good

```sh .env
VITE_SUPABASE_ANON_KEY=[[jwt:anon]]
VITE_STRIPE_PUBLISHABLE_KEY=pk_live_[[alnum:24]]
VITE_TURNSTILE_SITE_KEY=0x4AAAAAAA[[alnum:14]]
NEXT_PUBLIC_MAPBOX_ACCESS_TOKEN=pk.[[alnum:40]]
SUPABASE_SERVICE_ROLE_KEY=
```

```ts supabase/functions/chat/index.ts
const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });
```
"""

import re
from collections.abc import Iterator

from analyzer import Lines, Result, Source, TextRule
from analyzer.platform import PUBLIC_PREFIX
from analyzer.secrets.find import find_secrets
from analyzer.secrets.leaks import is_test_path
from analyzer.secrets.names import names_a_secret

_IN_CODE = re.compile(rf"""(?:\benv(?:\?\.|\.|\[["'`])|[{{,]\s*)(?P<name>{PUBLIC_PREFIX}[A-Z0-9_]+)\b""")
_IN_SETTINGS = re.compile(
    rf"""^[ \t]*(?:-[ \t]+)?(?:(?:export|ENV|ARG|set)[ \t]+)?["']?(?P<name>{PUBLIC_PREFIX}[A-Z0-9_]+)["']?[ \t]*(?:[=:]|$)""",
    re.MULTILINE,
)
_CODE = re.compile(r"(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|astro)$")
_SETTINGS = re.compile(
    r"(?:^|/)(?:\.env[^/]*|[^/]*\.env|Dockerfile[^/]*|[^/]*\.(?:ya?ml|toml|sh)|eas\.json|vercel\.json)$"
)

_SERVER = re.compile(r"(?:^|/)supabase/functions/")  # no build copies variables into what runs there
_TOLD_BY_NAME = frozenset({"assigned", "password", "credential"})
_SWITCH = re.compile(r"""[ \t]*(?:[=:]|===?|!==?)[ \t]*["']?(?:true|false|0|1)\b""")


class PublicEnvSecret(TextRule):
    severity = "error"
    precision = "high"
    security_severity = 9.0
    cwe = (200, 540)

    def check(self, source: Source, lines: Lines) -> Result:
        if is_test_path(source.path) or _SERVER.search(source.path):
            return
        seen: set[str] = set()
        for match in _variables(source):
            name = match["name"]
            why = (
                "its name says that it is a secret" if names_a_secret(_bare(name)) else _held(source.text, match.end())
            )
            if why and name not in seen and not _SWITCH.match(source.text, match.end("name")):
                seen.add(name)
                yield self.finding(
                    lines.span(*match.span("name")), f"`{name}` is copied into the browser: {why}", subject=name
                )


def _variables(source: Source) -> Iterator[re.Match[str]]:
    text = source.text
    if not any(part in text for part in ("VITE_", "PUBLIC_", "REACT_APP_", "GATSBY_", "VUE_APP_")):
        return iter(())
    if _CODE.search(source.path):
        return _IN_CODE.finditer(text)
    return _IN_SETTINGS.finditer(text) if _SETTINGS.search(source.path) else iter(())


def _bare(name: str) -> str:
    return re.sub(rf"^{PUBLIC_PREFIX}", "", name)


def _held(text: str, start: int) -> str:
    """Says which secret the rest of the line holds, if it holds one."""
    end = text.find("\n", start)
    for secret in find_secrets(text):
        if start <= secret.start < (end if end != -1 else len(text)) and secret.status == "secret":
            return f"it holds {secret.label}" if secret.kind not in _TOLD_BY_NAME else ""
    return ""
