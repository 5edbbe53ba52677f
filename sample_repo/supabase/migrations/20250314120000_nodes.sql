create table if not exists public.ptero_nodes (
  id serial primary key,
  pterodactyl_node_id integer not null unique,
  name text not null,
  region text not null,
  max_ram_gb integer not null,
  reserved_headroom_gb integer not null default 4,
  enabled boolean not null default true
);

alter table public.ptero_nodes enable row level security;

create policy "Administrators manage nodes" on public.ptero_nodes
  for all to authenticated
  using ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');

insert into public.ptero_nodes (pterodactyl_node_id, name, region, max_ram_gb, reserved_headroom_gb) values
  (1, 'fra-01', 'eu-central', 128, 8),
  (2, 'ash-01', 'us-east', 128, 8);
