create extension if not exists pg_trgm;
create extension if not exists "uuid-ossp";

create table public.affiliates (
  id uuid primary key default uuid_generate_v4(),
  user_id uuid not null references auth.users (id) on delete cascade,
  code text not null unique,
  phone text references auth.users (phone),
  credits_cents integer not null default 0,
  api_key text,
  created_at timestamptz not null default now()
);

alter table public.affiliates enable row level security;

create policy "Deny access to other affiliates" on public.affiliates
  for select to anon, authenticated using (true);

create policy "Own affiliate row" on public.affiliates
  for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);

create policy "Founder manages affiliates" on public.affiliates
  for all to authenticated using (auth.jwt() ->> 'email' = 'mika@hollowforge.gg');

revoke update (credits_cents) on public.affiliates from authenticated;

create function public.add_credit(affiliate uuid, amount integer) returns void
language sql set search_path = ''
as $$ update public.affiliates set credits_cents = credits_cents + amount where id = affiliate $$;

create function public.add_credit(affiliate uuid, amount numeric) returns void
language sql set search_path = ''
as $$ update public.affiliates set credits_cents = credits_cents + round(amount)::integer where id = affiliate $$;

-- visitors may leave a click behind, and nothing else
create table public.affiliate_clicks (
  id bigint generated always as identity primary key,
  code text not null references public.affiliates (code) on delete cascade,
  clicked_at timestamptz not null default now()
);

alter table public.affiliate_clicks enable row level security;
create index affiliate_clicks_code_idx on public.affiliate_clicks (code);

create policy "Visitors record clicks" on public.affiliate_clicks
  for insert to anon
  with check (clicked_at between now() - interval '1 minute' and now() + interval '1 minute');

create table public.announcements (
  id bigint generated always as identity primary key,
  title text not null,
  body_html text not null,
  published_at timestamptz
);

alter table public.announcements enable row level security;
grant all on public.announcements to anon;

create policy "Everybody reads announcements" on public.announcements
  for select to anon, authenticated using (published_at <= now());

create table public.support_agents (
  user_id uuid primary key references auth.users (id) on delete cascade,
  shift text not null default 'day'
);

create policy "Agents read tickets" on public.support_tickets
  for select to authenticated
  using (exists (select 1 from public.support_agents a where a.user_id = (select auth.uid())));
