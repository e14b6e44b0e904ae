"""Turns a flow into boxes and arrows, and gives each its place on a sheet."""
