"""Sign-in may send users, with their session, to addresses of other people.

After a sign-in, a confirmation or a password reset, Auth redirects to the `redirectTo` of the request if the allow list
has it, with the session's tokens in the address. A pattern that fits a stranger's site lets a prepared link send a
user's tokens there. `https://*.vercel.app/**` fits every site that anybody deploys to Vercel, `**` every site there is.
Over `http://` the tokens can be read on the way.

Name the addresses exactly. For preview deployments, keep what only you can have in the pattern:
`https://*-your-team.vercel.app/**`.

Patterns on a domain of one's own, preview patterns with a fixed part, apps' own schemes (`myapp://`), and everything on
one's own machine or network are not reported.

Source: [Redirect URLs](https://supabase.com/docs/guides/auth/redirect-urls)

## Bad

```toml supabase/config.toml
[auth]
site_url = "http://shop.example.com"
           ^^^^^^^^^^^^^^^^^^^^^^^^^ the tokens of a sign-in travel unencrypted to `http://shop.example.com`
additional_redirect_urls = [
  "https://shop.example.com",
  "https://*.vercel.app/**",
  ^^^^^^^^^^^^^^^^^^^^^^^^^ anybody can have a site that fits `https://*.vercel.app/**`: sign-in may send a user's session there
  "https://**",
  ^^^^^^^^^^^^ anybody can have a site that fits `https://**`: sign-in may send a user's session there
]
```

## Good

```toml supabase/config.toml
[auth]
site_url = "https://shop.example.com"
additional_redirect_urls = [
  "https://shop.example.com/**",
  "https://*.shop.example.com/**",
  "https://*-your-team.vercel.app/**",
  "https://**--your-site.netlify.app/**",
  "http://localhost:*/**",
  "http://192.168.1.20:3000",
  "myapp://**",
  "exp://**",
  "env(EXTRA_URL)",
]
```
"""

import re

from analyzer import Project, ProjectRule, Result, Value

_URL = re.compile(r"^(?P<scheme>[A-Za-z*][\w+.*-]*)://(?P<host>[^/:?#]*)")
# Whoever signs up gets a name below these.
_SHARED_HOSTS = frozenset({
    "vercel.app", "now.sh", "netlify.app", "pages.dev", "workers.dev", "github.io", "gitlab.io", "herokuapp.com",
    "onrender.com", "fly.dev", "web.app", "firebaseapp.com", "surge.sh", "railway.app", "azurewebsites.net",
    "azurestaticapps.net", "amplifyapp.com", "replit.app", "repl.co", "replit.dev", "lovable.app",
    "lovableproject.com", "lovable.dev", "bolt.new", "bolt.host", "webcontainer.io", "stackblitz.io", "gitpod.io",
    "github.dev", "app.github.dev", "codesandbox.io", "csb.app", "ngrok.io", "ngrok.app", "ngrok-free.app",
    "loca.lt", "trycloudflare.com", "deno.dev", "run.app", "expo.app", "framer.app", "webflow.io", "supabase.co",
})  # fmt: skip
_LOCAL = re.compile(
    r"^(?:localhost|.*\.(?:localhost|local|test|internal|lan)|127\.\d+\.\d+\.\d+|0\.0\.0\.0|10\.\d+\.\d+\.\d+|"
    r"192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|host\.docker\.internal|\[.*|[\w-]+)$"
)


class ConfigAuthRedirect(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 6.1
    cwe = (601,)

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None:
            return
        for prefix in ((), *(("remotes", name) for name in config.names("remotes"))):
            for key in ("site_url", "additional_redirect_urls"):
                entry = config.get(*prefix, "auth", key)
                for value in (entry.value, *entry.value.items) if entry is not None else ():
                    message = _fault(value)
                    if message is not None:
                        yield self.finding(value.span, message, subject=value.text or "")


def _fault(value: Value) -> str | None:
    text = (value.text or "").strip()
    if text in ("*", "**"):
        return _open(text)
    match = _URL.match(text)
    if match is None:
        return None
    scheme, host = match["scheme"].lower(), match["host"].lower()
    if scheme in ("http", "https", "*", "**", "http*"):
        if _fits_strangers(host):
            return _open(text)
        if scheme == "http" and not _LOCAL.match(host) and "*" not in host:
            return f"the tokens of a sign-in travel unencrypted to `{text}`"
    return None


def _open(text: str) -> str:
    return f"anybody can have a site that fits `{text}`: sign-in may send a user's session there"


def _fits_strangers(host: str) -> bool:
    """Whether stars alone stand where the owner's name would: `**`, `*.com`, `*.vercel.app`."""
    labels = host.split(".")
    stars = [label for label in labels if "*" in label]
    if not stars or any(label.strip("*") for label in stars):
        return False
    rest = ".".join(label for label in labels if "*" not in label)
    return rest in _SHARED_HOSTS or ("." not in rest and not (rest and _LOCAL.match(f"a.{rest}")))
