import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { toast } from "sonner";
import { useAuth } from "@/hooks/useAuth";

export function Login() {
  const { signIn, signUp } = useAuth();
  const navigate = useNavigate();
  const [isNew, setIsNew] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get("email"));
    const password = String(form.get("password"));
    const { error } = isNew ? await signUp(email, password, String(form.get("name"))) : await signIn(email, password);
    if (error) toast.error(error.message);
    else navigate("/dashboard");
  }

  return (
    <form onSubmit={submit}>
      {isNew && <input name="name" placeholder="Your name" required />}
      <input name="email" type="email" placeholder="you@example.com" required />
      <input name="password" type="password" minLength={8} required />
      <button type="submit">{isNew ? "Create account" : "Sign in"}</button>
      <button type="button" onClick={() => setIsNew(!isNew)}>{isNew ? "I have an account" : "I am new here"}</button>
    </form>
  );
}
