"""The database: tables, sessions, schema and bulk writes. The only package that knows a dialect."""
