"""A key, a password or a private key is in the repository.

A key that has the form of a known service (OpenAI, Anthropic, Resend, SendGrid, GitHub, Slack, Discord, Telegram,
AWS and others), the password of a database in its address, a private key in PEM form, or a random value that is given
to a name such as `API_KEY` or `clientSecret`, or a password that code holds: whoever can read the repository can use it, and git keeps it after the
line is gone.

Revoke it where it was made, and read the new one from the environment: `supabase secrets set NAME=...` for edge
functions. If the value is no secret, say why in a comment `supalint: ignore[secret-generic] reason`; a line marked
`gitleaks:allow` is passed over too. Tests are not searched for random values.

## Bad

```ts supabase/functions/chat/index.ts
const openai = new OpenAI({ apiKey: "sk-proj-[[alnum:74]]T3BlbkFJ[[alnum:74]]" });
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an OpenAI key is in the repository, in `apiKey`: revoke it and read it from the environment
```

## Bad: a random value

```py scripts/sync.py
STEAM_API_KEY = "[[hex:32]]"
                 ^^^^^^^^^^ the value of `STEAM_API_KEY` is in the repository: revoke it and read it from the environment
```

## Good

```ts supabase/functions/chat/index.ts
const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });
```

## Good: no secrets

```ts src/config.ts
const apiKeyHeader = "x-request-api-key-for-billing-2025";
const commitHash = "[[hex:40]]";
const priceId = "price_[[alnum:24]]";
```
"""

import re

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.kinds import KindName
from analyzer.secrets.leaks import is_test_path, leaks

_FORMS: tuple[KindName, ...] = ("vendor-key", "service-url")
_CODE = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|rb|go|php|dart|kt|swift|sh|ps1|json)$")
_NOT_SEARCHED = re.compile(
    r"(?:^|/)(?:\.next|\.nuxt|\.output|dist|build|out|vendor|locales?|i18n|translations?|seeds?)/|\.min\.[a-z]+$|\.map$"
)


class GenericSecret(TextRule):
    severity = "warning"
    precision = "medium"
    security_severity = 6.5
    tracked_only = True
    cwe = (798, 321)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql") or _NOT_SEARCHED.search(source.path):
            return
        for leak in leaks(source, *_kinds(source.path)):
            if _is_allowed(source.text, leak.secret.end):
                continue
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: revoke it and read it from the environment",
                subject=leak.subject,
                related=leak.related(lines),
            )


def _kinds(path: str) -> tuple[KindName, ...]:
    if is_test_path(path):
        return _FORMS
    return (
        (*_FORMS, "private-key", "assigned", "password") if _CODE.search(path) else (*_FORMS, "private-key", "assigned")
    )


def _is_allowed(text: str, end: int) -> bool:
    line_end = text.find("\n", end)
    return "gitleaks:allow" in text[end : line_end if line_end != -1 else None]
