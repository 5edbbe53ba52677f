create type public.ticket_state as enum ('open', 'waiting', 'solved');

create table public.support_tickets (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  subject text not null,
  body text not null,
  state public.ticket_state not null default 'open',
  created_at timestamptz not null default now()
);

create index support_tickets_user_id_idx on public.support_tickets (user_id);

create policy "Own tickets" on public.support_tickets
  for select to authenticated using ((select auth.uid()) = user_id);

create table public.ticket_messages (
  id bigint generated always as identity primary key,
  ticket_id bigint not null references public.support_tickets (id) on delete cascade,
  author_id uuid not null references auth.users (id) on delete cascade,
  body text not null,
  created_at timestamptz not null default now()
);

alter table public.ticket_messages enable row level security;

create policy "Messages of own tickets" on public.ticket_messages
  for select to authenticated
  using (exists (select 1 from public.support_tickets t where t.id = ticket_id and t.user_id = (select auth.uid())));

create policy "Staff reads messages" on public.ticket_messages
  for select to authenticated
  using ((select email from auth.users where id = auth.uid()) like '%@hollowforge.gg');

-- the people who may share a server
create table public.team_members (
  team_id uuid not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  can_restart boolean not null default false,
  primary key (team_id, user_id)
);

alter table public.team_members enable row level security;

create policy "Members see their team" on public.team_members
  for select to authenticated
  using (team_id in (select m.team_id from public.team_members m where m.user_id = auth.uid()));

create table public.server_notes (
  id bigint generated always as identity primary key,
  server_id uuid not null references public.servers (id) on delete cascade,
  team_id uuid not null,
  body text not null
);

alter table public.server_notes enable row level security;

create policy "Team reads notes" on public.server_notes
  for select to authenticated
  using (exists (select 1 from public.team_members m where m.team_id = team_id));

create table public.server_backups (
  id bigint generated always as identity primary key,
  server_id uuid not null references public.servers (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  path text not null,
  size_bytes bigint,
  source_ip inet,
  created_at timestamptz not null default now()
);

alter table public.server_backups enable row level security;

create policy "Signed-in users see backups" on public.server_backups
  for select to authenticated using (auth.uid() is not null);
