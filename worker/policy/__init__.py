"""DECIDES: pure functions without clock, store or log; each decision comes with its reason."""
