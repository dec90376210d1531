"""The story's chapters: what a command or a caller from Python asks for, each a few calls long."""
