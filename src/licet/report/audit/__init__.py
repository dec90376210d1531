"""Audits as page, screen and data: of sources, linkages, forecasts."""
