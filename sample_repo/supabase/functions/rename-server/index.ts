import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { failure, json } from "../_shared/responses.ts";
import { userClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    await requireUser(req);
    const { server_id, name } = await req.json();
<<<<<<< HEAD
    const { error } = await userClient(req).from("servers").update({ name }).eq("id", server_id);
=======
    const { error } = await userClient(req).from("servers").update({ name: name.trim() }).eq("id", server_id);
>>>>>>> feature/rename-trim
    if (error) throw error;
    return json({ ok: true });
  } catch (error) {
    return failure(error);
  }
});
