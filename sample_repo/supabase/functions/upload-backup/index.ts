import { serve } from "https://deno.land/std@0.168.0/http/server.ts";
import { createClient } from "@supabase/supabase-js";
import { sameText } from "../_shared/auth.ts";
import { requireEnv } from "../_shared/env.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";

// Called by the nodes after the nightly backup, with a key of their own.
serve(async (req) => {
  try {
    if (!(await sameText(req.headers.get("x-node-key") ?? "", requireEnv("NODE_UPLOAD_SECRET")))) {
      throw new HttpError(401, "Unknown node.");
    }
    const form = await req.formData();
    const identifier = String(form.get("identifier"));
    const file = form.get("file") as File;

    const supabase = createClient(requireEnv("SUPABASE_URL"), requireEnv("SUPABASE_SERVICE_ROLE_KEY"));
    const path = `${identifier}/${new Date().toISOString().slice(0, 10)}.tar.gz`;
    const { error } = await supabase.storage.from("server-backups").upload(path, file, { upsert: true });
    if (error) throw error;

    const { data: server, error: lookupError } = await supabase
      .from("servers")
      .select("id, user_id")
      .eq("identifier", identifier)
      .maybeSingle();
    if (lookupError) throw lookupError;
    if (!server) throw new HttpError(404, "Unknown server.");

    const { error: saveError } = await supabase
      .from("server_backups")
      .insert({ server_id: server.id, user_id: server.user_id, path, size_bytes: file.size });
    if (saveError) throw saveError;
    return json({ path });
  } catch (error) {
    return failure(error);
  }
});
