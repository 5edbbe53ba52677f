import { isInternal, requireUser } from "../_shared/auth.ts";
import { corsHeaders } from "../_shared/cors.ts";
import { json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

interface GameConfig {
  eggId: number;
  nest: number;
  image: string;
  startup: string;
  environment: Record<string, string>;
}

const GAME_CONFIGS: Record<string, GameConfig> = {
  minecraft: {
    eggId: 39,
    nest: 1,
    image: "ghcr.io/pterodactyl/yolks:java_21",
    startup: "java -Xms128M -Xmx{{SERVER_MEMORY}}M -jar {{SERVER_JARFILE}} nogui",
    environment: { MINECRAFT_VERSION: "latest", BUILD_NUMBER: "latest" },
  },
  rust: {
    eggId: 2,
    nest: 4,
    image: "ghcr.io/pterodactyl/games:rust",
    startup: "./RustDedicated -batchmode +server.port {{SERVER_PORT}} +server.identity rust",
    environment: { HOSTNAME: "A Rust server", LEVEL: "Procedural Map", MAX_PLAYERS: "40" },
  },
  palworld: {
    eggId: 3,
    nest: 5,
    image: "ghcr.io/parkervcp/steamcmd:debian",
    startup: "./PalServer.sh -port={{SERVER_PORT}} -players={{MAX_PLAYERS}}",
    environment: { MAX_PLAYERS: "16", SRCDS_APPID: "2394010" },
  },
  ark: {
    eggId: 14,
    nest: 5,
    image: "ghcr.io/parkervcp/steamcmd:debian",
    startup: "./ShooterGameServer {{SERVER_MAP}}?listen?Port={{SERVER_PORT}}",
    environment: { SERVER_MAP: "TheIsland", ARK_ADMIN_PASSWORD: "" },
  },
  terraria: {
    eggId: 16,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:debian",
    startup: "./TerrariaServer -port {{SERVER_PORT}} -autocreate {{WORLD_SIZE}}",
    environment: { WORLD_SIZE: "2", MAX_PLAYERS: "8" },
  },
  factorio: {
    eggId: 21,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:debian",
    startup: "./bin/x64/factorio --port {{SERVER_PORT}} --start-server {{SAVE_NAME}}.zip",
    environment: { SAVE_NAME: "gamesave", FACTORIO_VERSION: "latest" },
  },
  mindustry: {
    eggId: 29,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:java_17",
    startup: "java -jar server.jar host,config port {{SERVER_PORT}}",
    environment: { MINDUSTRY_VERSION: "latest" },
  },
  rimworld: {
    eggId: 26,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:dotnet_6",
    startup: "./GameServer --port {{SERVER_PORT}}",
    environment: {},
  },
  vintagestory: {
    eggId: 32,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:dotnet_7",
    startup: "./VintagestoryServer --port {{SERVER_PORT}}",
    environment: { RELEASE_VERSION: "latest" },
  },
  teeworlds: {
    eggId: 33,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:debian",
    startup: "./teeworlds_srv -f server.cfg",
    environment: {},
  },
  "among-us": {
    eggId: 34,
    nest: 6,
    image: "ghcr.io/parkervcp/yolks:dotnet_6",
    startup: "./Impostor.Server",
    environment: {},
  },
  valheim: {
    eggId: 41,
    nest: 5,
    image: "ghcr.io/parkervcp/games:valheim",
    startup: "./valheim_server.x86_64 -port {{SERVER_PORT}}",
    environment: { WORLD: "Dedicated" },
  },
};

const CAPACITY_STATUSES = ["paid", "provisioning", "installing", "active", "provisioned"];

const PANEL_URL = Deno.env.get("PANEL_URL") ?? "";
const PTERO_APP_KEY = Deno.env.get("PTERO_APP_KEY") ?? "";

async function panelRequest(path: string, init: RequestInit = {}) {
  const response = await fetch(`${PANEL_URL}/api/application/${path}`, {
    ...init,
    headers: {
      Authorization: `Bearer ${PTERO_APP_KEY}`,
      Accept: "application/json",
      "Content-Type": "application/json",
    },
  });
  return await response.json();
}

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: corsHeaders });

  const db = adminClient();
  let orderId = "";
  try {
    const internal = await isInternal(req);
    const user = internal ? null : await requireUser(req);

    const body = await req.json();
    orderId = body.order_id;
    if (!orderId) return new Response("order_id is required", { status: 400 });

    const { data: order, error } = await db.from("orders").select("*, plans(*)").eq("id", orderId).maybeSingle();
    if (error) throw error;
    if (!order) return json({ error: "Order not found" }, 404);
    if (user && order.user_id !== user.id) return json({ error: "This order belongs to another customer" }, 403);
    if (order.status !== "paid") return json({ error: `Order is ${order.status}` }, 409);

    await db.from("orders").update({ status: "provisioning" }).eq("id", orderId);

    const { data: plan } = await db.from("plans").select("*").eq("id", order.plan_id).single();
    const config = GAME_CONFIGS[plan.game] || GAME_CONFIGS.minecraft;

    const { data: account } = await db
      .from("external_accounts")
      .select("pterodactyl_user_id, panel_username")
      .eq("user_id", order.user_id)
      .maybeSingle();
    if (!account) throw new Error(`customer ${order.user_id} has no panel account`);

    const node = await findNode(order.region, plan.ram_gb);
    if (!node) throw new Error(`no capacity in ${region} for ${plan_id}`);

    const allocations = await panelRequest(`nodes/${node.pterodactyl_node_id}/allocations?per_page=100`);
    const free = allocations.data.find((allocation: any) => !allocation.attributes.assigned);

    const server = await panelRequest("servers", {
      method: "POST",
      body: JSON.stringify({
        name: order.server_name,
        user: account.pterodactyl_user_id,
        egg: config.eggId,
        docker_image: config.image,
        startup: config.startup,
        environment: config.environment,
        limits: { memory: plan.ram_gb * 1024, swap: 0, disk: 20480, io: 500, cpu: 200 },
        feature_limits: { databases: 1, backups: 2, allocations: 1 },
        allocation: { default: free.attributes.id },
      }),
    });

    const { error: saveError } = await db
      .from("orders")
      .update({
        status: "provisioned",
        node_id: node.id,
        pterodactyl_server_id: server.attributes.id,
        pterodactyl_identifier: server.attributes.identifier,
      })
      .eq("id", orderId);
    if (saveError) throw saveError;

    await db.from("servers").insert({
      order_id: orderId,
      user_id: order.user_id,
      node_id: node.id,
      identifier: server.attributes.identifier,
      name: order.server_name,
      status: "installing",
    });

    return json({ ok: true, identifier: server.attributes.identifier });
  } catch (error) {
    console.error("provisioning failed", orderId, error);
    return new Response(error instanceof Error ? error.message : "failed", {
      status: 500,
      headers: { ...corsHeaders, "Content-Type": "text/plain" },
    });
  }
});

async function findNode(region: string, ramGb: number) {
  const db = adminClient();
  const { data: nodes, error } = await db
    .from("ptero_nodes")
    .select("id, pterodactyl_node_id, max_ram_gb, reserved_headroom_gb")
    .eq("region", region)
    .eq("enabled", true);
  if (error) throw error;

  for (const node of nodes) {
    const { data: used, error: usedError } = await db
      .from("orders")
      .select("plans(ram_gb)")
      .eq("node_id", node.id)
      .in("status", CAPACITY_STATUSES);
    if (usedError) throw usedError;
    const taken = used.reduce((sum: number, row: any) => sum + row.plans.ram_gb, 0);
    if (taken + ramGb <= node.max_ram_gb - node.reserved_headroom_gb) return node;
  }
  return null;
}
