"""Policy: which role may do what (phase 34)."""
