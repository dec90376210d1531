"""A made-up town: its families over time, what services hold of them, and what is true.

Nobody in it exists. ``whole.make_town`` makes everything from a seed; the tables in ``rates`` and
``differences`` declare how often what happens, so that an audit can be held against the truth.
"""
