import { corsHeaders } from "./cors.ts";

export class HttpError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...corsHeaders, "Content-Type": "application/json" },
  });
}

/** What the caller may know: our own messages, never those of the database or the panel. */
export function failure(error: unknown): Response {
  if (error instanceof HttpError) return json({ error: error.message }, error.status);
  console.error("unexpected failure", error);
  return json({ error: "Something went wrong on our side. Please try again." }, 500);
}
