begin;

-- the console shows the address now
alter table public.servers drop column ip_address;

create or replace function public.handle_new_user() returns trigger
language plpgsql
as $$
begin
  insert into public.profiles (id, email, display_name)
  values (new.id, new.email, coalesce(new.raw_user_meta_data ->> 'display_name', split_part(new.email, '@', 1)));
  return new;
end;
$$;

alter table public.orders add column currency text not null;

alter type public.ticket_state add value 'escalated';
create index support_tickets_escalated_idx on public.support_tickets (created_at) where state = 'escalated';

create index concurrently orders_region_idx on public.orders (region);

insert into public.profiles (id, email, role) values
  ('7d0c1f7e-52a4-4a3c-9a6e-0f4a3f2b8c11', 'mika@hollowforge.gg', 'admin')
on conflict (email) do update set role = excluded.role;

delete from public.server_notes;

comment on column public.orders.region is 'eu-central', 'us-east' or 'us-west';

commit;
