"""How well a parser does: metrics, a report, plots."""
