create table public.orders (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  plan_id text not null,
  game text,
  region text not null,
  server_name text not null,
  status text not null default 'pending'
    check (status in ('pending', 'paid', 'provisioning', 'installing', 'active', 'provisioned', 'error', 'canceled')),
  stripe_session_id text,
  stripe_subscription_id text,
  stripe_customer_id text,
  node_id integer references public.ptero_nodes (id),
  pterodactyl_server_id integer,
  pterodactyl_identifier text,
  renews_at timestamptz,
  last_paid_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger orders_touch before update on public.orders
  for each row execute function public.touch_updated_at();

create index orders_user_id_idx on public.orders (user_id);
create index orders_status_idx on public.orders (status);

create table public.servers (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references public.orders (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  node_id integer references public.ptero_nodes (id),
  identifier text not null unique,
  name text not null,
  status text not null default 'installing',
  ip_address inet,
  port integer,
  memory_mb integer,
  synced_at timestamptz,
  created_at timestamptz not null default now()
);

create index servers_user_id_idx on public.servers (user_id);
create index servers_owner_idx on public.servers (user_id);
