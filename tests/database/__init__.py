"""Tests of the replay that need no server."""
