"""What tests share. Plugins that must come before the settings are named in pyproject.toml."""

from hypothesis import settings

from tests.cast import cast
from tests.connected import asking, tenants
from tests.front_door import either, opened_once, place, stage
from tests.n8n_server import n8n, real_n8n, sandbox
from tests.own_n8n import own_n8n
from tests.people import everyone, people
from tests.product import product
from tests.web_process import committed

__all__ = [
    "asking",
    "cast",
    "committed",
    "either",
    "everyone",
    "n8n",
    "opened_once",
    "own_n8n",
    "people",
    "place",
    "product",
    "real_n8n",
    "sandbox",
    "stage",
    "tenants",
]

# A busy machine takes its time for an example now and then.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")
