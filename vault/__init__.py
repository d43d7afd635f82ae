"""Home of phase 35: settings and secrets, carried to the campaigns' workflows. Nothing is built yet."""
