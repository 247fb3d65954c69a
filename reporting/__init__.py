"""Reporting: counts, shares and the report in its formats."""
