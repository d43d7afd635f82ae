"""What each right is, in words: for who gives or takes it, and for docs/permissions.md."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rbac.roles import permissions_of
from workspaces.models import Role

ABILITIES: dict[str, Promise | str] = {
    "workspaces.view_workspace": _("see the workspace, its members and how it is doing"),
    "campaigns.view_campaign": _("see the campaigns and their status"),
    "campaigns.view_times": _("see the times and errors of runs"),
    "campaigns.change_campaign": _("rename, pause and resume campaigns"),
    "workspaces.view_roles": _("see the roles of others"),
    "workspaces.manage_members": _("invite, change and remove members and viewers"),
    "workspaces.view_settings": _("see the settings"),
    "campaigns.view_sync": _("see the results of syncs"),
    "campaigns.open_in_n8n": _("open campaigns in n8n"),
    "provisioning.view_gallery": _("look at the templates"),
    "provisioning.use_template": _("save campaigns as templates"),
    "provisioning.provision_campaign": _("make campaigns from templates"),
    "campaigns.trigger_sync": _("sync with n8n"),
    "campaigns.manage_campaign": _("add, archive and restore campaigns, and see their addresses"),
    "workspaces.change_workspace": _("change the settings, and make admins and owners"),
    "workspaces.view_role_audit": _("read the role audit"),
    "workspaces.manage_keys": _("manage API keys and the connection to n8n"),
}

SUMMARY: dict[str, Promise | str] = {
    Role.OWNER: _("Runs the workspace: settings, people, keys, the connection."),
    Role.ADMIN: _("Looks after members and campaigns, and reads the settings."),
    Role.MEMBER: _("Works with campaigns and sees their runs."),
    Role.VIEWER: _("Sees campaigns and their status, and no times."),
}


def gains(old: str, new: str) -> list[str]:
    """What the new role may and the old may not."""
    more = permissions_of(new) - permissions_of(old)
    return [str(words) for name, words in ABILITIES.items() if name in more]


def losses(old: str, new: str) -> list[str]:
    return gains(new, old)
