"""Policy: what happened, by whom (phase 36); the audit ledger is written from the first day."""
