"""Sign-in of the hosted project is set up weakly.

Short passwords are guessed, codes that live for hours or have few digits are tried out, tokens that live for days or are
never rotated keep working for whoever copied them, and a password that can be changed without a new sign-in turns one
minute at an open screen into a taken account.

| setting | reported when | |
|---|---|---|
| `minimum_password_length` | below 8 | |
| `password_requirements` | empty | |
| `email.secure_password_change` | off | |
| `email.otp_expiry` | above 3600 s | |
| `email.otp_length` | below 6 | |
| `jwt_expiry` | above 86400 s | |
| `enable_refresh_token_rotation` | off | |
| `external.<provider>.skip_nonce_check` | on | not for one's own machine |

There is one finding for a configuration that reaches a hosted project, by `supabase config push` or as a
`[remotes.<name>]`; the CLI's defaults count, since a push sends them too. In a config.toml that nothing pushes only
settings are reported that were made weaker than the template.

Source: [Production checklist](https://supabase.com/docs/guides/deployment/going-into-prod);
[Password security](https://supabase.com/docs/guides/auth/password-security)

## Bad

```toml supabase/config.toml
[auth]
minimum_password_length = 6
^^^^^^^^^^^^^^^^^^^^^^^^^^^ sign-in of the hosted project is weak: `minimum_password_length` is 6 and 2 more settings
password_requirements = ""
~~~~~~~~~~~~~~~~~~~~~~~~~~ passwords may consist of anything

[auth.email]
secure_password_change = false
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ a password is changed without a new sign-in
```

```sh deploy.sh
supabase config push
~~~~~~~~~~~~~~~~~~~~ this sends config.toml to the hosted project
```

## Bad: weaker than the template

```toml supabase/config.toml
[auth]
jwt_expiry = 604800
^^^^^^^^^^^^^^^^^^^ sign-in is weak: `jwt_expiry` is 604800
```

## Good

```toml supabase/config.toml
[auth]
minimum_password_length = 10
password_requirements = "letters_digits"

[auth.email]
secure_password_change = true

[auth.external.google]
enabled = true
skip_nonce_check = false
```

```sh deploy.sh
supabase config push
```

## Good: the template, on one's own machine

```toml supabase/config.toml
[auth]
jwt_expiry = 3600
minimum_password_length = 6
password_requirements = ""

[auth.external.google]
enabled = true
skip_nonce_check = true
```
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from analyzer import Edit, Fix, HostedConfig, Place, Project, ProjectRule, Result, Toml, hosted_configs

Worth = str | int | float | bool | None


class Weakness(NamedTuple):
    """When a setting is weak, what that means, what the fix sets, and when it is weaker than the template."""

    path: tuple[str, ...]
    is_weak: Callable[[Worth], bool]
    meaning: str
    better: str
    is_weakened: Callable[[Worth], bool]


def _below(limit: int) -> Callable[[Worth], bool]:
    return lambda worth: isinstance(worth, int) and not isinstance(worth, bool) and worth < limit


def _above(limit: int) -> Callable[[Worth], bool]:
    return lambda worth: isinstance(worth, (int, float)) and not isinstance(worth, bool) and worth > limit


def _is(value: Worth) -> Callable[[Worth], bool]:
    return lambda worth: worth is value if isinstance(value, bool) else worth == value


def _never(_: Worth) -> bool:
    return False


_WEAKNESSES = (
    Weakness(("auth", "minimum_password_length"), _below(8), "short passwords are accepted", "8", _below(6)),
    Weakness(
        ("auth", "password_requirements"), _is(""), "passwords may consist of anything", '"letters_digits"', _never
    ),
    Weakness(
        ("auth", "email", "secure_password_change"),
        _is(False),
        "a password is changed without a new sign-in",
        "true",
        _never,
    ),
    Weakness(("auth", "email", "otp_expiry"), _above(3600), "codes live for long", "3600", _above(3600)),
    Weakness(("auth", "email", "otp_length"), _below(6), "codes are short", "6", _below(6)),
    Weakness(("auth", "jwt_expiry"), _above(86400), "a copied token works for long", "3600", _above(86400)),
    Weakness(
        ("auth", "enable_refresh_token_rotation"),
        _is(False),
        "a copied refresh token works for ever",
        "true",
        _is(False),
    ),
)


class ConfigAuthWeak(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 4.3
    cwe = (521, 613)

    def check(self, project: Project) -> Result:
        configs = list(hosted_configs(project))
        for config in configs:
            if config.value("auth", "enabled") is not False:
                yield from self._judged(config, list(_weak(config)), f" of {config.name}", (config.why,))
        toml = project.config
        if not configs and toml is not None and toml.problem is None:
            local = HostedConfig("", toml, Place(toml.end, ""))
            if local.value("auth", "enabled") is not False:
                yield from self._judged(local, list(_weakened(local)), "", ())

    def _judged(self, config: HostedConfig, weak: list[Weakness], of: str, why: tuple[Place, ...]) -> Result:
        if not weak:
            return
        first, *others = sorted(
            weak, key=lambda weakness: (config.entry(*weakness.path) is None, config.place(*weakness.path))
        )
        more = f" and {len(others)} more setting{'s' if len(others) > 1 else ''}" if others else ""
        worth = config.value(*first.path)
        shown = str(worth).lower() if isinstance(worth, bool) else str(worth) or "empty"
        yield self.finding(
            config.place(*first.path),
            f"sign-in{of} is weak: `{first.path[-1]}` is {shown}{more}",
            subject=config.remote,
            related=(*(_place(config, weakness) for weakness in others), *why),
            fix=_fix(config, [first, *others]),
        )


def _weak(config: HostedConfig) -> Iterator[Weakness]:
    yield from (weakness for weakness in _WEAKNESSES if weakness.is_weak(config.value(*weakness.path)))
    yield from _skipped_nonces(config.toml)


def _weakened(config: HostedConfig) -> Iterator[Weakness]:
    return (weakness for weakness in _WEAKNESSES if weakness.is_weakened(config.value(*weakness.path)))


def _skipped_nonces(toml: Toml) -> Iterator[Weakness]:
    for provider in toml.names("auth", "external"):
        path = ("auth", "external", provider, "skip_nonce_check")
        enabled, skipped = toml.get(*path[:-1], "enabled"), toml.get(*path)
        if (
            enabled is not None
            and enabled.value.scalar is True
            and skipped is not None
            and skipped.value.scalar is True
        ):
            yield Weakness(path, _is(True), "a sign-in token can be used a second time", "false", _never)


def _place(config: HostedConfig, weakness: Weakness) -> Place:
    default = "" if config.entry(*weakness.path) else f", since `{weakness.path[-1]}` is left at its default"
    return Place(config.place(*weakness.path), weakness.meaning + default)


def _fix(config: HostedConfig, weak: list[Weakness]) -> Fix | None:
    entries = [(config.entry(*weakness.path), weakness.better) for weakness in weak]
    edits = tuple(Edit(entry.value.span, better) for entry, better in entries if entry is not None)
    # Not safe: users with a weaker password are asked for a better one.
    return Fix("set what the production checklist asks for", safe=False, changes=edits) if edits else None
