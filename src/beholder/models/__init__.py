"""Series and events to MOS, with attribution."""
