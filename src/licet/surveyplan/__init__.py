"""A survey to be made: what it will be able to say, and what a wanted certainty costs.

declaring   the plan as a document
samples     who will be interviewed: bases, boosts and what unequal weights cost
verdicts    the chance of each verdict of each item in each group, and of each ruling
outlook     all of this for one plan, and for the same plan at other sizes
sizing      the least cost of a wanted certainty
waves       a plan from existing evidence: what the next fieldwork should be
"""
