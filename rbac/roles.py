"""Who may do what: the one table. The database grants by it, pages and sockets only ask."""

from workspaces.models import Role

OWNER, ADMIN, MEMBER, VIEWER = Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER

PERMISSIONS: dict[str, tuple[Role, ...]] = {
    # see campaigns, status colours, names and addresses of members (canRead)
    "workspaces.view_workspace": (VIEWER, MEMBER, ADMIN, OWNER),
    "campaigns.view_campaign": (VIEWER, MEMBER, ADMIN, OWNER),
    # see times of heartbeats, runs and syncs; errors of runs
    "campaigns.view_times": (MEMBER, ADMIN, OWNER),
    # rename, pause, resume a campaign (canWrite)
    "campaigns.change_campaign": (MEMBER, ADMIN, OWNER),
    # see the roles of others
    "workspaces.view_roles": (VIEWER, ADMIN, OWNER),
    # change member ↔ viewer, invite and remove those (canManage)
    "workspaces.manage_members": (ADMIN, OWNER),
    # see settings, result of a sync, "open in n8n"
    "workspaces.view_settings": (ADMIN, OWNER),
    "campaigns.view_sync": (ADMIN, OWNER),
    "campaigns.open_in_n8n": (ADMIN, OWNER),
    # see the gallery of templates
    "provisioning.view_gallery": (VIEWER, MEMBER, ADMIN, OWNER),
    # use or save a template; make a campaign of one, retry, cancel
    "provisioning.use_template": (OWNER,),
    "provisioning.provision_campaign": (OWNER,),
    # trigger a sync; adopt, archive, restore a campaign; see its webhook URLs
    "campaigns.trigger_sync": (OWNER,),
    "campaigns.manage_campaign": (OWNER,),
    # change settings, admin and owner roles; role audit of the workspace (isOwner)
    "workspaces.change_workspace": (OWNER,),
    "workspaces.view_role_audit": (OWNER,),
    # secrets, API keys, n8n connection (canManageKeys)
    "workspaces.manage_keys": (OWNER,),
}


def permissions_of(role: str) -> frozenset[str]:
    return frozenset(name for name, roles in PERMISSIONS.items() if role in roles)
