"""Home of phase 35: settings and secrets, carried to the workflows. Nothing is built yet."""
