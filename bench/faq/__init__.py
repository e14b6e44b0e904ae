"""How well and how fast stored answers are found, on questions that people really asked."""
