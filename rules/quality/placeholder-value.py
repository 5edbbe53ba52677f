"""A value that was to be replaced is still there.

`YOUR_API_KEY`, `changeme`, `price_xxx`, `noreply@example.com`: somebody meant to put the real value in. Code that runs
with such a value fails late and far away: the payment provider says `No such price`, the mail service rejects the
sender, the link leads to a page that is not ours.

Put the real value in; where it differs between environments or is a secret, read it from the environment and fail at
the start if it is missing. Texts of input fields (`placeholder="..."`), comparisons with a placeholder, comments,
tests, documents, seeds and `.env.example` are not searched.

## Bad

```ts supabase/functions/send-receipt/index.ts
await resend.emails.send({ from: "Shop <noreply@example.com>", to: user.email, subject: "Your receipt" });
                                        ^^^^^^^^^^^^^^^^^^^ `noreply@example.com` is a placeholder: `example.com` belongs to nobody
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY") ?? "YOUR_STRIPE_SECRET_KEY");
                                                                ^^^^^^^^^^^^^^^^^^^^^^ `YOUR_STRIPE_SECRET_KEY` is a placeholder: the real value was never put in
```

```sql supabase/migrations/20250101000000_plans.sql
insert into plans (name, stripe_price_id) values ('Basic', 'price_xxxxxxxx');
                                                            ^^^^^^^^^^^^^^ `price_xxxxxxxx` is a placeholder: the real value was never put in
```

## Good

```ts supabase/functions/send-receipt/index.ts
await resend.emails.send({ from: Deno.env.get("MAIL_FROM")!, to: user.email, subject: "Your receipt" });
if (key === "YOUR_STRIPE_SECRET_KEY") throw new Error("STRIPE_SECRET_KEY is not set");
```

```tsx src/pages/Contact.tsx
<Input placeholder="you@example.com" title="Your name" />
```
"""

import re
from collections.abc import Iterator

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import is_test_path

_READ = re.compile(
    r"(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|astro)$|/(?:migrations|schemas)/[^/]+\.sql$|(?:^|/)supabase/[^/]*\.toml$"
    r"|(?:^|/)\.env(?:\.prod(?:uction)?)?$"
)
_NOT_READ = re.compile(
    r"(?:^|/)(?:docs?|seeds?|scripts?|_?samples?|demos?|templates?|dist|build|\.next|public|locales?|i18n|_fixtures)/"
    r"|[^/]*(?:test|mock|sample|stub|fixture|demo|smoke|fake|example|placeholder|seed|story|stories|docs)[^/]*$",
    re.IGNORECASE,
)
_LONGEST_LINE = 1000  # characters; longer ones are generated

# What a placeholder holds, so that most lines need not be looked at.
_HINTS = (
    "YOUR_", "your-", "your_", "CHANGE", "hangeme", "hange-me", "hange_me", "hange-this", "REPLACE", "eplace-me",
    "eplace_me", "eplaceme", "eplace-", "xxx", "XXX", "example.", "_HERE", "_here", "-here", "laceholder", "price_",
    "_1234", "lorem ", "Lorem ",
)  # fmt: skip
_LITERAL = re.compile(r"""(?P<quote>["'`])(?P<value>(?:(?!(?P=quote))[^\n\\]){4,160})(?P=quote)""")
_ENV_VALUE = re.compile(r"""^(?:export[ \t]+)?[A-Za-z_]\w*=(?P<quote>["']?)(?P<value>[^\s"'#]{4,160})""")

_THING = (
    r"(?:key|secret|token|password|project|ref|domain|webhook|account|bucket|api|id|uuid|url|uri|host|client|app|dsn)"
)
_STANDS_IN = re.compile(
    r"(?:https?://)?<?(?:"
    r"(?:[A-Z0-9]+_)*YOUR_[A-Z0-9_]+|REPLACE_(?:ME|WITH|THIS|BY)\w*|CHANGE_(?:ME|THIS)\w*|CHANGEME|REPLACEME"
    r"|[A-Z0-9]+(?:_[A-Z0-9]+)*_HERE"
    rf"|(?:[a-z0-9]+[-_])*your(?:[-_][a-z0-9]+)*?[-_]{_THING}(?:[-_][a-z0-9]+)*|(?:[a-z0-9]+[-_])*{_THING}[-_]here"
    r"|(?:[a-z0-9]+[-_])*change[-_]?(?:me|this)(?:[-_][a-z0-9]+)*|replace[-_]?me|replace[-_](?:with|this)[-_][a-z0-9_-]+"
    r")>?(?:\.[a-z.]+(?:/\S*)?)?"
    r"|(?:(?:sk|pk|rk)_(?:test|live)|price|prod|plink|whsec|cus|acct|sb_secret|sb_publishable|sbp|ptl[ac])_"
    r"(?:[xX]{3,}\w*|\.{3}|(?:[a-z0-9]+_)*placeholder\w*|your\w*|replace\w*|todo\w*|changeme\w*|\w*_here|12345\w*)"
    r"|(?:G|UA|GTM|AW|ca-pub)-[Xx]{4,}(?:-[Xx\d]+)?|[lL]orem ipsum.*"
)
# A price id that words make up, given to the name of a price id.
_PRICE = re.compile(r"price_[a-z]+\d*(?:_[a-z0-9]+)+")
_PRICE_NAME = re.compile(r"price_?id[^;,]{0,80}(?:[:=]|\?\?|\|\|)\s*[\"'`]\Z", re.IGNORECASE)
# The domains that are reserved for examples, where a value that counts belongs: behind a fallback, as the sender of
# mail, in a constant, in a row. https://www.rfc-editor.org/rfc/rfc2606
_EXAMPLE = re.compile(r"(?:https?://(?:[\w-]+\.)?|[\w.+-]+@)example\.(?:com|org|net)(?:/[^\s\"'`<>]*)?")
_COUNTS = re.compile(
    r"(?:\?\?|\|\|)\s*[\"'`]\Z|\b(?:from|replyTo|reply_to|sender)[\"']?\s*[:=]\s*[\"'`][^\"'`]*\Z"
    r"|\b[A-Z_]*(?:URL|EMAIL|DOMAIN|HOST|FROM|ORIGIN|SENDER)\s*(?::\s*string\s*)?=\s*[\"'`][^\"'`]*\Z|^[ \t]*\(.*\Z"
)

