"""The kinds of answers a contact can give, one class each."""
