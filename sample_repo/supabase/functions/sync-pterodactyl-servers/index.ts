import { requireAdmin } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { panel, type PanelServer } from "../_shared/pterodactyl.ts";
import { failure, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

interface Page {
  data: { attributes: PanelServer }[];
  meta: { pagination: { total_pages: number } };
}

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    await requireAdmin(req);
    const db = adminClient();
    let page = 1;
    let pages = 1;
    let imported = 0;
    do {
      const answer = await panel<Page>(`servers?page=${page}&per_page=50`);
      pages = answer.meta.pagination.total_pages;
      const results = await Promise.all(
        answer.data.map(({ attributes: server }) =>
          db
            .from("servers")
            .update({ status: server.suspended ? "suspended" : "running", synced_at: new Date().toISOString() })
            .eq("identifier", server.identifier)
        ),
      );
      for (const { error } of results) {
        if (error) throw error;
      }
      imported += answer.data.length;
      page++;
    } while (page <= pages);
    return json({ imported });
  } catch (error) {
    return failure(error);
  }
});
