create extension if not exists pg_cron;
create extension if not exists pg_net;

select cron.schedule('sync-server-status', '*/5 * * * *', $$
  select net.http_post(
    url := 'https://kqzvwmxnbtyhgrfplsdc.supabase.co/functions/v1/sync-server-status',
    headers := '{"Content-Type": "application/json", "Authorization": "Bearer [[jwt:service_role]]"}'::jsonb,
    body := '{}'::jsonb
  );
$$);

-- the key comes from the vault
select cron.schedule('reconcile-orders', '30 3 * * *', $$
  select net.http_post(
    url := (select decrypted_secret from vault.decrypted_secrets where name = 'project_url')
      || '/functions/v1/reconcile-orders',
    headers := jsonb_build_object(
      'Authorization', 'Bearer ' || (select decrypted_secret from vault.decrypted_secrets where name = 'cron_secret')
    ),
    body := '{}'::jsonb
  );
$$);

select cron.schedule('expire-orders', '15 * * * *', $$ select public.expire_pending_orders() $$);

create extension if not exists pgmq;
select pgmq.create('provisioning');

create table public.audit_log (
  at timestamptz not null default now(),
  kind text not null,
  user_id uuid,
  detail jsonb
);

create table public.stripe_events (
  id text primary key,
  received_at timestamptz not null default now()
);

create table public.job_hooks (
  job text primary key,
  callback regprocedure
);

-- written by our functions alone, which bypass row level security
do $$
declare
  name text;
begin
  foreach name in array array['audit_log', 'stripe_events', 'job_hooks'] loop
    execute format('alter table public.%I enable row level security', name);
  end loop;
end;
$$;

create table public.console_logs (
  server_id uuid not null references public.servers (id) on delete cascade,
  at timestamptz not null default now(),
  line text not null
) partition by range (at);

alter table public.console_logs enable row level security;

create policy "Own console" on public.console_logs
  for select to authenticated
  using (server_id in (select s.id from public.servers s where s.user_id = (select auth.uid())));

create table public.console_logs_2025_07 partition of public.console_logs
  for values from ('2025-07-01') to ('2025-08-01');
