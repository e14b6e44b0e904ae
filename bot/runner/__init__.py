"""The runner: takes updates in, lets the engine think, does what it wants done, and delivers."""
