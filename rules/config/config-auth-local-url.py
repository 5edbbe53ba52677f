"""The hosted project sends its users to a machine of their own.

`site_url` is where Auth sends a user whose request names no other address, and it is in the links of its e-mails. With
`http://localhost:3000` in a configuration that reaches the hosted project, a confirmation or a password reset ends on a
page that does not exist for anybody but the developer.

Set the public address in `[remotes.<name>.auth]`, or take `site_url` out of what is pushed by reading it from the
environment (`env(SITE_URL)`).

A config.toml that no command pushes, and that has no `[remotes]`, is not judged: there `localhost` is right.

Source: [Redirect URLs](https://supabase.com/docs/guides/auth/redirect-urls);
[Managing config](https://supabase.com/docs/guides/local-development/managing-config)

## Bad

```toml supabase/config.toml
[auth]
site_url = "http://localhost:3000"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `production` sends its users to `http://localhost:3000`

[remotes.production]
~~~~~~~~~~~~~~~~~~~~ `[remotes.production]` configures a hosted project
project_id = "abcdefghijklmnopqrst"
```

## Bad: pushed

```toml supabase/config.toml
[auth]
^^^^^^ the hosted project sends its users to `http://127.0.0.1:3000`, the default of `site_url`
enabled = true
```

```sh deploy.sh
npx supabase config push
~~~~~~~~~~~~~~~~~~~~~~~~ this sends config.toml to the hosted project
```

## Good

```toml supabase/config.toml
[auth]
site_url = "http://localhost:3000"

[remotes.production]
project_id = "abcdefghijklmnopqrst"

[remotes.production.auth]
site_url = "https://shop.example.com"
```

## Good: for one's own machine

```toml supabase/config.toml
[auth]
site_url = "http://localhost:3000"
```
"""

import re

from analyzer import Project, ProjectRule, Result, hosted_configs

_LOCAL = re.compile(
    r"^https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|[\w.-]+\.local(?:host)?)(?::|/|$)", re.IGNORECASE
)
# Remotes that serve developers may well send them to their own machines.
_FOR_DEVELOPERS = re.compile(r"dev|local|test|preview|sandbox", re.IGNORECASE)


class ConfigAuthLocalUrl(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for config in hosted_configs(project):
            url = config.value("auth", "site_url")
            off = config.value("auth", "enabled") is False or _FOR_DEVELOPERS.search(config.remote)
            if isinstance(url, str) and _LOCAL.match(url) and not off:
                default = "" if config.entry("auth", "site_url") else ", the default of `site_url`"
                yield self.finding(
                    config.place("auth", "site_url"),
                    f"{config.name} sends its users to `{url}`{default}",
                    subject=config.remote,
                    related=(config.why,),
                )
