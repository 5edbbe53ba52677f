import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { panel, type PanelUser } from "../_shared/pterodactyl.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

interface Found {
  data: { attributes: PanelUser }[];
}

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const user = await requireUser(req);
    const found = await panel<Found>(`users?filter[email]=${encodeURIComponent(user.email ?? "")}`);
    const account = found.data.find(({ attributes }) => attributes.email === user.email)?.attributes;
    if (!account) throw new HttpError(404, "There is no panel account for this address.");

    const { error } = await adminClient().from("external_accounts").upsert(
      {
        user_id: user.id,
        pterodactyl_user_id: account.id,
        panel_username: account.username,
        last_synced_at: new Date().toISOString(),
      },
      { onConflict: "user_id,panel_username" },
    );
    if (error) throw error;
    return json({ pterodactyl_user_id: account.id });
  } catch (error) {
    return failure(error);
  }
});
