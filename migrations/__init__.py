"""Migrations, run by `brandpulse db upgrade`, and by itself for an SQLite file."""
