"""Reads a centre's flows, facts and lists, and checks them before anybody talks to it."""
