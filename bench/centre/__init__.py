"""A large centre made for the measurement: people, cases, talk, stock and books of a year."""
