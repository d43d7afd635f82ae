"""The time zones that are known here, by their IANA names."""

from zoneinfo import available_timezones

ZONES = frozenset(available_timezones())
