"""supalint: static analysis for Supabase projects.

Rules may import the names below, and the modules of `PUBLIC_MODULES`: the facts of each language, and the questions
that can be asked of them. Everything else is internal and may change. The names are loaded when they are first used,
so that the command line starts with only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.answers import AnswerRead as AnswerRead
    from analyzer.answers import answer_reads as answer_reads
    from analyzer.config.env_value import value_kind as value_kind
    from analyzer.config.variables import literal_values as literal_values
    from analyzer.config_keys import Key as Key
    from analyzer.config_keys import key_at as key_at
    from analyzer.config_keys import keys_below as keys_below
    from analyzer.config_refusals import Refusal as Refusal
    from analyzer.config_refusals import refusals as refusals
    from analyzer.contracts import Contract as Contract
    from analyzer.contracts import Requirement as Requirement
    from analyzer.contracts import contract as contract
    from analyzer.declared import Declared as Declared
    from analyzer.deploys import may_be_opened as may_be_opened
    from analyzer.deploys import opened_by as opened_by
    from analyzer.environment import Declaration as Declaration
    from analyzer.environment import Variable as Variable
    from analyzer.environment import VariableRead as VariableRead
    from analyzer.environment import can_do_without as can_do_without
    from analyzer.environment import has_substitute as has_substitute
    from analyzer.environment import mentioned_variables as mentioned_variables
    from analyzer.environment import named_elsewhere as named_elsewhere
    from analyzer.environment import near_built_ins as near_built_ins
    from analyzer.environment import variables as variables
    from analyzer.facts.config import Assignment as Assignment
    from analyzer.facts.config import Document as Document
    from analyzer.facts.config import Entry as Entry
    from analyzer.facts.config import EnvEntry as EnvEntry
    from analyzer.facts.config import EnvFile as EnvFile
    from analyzer.facts.config import Flag as Flag
    from analyzer.facts.config import FunctionRequest as FunctionRequest
    from analyzer.facts.config import Job as Job
    from analyzer.facts.config import Json as Json
    from analyzer.facts.config import Script as Script
    from analyzer.facts.config import Section as Section
    from analyzer.facts.config import Step as Step
    from analyzer.facts.config import SupabaseCall as SupabaseCall
    from analyzer.facts.config import Toml as Toml
    from analyzer.facts.config import Value as Value
    from analyzer.facts.config import Word as Word
    from analyzer.facts.config import Workflow as Workflow
    from analyzer.facts.sql import CreateFunction as CreateFunction
    from analyzer.facts.sql import Do as Do
    from analyzer.facts.sql import SqlFile as SqlFile
    from analyzer.facts.sql_ddl import Grant as Grant
    from analyzer.facts.typescript import Module as Module
    from analyzer.finding import AccessChange as AccessChange
    from analyzer.finding import Create as Create
    from analyzer.finding import Edit as Edit
    from analyzer.finding import Finding as Finding
    from analyzer.finding import Fix as Fix
    from analyzer.finding import Place as Place
    from analyzer.finding import Rename as Rename
    from analyzer.finding import Severity as Severity
    from analyzer.finding import Unknown as Unknown
    from analyzer.hosted_config import HostedConfig as HostedConfig
    from analyzer.hosted_config import config_pushes as config_pushes
    from analyzer.hosted_config import hosted_configs as hosted_configs
    from analyzer.hosted_config import section_place as section_place
    from analyzer.invocations import FunctionCall as FunctionCall
    from analyzer.invocations import function_calls as function_calls
    from analyzer.jwt_setting import verify_jwt_off as verify_jwt_off
    from analyzer.platform import API_SCHEMAS as API_SCHEMAS
    from analyzer.platform import AUTH_ADMIN_ROLE as AUTH_ADMIN_ROLE
    from analyzer.platform import BUCKET_NAME as BUCKET_NAME
    from analyzer.platform import ENV_REFERENCE as ENV_REFERENCE
    from analyzer.platform import FUNCTION_SLUG as FUNCTION_SLUG
    from analyzer.platform import FUNCTION_URL as FUNCTION_URL
    from analyzer.platform import HOOK_SECRET as HOOK_SECRET
    from analyzer.platform import PLATFORM_SCHEMAS as PLATFORM_SCHEMAS
    from analyzer.platform import POSTGRES_VERSIONS as POSTGRES_VERSIONS
    from analyzer.platform import PROJECT_HOST as PROJECT_HOST
    from analyzer.platform import PROJECT_REF as PROJECT_REF
    from analyzer.project import EdgeFunction as EdgeFunction
    from analyzer.project import Project as Project
    from analyzer.project import VerifyJwt as VerifyJwt
    from analyzer.project_refs import addressed_projects as addressed_projects
    from analyzer.rule import ChangeRule as ChangeRule
    from analyzer.rule import ProjectRule as ProjectRule
    from analyzer.rule import Result as Result
    from analyzer.rule import SqlRule as SqlRule
    from analyzer.rule import SuppressionRule as SuppressionRule
    from analyzer.rule import TextRule as TextRule
    from analyzer.rule import TypeScriptRule as TypeScriptRule
    from analyzer.rule import option as option
    from analyzer.source import Lines as Lines
    from analyzer.source import ListedPath as ListedPath
    from analyzer.source import Listing as Listing
    from analyzer.source import Source as Source
    from analyzer.source import Span as Span
    from analyzer.suppress import Suppression as Suppression
    from analyzer.suppress import SuppressionUse as SuppressionUse
    from analyzer.untested import untested_use as untested_use
    from analyzer.webhooks import ProviderCheck as ProviderCheck
    from analyzer.webhooks import provider_checks as provider_checks

PUBLIC_MODULES = (
    "analyzer.facts.",
    "analyzer.typescript.",
    "analyzer.database.",
    "analyzer.data_api.",
    "analyzer.secrets.",
    "analyzer.platform",
    "analyzer.privileged",
    "analyzer.variable_drift",
    "analyzer.variable_uses",
    "analyzer.replay_causes",
    "analyzer.migration_steps",
    "analyzer.removed_names",
    "analyzer.catalogue_tables",
    "analyzer.price_cells",
    "analyzer.races",
    "analyzer.function_bodies",
    "analyzer.body_types",
    "analyzer.access",
    "analyzer.access_changes",
    "analyzer.policy_terms",
    "analyzer.dynamic_sql",
    "analyzer.policy_reads",
    "analyzer.view_terms",
    "analyzer.function_terms",
    "analyzer.trigger_terms",
    "analyzer.predicates",
    "analyzer.splinter.",
    "analyzer.error_branches",
    "analyzer.frontend",
    "analyzer.expectations",
    "analyzer.expected",
    "analyzer.claims.",
    "analyzer.function_callers",
    "analyzer.signing_up",
    "analyzer.status_columns",
    "analyzer.routes",
    "analyzer.stripe_events",
    "analyzer.stripe_flow",
    "analyzer.stripe_metadata",
    "analyzer.stripe_accounts",
    "analyzer.unchecked",
    "analyzer.ownership",
    "analyzer.messages",
    "analyzer.database_calls",
    "analyzer.table_uses",
    "analyzer.trusted_columns",
    "analyzer.written",
)

_MODULES = {
    "answers": ("AnswerRead", "answer_reads"),
    "contracts": ("Contract", "Requirement", "contract"),
    "project_refs": ("addressed_projects",),
    "config_refusals": ("Refusal", "refusals"),
    "platform": (
        "API_SCHEMAS",
        "AUTH_ADMIN_ROLE",
        "BUCKET_NAME",
        "ENV_REFERENCE",
        "FUNCTION_SLUG",
        "FUNCTION_URL",
        "HOOK_SECRET",
        "PLATFORM_SCHEMAS",
        "POSTGRES_VERSIONS",
        "PROJECT_HOST",
        "PROJECT_REF",
    ),
    "hosted_config": (
        "HostedConfig",
        "config_pushes",
        "hosted_configs",
        "section_place",
    ),
    "config.env_value": ("value_kind",),
    "config.variables": ("literal_values",),
    "config_keys": (
        "Key",
        "key_at",
        "keys_below",
    ),
    "declared": ("Declared",),
    "deploys": ("may_be_opened", "opened_by"),
    "environment": (
        "Declaration",
        "Variable",
        "VariableRead",
        "can_do_without",
        "has_substitute",
        "mentioned_variables",
        "named_elsewhere",
        "near_built_ins",
        "variables",
    ),
    "facts.sql": ("CreateFunction", "Do", "SqlFile"),
    "facts.sql_ddl": ("Grant",),
    "facts.typescript": ("Module",),
    "facts.config": (
        "Assignment",
        "Document",
        "Entry",
        "EnvEntry",
        "EnvFile",
        "Flag",
        "FunctionRequest",
        "Job",
        "Json",
        "Script",
        "Section",
        "Step",
        "SupabaseCall",
        "Toml",
        "Value",
        "Word",
        "Workflow",
    ),
    "finding": ("AccessChange", "Create", "Edit", "Finding", "Fix", "Place", "Rename", "Severity", "Unknown"),
    "project": ("EdgeFunction", "Project", "VerifyJwt"),
    "rule": (
        "ChangeRule",
        "ProjectRule",
        "Result",
        "SqlRule",
        "SuppressionRule",
        "TextRule",
        "TypeScriptRule",
        "option",
    ),
    "source": ("Lines", "ListedPath", "Listing", "Source", "Span"),
    "suppress": ("Suppression", "SuppressionUse"),
    "invocations": ("FunctionCall", "function_calls"),
    "jwt_setting": ("verify_jwt_off",),
    "untested": ("untested_use",),
    "webhooks": ("ProviderCheck", "provider_checks"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module `analyzer` has no public name `{name}`")
    value = getattr(import_module(f"analyzer.{_HOME[name]}"), name)
    globals()[name] = value
    return value
