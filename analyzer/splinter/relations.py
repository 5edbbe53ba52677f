"""Lints on tables, views, and their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from analyzer.database.model import Extension, Relation, Type
from analyzer.database.replay import Database, from_extension
from analyzer.splinter.judgement import API_ROLES, INTERNAL_SCHEMAS, Judgement, selectable

# What a column is called that should not be readable for everybody (0023).
SENSITIVE_NAMES = frozenset({
    "password", "passwd", "pwd", "passphrase", "secret", "secret_key", "private_key", "api_key", "apikey", "auth_key",
    "token", "jwt", "access_token", "refresh_token", "oauth_token", "session_token", "bearer_token", "auth_code",
    "session_id", "session_key", "session_secret", "recovery_code", "backup_code", "verification_code", "otp",
    "two_factor", "2fa_secret", "2fa_code", "ssn", "social_security", "social_security_number", "driver_license",
    "drivers_license", "license_number", "passport_number", "passport_id", "national_id", "tax_id", "credit_card",
    "card_number", "cvv", "cvc", "cvn", "bank_account", "account_number", "routing_number", "iban", "swift_code", "bic",
    "health_record", "medical_record", "patient_id", "insurance_number", "health_insurance", "medical_insurance",
    "treatment", "mac_address", "macaddr", "imei", "device_uuid", "pgp_key", "gpg_key", "ssh_key", "certificate",
    "license_key", "activation_key", "facial_recognition",
})  # fmt: skip
# Types whose values a major upgrade does not carry over (0018); pg_type.dat holds them all in pg_catalog.
_REG_TYPES = frozenset({
    "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure",
})  # fmt: skip
_REG_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pgsodium"})
_INVOKER = frozenset({"1", "true", "yes", "on"})
_GRAPHQL_KINDS = ("table", "view", "materialized view", "foreign")


def judge_relations(database: Database, exposed: Collection[str]) -> Iterator[Judgement]:
    """0002, 0004, 0010, 0013, 0016, 0017, 0018, 0019, 0023, 0026, 0027."""
    users = database.relation("auth", "users")
    graphql = any(isinstance(each, Extension) and each.name == "pg_graphql" for each in database.state.objects.values())
    for relation in database.relations():
        if relation.persistence == "temporary":
            continue  # gone with the session that made it
        internal = relation.schema in INTERNAL_SCHEMAS
        served = relation.schema in exposed and selectable(database, relation)
        own = not from_extension(database.state, relation.oid)
        if served and not internal:
            yield from _served(relation, own=own)
        if served and users is not None and _reads(database, relation, users) and not is_invoker(relation):
            yield _judgement("auth_users_exposed", relation)
        if relation.kind == "table" and own and not internal and not _has_primary_key(database, relation):
            yield _judgement("no_primary_key", relation)
        if is_open_queue(database, relation, exposed):
            yield _judgement("insecure_queue_exposed_in_api", relation)
        if relation.schema not in _REG_SCHEMAS and relation.kind != "sequence":
            for column in reg_columns(database, relation):
                yield _judgement("unsupported_reg_types", relation, column)
        if graphql and not internal and relation.kind in _GRAPHQL_KINDS:
            for role in API_ROLES:
                if _any_column(database, relation, role):
                    yield _judgement(f"pg_graphql_{role}_table_exposed", relation)


def _judgement(lint: str, relation: Relation, detail: str = "") -> Judgement:
    return Judgement(lint, relation.schema, relation.name, detail, relation)


def _served(relation: Relation, *, own: bool) -> Iterator[Judgement]:
    match relation.kind:
        case "table" if not relation.rls:
            yield _judgement("rls_disabled_in_public", relation)
            if any(column.name.lower().replace("-", "_") in SENSITIVE_NAMES for column in relation.columns):
                yield _judgement("sensitive_columns_exposed", relation)
        case "view" if own and not is_invoker(relation):
            yield _judgement("security_definer_view", relation)
        case "materialized view" if own:
            yield _judgement("materialized_view_in_api", relation)
        case "foreign" if own:
            yield _judgement("foreign_table_in_api", relation)
        case _:
            pass


def is_invoker(view: Relation) -> bool:
    """Whether a view runs as the role that asks; an option without a value is `true`."""
    return any(
        name.lower() == "security_invoker" and (value if value is not None else "true").lower() in _INVOKER
        for name, value in view.options
    )


def _reads(database: Database, view: Relation, table: Relation) -> bool:
    return view.query is not None and any(
        edge.oid == table.oid and kind == "normal"
        for edge, kind in database.state.dependencies.get(view.oid, {}).items()
    )


def _has_primary_key(database: Database, relation: Relation) -> bool:
    return any(index.primary for index in database.indexes(relation))


def is_open_queue(database: Database, relation: Relation, exposed: Collection[str]) -> bool:
    """Whether a relation is the table of a served queue without row level security."""
    return (
        relation.kind == "table"
        and relation.schema == "pgmq"
        and relation.name.startswith("q")
        and len(relation.name) > 1  # LIKE 'q_%', whose `_` stands for any character
        and not relation.rls
        and "pgmq_public" in exposed
        and selectable(database, relation)
    )


def reg_columns(database: Database, relation: Relation) -> Iterator[str]:
    """The columns whose values a major upgrade does not carry over."""
    for column in relation.columns:
        type_ = database.state.objects.get(column.type.oid)
        name = type_.name if isinstance(type_, Type) else database.type_text(column.type.bare)
        if not column.type.array and name in _REG_TYPES:
            yield column.name


def _any_column(database: Database, relation: Relation, role: str) -> bool:
    if database.allows(relation, role, "select"):
        return bool(relation.columns)
    return any(
        "select" in held or "select+" in held
        for column in relation.columns
        for holder, held in (column.acl or {}).items()
        if holder in (role, "public")
    )
