"""A ruling as screen, page, data and annex."""
