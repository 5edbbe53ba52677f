-- Row level security was forgotten in the support migration.
alter table public.support_tickets enable row level security;

create policy "Customers open tickets" on public.support_tickets
  for insert to authenticated with check ((select auth.uid()) = user_id);
