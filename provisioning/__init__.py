"""Home of phase 33: makes campaigns, with the vault's values, in n8n. Nothing is built yet."""
