"""Queues as a day goes on: what one interval hands to the next."""
