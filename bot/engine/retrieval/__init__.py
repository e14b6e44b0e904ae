"""Finding the stored answer to a question in a person's own words."""
