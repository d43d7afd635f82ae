"""When a workflow runs by its own schedule triggers, as n8n 2.41 reads them.

Pure functions: no database, no clock, no n8n.
"""

from campaigns.schedules.schedule import Schedule
from campaigns.schedules.triggers import Cause, Problem, Unknown, read
from campaigns.schedules.zones import zone_of

__all__ = ["Cause", "Problem", "Schedule", "Unknown", "read", "zone_of"]
