"""What happened in a recording, one detector per file: series in, events out."""
