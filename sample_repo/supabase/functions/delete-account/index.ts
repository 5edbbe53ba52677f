import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const user = await requireUser(req);
    const db = adminClient();
    const { count, error } = await db
      .from("orders")
      .select("id", { count: "exact", head: true })
      .eq("user_id", user.id)
      .in("status", ["paid", "provisioning", "installing", "active", "provisioned"]);
    if (error) throw error;
    if (count) throw new HttpError(409, "Please cancel your servers first.");

    const { error: deleteError } = await db.auth.admin.deleteUser(user.id);
    if (deleteError) throw deleteError;
    return json({ deleted: true });
  } catch (error) {
    return failure(error);
  }
});
