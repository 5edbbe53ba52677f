#!/usr/bin/env bash
# Deploys everything by hand, when the workflow is too slow.
set -euo pipefail

PROJECT_REF=${1:?usage: deploy.sh PROJECT_REF}
export SUPABASE_ACCESS_TOKEN=sbp_[[hex:40]]

supabase link --project-ref "$PROJECT_REF"
supabase db push
supabase secrets set SUPABASE_PANEL_REGION=eu-central --project-ref "$PROJECT_REF"
supabase functions deploy create-pterodactyl-user sync-pterodactyl-servers --no-verify-jwt --project-ref "$PROJECT_REF"
