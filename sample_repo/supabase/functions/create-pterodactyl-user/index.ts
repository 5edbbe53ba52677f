import { createClient } from "@supabase/supabase-js";
import { corsHeaders } from "../_shared/cors.ts";
import { json } from "../_shared/responses.ts";

function randomPassword(length = 16): string {
  const characters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  let password = "";
  for (let index = 0; index < length; index++) {
    password += characters.charAt(Math.floor(Math.random() * characters.length));
  }
  return password;
}

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response(null, { headers: corsHeaders });

  try {
    const { user_id, email, display_name } = await req.json();

    const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
    const { data: existing } = await supabase
      .from("external_accounts")
      .select("id, pterodactyl_user_id")
      .eq("user_id", user_id)
      .single();
    if (existing?.pterodactyl_user_id) return json({ pterodactyl_user_id: existing.pterodactyl_user_id });

    const panelUrl = Deno.env.get("PTERODACTYL_URL");
    const apiKey = Deno.env.get("PTERODACTYL_API_KEY");
    const headers = {
      Authorization: `Bearer ${apiKey}`,
      Accept: "application/json",
      "Content-Type": "application/json",
    };

    const password = randomPassword();
    const username = email.split("@")[0].toLowerCase().replace(/[^a-z0-9_.-]/g, "");
    const response = await fetch(`${panelUrl}/api/application/users`, {
      method: "POST",
      headers,
      body: JSON.stringify({ email, username, first_name: display_name ?? username, last_name: "Customer", password }),
    });
    if (!response.ok) {
      const text = await response.text();
      console.error("panel refused", text);
      return json({ success: false, error: text }, 502);
    }
    const created = await response.json();
    console.log(`created panel user ${username} with password ${password}`);

    const { error } = await supabase.from("external_accounts").insert({
      user_id,
      pterodactyl_user_id: created.attributes.id,
      panel_username: username,
      panel_password: password,
    });
    if (error) throw error;

    return json({ success: true, pterodactyl_user_id: created.attributes.id });
  } catch (error) {
    return json({ error: (error as Error).message });
  }
});
