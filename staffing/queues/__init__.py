"""Queues in steady state: formulas, numbers in and numbers out."""
