"""Weights: from those of the sampling design to those that match what is known of the population.

Pure: arrays and tables in, values out. ``recipe.weigh`` runs the steps in their order.
"""
