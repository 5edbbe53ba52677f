"""What Supabase itself provides: variables, keys, schemas, roles, limits, each with its source."""

from __future__ import annotations

import re

# --- edge functions --------------------------------------------------------------------------------------------

# What every deployed function finds in its environment. https://supabase.com/docs/guides/functions/secrets
# and, on the hosted platform only, https://supabase.com/docs/guides/functions/secrets#default-secrets
FUNCTION_VARIABLES = frozenset({
    "SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_DB_URL", "SUPABASE_PUBLISHABLE_KEYS",
    "SUPABASE_SECRET_KEYS", "SUPABASE_JWKS",
})  # fmt: skip
HOSTED_VARIABLES = frozenset({"SB_REGION", "SB_EXECUTION_ID", "DENO_DEPLOYMENT_ID", "DENO_REGION"})
# Added by the local runtime for its own use:
# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/serve/serve.go
INTERNAL_VARIABLE = re.compile(r"^SUPABASE_INTERNAL_\w+$")
# `supabase secrets set` skips such names:
# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/secrets/set/set.go
RESERVED_PREFIX = "SUPABASE_"
# Those of the variables above that open more than a visitor may do.
ADMIN_VARIABLES = frozenset({"SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEYS", "SUPABASE_DB_URL"})

# Names under which the platform's variables are looked for most often.
NEAR_BUILT_INS = {
    "SUPABASE_SERVICE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_SERVICE_ROLE": "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_SECRET_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_KEY": "SUPABASE_ANON_KEY",
    "SUPABASE_PUBLIC_KEY": "SUPABASE_ANON_KEY",
    "SUPABASE_PUBLIC_ANON_KEY": "SUPABASE_ANON_KEY",
    "SUPABASE_PUBLISHABLE_KEY": "SUPABASE_ANON_KEY",
    "SUPABASE_ANON_PUBLIC_KEY": "SUPABASE_ANON_KEY",
    "SUPABASE_PROJECT_URL": "SUPABASE_URL",
    "SERVICE_ROLE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "SERVICE_ROLE": "SUPABASE_SERVICE_ROLE_KEY",
    "SERVICE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "SB_SERVICE_ROLE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "SB_SERVICE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "ANON_KEY": "SUPABASE_ANON_KEY",
    "SB_ANON_KEY": "SUPABASE_ANON_KEY",
    "SB_URL": "SUPABASE_URL",
}
_BUILD_PREFIX = re.compile(r"^(?:VITE|NEXT_PUBLIC|EXPO_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY)_")
_LIKE = 0.92  # of a name that is the same but for a letter or two


def built_in_meant(name: str) -> str | None:
    """The variable of the platform that somebody who reads `name` is likely to mean; none where it is one."""
    if name in FUNCTION_VARIABLES or name in HOSTED_VARIABLES or INTERNAL_VARIABLE.match(name):
        return None
    bare = _BUILD_PREFIX.sub("", name)
    if bare in FUNCTION_VARIABLES:
        return bare
    if bare in NEAR_BUILT_INS:
        return NEAR_BUILT_INS[bare]
    from difflib import get_close_matches

    return next(iter(get_close_matches(bare, sorted(FUNCTION_VARIABLES), n=1, cutoff=_LIKE)), None)


# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/utils/misc.go (FuncSlugPattern)
FUNCTION_SLUG = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")
# `supabase functions deploy` finds functions by these; other entries need `entrypoint` in config.toml.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go (GetFunctionSlugs)
FUNCTION_ENTRY = "index.ts"
# The two addresses of a function. https://supabase.com/docs/guides/functions
FUNCTION_URL = re.compile(
    r"/functions/v1/(?P<path>[A-Za-z][\w-]*)|\.functions\.supabase\.(?:co|net)/(?P<host>[A-Za-z][\w-]*)"
)

# https://supabase.com/docs/guides/functions/limits
MEMORY_MB = 256
CPU_SECONDS = 2
IDLE_SECONDS = 150
BUNDLE_MB = 20
CLOSED_PORTS = frozenset({25, 587})

