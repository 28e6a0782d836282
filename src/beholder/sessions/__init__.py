"""One recording's whole story: score, issue cards, KPIs."""
