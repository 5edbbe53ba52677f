alter publication supabase_realtime add table public.servers;
alter publication supabase_realtime add table public.support_tickets;
