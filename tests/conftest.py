"""What tests share. Plugins that must come before the settings are named in pyproject.toml."""

from tests.cast import cast
from tests.n8n_server import n8n, real_n8n, sandbox
from tests.product import product

__all__ = ["cast", "n8n", "product", "real_n8n", "sandbox"]
