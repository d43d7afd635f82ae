"""`/admin/`, for super admins: each app enters its pages in its own admin.py."""

from workspaces.administration.log import DayForm, Log
from workspaces.administration.rows import Edited, ReadOnly, Refused, flag
from workspaces.administration.site import Site, site

__all__ = ["DayForm", "Edited", "Log", "ReadOnly", "Refused", "Site", "flag", "site"]
