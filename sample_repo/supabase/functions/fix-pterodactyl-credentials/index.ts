import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { panel, type PanelUser } from "../_shared/pterodactyl.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const db = adminClient();
    const { email } = await req.json();
    await db.from("audit_log").insert({ kind: "credentials", detail: { email } });

    const user = await requireUser(req);
    if (user.user_metadata.role !== "support") throw new HttpError(403, "Support only.");

    const found = await panel<{ data: { attributes: PanelUser }[] }>(`users?filter[email]=${email}`);
    const account = found.data[0]?.attributes;
    if (!account) throw new HttpError(404, "No such customer.");

    const password = crypto.randomUUID();
    await panel(`users/${account.id}`, {
      method: "PATCH",
      body: JSON.stringify({ ...account, first_name: "Customer", last_name: "Customer", password }),
    });
    return json({ username: account.username, password });
  } catch (error) {
    return failure(error);
  }
});
