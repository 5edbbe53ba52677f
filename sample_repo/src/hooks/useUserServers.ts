import { useEffect, useState } from "react";
import { supabase } from "@/integrations/supabase/client";
import { useAuth } from "@/hooks/useAuth";

export interface UserServer {
  id: string;
  name: string;
  status: string;
  ip_address: string | null;
  port: number | null;
}

const VISIBLE = ["paid", "provisioning", "active"];

export function useUserServers() {
  const { user } = useAuth();
  const [servers, setServers] = useState<UserServer[]>([]);
  const [waiting, setWaiting] = useState(0);

  useEffect(() => {
    if (!user) return;
    const userId = user.id;

    async function load() {
      const { data, error } = await supabase
        .from("servers")
        .select("id, name, status, ip_address, port")
        .eq("user_id", userId)
        .order("created_at");
      if (error) {
        console.error("servers could not be loaded", error);
      } else {
        setServers(data as UserServer[]);
      }

      const { data: orders } = await supabase
        .from("orders")
        .select("id, state")
        .eq("user_id", userId)
        .in("status", VISIBLE);
      setWaiting(orders?.length ?? 0);
    }

    load();
    const channel = supabase
      .channel("my-servers")
      .on("postgres_changes", { event: "*", schema: "public", table: "servers", filter: `user_id=eq.${userId}` }, load)
      .on("postgres_changes", { event: "UPDATE", schema: "public", table: "orders" }, load)
      .subscribe();
    return () => {
      supabase.removeChannel(channel);
    };
  }, [user]);

  return { servers, waiting };
}
