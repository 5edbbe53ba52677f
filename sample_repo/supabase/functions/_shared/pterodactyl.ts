import { requireEnv } from "./env.ts";

export interface PanelUser {
  id: number;
  username: string;
  email: string;
}

export interface PanelServer {
  id: number;
  identifier: string;
  suspended: boolean;
  status: string | null;
  user: number;
  node: number;
}

/** Calls the panel's application API; throws when the panel says no. */
export async function panel<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${requireEnv("PTERODACTYL_URL")}/api/application/${path}`, {
    ...init,
    headers: {
      Authorization: `Bearer ${requireEnv("PTERODACTYL_API_KEY")}`,
      Accept: "application/json",
      "Content-Type": "application/json",
    },
  });
  if (!response.ok) throw new Error(`panel answered ${response.status} for ${path}`);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}
