"""Other evidence on the same clock: KPI tables."""

from beholder.inputs.table import read_kpis

__all__ = ["read_kpis"]
