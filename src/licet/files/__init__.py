"""Files in and out: TOML, survey formats, figures, workspaces. Every fault names file and place."""
