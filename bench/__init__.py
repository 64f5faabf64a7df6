"""Measures: what a message costs, how fast big plants answer, what survives a kill."""
