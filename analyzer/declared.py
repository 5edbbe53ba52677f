"""What `supalint.toml` declares about the project: facts that no file of the repository can show."""

from __future__ import annotations

import msgspec

from analyzer.expectations import Expectations


class Declared(msgspec.Struct, frozen=True):
    """The declarations of one `supalint.toml`; every field is empty where it says nothing.

    Tables are named `schema.table`, functions by their folder's name.
    """

    aliases: tuple[tuple[str, ...], ...] = ()  # variable names that stand for one setting
    provided: tuple[str, ...] = ()  # variables that are set outside the repository
    public_tables: tuple[str, ...] = ()  # tables that anybody may read
    append_only_tables: tuple[str, ...] = ()  # logs: written to, read by nothing in the repository
    external_writers: tuple[str, ...] = ()  # tables that something outside the repository writes
    entrypoints: tuple[str, ...] = ()  # functions that something outside the repository calls
    reconcilers: tuple[str, ...] = ()  # functions that repair rows which others left half done
    expectations: Expectations = Expectations()
