"""The database of the hosted project takes connections from anywhere.

Network restrictions that are switched on with `0.0.0.0/0` restrict nothing: the database's password is all that stands
between it and the internet. Without enforced SSL a client that does not ask for it sends that password, and every row,
unencrypted.

List the addresses of your servers in `allowed_cidrs`, and set `[db.ssl_enforcement] enabled = true`.

Reported is what the file says: restrictions that are on and let all in, and enforcement that is switched off in a
configuration that reaches a hosted project.

Source: [Network restrictions](https://supabase.com/docs/guides/platform/network-restrictions);
[Production checklist](https://supabase.com/docs/guides/deployment/going-into-prod)

## Bad

```toml supabase/config.toml
[db.network_restrictions]
enabled = true
allowed_cidrs = ["203.0.113.7/32", "0.0.0.0/0"]
                                   ^^^^^^^^^^^ this lets every address connect to the database, although network restrictions are on
```

## Bad: SSL

```toml supabase/config.toml
[remotes.production]
project_id = "abcdefghijklmnopqrst"

[remotes.production.db.ssl_enforcement]
enabled = false
^^^^^^^^^^^^^^^ `production` takes connections to the database without SSL
```

## Good

```toml supabase/config.toml
[db.network_restrictions]
enabled = true
allowed_cidrs = ["203.0.113.7/32"]

[remotes.production]
project_id = "abcdefghijklmnopqrst"

[remotes.production.db.ssl_enforcement]
enabled = true
```

## Good: the template

```toml supabase/config.toml
[db.network_restrictions]
enabled = false
allowed_cidrs = ["0.0.0.0/0"]
allowed_cidrs_v6 = ["::/0"]
```
"""

from analyzer import Project, ProjectRule, Result, hosted_configs

_EVERYBODY = ("0.0.0.0/0", "::/0")


class ConfigNetworkOpen(ProjectRule):
    severity = "note"
    precision = "very-high"
    security_severity = 3.7
    cwe = (284,)

    def check(self, project: Project) -> Result:
        if project.config is not None:
            config = project.config
            for prefix in ((), *(("remotes", name) for name in config.names("remotes"))):
                enabled = config.get(*prefix, "db", "network_restrictions", "enabled")
                if enabled is None or enabled.value.scalar is not True:
                    continue
                for key in ("allowed_cidrs", "allowed_cidrs_v6"):
                    listed = config.get(*prefix, "db", "network_restrictions", key)
                    for item in listed.value.items if listed is not None else ():
                        if item.text in _EVERYBODY:
                            yield self.finding(
                                item.span,
                                "this lets every address connect to the database, although network restrictions are on",
                                subject=key,
                            )
        for hosted in hosted_configs(project):
            ssl = hosted.entry("db", "ssl_enforcement", "enabled")
            if ssl is not None and ssl.value.scalar is False:
                yield self.finding(
                    ssl.span, f"{hosted.name} takes connections to the database without SSL", subject=hosted.remote
                )
