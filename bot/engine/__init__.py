"""The pure conversation engine: no input or output, no clock, no chance."""
