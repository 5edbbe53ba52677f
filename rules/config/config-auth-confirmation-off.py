"""New users of the hosted project need not confirm their e-mail address.

Anybody can sign up with somebody else's address and is signed in at once: an account for a person who never asked for it,
with whatever the application gives to an address (an invitation, a company's domain, a free trial). When the owner of the
address comes, it is taken.

A new hosted project asks for confirmation. The template of `supabase init` does not, which suits a machine of one's own,
and `supabase config push` sends that setting to the hosted project.

Set `enable_confirmations = true`. Where local work should go without, keep it off in `[auth.email]` and on in
`[remotes.<name>.auth.email]`.

A config.toml that no command pushes, and that has no `[remotes]`, is not judged.

Source: [Production checklist](https://supabase.com/docs/guides/deployment/going-into-prod);
[template](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/templates/config.toml)

## Bad

```toml supabase/config.toml
[auth.email]
enable_confirmations = false
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the hosted project new users need not confirm their e-mail address
```

```sh deploy.sh
supabase config push
~~~~~~~~~~~~~~~~~~~~ this sends config.toml to the hosted project
```

```toml supabase/config.toml fixed
[auth.email]
enable_confirmations = true
```

## Good

```toml supabase/config.toml
[auth.email]
enable_confirmations = false

[remotes.production]
project_id = "abcdefghijklmnopqrst"

[remotes.production.auth.email]
enable_confirmations = true
```

## Good: for one's own machine

```toml supabase/config.toml
[auth.email]
enable_confirmations = false
```
"""

from analyzer import Edit, Fix, HostedConfig, Project, ProjectRule, Result, hosted_configs

_SETTING = ("auth", "email", "enable_confirmations")
_NEEDED = (("auth", "enabled"), ("auth", "enable_signup"), ("auth", "email", "enable_signup"))


class ConfigAuthConfirmationOff(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.3
    cwe = (287,)

    def check(self, project: Project) -> Result:
        configs = list(hosted_configs(project))
        for config in configs:
            if config.value(*_SETTING) is False and all(config.value(*path) is not False for path in _NEEDED):
                yield self.finding(
                    config.place(*_SETTING),
                    f"in {config.name} new users need not confirm their e-mail address",
                    subject=config.remote,
                    related=(config.why,),
                    fix=_fix(config),
                )
        entry = project.config.get(*_SETTING) if project.config else None
        if not configs and entry is not None and entry.value.scalar is False:
            yield self.unknown(entry.span, "nothing shows whether this configuration reaches a hosted project")


def _fix(config: HostedConfig) -> Fix | None:
    entry = config.entry(*_SETTING)
    if entry is None or entry.value.scalar is not False:
        return None
    # Not safe: local sign-up needs a look into the local inbox from then on.
    return Fix("ask for confirmation", safe=False, changes=(Edit(entry.value.span, "true"),))
