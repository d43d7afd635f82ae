-- A workspace that is suspended or goes on is told like a change of its bar, by whatever door: each
-- hub compares versions, so that every page that is open hears it.

CREATE OR REPLACE FUNCTION workspaces_suspension_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workspaces_health SET state_version = state_version + 1 WHERE workspace_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER suspension_changed AFTER UPDATE OF suspended_at, suspension_reason
    ON workspaces_workspace FOR EACH ROW
    WHEN ((OLD.suspended_at, OLD.suspension_reason)
          IS DISTINCT FROM (NEW.suspended_at, NEW.suspension_reason))
    EXECUTE FUNCTION workspaces_suspension_changed();
