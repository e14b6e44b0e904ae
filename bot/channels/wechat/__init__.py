"""The channel that speaks WeChat's language: nothing of it is known outside this package."""
