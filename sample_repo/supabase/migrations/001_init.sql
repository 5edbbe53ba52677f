-- Customers, their panel accounts and our nodes.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  display_name text,
  role text not null default 'customer' check (role in ('customer', 'support', 'admin')),
  avatar_path text,
  stripe_customer_id text,
  created_at timestamptz not null default now()
);

create table public.external_accounts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references auth.users (id),
  pterodactyl_user_id integer,
  panel_username text,
  panel_password text,
  last_synced_at timestamptz,
  created_at timestamptz not null default now()
);

create table public.ptero_nodes (
  id serial primary key,
  pterodactyl_node_id integer not null unique,
  name text not null,
  region text not null,
  total_ram_gb integer not null,
  reserved_ram_gb integer not null default 0,
  enabled boolean not null default true
);

create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.profiles (id, email, display_name)
  values (new.id, new.email, new.raw_user_meta_data ->> 'display_name');
  return new;
end;
$$;

create trigger on_auth_user_created
  after insert on auth.users
  for each row execute function public.handle_new_user();

create function public.has_role(wanted text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.role = wanted)
$$;

revoke execute on function public.has_role(text) from public, anon;

create function public.touch_updated_at() returns trigger
language plpgsql
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
