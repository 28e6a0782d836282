"""Accuracy and speed, measured; not shipped. ``python -m benchmarks.all`` prints every table."""
