"""The commands of the command line, one a module, imported when they are asked for."""
