"""The control plane for everyone who runs n8n for many clients."""
