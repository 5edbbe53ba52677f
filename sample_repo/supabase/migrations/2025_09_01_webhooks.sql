alter table public.orders add column if not exists error_message text;

create unique index if not exists stripe_events_id_idx on public.stripe_events (id);

alter table public.job_hooks add column attempts integer not null;
