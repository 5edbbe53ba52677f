"""All that Splinter says of a database."""

from __future__ import annotations

from collections.abc import Collection

from analyzer.database.replay import Database
from analyzer.splinter.functions import judge_functions
from analyzer.splinter.judgement import Judgement
from analyzer.splinter.keys import judge_keys
from analyzer.splinter.platform_objects import judge_platform_objects
from analyzer.splinter.policies import judge_policies
from analyzer.splinter.relations import judge_relations


def judge(database: Database, exposed: Collection[str]) -> list[Judgement]:
    """What Splinter finds, ordered by lint and object; `exposed` are the schemas that the Data API serves."""
    found = [
        *judge_relations(database, exposed),
        *judge_policies(database),
        *judge_keys(database),
        *judge_functions(database, exposed),
        *judge_platform_objects(database),
    ]
    return sorted(found, key=lambda each: (each.lint, each.schema, each.object, each.detail))
