import { corsHeaders } from "../_shared/cors.ts";
import { panel, type PanelUser } from "../_shared/pterodactyl.ts";
import { adminClient } from "../_shared/supabase.ts";

// Links an account that exists in the panel already. The console sends its own session, so verify_jwt is off.
Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: corsHeaders });

  const token = req.headers.get("Authorization")?.split(" ")[1] ?? "";
  const claims = JSON.parse(atob(token.split(".")[1]));
  const { panel_user_id } = await req.json();

  const { attributes } = await panel<{ attributes: PanelUser }>(`users/${panel_user_id}`);
  const { error } = await adminClient().from("external_accounts").upsert(
    { user_id: claims.sub, pterodactyl_user_id: attributes.id, panel_username: attributes.username },
    { onConflict: "user_id" },
  );
  if (error) {
    return new Response(JSON.stringify({ error: error.message, details: error.details }), { status: 500 });
  }
  return new Response(JSON.stringify({ linked: true }), {
    headers: { ...corsHeaders, "Content-Type": "application/json" },
  });
});
