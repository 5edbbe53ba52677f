// Prints the plans whose price does not exist in Stripe: node scripts/check-prices.mjs
// On the sandbox: STRIPE_SECRET_KEY=sk_test_[[alnum:24]] node scripts/check-prices.mjs
import { readFile } from "node:fs/promises";

const key = process.env.STRIPE_SECRET_KEY ?? "sk_live_[[alnum:24]]";
const catalog = await readFile(new URL("../supabase/migrations/003_catalog.sql", import.meta.url), "utf8");

for (const [price] of catalog.matchAll(/price_\w+/g)) {
  const response = await fetch(`https://api.stripe.com/v1/prices/${price}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  if (!response.ok) console.log(price, response.status);
}
