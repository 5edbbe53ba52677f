-- Local development only.
insert into public.announcements (title, body_html, published_at) values
  ('Welcome', '<p>Your first server is two clicks away.</p>', now());

insert into public.ptero_nodes (pterodactyl_node_id, name, region, total_ram_gb, reserved_ram_gb) values
  (901, 'local-01', 'eu-central', 32, 4)
on conflict (pterodactyl_node_id) do nothing;
