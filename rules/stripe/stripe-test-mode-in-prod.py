"""Production is set up with Stripe's test mode.

With a test key or a test payment link the shop looks as if it worked: customers "pay" with any number that passes,
no money moves, and the goods are handed out. Objects of the two modes do not know each other either, so a live price
id with a test key fails with `No such price`.

Put the live publishable key into the production environment, and read keys and links from the environment instead of
writing them into the code. Files for other environments (`.env.local`, `.env.development`, `.env.test`,
`.env.example`), tests and documents are not searched.

## Bad

```sh .env.production
VITE_STRIPE_PUBLISHABLE_KEY=pk_test_[[alnum:99]]
                            ^^^^^^^^^^^^^^^^^^^^ a Stripe test key stands in the environment of production: payments move no money
```

## Bad: in the code

```tsx src/pages/Pricing.tsx
const stripe = loadStripe("pk_test_[[alnum:99]]");
                           ^^^^^^^^^^^^^^^^^^^^ a Stripe test key stands in the code that is shipped: payments move no money
const link = "https://buy.stripe.com/test_[[alnum:18]]";
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a test payment link stands in the code that is shipped: payments move no money
```

## Good

```sh .env.production
VITE_STRIPE_PUBLISHABLE_KEY=pk_live_[[alnum:99]]
```

```sh .env.development
VITE_STRIPE_PUBLISHABLE_KEY=pk_test_[[alnum:99]]
```

```tsx src/pages/Pricing.tsx
const stripe = loadStripe(import.meta.env.VITE_STRIPE_PUBLISHABLE_KEY);
const isTest = key.startsWith("pk_test_");
```
"""

import re
from collections.abc import Iterator

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.find import find_secrets
from analyzer.secrets.leaks import is_test_path

_PRODUCTION = re.compile(r"(?:^|/)\.env\.(?:prod|production)(?:\.local)?$")
_SHIPPED = re.compile(r"(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|astro|html|dart|swift|kt)$")
_NOT_SHIPPED = re.compile(r"(?:^|/)(?:scripts?|tools?|docs?|dist|build|\.next)/|\.config\.[cm]?[jt]s$|^[^/]*\.[cm]?js$")
_WORKFLOW = re.compile(r"(?:^|/)\.github/workflows/[^/]*(?:deploy|prod|release|publish)[^/]*\.ya?ml$")
_LINK = re.compile(r"https://(?:buy|donate|book|billing)\.stripe\.com/(?:p/login/)?test_[A-Za-z0-9]{6,}")
_KINDS = frozenset({"stripe-test-key", "stripe-publishable-key"})


class StripeTestModeInProd(TextRule):
    severity = "error"
    precision = "high"

    def check(self, source: Source, lines: Lines) -> Result:
        if "test_" not in source.text:
            return
        where = _place(source.path)
        if not where:
            return
        for start, end, what in _marks(source.text):
            yield self.finding(
                lines.span(start, end), f"{what} stands in {where}: payments move no money", subject=f"{what} {where}"
            )


def _place(path: str) -> str:
    if _PRODUCTION.search(path):
        return "the environment of production"
    if _WORKFLOW.search(path):
        return "the workflow that deploys"
    if _SHIPPED.search(path) and not is_test_path(path) and not _NOT_SHIPPED.search(path):
        return "the code that is shipped"
    return ""


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    for secret in find_secrets(text):
        if secret.kind in _KINDS and secret.status != "sample" and "_test_" in text[secret.start : secret.start + 8]:
            yield secret.start, secret.end, "a Stripe test key"
    for match in _LINK.finditer(text) if "stripe.com/" in text else ():
        yield *match.span(), "a test payment link"