# What stands before or behind a literal where a placeholder is meant.
_MEANT_BEFORE = re.compile(
    r"(?:[=!]==?|<>|\bcase|\bin\s*\(|\blike)\s*[\"'`]?\Z|\bwhere\b.*\Z"
    r"|\.(?:includes|startsWith|endsWith|indexOf|match|test|replace|replaceAll|has|toBe|toEqual|split)\([^)]*\Z"
    r"|(?:placeholder|example\w*|description|hint|helper\w*|label|title|tooltip|message|alt|usage|help|comment|text"
    r"|preview\w*|mock\w*|fake\w*|dummy\w*|test\w*)[\"'`]?\}?\s*(?::|=>?|\()\s*\{?[\"'`]?\Z"
    r"|placeholder.*\Z|(?:console\.\w+|Error|throw|toast(?:\.\w+)?|alert|warn|print|RAISE \w+)\s*\(?.*\Z|new URL\([^)]*\Z"
    r"|^\s*(?://|\*|/\*|#|--|<!--).*\Z|\s//\s.*\Z|--\s.*\Z|\bt\([^)]*\Z",
    re.IGNORECASE,
)
_MEANT_AFTER = re.compile(r"\A[\"'`]?\s*(?:[=!]==|\.test\()")
_QUOTED_KEY = re.compile(r"^\s*[{,]?\s*\"[\w-]+\":\s*\"\Z")  # JSON in a longer text: a prompt, documentation
_SAMPLE_CODE = re.compile(r"\w=[\"']\Z")  # in TypeScript without JSX: another language, in a string
_SHOWN = re.compile(r"\{\s*[\w.?]+\s*(?:\|\||\?\?)\s*[\"'`]\Z")  # a text in JSX
_TRIED = re.compile(r"[\"'](?:test|probe|sample|demo)[_\"']", re.IGNORECASE)  # a row of a test, in SQL
# Code that a page shows: `code: `...`` over several lines.
_CODE = re.compile(r"\b(?:code|snippet|sample|curl)[\"']?\s*[:=]\s*`(?:[^`\\]|\\.)*`", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class PlaceholderValue(TextRule):
    severity = "warning"
    precision = "medium"
    tracked_only = True

    def check(self, source: Source, lines: Lines) -> Result:
        if not _READ.search(source.path) or _NOT_READ.search(source.path) or is_test_path(source.path):
            return
        comments: list[tuple[int, int]] | None = None
        for start, end, why in _placeholders(source):
            if comments is None:
                comments = [match.span() for pattern in (_COMMENT, _CODE) for match in pattern.finditer(source.text)]
            if not any(first <= start < last for first, last in comments):
                value = source.text[start:end]
                yield self.finding(lines.span(start, end), f"`{value}` is a placeholder: {why}", subject=value)


def _placeholders(source: Source) -> Iterator[tuple[int, int, str]]:
    """The first placeholder of each line, with what is wrong with it."""
    env = source.path.rpartition("/")[2].startswith(".env")
    for line_start, line in _lines_with_hints(source.text):
        for match in (_ENV_VALUE if env else _LITERAL).finditer(line):
            before, after = line[: match.start("value")], line[match.end("value") :]
            found = _judge(match["value"], before, env)
            if found is None or _MEANT_BEFORE.search(before) or _MEANT_AFTER.match(after):
                continue
            if _is_shown(source.path, before):
                continue
            offset = line_start + match.start("value")
            yield offset + found[0], offset + found[1], found[2]
            break


def _is_shown(path: str, before: str) -> bool:
    """Whether the literal is text for people or for a language model."""
    match path.rpartition(".")[2]:
        case "ts" | "js" | "mts" | "mjs":
            return (_QUOTED_KEY.search(before) or _SAMPLE_CODE.search(before)) is not None
        case "tsx" | "jsx" | "vue" | "svelte" | "astro":
            return _SHOWN.search(before) is not None
        case "sql":
            return _TRIED.search(before) is not None
        case _:
            return False


def _lines_with_hints(text: str) -> Iterator[tuple[int, str]]:
    starts: set[int] = set()
    for hint in _HINTS:
        position = text.find(hint)
        while position != -1:
            starts.add(text.rfind("\n", 0, position) + 1)
            line_end = text.find("\n", position)
            position = text.find(hint, line_end) if line_end != -1 else -1
    for start in sorted(starts):
        end = text.find("\n", start)
        line = text[start : end if end != -1 else len(text)]
        if len(line) <= _LONGEST_LINE:
            yield start, line


def _judge(value: str, before: str, env: bool) -> tuple[int, int, str] | None:
    if _STANDS_IN.fullmatch(value) or (_PRICE.fullmatch(value) and _PRICE_NAME.search(before)):
        return 0, len(value), "the real value was never put in"
    example = _EXAMPLE.search(value)
    if example is None or value[example.end() :] not in ("", ">", "/"):
        return None
    if env or _COUNTS.search(before + value[: example.start()]):
        return *example.span(), "`example.com` belongs to nobody"
    return None
