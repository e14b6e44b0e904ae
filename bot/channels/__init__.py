"""Channels: each speaks one platform's language, and nobody else does."""
