import { useEffect, useState } from "react";
import { useParams } from "react-router-dom";
import { supabase } from "@/integrations/supabase/client";

interface Console {
  socket: string;
  token: string;
}

export function ServerDetail() {
  const { id } = useParams();
  const [console_, setConsole] = useState<Console | null>(null);
  const [notice, setNotice] = useState("");

  useEffect(() => {
    supabase.functions.invoke<Console>("get-server-console", { body: { server_id: id } }).then(({ data, error }) => {
      if (error) setNotice("The console is not available right now.");
      else setConsole(data);
    });
    supabase.functions.invoke("server-metrics", { body: { server_id: id } }).then(({ data }) => {
      if (data?.usage) setNotice(`${data.usage[0].used_mb} MB in use`);
    });
  }, [id]);

  async function saveNote(text: string) {
    await supabase.from("server_notes" as any).insert({ server_id: id!, body: text } as any);
  }

  async function search(text: string) {
    const { data, error } = await supabase.rpc("search_servers", { query: text } as any);
    if (error) setNotice("The search failed.");
    return data;
  }

  return (
    <main>
      <p role="status">{notice}</p>
      {console_ && <code>{console_.socket}</code>}
      <textarea onBlur={(event) => saveNote(event.target.value)} placeholder="Notes for your team" />
      <input type="search" onChange={(event) => search(event.target.value)} />
    </main>
  );
}
