"""The private keys that sign users' tokens are part of the repository.

`auth.signing_keys_path` names a file of private keys. Whoever has them can sign a token for any user and any role, and
every service that trusts the project accepts it. Where the same key was imported into the hosted project, that is its
data.

Take the file out of git (`git rm --cached`), name it in `.gitignore`, and make a new key
(`supabase gen signing-key`); if the old one was ever imported into a hosted project, rotate and revoke it there.

Source: [Signing keys](https://supabase.com/docs/guides/auth/signing-keys); the template of `supabase init`: "DO NOT commit
your signing keys file to git"

## Bad

```toml supabase/config.toml
[auth]
signing_keys_path = "./signing_keys.json"
                    ^^^^^^^^^^^^^^^^^^^^^ `supabase/signing_keys.json` holds private keys and is tracked by git
```

```json supabase/signing_keys.json
[]
```

## Good

```toml supabase/config.toml
[auth]
signing_keys_path = "./signing_keys.json"
```
"""

from posixpath import isabs, normpath

from analyzer import Project, ProjectRule, Result


class ConfigSigningKeysTracked(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.1
    cwe = (321, 540)

    def check(self, project: Project) -> Result:
        entry = project.config.get("auth", "signing_keys_path") if project.config else None
        if entry is None or not entry.value.text or isabs(entry.value.text):
            return
        path = normpath(project.layout.path(entry.value.text))
        listed = project.listing.paths.get(path)
        if listed is not None and listed.state == "tracked":
            yield self.finding(entry.value.span, f"`{path}` holds private keys and is tracked by git", subject=path)
