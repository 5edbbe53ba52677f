-- The price list. Prices are made in the Stripe Dashboard; their ids are kept here.

create table public.plans (
  id text primary key,
  item_type text not null default 'game' check (item_type in ('game', 'bundle')),
  game text not null,
  name text not null,
  ram_gb integer not null check (ram_gb > 0),
  price_cents integer not null,
  currency text not null default 'eur',
  stripe_price_id text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

alter table public.orders
  add constraint orders_plan_id_fkey foreign key (plan_id) references public.plans (id);

insert into public.plans (id, item_type, game, name, ram_gb, price_cents, stripe_price_id) values
  ('minecraft-1gb', 'game', 'minecraft', 'Minecraft 1 GB', 1, 424, 'price_minecraft_1gb_monthly'),
  ('minecraft-2gb', 'game', 'minecraft', 'Minecraft 2 GB', 2, 649, 'price_1SPE9gK4vTzQm8wd00DkCuit'),
  ('minecraft-4gb', 'game', 'minecraft', 'Minecraft 4 GB', 4, 1099, 'price_1SPsC2K4vTzQm8wd00wrueCU'),
  ('minecraft-6gb', 'game', 'minecraft', 'Minecraft 6 GB', 6, 1549, 'price_1SPh3uK4vTzQm8wd00Aeofgt'),
  ('minecraft-8gb', 'game', 'minecraft', 'Minecraft 8 GB', 8, 1999, 'price_1SPxGUK4vTzQm8wd00WXfpHr'),
  ('minecraft-16gb', 'game', 'minecraft', 'Minecraft 16 GB', 16, 3799, 'price_1SQK4UK4vTzQm8wd005wdPqy'),
  ('rust-4gb', 'game', 'rust', 'Rust 4 GB', 4, 1199, 'price_1SPx2VK4vTzQm8wd00WPziZr'),
  ('rust-6gb', 'game', 'rust', 'Rust 6 GB', 6, 1699, 'price_1SPKSBK4vTzQm8wd00oKAymx'),
  ('rust-8gb', 'game', 'rust', 'Rust 8 GB', 8, 2199, 'price_1SPFFrK4vTzQm8wd00Z8uAff'),
  ('rust-12gb', 'game', 'rust', 'Rust 12 GB', 12, 3199, 'price_1SPyRDK4vTzQm8wd00pjjNnL'),
  ('palworld-4gb', 'game', 'palworld', 'Palworld 4 GB', 4, 1199, 'price_1SQKWkK4vTzQm8wd005dcaUt'),
  ('palworld-8gb', 'game', 'palworld', 'Palworld 8 GB', 8, 2199, 'price_1SQKQrK4vTzQm8wd00cZr69g'),
  ('palworld-12gb', 'game', 'palworld', 'Palworld 12 GB', 12, 3199, 'price_1SQKnuK4vTzQm8wd00uV4L3r'),
  ('palworld-16gb', 'game', 'palworld', 'Palworld 16 GB', 16, 4199, 'price_1SQKtHK4vTzQm8wd008oSHbU'),
  ('ark-6gb', 'game', 'ark', 'ARK 6 GB', 6, 1699, 'price_1SPyieK4vTzQm8wd00x7V8ZU'),
  ('ark-8gb', 'game', 'ark', 'ARK 8 GB', 8, 2199, 'price_1SPDC7K4vTzQm8wd00wgaZjL'),
  ('ark-12gb', 'game', 'ark', 'ARK 12 GB', 12, 3199, 'price_1SP3MhK4vTzQm8wd003aTtJn'),
  ('ark-16gb', 'game', 'ark', 'ARK 16 GB', 16, 4199, 'price_1SP42RK4vTzQm8wd00EwvNt3'),
  ('terraria-1gb', 'game', 'terraria', 'Terraria 1 GB', 1, 424, 'price_terraria_1gb_monthly'),
  ('terraria-2gb', 'game', 'terraria', 'Terraria 2 GB', 2, 649, 'price_1SPmW4K4vTzQm8wd007Uh6KX'),
  ('terraria-4gb', 'game', 'terraria', 'Terraria 4 GB', 4, 1099, 'price_1SPpCpK4vTzQm8wd00EwfQFq'),
  ('factorio-2gb', 'game', 'factorio', 'Factorio 2 GB', 2, 649, 'price_1SPUjNK4vTzQm8wd00Qa7fuT'),
  ('factorio-4gb', 'game', 'factorio', 'Factorio 4 GB', 4, 1099, 'price_1SPjkbK4vTzQm8wd00sJXfvv'),
  ('factorio-8gb', 'game', 'factorio', 'Factorio 8 GB', 8, 1999, 'price_1SPjkbK4vTzQm8wd00sJXfvv'),
  ('mindustry-1gb', 'game', 'mindustry', 'Mindustry 1 GB', 1, 424, 'price_1SPAwUK4vTzQm8wd00VtKQz8'),
  ('mindustry-2gb', 'game', 'mindustry', 'Mindustry 2 GB', 2, 649, 'price_1SPn4gK4vTzQm8wd008tShjk'),
  ('mindustry-4gb', 'game', 'mindustry', 'Mindustry 4 GB', 4, 1099, 'price_1SPTJZK4vTzQm8wd00Hb5wRo'),
  ('rimworld-2gb', 'game', 'rimworld', 'Rimworld 2 GB', 2, 649, 'price_1SPmGCK4vTzQm8wd00isihTq'),
  ('rimworld-4gb', 'game', 'rimworld', 'Rimworld 4 GB', 4, 1099, 'price_1SPEtBK4vTzQm8wd00x8tZjw'),
  ('vintage-story-2gb', 'game', 'vintage-story', 'Vintage Story 2 GB', 2, 649, 'price_1SQKhAK4vTzQm8wd00RWZxSW'),
  ('vintage-story-4gb', 'game', 'vintage-story', 'Vintage Story 4 GB', 4, 1099, 'price_1SQKoMK4vTzQm8wd002vMAMo'),
  ('vintage-story-6gb', 'game', 'vintage-story', 'Vintage Story 6 GB', 6, 1549, 'price_1SQK8mK4vTzQm8wd00VTER3y'),
  ('teeworlds-1gb', 'game', 'teeworlds', 'Teeworlds 1 GB', 1, 424, 'price_1SPGTnK4vTzQm8wd00cXRB95'),
  ('teeworlds-2gb', 'game', 'teeworlds', 'Teeworlds 2 GB', 2, 649, 'price_teeworlds_2gb_monthly'),
  ('among-us-1gb', 'game', 'among-us', 'Among Us 1 GB', 1, 424, 'price_1SPKPKK4vTzQm8wd00gxztuw'),
  ('among-us-2gb', 'game', 'among-us', 'Among Us 2 GB', 2, 649, 'price_1SPm4wK4vTzQm8wd00NHK32b'),
  ('among-us-4gb', 'game', 'among-us', 'Among Us 4 GB', 4, 1099, 'price_1SPAAvK4vTzQm8wd00nLfpY5');

-- retired, kept for the orders that name it
insert into public.plans (id, item_type, game, name, ram_gb, price_cents, stripe_price_id, is_active) values
  ('starter-bundle', 'bundle', 'minecraft', 'Starter bundle', 2, 499, 'price_starter_bundle_monthly', false);

create table public.addons (
  id text primary key,
  name text not null,
  price_cents integer not null,
  stripe_price_id text not null
);

insert into public.addons (id, name, price_cents, stripe_price_id) values
  ('backup-daily', 'Daily backups', 199, 'price_1SP7VxK4vTzQm8wd00KhoQWk'),
  ('dedicated-ip', 'Dedicated IP', 299, 'price_1SPMyvK4vTzQm8wd00vDwn5Q');
