"""From linked, permitted records to an offer of support that a person decides.

``criteria`` says what a rule may declare, ``expressions`` what a filter may say and how it is compiled,
``bound`` holds a rule against the feeds it asks, ``counting`` makes persons and households of what an
engine counted. Nothing here reads a file, and nothing decides.
"""
