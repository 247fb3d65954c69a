"""Benchmarks: what stands in the docs as measured, measured again by one command."""
