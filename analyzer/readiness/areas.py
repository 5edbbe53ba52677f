"""The ten areas of a readiness report, and which rules speak of each."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.rule import Rule


@dataclass(frozen=True, slots=True)
class Area:
    """One part of the question whether a project can launch."""

    number: int
    id: str
    title: str
    rules: frozenset[str]


def _area(number: int, name: str, title: str, rules: str) -> Area:
    return Area(number, name, title, frozenset(rules.split()))


AREAS: tuple[Area, ...] = (
    _area(
        1,
        "stripe",
        "Stripe and prices",
        """
        drift-foreign-key expect-rows expect-value fe-client-fulfilment flow-catalogue-key-coverage
        flow-status-regression fn-open-redirect fn-webhook-blocked-by-jwt fn-webhook-unsigned
        migration-dead-update migration-seed-not-applied placeholder-value
        policy-client-writes-trusted-column redirect-not-absolute secret-stripe-key
        secret-webhook-signing stripe-invalid-parameter stripe-metadata-limit
        stripe-metadata-missing-key stripe-metadata-placement stripe-option-not-priced
        stripe-payment-status-unchecked stripe-price-account-mix stripe-price-duplicate
        stripe-price-from-client stripe-price-hardcoded stripe-price-overwritten
        stripe-price-placeholder stripe-removed-field stripe-signature-body-not-raw
        stripe-signature-bypass stripe-signature-missing stripe-signature-replay-window
        stripe-signature-sync-api stripe-subscription-status-ignored stripe-test-mode-in-prod
        stripe-webhook-event-gap stripe-webhook-not-idempotent stripe-webhook-permanent-retry
        webhook-acks-failed-work
        """,
    ),
    _area(
        2,
        "flow",
        "Purchase flow, end to end",
        """
        drift-column drift-foreign-key drift-function-contract drift-function-missing
        drift-required-column drift-status-unwritten drift-table drift-value expect-call
        fe-client-fulfilment fe-invoke-before-session flow-check-then-act flow-enum-fallback-masks
        flow-external-create-uncompensated flow-filter-never-cooccurs flow-functions-url
        flow-status-machine flow-status-regression flow-status-set-divergence
        fn-identity-from-request fn-internal-call-credential fn-missing-ownership-check
        migration-breaks-code policy-client-writes-trusted-column status-stuck-on-error
        stripe-metadata-missing-key stripe-metadata-placement stripe-metadata-unused-key
        stripe-option-not-priced stripe-subscription-status-ignored stripe-webhook-not-idempotent
        trigger-auth-users-broken trigger-inserts-twice webhook-acks-failed-work
        """,
    ),
    _area(
        3,
        "provisioning",
        "Provisioning and external services",
        """
        constant-drift drift-status-unwritten drift-value env-name-drift expect-mapping
        expect-status-set flow-catalogue-key-coverage flow-check-then-act flow-enum-fallback-masks
        flow-external-create-uncompensated flow-filter-never-cooccurs flow-status-machine
        flow-status-set-divergence flow-template-variable-unset secret-pterodactyl-key
        status-stuck-on-error
        """,
    ),
    _area(
        4,
        "security",
        "Security and authentication",
        """
        ci-deploy-disables-jwt column-plaintext-secret column-sensitive-exposed
        config-auth-confirmation-off config-auth-hook config-auth-redirect config-auth-test-otp
        config-auth-weak config-function-mismatch config-function-undeclared config-schema-exposed
        config-secret-literal config-signing-keys-tracked drift-client-op-blocked
        drift-function-uncalled drift-select-star-sensitive error-detail-leaked expect-jwt
        expect-policy fe-admin-key fe-html-injection fe-ui-only-authz fn-api-key-is-not-user
        fn-auth-empty-secret-compare fn-auth-fail-open fn-auth-mode-mismatch
        fn-auth-result-unchecked fn-auth-weak-compare fn-authz-user-metadata fn-cors-unsafe-origin
        fn-getsession-on-server fn-identity-from-request fn-injection fn-internal-call-credential
        fn-jwt-unverified fn-missing-ownership-check fn-open-redirect fn-side-effect-before-auth
        fn-ssrf fn-unauthenticated-privileged fn-webhook-blocked-by-jwt fn-webhook-unsigned
        function-definer-exposed function-dynamic-sql function-revoke-ineffective grant-anon-write
        grant-column-revoke-ineffective hardcoded-admin insecure-random
        migration-cascade-drops-security migration-security-regression policy-always-true
        policy-anonymous-user policy-check-weaker-than-using policy-client-writes-trusted-column
        policy-deny-is-permissive policy-depends-on-open-table policy-login-is-authorization
        policy-null-auth-bypass policy-role-check policy-service-role-unscoped
        policy-uncorrelated-subquery policy-user-metadata policy-without-rls public-env-secret
        realtime-table-no-rls rls-disabled secret-exposed secret-in-sql secret-pterodactyl-key
        secret-supabase-access-token secret-supabase-admin-key secret-webhook-signing
        service-role-overridden storage-bucket-public storage-policy-scope stripe-signature-bypass
        stripe-signature-missing stripe-signature-replay-window view-exposes-auth-users
        view-security-definer weak-crypto
        """,
    ),
    _area(
        5,
        "database",
        "Database schema and data",
        """
        column-plaintext-secret column-reg-type column-sensitive-exposed config-schema-exposed
        config-seed-path drift-bucket drift-client-op-blocked drift-column drift-column-type
        drift-conflict-target drift-embed drift-foreign-key drift-generated-types
        drift-required-column drift-returning-blocked drift-rpc drift-rpc-args
        drift-schema-not-exposed drift-status-unwritten drift-table drift-value expect-column
        expect-policy expect-rows expect-status-set extension-in-public extension-version-pinned
        fk-auth-unique fk-missing fk-unindexed flow-filter-never-cooccurs foreign-table-in-api
        function-body-ambiguous function-body-reference function-body-type function-definer-exposed
        function-dynamic-sql function-replace-lost-settings function-revoke-ineffective
        function-rpc-overload function-search-path-mutable grant-anon-write
        grant-column-revoke-ineffective grant-missing graphql-exposed index-duplicate matview-in-api
        migration-breaks-code migration-cascade-drops-security migration-concurrently
        migration-conflict-target migration-dead-update migration-destructive migration-enum-same-tx
        migration-replay-failure migration-security-regression migration-seed-not-applied
        migration-shadowed-create migration-skipped migration-syntax migration-transaction-control
        migration-unsafe-ddl migration-edited migration-out-of-order migration-version-collision migration-version-order
        partition-child-open policy-always-true policy-anonymous-user policy-auth-initplan
        policy-check-weaker-than-using policy-client-writes-trusted-column policy-column-unindexed
        policy-deny-is-permissive policy-depends-on-open-table policy-login-is-authorization
        policy-multiple-permissive policy-no-expression policy-null-auth-bypass
        policy-reads-auth-users policy-recursive policy-restrictive-inert policy-role-check
        policy-service-role-unscoped policy-uncorrelated-subquery policy-update-needs-select
        policy-user-metadata policy-without-rls queue-exposed realtime-table-no-rls
        realtime-table-unpublished rls-disabled rls-without-policy schema-declared-drift
        secret-in-sql storage-bucket-listing storage-bucket-public storage-policy-scope
        storage-upsert-policies stripe-price-overwritten table-no-primary-key
        trigger-auth-users-broken trigger-inserts-twice user-delete-blocked view-exposes-auth-users
        view-lost-security-invoker view-security-definer
        """,
    ),
    _area(
        6,
        "errors",
        "Error handling and logging",
        """
        db-error-unchecked db-query-never-runs db-single-on-optional-row debug-leftover
        error-detail-leaked error-response-shape error-swallowed fe-error-not-surfaced
        fe-invoke-error-ignored fetch-status-unchecked flow-external-create-uncompensated
        fn-cors-headers-incomplete fn-floating-promise fn-no-error-boundary fn-path-without-response
        function-no-handler request-body-consumed-twice secret-exposed status-stuck-on-error
        stripe-webhook-permanent-retry webhook-acks-failed-work
        """,
    ),
    _area(
        7,
        "configuration",
        "Configuration and environment",
        """
        ci-secret-drift config-auth-confirmation-off config-auth-hook config-auth-local-url
        config-auth-redirect config-auth-test-otp config-auth-weak config-env-undefined
        config-function-mismatch config-function-undeclared config-invalid config-network-open
        config-schema-exposed config-secret-literal config-seed-path config-signing-keys-tracked
        drift-schema-not-exposed env-empty-fallback env-file-tracked env-function-local-file
        env-insecure-default env-name-drift env-reserved-prefix env-undeclared env-unused expect-env
        fe-env-fallback-project flow-functions-url fn-cors-headers-incomplete
        fn-cors-preflight-missing fn-cors-unsafe-origin project-ref-mismatch public-env-secret
        secret-connection-string secret-generic secret-in-sql secret-pterodactyl-key
        secret-stripe-key secret-supabase-access-token secret-supabase-admin-key
        secret-webhook-signing stripe-test-mode-in-prod supabase-temp-tracked
        """,
    ),
    _area(
        8,
        "frontend",
        "Front end",
        """
        config-auth-local-url config-auth-redirect drift-bucket drift-client-op-blocked drift-embed
        drift-function-contract drift-function-missing drift-returning-blocked
        drift-select-star-sensitive error-response-shape fe-admin-key fe-auth-callback-deadlock
        fe-client-fulfilment fe-env-fallback-project fe-error-not-surfaced fe-html-injection
        fe-invoke-before-session fe-invoke-error-ignored fe-redirect-route-missing fe-signup-coupled
        fe-ui-only-authz flow-status-set-divergence fn-cors-headers-incomplete
        fn-cors-preflight-missing fn-open-redirect grant-missing migration-breaks-code
        mock-data-shipped policy-update-needs-select project-ref-mismatch public-env-secret
        realtime-table-unpublished redirect-not-absolute storage-upsert-policies
        stripe-price-from-client
        """,
    ),
    _area(
        9,
        "quality",
        "Code quality",
        """
        constant-drift db-query-never-runs db-single-on-optional-row debug-leftover drift-column
        drift-column-type drift-conflict-target drift-function-missing drift-function-uncalled
        drift-generated-types drift-rpc drift-rpc-args drift-table env-empty-fallback
        env-file-tracked env-insecure-default env-unused expect-value hardcoded-admin
        import-deprecated-runtime import-unpinned import-unresolved insecure-random
        merge-conflict-marker migration-style mock-data-shipped placeholder-value
        secret-connection-string secret-exposed secret-generic secret-stripe-key
        secret-supabase-access-token secret-supabase-admin-key stripe-price-placeholder
        supabase-js-invalid-call supabase-temp-tracked ts-escape-hatch ts-syntax ts-undefined-name
        weak-crypto
        """,
    ),
    _area(
        10,
        "launch",
        "Launch",
        """
        ci-deploy-disables-jwt ci-secret-drift config-auth-local-url config-function-mismatch
        config-invalid config-network-open doc-claim-contradiction env-undeclared expect-env
        expect-jwt expect-mapping expect-rows expect-value fn-unauthenticated-privileged
        function-no-handler import-unresolved migration-replay-failure migration-skipped
        migration-syntax migration-version-collision migration-version-order project-ref-mismatch
        stripe-price-placeholder stripe-test-mode-in-prod ts-syntax ts-undefined-name
        """,
    ),
)

# Where a rule that no area names belongs, by the folder of its file.
_BY_FOLDER = {
    "stripe": 1,
    "flow": 2,
    "functions": 4,
    "database": 5,
    "migrations": 5,
    "drift": 5,
    "errors": 6,
    "environment": 7,
    "secrets": 7,
    "config": 7,
    "frontend": 8,
    "expectations": 10,
}
_QUALITY = 9


def areas_of(rule: Rule) -> tuple[int, ...]:
    """The numbers of the areas that a rule speaks of, the one that it weighs in first."""
    named = tuple(area.number for area in AREAS if rule.id in area.rules)
    return named or (_BY_FOLDER.get(rule.area, _QUALITY),)
