"""Measures speed: everything in one run, beside the floor."""
