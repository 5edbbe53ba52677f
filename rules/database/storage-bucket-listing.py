"""Everybody can list the files of a public bucket.

A public bucket serves each file to who knows its address, without any policy. A SELECT policy for the whole bucket adds
that clients can list all names, and so find what nobody gave them the address of.

Drop the policy, unless the app lists the bucket; then limit it to the user's folder.

Source: [Database linter, 0025](https://supabase.com/docs/guides/database/database-linter?lint=0025_public_bucket_allows_listing)

## Bad

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
create policy "avatars can be seen" on storage.objects for select using (bucket_id = 'avatars');
              ^^^^^^^^^^^^^^^^^^^^^ anyone with the public key can list all files of the public bucket `avatars`
```

## Good

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('invoices', 'invoices', false);
create policy "own avatar" on storage.objects for select
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "invoices" on storage.objects for select to authenticated using (bucket_id = 'invoices');
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.splinter.platform_objects import listed_buckets
from analyzer.written import name_span


class StorageBucketListing(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 5.3
    cwe = (548,)
    splinter = "0025_public_bucket_allows_listing"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for bucket, policy in listed_buckets(database):
            span = name_span(project, database, policy)
            if span is not None:
                people = "every signed-in user" if policy.roles == ("authenticated",) else "anyone with the public key"
                yield self.finding(
                    span, f"{people} can list all files of the public bucket `{bucket}`", subject=f"bucket {bucket}"
                )
