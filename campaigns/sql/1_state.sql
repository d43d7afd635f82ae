-- The states of a campaign, derived of its facts by one pure function, whatever door they came by.

CREATE OR REPLACE FUNCTION campaigns_state(
    enabled boolean,            -- desired
    reported text,              -- active | inactive | archived | missing | unknown
    running integer,            -- open runs, manual ones left out
    counted_result text,        -- of the run that ended last, cancelled and manual ones left out
    heard_at timestamptz,       -- arrival of the campaign's last heartbeat
    unreachable_since timestamptz,  -- of its instance; null: reachable
    OUT n8n_status text, OUT sync_status text, OUT reason text
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    resting boolean := reported IN ('inactive', 'archived') OR (reported = 'unknown' AND NOT enabled);
    gone boolean := reported = 'missing';
    unreachable boolean := unreachable_since IS NOT NULL
        AND (heard_at IS NULL OR heard_at < unreachable_since);
    failed boolean := counted_result IN ('error', 'crashed') AND NOT (resting AND NOT enabled);
BEGIN
    n8n_status := CASE
        WHEN gone OR unreachable THEN 'unknown'
        WHEN running > 0 THEN 'syncing'
        WHEN failed THEN 'error'
        WHEN resting THEN 'inactive'
        ELSE 'active' END;
    sync_status := CASE
        WHEN failed THEN 'error'
        WHEN enabled AND n8n_status = 'unknown' THEN 'stale'
        WHEN running > 0 THEN 'syncing'
        ELSE 'live' END;
    reason := CASE
        WHEN gone THEN 'workflow_missing'
        WHEN unreachable THEN 'n8n_unreachable'
        WHEN failed THEN 'run_failed'
        WHEN NOT enabled THEN 'paused'
        ELSE '' END;
END $$;

CREATE OR REPLACE FUNCTION campaigns_derive() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unreachable_since timestamptz;
BEGIN
    SELECT i.failed_at INTO unreachable_since FROM workspaces_instance i WHERE i.id = NEW.instance_id;
    SELECT s.n8n_status, s.sync_status, s.reason
        INTO NEW.n8n_status, NEW.sync_status, NEW.reason
        FROM campaigns_state(NEW.enabled, NEW.reported, NEW.running, NEW.counted_result,
                             NEW.heard_at, unreachable_since) s;
    -- Whatever a page shows of it. `version` is in it: an edit is something that a page shows.
    IF TG_OP = 'UPDATE' AND (
        NEW.name, NEW.trigger, NEW.enabled, NEW.archived_at, NEW.version, NEW.n8n_workflow_id,
        NEW.reported, NEW.reported_at, NEW.last_sync_at, NEW.observed_at, NEW.running > 0,
        NEW.waiting > 0, NEW.last_result, NEW.n8n_status, NEW.sync_status, NEW.reason
    ) IS DISTINCT FROM (
        OLD.name, OLD.trigger, OLD.enabled, OLD.archived_at, OLD.version, OLD.n8n_workflow_id,
        OLD.reported, OLD.reported_at, OLD.last_sync_at, OLD.observed_at, OLD.running > 0,
        OLD.waiting > 0, OLD.last_result, OLD.n8n_status, OLD.sync_status, OLD.reason
    ) THEN
        NEW.state_version := OLD.state_version + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER derive BEFORE INSERT OR UPDATE ON campaigns_campaign
    FOR EACH ROW EXECUTE FUNCTION campaigns_derive();

-- An n8n that goes away or comes back changes what is known of all its campaigns.
CREATE OR REPLACE FUNCTION campaigns_instance_turned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM campaigns_campaign WHERE instance_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE campaigns_campaign SET running = running WHERE instance_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER instance_turned AFTER UPDATE OF failed_at ON workspaces_instance
    FOR EACH ROW WHEN (NEW.failed_at IS DISTINCT FROM OLD.failed_at)
    EXECUTE FUNCTION campaigns_instance_turned();
