alter table public.profiles enable row level security;
alter table public.external_accounts enable row level security;
alter table public.orders enable row level security;
alter table public.servers enable row level security;
alter table public.plans enable row level security;
alter table public.addons enable row level security;

create policy "Own profile is readable" on public.profiles
  for select to authenticated using ((select auth.uid()) = id);

create policy "Own profile is editable" on public.profiles
  for update to authenticated using (auth.uid() = id);

create policy "Own panel account" on public.external_accounts
  for all to authenticated using ((select auth.uid()) = user_id);

create policy "Own orders" on public.orders
  for select to authenticated using ((select auth.uid()) = user_id);

create policy "Customers rename their order" on public.orders
  for update to authenticated using ((select auth.uid()) = user_id) with check (true);

create policy "Customers place orders" on public.orders
  for insert to authenticated;

create policy "Service role manages orders" on public.orders
  for all using (true) with check (true);

create policy "Own servers" on public.servers
  for select using (auth.uid() = user_id or auth.uid() is null);

create policy "Support sees all servers" on public.servers
  for select to authenticated using ((select public.has_role('support')));

-- the price list is public
create policy "Everybody reads plans" on public.plans
  for select to anon, authenticated using (is_active);

create policy "Everybody reads addons" on public.addons
  for select to anon, authenticated using (true);
