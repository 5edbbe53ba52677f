import { useEffect, useState } from "react";
import { supabase } from "@/integrations/supabase/client";

export function Announcements() {
  const [items, setItems] = useState<{ id: number; title: string; body_html: string }[]>([]);

  useEffect(() => {
    supabase
      .from("announcements")
      .select("id, title, body_html")
      .order("published_at", { ascending: false })
      .limit(3)
      .then(({ data, error }) => setItems(error ? [] : data));
  }, []);

  return (
    <aside>
      {items.map((item) => (
        <section key={item.id}>
          <h3>{item.title}</h3>
          <div dangerouslySetInnerHTML={{ __html: item.body_html }} />
        </section>
      ))}
    </aside>
  );
}