# --- projects and keys -----------------------------------------------------------------------------------------

# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/utils/misc.go (ProjectRefPattern)
PROJECT_REF = re.compile(r"^[a-z]{20}$")
# The hosts of a project: API, database, functions. https://supabase.com/docs/guides/database/connecting-to-postgres
PROJECT_HOST = re.compile(
    r"(?<![\w.-])(?:db\.)?(?P<ref>[a-z]{20})\.(?:(?:functions|storage)\.)?supabase\.(?:co|in|red|net)(?![\w-])"
)
# https://supabase.com/docs/guides/api/api-keys
PUBLISHABLE_KEY = re.compile(r"^sb_publishable_[A-Za-z0-9_-]+$")
SECRET_KEY = re.compile(r"^sb_secret_[A-Za-z0-9_-]+$")
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go (hookSecretPattern)
HOOK_SECRET = re.compile(r"^v1,whsec_[A-Za-z0-9+/=]{32,88}$")
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go (ValidateBucketName)
BUCKET_NAME = re.compile(r"^(\w|!|-|\.|\*|'|\(|\)| |&|\$|@|=|;|:|\+|,|\?)*$", re.ASCII)
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/decode_hooks.go
ENV_REFERENCE = re.compile(r"^env\((?P<name>.*)\)$")
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/secret.go
ENCRYPTED_PREFIX = "encrypted:"

# What `supabase init` writes: no `.env` among it.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/init/templates/.gitignore
IGNORED_BY_INIT = (".branches", ".temp", ".env.keys", ".env.local", ".env.*.local")

# --- database --------------------------------------------------------------------------------------------------

# Majors of PostgreSQL that the CLI takes; config.go (Validate).
POSTGRES_VERSIONS = (13, 14, 15, 17)
DEFAULT_POSTGRES_VERSION = 17

# Schemas that Supabase or its extensions own, from `InternalSchemas`:
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/dump.go
PLATFORM_SCHEMAS = frozenset({
    "information_schema", "pg_catalog", "_analytics", "_realtime", "_supavisor", "auth", "etl", "extensions",
    "pgbouncer", "realtime", "storage", "supabase_functions", "supabase_migrations", "cron", "dbdev", "graphql",
    "graphql_public", "net", "pgmq", "pgsodium", "pgsodium_masks", "pgtle", "repack", "tiger", "tiger_data",
    "topology", "vault",
})  # fmt: skip
# Schemas that are made to be served by the Data API: `graphql_public` by default, `pgmq_public` by the queue's own
# wrappers. https://supabase.com/docs/guides/queues/quickstart#expose-queues-to-client-side-consumers
API_SCHEMAS = frozenset({"public", "graphql_public", "pgmq_public", "api"})
# Roles that requests of the Data API run as. https://supabase.com/docs/guides/database/postgres/roles
API_ROLES = ("anon", "authenticated", "service_role")
# From `reservedRoles` of the same file.
PLATFORM_ROLES = frozenset({
    "anon", "authenticated", "authenticator", "dashboard_user", "pgbouncer", "postgres", "service_role",
    "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "supabase_functions_admin",
    "supabase_realtime_admin", "supabase_replication_admin", "supabase_read_only_user", "supabase_etl_admin",
    "pgsodium_keyholder", "pgsodium_keyiduser", "pgsodium_keymaker", "pgtle_admin",
})  # fmt: skip
# The role that calls auth hooks which are PostgreSQL functions. https://supabase.com/docs/guides/auth/auth-hooks
AUTH_ADMIN_ROLE = "supabase_auth_admin"
# Variables that begin so are copied into the browser when a front end is built.
PUBLIC_PREFIX = r"(?:VITE|NEXT_PUBLIC|EXPO_PUBLIC|REACT_APP|NUXT_PUBLIC|PUBLIC|GATSBY|VUE_APP)_"
