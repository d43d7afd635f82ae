"""What pages of campaigns say of their making. A page asks once, however many it shows."""

import uuid
from typing import Any

from django import template

from provisioning.unfinished import unfinished

register = template.Library()


@register.simple_tag(takes_context=True)
def progress_of(context: template.Context, campaign_id: uuid.UUID) -> str:
    """Where this caller follows it; `""`: it is not theirs."""
    access = context["access"]

    def ask() -> dict[uuid.UUID | None, str]:
        return {one.provision.campaign_id: one.url for one in unfinished(access)}

    found: str = _once(context, "making.progress", ask).get(campaign_id, "")
    return found


def _once(context: template.Context, name: str, ask: Any) -> Any:
    """Kept for the rest of this rendering."""
    render = context.render_context
    kept = render.dicts[0]
    if name not in kept:
        kept[name] = ask()
    return kept[name]
