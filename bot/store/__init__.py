"""What is kept: tables, transactions, and one module per thing kept. SQL stands only here."""
