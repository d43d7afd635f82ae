from workspaces.management.elsewhere import Elsewhere


class Command(Elsewhere):
    help = "Not here: people change their password on their pages, which the ledger hears of."
    instead = (
        "people do it themselves, and the ledger hears of it: on their account page, or by the"
        " mail that the page to sign in offers (EMAIL_URL)"
    )
