"""Ingest: from a file, a stream or a list to comments, rejects and chunks in the database."""
