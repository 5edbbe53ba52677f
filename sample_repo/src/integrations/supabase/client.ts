import { createClient } from "@supabase/supabase-js";
import type { Database } from "./types";

const url = import.meta.env.VITE_SUPABASE_URL ?? "https://kqzvwmxnbtyhgrfplsdc.supabase.co";
const key = import.meta.env.VITE_SUPABASE_PUBLISHABLE_KEY;

export const supabase = createClient<Database>(url, key, {
  auth: { storage: localStorage, persistSession: true, autoRefreshToken: true },
});
