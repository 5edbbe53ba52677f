create function public.in_team(team uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from public.team_members m where m.team_id = team and m.user_id = (select auth.uid()))
$$;

create table public.team_invites (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null,
  email text not null,
  unique (team_id, email)
);

alter table public.team_invites enable row level security;

create policy "Team sees invites" on public.team_invites
  for select to authenticated using ((select public.in_team(team_id)));

-- `in_team` gets a second parameter
drop function public.in_team(uuid) cascade;

create function public.in_team(team uuid, must_restart boolean default false) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select 1 from public.team_members m
    where m.team_id = team and m.user_id = (select auth.uid()) and (m.can_restart or not must_restart)
  )
$$;
