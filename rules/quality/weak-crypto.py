"""What is to protect data does not: a broken hash or cipher, a fixed vector or key, or no encryption at all.

Whoever gets hold of the stored values reads them. MD5 and SHA-1 of a password are tried by the billion a second. DES and
RC4 are broken, and ECB shows where texts are equal. With one initialisation vector for all, as with a key that stands in
the code, the ciphertexts give away what they hide. Base64 is a way of writing; a function that calls it encryption
makes everybody believe that the keys of customers are safe.

Leave passwords to Supabase Auth, or use `crypt(password, gen_salt('bf'))`. Encrypt with `AES-GCM`, a vector of
`crypto.getRandomValues` for every text, and a key from the secrets of the functions; or keep the value in Vault.

Hashes of other things than passwords are left alone: names of caches, checksums, signatures that another service asks
for, and the check against leaked passwords, which takes SHA-1.

## Bad

```ts supabase/functions/keys/index.ts
function encryptKey(key: string) {
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `encryptKey` encodes and encrypts nothing: anybody reads Base64
  return btoa(key);
}
Deno.serve(async (req) => {
  const { key } = await req.json();
  return Response.json({ stored: encryptKey(key) });
});
```

```sql supabase/migrations/20250101000000_members.sql
create table members (name text primary key, password_hash text);
create function join_club(p_name text, p_password text) returns void language sql as $$
  insert into members values (p_name, md5(p_password));
                                      ^^^^^^^^^^^^^^^ MD5 of a password is found out in no time
$$;
```

## Good

```ts supabase/functions/keys/index.ts
async function encryptKey(text: string, key: CryptoKey) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...iv, ...new Uint8Array(sealed)));
}
Deno.serve(async (req) => {
  const { text } = await req.json();
  const bytes = new TextEncoder().encode(Deno.env.get("ENCRYPTION_KEY")!);
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt"]);
  return Response.json({ stored: await encryptKey(text, key) });
});
```

```sql supabase/migrations/20250101000000_members.sql
create table members (name text primary key, password_hash text);
create function join_club(p_name text, p_password text) returns void language sql as $$
  insert into members values (p_name, extensions.crypt(p_password, extensions.gen_salt('bf')));
$$;
```
"""

import re
from collections.abc import Iterable, Iterator

from analyzer import Project, ProjectRule, Result, Span, SqlFile
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import ColumnReference, Constant, FunctionCall
from analyzer.typescript.ciphers import weaknesses

_PASSWORD = re.compile(r"passw(?:or)?d|passwd|(?:^|_)pwd|(?:^|_)pin(?:_?code)?$")
_BROKEN = re.compile(r"md5|sha1", re.IGNORECASE)


class WeakCrypto(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.9
    cwe = (327, 328, 329)

    def check(self, project: Project) -> Result:
        for path in project.modules:
            for weakness in weaknesses(project.program, path):
                span = project.program.place(weakness.site)
                yield self.finding(span, weakness.text, subject=f"{path} {weakness.text}")
        found = project.hosted_database.once(("weak crypto",), lambda: tuple(_in_files(project.migrations)))
        for span, text in found:
            yield self.finding(span, text, subject=f"{span.path} {text}")


def _in_files(files: Iterable[SqlFile]) -> Iterator[tuple[Span, str]]:
    for file in files:
        for call, text in _in_sql(file):
            yield file.lines.span(call.start, call.end), text


def _in_sql(file: SqlFile) -> Iterator[tuple[FunctionCall, str]]:
    for statement in file.statements:
        for node in descendants(statement):
            if not isinstance(node, FunctionCall) or not node.name.parts:
                continue
            name = node.name.parts[-1].text
            texts = [one.value for one in node.arguments if isinstance(one, Constant) and isinstance(one.value, str)]
            hashes = name == "md5" or (name == "digest" and texts and _BROKEN.fullmatch(texts[-1]))
            if name == "gen_salt" and texts and texts[0] in ("des", "md5"):
                yield node, f"`gen_salt('{texts[0]}')` makes hashes that are found out in no time"
            elif hashes and any(map(_is_password, descendants(node.arguments[0]))):
                yield node, f"{'MD5' if name == 'md5' else texts[-1].upper()} of a password is found out in no time"


def _is_password(node: object) -> bool:
    return isinstance(node, ColumnReference) and bool(node.parts) and bool(_PASSWORD.search(node.parts[-1].text))
