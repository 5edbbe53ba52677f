"""A secret falls back to a value that stands in the code.

`Deno.env.get("CRON_SECRET") ?? "changeme"` works without the secret being set, so nobody notices that it is not. From
then on everybody who has seen the code knows the password that protects the function, or a key that was meant to be
replaced is used in production.

Fail where the function starts: read the variable, and throw if it is missing. If the value in the code was a real key,
revoke it: it is in the history of the repository.

There is a finding where the value is a real key, or where the name is that of a secret which the code itself checks or
signs with (`..._SECRET`, `..._PASSWORD`, `..._SIGNING_KEY`): such a secret protects nothing once it is known, however
made up it looks. A placeholder for the key of another service is left alone, since that service refuses it, and so
are tests, passwords of scripts that people run by hand, and values that the code chooses by a test of its own.

## Bad

```ts supabase/functions/cron/index.ts
const secret = Deno.env.get("CRON_SECRET") ?? "changeme";
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `CRON_SECRET` the secret is one that everybody can read here
Deno.serve((req) =>
  req.headers.get("x-cron-secret") === secret ? new Response("ok") : new Response("no", { status: 401 }),
);
```

```ts scripts/prices.mjs
const key = process.env.STRIPE_SECRET_KEY || "sk_live_[[alnum:24]]";
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `STRIPE_SECRET_KEY` this goes on with a key that stands in the code
await fetch("https://api.stripe.com/v1/prices", { headers: { Authorization: `Bearer ${key}` } });
```

## Good

```ts supabase/functions/cron/index.ts
const secret = Deno.env.get("CRON_SECRET");
if (!secret) throw new Error("CRON_SECRET is not set");
const key = Deno.env.get("RESEND_API_KEY") ?? "re_placeholder";
const header = Deno.env.get("SECRET_HEADER_NAME") ?? "x-cron-secret";
Deno.serve((req) =>
  req.headers.get(header) === secret ? new Response(key.slice(0, 3)) : new Response("no", { status: 401 }),
);
```
"""

import re

from analyzer import Project, ProjectRule, Result, VariableRead, value_kind, variables
from analyzer.facts.typescript import Call, Conditional
from analyzer.platform import PUBLIC_PREFIX
from analyzer.secrets.leaks import is_test_path
from analyzer.secrets.names import is_secret_name, words_of
from analyzer.typescript.values import Known, options
from analyzer.typescript.walk import inside

# Secrets that the code checks or signs with, by the last words of their names.
_CHECKED = frozenset({"secret", "password", "passphrase", "passwd", "pwd"})
_SIGNING = frozenset(
    {"signing", "encryption", "jwt", "session", "cookie", "hmac", "webhook", "cron", "internal", "admin"}
)
# Those words in the name of a secret that another service checks.
_OF_A_SERVICE = frozenset({"client", "app", "consumer", "api", "stripe", "paypal", "secret_key", "smtp", "db", "database",
                           "postgres", "pg", "redis", "mysql", "test", "e2e", "demo", "seed", "user", "email", "mail"})  # fmt: skip
_SCRIPTS = frozenset({"scripts", "script", "tools", "bin", "benchmarks", "examples", "load-tests", "k6"})
_PUBLIC = re.compile(f"^{PUBLIC_PREFIX}")
_ABSENT = re.compile(r"^(?:undefined|null|none|unset|not[-_ ]?set|missing|disabled|false|true|\d{1,3})$", re.IGNORECASE)


class EnvInsecureDefault(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.3
    cwe = (1188, 798)

    def check(self, project: Project) -> Result:
        for name, variable in variables(project).items():
            if not is_secret_name(name) or _PUBLIC.match(
                name
            ):  # a bundle shows it to everybody, wherever it comes from
                continue
            for read in variable.reads:
                kind = _kind(name, read)
                path = read.span.path
                if kind is None or read.read.fallback is None or is_test_path(path) or _is_by_hand(path, name):
                    continue
                end = read.read.fallback.node.end
                written = project.modules[read.span.path].lines.span(read.read.site.node.start, end)
                what = (
                    f"without `{name}` this goes on with a key that stands in the code"
                    if kind == "key"
                    else f"without `{name}` the secret is one that everybody can read here"
                )
                yield self.finding(written, what, subject=f"{name} {read.span.path}")


def _kind(name: str, read: VariableRead) -> str | None:
    """What stands in for a secret: a real `key` or a `known` word; `None` where that is harmless."""
    if read.read.fallback is None:
        return None
    if any(isinstance(node, Call | Conditional) for node in inside(read.read.fallback.node)):
        return None  # chosen by where it runs: `|| (production ? fail() : "local")`
    for option in options(read.read.fallback.value):
        if not (isinstance(option, Known) and isinstance(option.value, str) and option.value):
            continue
        text = option.value
        if _ABSENT.match(text):
            return None
        kind = value_kind(name, text)
        if kind == "value" and " " not in text:
            return "key"
        if kind in ("value", "placeholder") and _is_checked(name):
            return "known"
    return None


def _is_by_hand(path: str, name: str) -> bool:
    return not _SCRIPTS.isdisjoint(path.split("/")) and words_of(name)[-1] in _CHECKED - {"secret"}


def _is_checked(name: str) -> bool:
    words = words_of(name)
    if _OF_A_SERVICE.intersection(words):
        return False
    return words[-1] in _CHECKED or (words[-1] in ("key", "token") and bool(_SIGNING.intersection(words)))
