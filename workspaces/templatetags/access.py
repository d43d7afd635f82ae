"""`{% if access|can:"campaigns.trigger_sync" %}`"""

from django import template

from workspaces.access import Access

register = template.Library()


@register.filter
def can(access: Access | None, permission: str) -> bool:
    """Nobody may do anything: an absent access is no permission."""
    return access is not None and access.can(permission)
