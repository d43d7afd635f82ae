from workspaces.management.elsewhere import Elsewhere


class Command(Elsewhere):
    help = "Not here: use create_superuser, which the ledger hears of."
    instead = "use `manage.py create_superuser EMAIL`, which says in the ledger that it did"
