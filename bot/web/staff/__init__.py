"""The console: where staff see, decide and answer."""
