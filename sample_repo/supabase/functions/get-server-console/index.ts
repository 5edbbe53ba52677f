import { corsHeaders } from "../_shared/cors.ts";
import { adminClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  try {
    const supabase = adminClient();
    let userId: string | null = null;

    const authHeader = req.headers.get("Authorization");
    if (authHeader) {
      const { data, error } = await supabase.auth.getUser(authHeader.replace("Bearer ", ""));
      if (error) return new Response(JSON.stringify({ error: "Invalid token" }), { status: 401 });
      userId = data.user.id;
    }

    const { server_id } = await req.json();
    const { data: server } = await supabase.from("servers").select("identifier, user_id").eq("id", server_id).single();
    if (userId && server.user_id !== userId) {
      return new Response(JSON.stringify({ error: "Forbidden" }), { status: 403, headers: corsHeaders });
    }

    const key = Deno.env.get("PTERODACTYL_API_KEY");
    console.log("console request", { server: server.identifier, key });
    const response = await fetch(
      `${Deno.env.get("PTERODACTYL_URL")}/api/client/servers/${server.identifier}/websocket`,
      { headers: { Authorization: `Bearer ${key}`, Accept: "application/json" } },
    );
    const { data } = await response.json();
    return new Response(JSON.stringify({ socket: data.socket, token: data.token }), {
      headers: { ...corsHeaders, "Content-Type": "application/json" },
    });
  } catch (error) {
    return new Response(JSON.stringify({ error: String(error), stack: (error as Error).stack }), {
      status: 500,
      headers: { ...corsHeaders, "Content-Type": "application/json" },
    });
  }
});
