"""Migrations, applied in order by `migrate`."""
