"""A result as JSON, tables, HTML."""
