"""Doors of the command line, one module for each command or family of commands: they call chapters only."""
