"""What people ask and what the centre answers: read, put into every language, found again."""
