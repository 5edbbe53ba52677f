#!/usr/bin/env bash
# A fresh local database, with the keys that every local stack has.
set -euo pipefail

supabase db reset # supalint: ignore[secret-connection-string]
psql "postgresql://postgres:postgres@127.0.0.1:54322/postgres" -c "select count(*) from plans"
curl -sf http://127.0.0.1:54321/rest/v1/plans -H "apikey: [[jwt:demo-anon]]" >/dev/null
