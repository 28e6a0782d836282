"""A recording, decoded once: pictures and sound with time stamps, and facts."""
