import { type ChangeEvent, useState } from "react";
import { toast } from "sonner";
import { useAuth } from "@/hooks/useAuth";
import { supabase } from "@/integrations/supabase/client";

export function Profile() {
  const { user } = useAuth();
  const [avatar, setAvatar] = useState("");

  async function upload(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    if (!file || !user) return;
    const path = `${user.id}/avatar`;
    const { error } = await supabase.storage.from("avatars").upload(path, file, { upsert: true });
    if (error) return toast.error("The picture could not be saved.");
    setAvatar(supabase.storage.from("avatars").getPublicUrl(path).data.publicUrl);
    await supabase.from("profiles").update({ avatar_path: path }).eq("id", user.id);
  }

  async function attach(file: File) {
    const { error } = await supabase.storage.from("ticket-attachments").upload(file.name, file);
    if (error) toast.error("The file could not be attached.");
  }

  async function openTicket(subject: string, body: string) {
    const { error } = await supabase
      .from("support_tickets")
      .insert({ user_id: user!.id, subject, body, state: "new" });
    if (error) toast.error("The ticket was not opened.");
  }

  async function linkPanel(panelUserId: string) {
    const { data } = await supabase.auth.getSession();
    const response = await fetch(`${import.meta.env.VITE_SUPABASE_URL}/functions/v1/panel-link`, {
      method: "POST",
      headers: { Authorization: `Bearer ${data.session?.access_token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ panel_user_id: panelUserId }),
    });
    if (!response.ok) toast.error("The account was not linked.");
  }

  return (
    <main>
      {avatar && <img src={avatar} alt="" />}
      <input type="file" accept="image/*" onChange={upload} />
      <input type="file" onChange={(event) => event.target.files && attach(event.target.files[0])} />
      <form onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        openTicket(String(form.get("subject")), String(form.get("body")));
      }}>
        <input name="subject" />
        <textarea name="body" />
        <button type="submit">Ask for help</button>
      </form>
      <button onClick={() => linkPanel(window.prompt("Panel user id") ?? "")}>Link panel account</button>
    </main>
  );
}
