create view public.active_orders as
  select o.id, o.user_id, o.region, o.status, o.created_at, p.name as plan_name, p.ram_gb
  from public.orders o
  join public.plans p on p.id = o.plan_id
  where o.status in ('active', 'provisioned');

create view public.public_profiles with (security_invoker = on) as
  select id, display_name, avatar_path from public.profiles;

create or replace view public.public_profiles as
  select id, display_name, avatar_path, created_at from public.profiles;

create view public.user_directory as
  select u.id, u.email, u.last_sign_in_at from auth.users u;

-- shows what the price page shows: plans that everybody may read
create view public.plan_catalog with (security_invoker = true) as
  select id, name, game, ram_gb, price_cents, currency from public.plans where is_active;

create materialized view public.revenue_by_game as
  select p.game, count(*) as orders, sum(p.price_cents) as cents
  from public.orders o
  join public.plans p on p.id = o.plan_id
  where o.status <> 'canceled'
  group by p.game;
