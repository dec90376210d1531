"""Questions, objections and proposed conditions: their states, clock and votes. Pure; time is an argument.

Nothing here reaches the gate. What people say changes a use only where its owner accepts a condition
(``licet.conditions``); votes of whoever came forward are no estimate of what anybody thinks.
"""
