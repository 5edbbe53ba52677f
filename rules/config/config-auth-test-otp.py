"""A hosted project accepts a fixed code for a phone number.

With `auth.sms.test_otp` no message is sent: whoever types the number and the code that stands in the repository is signed
in as that user. That is for tests on one's own machine. In a hosted project it is a password that everybody can read.

Keep `[auth.sms.test_otp]` for local work and out of what is pushed; a remote for production sets it empty. Remotes for
tests, previews and development are not reported.

Source: [Phone login](https://supabase.com/docs/guides/auth/phone-login);
[template](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/templates/config.toml)

## Bad

```toml supabase/config.toml
[remotes.production]
~~~~~~~~~~~~~~~~~~~~ `[remotes.production]` configures a hosted project
project_id = "abcdefghijklmnopqrst"

[remotes.production.auth.sms.test_otp]
4152127777 = "123456"
^^^^^^^^^^^^^^^^^^^^^ `production` signs in whoever knows this number and its fixed code
```

## Bad: pushed

```toml supabase/config.toml
[auth.sms.test_otp]
4152127777 = "123456"
^^^^^^^^^^^^^^^^^^^^^ the hosted project signs in whoever knows this number and its fixed code
```

```sh deploy.sh
supabase config push
~~~~~~~~~~~~~~~~~~~~ this sends config.toml to the hosted project
```

## Good

```toml supabase/config.toml
[auth.sms.test_otp]
4152127777 = "123456"
```
"""

import re

from analyzer import Project, ProjectRule, Result, hosted_configs

_FOR_DEVELOPERS = re.compile(r"dev|local|test|preview|stag|sandbox|qa", re.IGNORECASE)


class ConfigAuthTestOtp(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.1
    cwe = (798,)

    def check(self, project: Project) -> Result:
        for config in hosted_configs(project):
            codes = list(config.toml.below("auth", "sms", "test_otp"))
            if codes and not _FOR_DEVELOPERS.search(config.remote):
                yield self.finding(
                    codes[0].span,
                    f"{config.name} signs in whoever knows this number and its fixed code",
                    subject=config.remote,
                    related=(config.why,),
                )
