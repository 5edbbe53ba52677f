"""A bucket whose files are private by name is public.

A public bucket serves every file to everybody who knows its address, past all policies, and addresses are guessed,
shared and found in logs. Invoices, identity papers, backups and contracts do not belong there.

Make the bucket private, `update storage.buckets set public = false where id = '...'`, and hand out signed addresses
with `createSignedUrl`.

Source: [Storage buckets](https://supabase.com/docs/guides/storage/buckets/fundamentals)

## Bad

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('server-backups', 'server-backups', true);
                                                                                           ^^^^ the bucket `server-backups` is public: everybody who knows a file's address can read it
```

## Good

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('invoices', 'invoices', true);
update storage.buckets set public = false where id = 'invoices';
insert into storage.buckets (id, name) values ('contracts', 'contracts');
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.splinter.platform_objects import public_buckets

_PRIVATE = re.compile(
    r"(?:^|[-_ ])(?:backups?|invoices?|private|contracts?|passports?|medical|receipts?|kyc|verifications?|statements?|payslips?|payroll"
    r"|confidential|secrets?|id[-_ ]?(?:cards?|documents?)|resumes?|cvs?|tax|health|prescriptions?|licen[cs]es?|attachments?[-_ ]private)(?:$|[-_ ])",
    re.IGNORECASE,
)


class StorageBucketPublic(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 5.3
    cwe = (200, 552)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for name, place in public_buckets(database):
            if _PRIVATE.search(name):
                yield self.finding(
                    database.span(place),
                    f"the bucket `{name}` is public: everybody who knows a file's address can read it",
                    subject=f"bucket {name}",
                )
