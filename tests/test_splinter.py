"""Splinter's judgement, offline: what `supalint check --only splinter` says of migrations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.engine import analyze_texts
from analyzer.splinter.judgement import LINTS
from analyzer.splinter.lints import lints

OWN = "alter table a enable row level security;"
CASES = {
    "rls_disabled_in_public": "create table a (id int primary key);",
    "policy_exists_rls_disabled": "create table a (id int primary key); create policy p on a using (id = 1);",
    "rls_enabled_no_policy": f"create table a (id int primary key); {OWN}",
    "no_primary_key": "create table a (id int);",
    "unindexed_foreign_keys": "create table a (id int primary key, b int references a);",
    "fkey_to_auth_unique": "create table a (id int primary key, phone text references auth.users (phone));",
    "duplicate_index": "create table a (id int primary key, b int); create index x on a (b); create index y on a (b);",
    "auth_users_exposed": "create view v as select id from auth.users;",
    "security_definer_view": "create view v as select 1 as one;",
    "materialized_view_in_api": "create materialized view v as select 1 as one;",
    "function_search_path_mutable": "create function f() returns int language sql as 'select 1';",
    "anon_security_definer_function_executable": (
        "create function f(n int) returns int language sql security definer set search_path = '' as 'select 1';"
    ),
    "auth_rls_initplan": f"create table a (id uuid primary key); {OWN} create policy p on a using (id = auth.uid());",
    "rls_references_user_metadata": (
        f"create table a (id int primary key); {OWN} "
        "create policy p on a using (auth.jwt() -> 'user_metadata' ->> 'admin' = 'yes');"
    ),
    "rls_policy_always_true": (
        f"create table a (id int primary key); {OWN} create policy p on a for insert to authenticated;"
    ),
    "multiple_permissive_policies": (
        f"create table a (id int primary key); {OWN} "
        "create policy p on a using (id = 1); create policy q on a for select to anon using (id = 2);"
    ),
    "sensitive_columns_exposed": 'create table a (id int primary key, "API-Key" text);',
    "unsupported_reg_types": "create table a (id int primary key, f regproc);",
    "extension_in_public": "create extension pg_trgm;",
    "public_bucket_allows_listing": (
        "insert into storage.buckets (id, name, public) values ('b', 'b', true);"
        "create policy p on storage.objects for select using (bucket_id = 'b');"
    ),
}


def judged(sql: str) -> list[tuple[str, str, str]]:
    report = analyze_texts({"supabase/migrations/1_a.sql": sql}, lints())
    assert not report.failures
    names = [finding.splinter for finding in report.findings]
    return [(name.lint, f"{name.schema}.{name.object}", name.detail) for name in names if name is not None]


@pytest.mark.parametrize("lint", CASES)
def test_a_lint_finds_what_splinter_finds(lint: str) -> None:
    assert lint in {name for name, _, _ in judged(CASES[lint])}


def test_a_policy_for_all_roles_counts_for_each_role_and_action() -> None:
    found = {detail for lint, _, detail in judged(CASES["multiple_permissive_policies"]) if lint.startswith("multiple")}
    assert found == {"anon:SELECT"}


def test_overloads_are_told_apart_by_their_argument_types() -> None:
    found = judged(CASES["anon_security_definer_function_executable"])
    assert ("anon_security_definer_function_executable", "public.f", "integer") in found


def test_a_protected_table_with_one_plain_policy_is_fine() -> None:
    sql = (
        f"create table a (id uuid primary key); {OWN} create policy p on a for select using (id = (select auth.uid()));"
    )
    assert {lint for lint, _, _ in judged(sql)} <= {
        "pg_graphql_anon_table_exposed",
        "pg_graphql_authenticated_table_exposed",
    }


def test_the_command_gives_the_words_of_splinter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "supabase/migrations").mkdir(parents=True)
    (tmp_path / "supabase/config.toml").write_text('project_id = "shop"\n')
    (tmp_path / "supabase/migrations/1_a.sql").write_text(CASES["no_primary_key"])
    code = run(["check", str(tmp_path), "--only", "splinter", "--format", "json", "--exit-zero", "--no-cache"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert code == 0
    assert {"lint": "no_primary_key", "schema": "public", "object": "a", "detail": ""} in [
        finding["splinter"] for finding in findings
    ]
    assert {finding["rule"].partition("_")[2] for finding in findings} <= set(LINTS)
