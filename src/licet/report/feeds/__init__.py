"""What feeds are like: on the screen, as a page with charts, as data."""
