"""Settings of the session: SET, RESET and set_config."""

from __future__ import annotations

from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.facts.sql_ddl import Set

# https://github.com/supabase/postgres/blob/develop/migrations/db/init-scripts/00000000000000-initial-schema.sql
SEARCH_PATH = ("$user", "public", "extensions")
#: The value of a setting that nobody knows: that object itself.
UNKNOWN_SETTING: tuple[str, ...] = ("", "")
_LISTS = frozenset({"search_path", "temp_tablespaces", "session_preload_libraries"})
_BOOLEANS = frozenset({"check_function_bodies", "row_security", "default_transaction_read_only"})
_WORDS = frozenset({"on", "off", "true", "false", "yes", "no", "1", "0", "t", "f", "y", "n"})


def split_setting(name: str, text: str) -> tuple[str, ...]:
    """The values that a setting's text means: a list of names, or one value."""
    if name.lower() not in _LISTS:
        return (text,)
    found: list[str] = []
    for part in text.split(","):
        word = part.strip()
        word = word[1:-1] if word.startswith('"') and word.endswith('"') and len(word) > 1 else word.lower()
        if word:
            found.append(word)
    return tuple(found)


def set_parameter(state: State, node: Set) -> None:
    """SET or RESET."""
    parameter = node.parameter
    name = parameter.name.lower()
    if parameter.reset and name == "all":
        reset_all(state)
        return
    if name in ("role", "session authorization", "session_authorization"):
        _set_role(state, node)
        return
    values = parameter.values
    if values is None:
        if name == "search_path":
            state.put(state.settings, name, SEARCH_PATH)
        else:
            state.remove(state.settings, name)
        return
    if name in _BOOLEANS and values and values[0].lower() not in _WORDS:
        raise Rejected("22023", f'parameter "{name}" requires a Boolean value', parameter)
    if name == "search_path" and len(values) == 1 and values[0] == "":
        values = ()
    state.put(state.settings, name, values)


def _set_role(state: State, node: Set) -> None:
    values = node.parameter.values
    if values is None or values[0].lower() in ("none", "default"):
        state.remove(state.settings, "role")
        return
    name = values[0]
    if not state.find("role", name):
        raise Rejected("22023", f'role "{name}" does not exist', node.parameter, subject=name)
    state.put(state.settings, "role", (name,))


def reset_all(state: State) -> None:
    """What each file starts with: the settings of the session."""
    for name in list(state.settings):
        if name not in ("server_version", "server_version_num"):
            state.remove(state.settings, name)
    state.put(state.settings, "search_path", SEARCH_PATH)
