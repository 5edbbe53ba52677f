"""A variable is declared and read nowhere.

An entry of `.env.example`, or a name that a script hands to `supabase secrets set`, asks everybody who sets the
project up for a value that nothing uses: a key is made, kept and rotated for nothing, and can leak all the same. Often
the code that read it is gone, or reads another name.

Remove the entry, and revoke the key if it is no longer used elsewhere. What something outside the repository reads
belongs in `supalint.toml`: `[env] provided = ["NAME"]`.

Declarations that are looked at: example files, the functions' own environment files, `[edge_runtime.secrets]` and
`supabase secrets set` in scripts, workflows and documents. A name counts as read where any other file holds
it, in whatever language, or a part of it that code completes (`PRICE_${plan}`); so does what tools and packages are
known to read by themselves (`DATABASE_URL`, `SENTRY_AUTH_TOKEN`).

## Bad

```sh .env.example
STRIPE_SECRET_KEY=
SENDGRID_API_KEY=
^^^^^^^^^^^^^^^^ `SENDGRID_API_KEY` is declared here and read nowhere
```

```ts supabase/functions/pay/index.ts
const key = Deno.env.get("STRIPE_SECRET_KEY");
Deno.serve(() => new Response(key ? "ready" : "not set"));
```

## Good

```sh .env.example
STRIPE_SECRET_KEY=
PRICE_SMALL=
# DEBUG_LABEL=
SENTRY_AUTH_TOKEN=
```

```ts supabase/functions/pay/index.ts
const key = Deno.env.get("STRIPE_SECRET_KEY");
const price = (plan: string) => Deno.env.get(`PRICE_${plan}`);
Deno.serve(() => new Response(key ? price("SMALL") : "not set"));
```
"""

import re
from collections.abc import Iterator

from analyzer import Declaration, Place, Project, ProjectRule, Result, Span, Variable, named_elsewhere, variables
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES, RESERVED_PREFIX

# What tools and packages read by themselves, without a word of it in the repository.
_IMPLICIT = re.compile(
    r"^(?:NODE|NPM|PNPM|YARN|BUN|DENO|CI|GITHUB|GITLAB|VERCEL|NETLIFY|CLOUDFLARE|CF|SENTRY|NEXT|NUXT|NITRO|ASTRO|EXPO|EAS"
    r"|VITE_APP|TURBO|NX|AUTH|NEXTAUTH|CLERK|NEXT_PUBLIC_CLERK|VITE_CLERK|AWS|GOOGLE|GCP|AZURE|FIREBASE|DOCKER|COMPOSE"
    r"|POSTGRES|POSTGRESQL|PG|DB|DATABASE|DIRECT|PRISMA|SHADOW|REDIS|UPSTASH|KV|JWT|KONG|STUDIO|POOLER|SMTP|MAILER"
    r"|DASHBOARD|LOGFLARE|VAULT|OTEL|LANGCHAIN|LANGSMITH|HF|INNGEST|TRIGGER|SST|FLY|RAILWAY|RENDER|HEROKU|ANDROID|APPLE"
    r"|FASTLANE|MATCH|PLAYWRIGHT|CYPRESS|E2E|TEST|STRIPE_CLI|LOCALSTACK|CHOKIDAR|WDS|BROWSER|PUPPETEER|RUST|PYTHON|DJANGO"
    r"|FLASK|UVICORN|RAILS)_"
)
# Read by the packages of these services when they are given no key.
_BY_PACKAGES = frozenset({
    "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "MISTRAL_API_KEY",
    "GROQ_API_KEY", "XAI_API_KEY", "COHERE_API_KEY", "REPLICATE_API_TOKEN", "RESEND_API_KEY", "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN", "STRIPE_API_KEY", "FAL_KEY", "ELEVENLABS_API_KEY", "TAVILY_API_KEY", "SUPABASE_ACCESS_TOKEN",
    "E2B_API_KEY", "BLOB_READ_WRITE_TOKEN", "SONAR_TOKEN", "CODECOV_TOKEN", "SNYK_TOKEN", "ANALYZE_BUNDLE",
})  # fmt: skip
_DOCUMENT = re.compile(r"\.(?:mdx?|markdown|rst|adoc)$", re.IGNORECASE)
_MOST_SINGLE = 3  # findings of their own in one file


class EnvUnused(ProjectRule):
    severity = "note"
    precision = "medium"

    def check(self, project: Project) -> Result:
        by_file: dict[str, list[tuple[str, Span]]] = {}
        for name, span in _unused(project):
            by_file.setdefault(span.path, []).append((name, span))
        for path, found in by_file.items():
            found.sort(key=lambda one: one[1])
            if len(found) <= _MOST_SINGLE:
                for name, span in found:
                    yield self.finding(span, f"`{name}` is declared here and read nowhere", subject=name)
                continue
            names = ", ".join(f"`{name}`" for name, _ in found)
            yield self.finding(
                found[0][1],
                f"{len(found)} variables are declared here and read nowhere: {names}",
                subject=f"all {path}",
                related=tuple(Place(span, f"`{name}`") for name, span in found[1:]),
            )


def _unused(project: Project) -> Iterator[tuple[str, Span]]:
    used = _used(project)
    parts = {name for name in used if name.endswith("_") and len(name) > 2}
    ends = {name for name in used if name.startswith("_") and len(name) > 2}
    for name, variable in variables(project).items():
        if variable.reads or name in used or _is_implicit(name) or "_" not in name:
            continue
        if any(name.startswith(part) for part in parts) or any(name.endswith(end) for end in ends):
            continue
        span = _declared(project, variable)
        if span is not None:
            yield name, span


def _used(project: Project) -> frozenset[str]:
    """Every name that something but a declaration holds."""
    names = set(named_elsewhere(project))
    names.update(read.name for workflow in project.workflows for read in workflow.reads if read.origin == "env")
    names.update(read.name for script in project.scripts for read in script.reads)
    names.update(project.declared.provided)
    if project.config is not None:
        for entry in project.config.entries:
            names.update(re.findall(r"env\((\w+)\)", entry.value.text or ""))
    for file in project.env_files:
        for one in file.entries:
            names.update(re.findall(r"\$\{?(\w+)", one.value))
    return frozenset(names)


def _is_implicit(name: str) -> bool:
    built_in = name in FUNCTION_VARIABLES or name in HOSTED_VARIABLES or name.startswith(RESERVED_PREFIX)
    return built_in or name in _BY_PACKAGES or bool(_IMPLICIT.match(name))


def _declared(project: Project, variable: Variable) -> Span | None:
    """The place where somebody is asked for it."""
    own = project.layout.folder
    asking = {file.path for file in project.env_files if file.example or file.path.startswith(f"{own}/functions/")}
    # An entry that is commented out documents what may be set, and what is not used at the moment.
    silent = {entry.key for file in project.env_files for entry in file.entries if entry.commented}
    return next((one.span for one in variable.declarations if one.span not in silent and _asks(one, asking)), None)


def _asks(declaration: Declaration, files: set[str]) -> bool:
    if declaration.span is None or _DOCUMENT.search(declaration.span.path):  # it may tell of another day
        return False
    by = declaration.by
    return by in ("config", "secrets set") or (by == "env file" and declaration.span.path in files)
