"""A durable conversation engine with channels and delivery: it knows no place and no policy."""
