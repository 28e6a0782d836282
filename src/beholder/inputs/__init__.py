"""Other evidence on the same clock: KPI tables."""
