"""The admin of structures: a module a subject; each registers what it is about."""

from structures.admin import duplicates, imports, network, structure, support

__all__ = ["duplicates", "imports", "network", "structure", "support"]
