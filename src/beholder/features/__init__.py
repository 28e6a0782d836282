"""Frames and samples to series: pure functions by kind."""
