insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('avatars', 'avatars', true, 1048576, array['image/png', 'image/jpeg', 'image/webp']),
  ('server-backups', 'server-backups', true, null, null);

create policy "Avatars are public" on storage.objects
  for select using (bucket_id = 'avatars');

create policy "Own avatar" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy "Uploads" on storage.objects
  for insert with check (true);
