"""What runs, and how it is doing, live (phase 32)."""
