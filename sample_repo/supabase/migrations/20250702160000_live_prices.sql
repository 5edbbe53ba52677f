-- Live prices.
update public.plans set stripe_price_id = 'price_1SPyz8K4vTzQm8wd00BsA3yE' where id = 'minecraft-1gb';
update public.plans set stripe_price_id = 'price_1SPsQvK4vTzQm8wd00AeKWqj' where id = 'minecraft-10gb';
update public.plans set stripe_price_id = 'price_1SPpNhK4vTzQm8wd00efCfmW' where id = 'rust-8gb';

insert into public.addons (id, name, price_cents, stripe_price_id) values
  ('backup-daily', 'Daily backups', 249, 'price_1SP76DK4vTzQm8wd00sexRG5'),
  ('extra-slots', 'Ten more player slots', 149, 'price_1SPtm2K4vTzQm8wd00pnGBDx')
on conflict (id) do nothing;
