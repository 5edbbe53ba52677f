import type { User } from "@supabase/supabase-js";
import { requireEnv } from "./env.ts";
import { HttpError } from "./responses.ts";
import { adminClient } from "./supabase.ts";

/** The signed-in caller. */
export async function requireUser(req: Request): Promise<User> {
  const token = req.headers.get("Authorization")?.replace(/^Bearer /i, "");
  if (!token) throw new HttpError(401, "Please sign in.");
  const { data, error } = await adminClient().auth.getUser(token);
  if (error || !data.user) throw new HttpError(401, "Your session has expired. Please sign in again.");
  return data.user;
}

/** The signed-in caller, who must be an administrator. */
export async function requireAdmin(req: Request): Promise<User> {
  const user = await requireUser(req);
  const { data, error } = await adminClient().from("profiles").select("role").eq("id", user.id).maybeSingle();
  if (error) throw error;
  if (data?.role !== "admin") throw new HttpError(403, "Administrators only.");
  return user;
}

/** True for calls from our own functions, which carry the service-role key. */
export async function isInternal(req: Request): Promise<boolean> {
  const given = req.headers.get("Authorization") ?? "";
  return await sameText(given, `Bearer ${requireEnv("SUPABASE_SERVICE_ROLE_KEY")}`);
}

/** Compares in constant time, by digest. */
export async function sameText(left: string, right: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [a, b] = await Promise.all(
    [left, right].map(async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)))),
  );
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index] ^ b[index];
  return difference === 0;
}
