-- The states of a campaign, derived of its facts and the time by one pure function, whatever door
-- the facts came by.

DROP FUNCTION IF EXISTS campaigns_state(boolean, text, integer, text, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS campaigns_state(
    timestamptz, boolean, text, boolean, boolean, boolean, text, integer, integer, text, timestamptz,
    timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, text, boolean,
    boolean, timestamptz, interval);

CREATE OR REPLACE FUNCTION campaigns_state(
    at timestamptz,
    enabled boolean,                -- desired
    reported text,                  -- active | inactive | archived | missing | unknown
    served boolean,                 -- whether n8n serves its webhooks; null: not known
    bad_schedule boolean,
    contested boolean,              -- another workflow claims its webhook path as well
    tag_problem text,               -- tag_missing | tag_foreign | tag_conflict, on a shared n8n
    running integer,                -- open runs, manual ones left out
    stuck integer,                  -- of those, the ones that nobody saw for an hour
    counted_result text,            -- of the run that ended last, cancelled and manual ones left out
    heard_at timestamptz,           -- arrival of the campaign's last heartbeat
    last_started_at timestamptz,
    expected_at timestamptz,        -- the run that its schedule announces
    late_at timestamptz,            -- when that run counts as late
    differs_since timestamptz,      -- desired from reported
    intended_until timestamptz,     -- lease of what a person asked of n8n
    unreachable_at timestamptz,     -- its instance's last sync; null: that one worked
    failure text,                   -- of that sync, as orchestrator.n8n names it
    instance_silent boolean,        -- neither `alive` within 90 s nor a sync within 180 s
    workspace_silent boolean,       -- nor either of them within stale_after
    syncing_until timestamptz,      -- a sync that a person asked for is under way
    stale_after interval,
    making text,                    -- provisioning | failed | '': it is made
    making_until timestamptz,       -- as long as the making counts as in flight
    OUT n8n_status text, OUT sync_status text, OUT reason text, OUT drift boolean,
    OUT due_at timestamptz          -- when the time alone changes any of these
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    resting boolean := reported IN ('inactive', 'archived') OR (reported = 'unknown' AND NOT enabled);
    gone boolean := reported = 'missing';
    -- It bears another workspace's tag: nothing that it does is this workspace's to know.
    foreign_now boolean := tag_problem IN ('tag_foreign', 'tag_conflict');
    unreachable boolean := unreachable_at IS NOT NULL
        AND (heard_at IS NULL OR heard_at < unreachable_at);
    in_flight boolean := coalesce(syncing_until > at, false) OR coalesce(intended_until > at, false)
        OR (making = 'provisioning' AND coalesce(making_until > at, false));
    going boolean := running > stuck;
    unserved boolean := reported = 'active' AND served IS FALSE;
    unfit boolean := reported = 'active' AND bad_schedule;
    failed boolean := counted_result IN ('error', 'crashed');
    wrong boolean := (failed OR unserved OR unfit OR stuck > 0) AND NOT (resting AND NOT enabled)
        AND NOT foreign_now OR making = 'failed';
    awaited boolean := enabled AND reported = 'active' AND expected_at IS NOT NULL
        AND (last_started_at IS NULL OR last_started_at < expected_at - interval '1 s');
    late boolean := awaited AND late_at <= at;
    quiet boolean := workspace_silent AND coalesce(heard_at + stale_after <= at, true);
BEGIN
    n8n_status := CASE
        WHEN gone OR foreign_now OR unreachable OR instance_silent THEN 'unknown'
        WHEN going OR in_flight THEN 'syncing'
        WHEN wrong THEN 'error'
        WHEN resting THEN 'inactive'
        ELSE 'active' END;
    sync_status := CASE
        WHEN wrong THEN 'error'
        WHEN (enabled AND n8n_status = 'unknown') OR quiet OR late THEN 'stale'
        WHEN n8n_status = 'syncing' THEN 'syncing'
        ELSE 'live' END;
    drift := coalesce(differs_since + interval '60 s' <= at, false)
        AND NOT coalesce(intended_until > at, false) AND making = '';
    reason := CASE
        WHEN making = 'failed' THEN 'provisioning_failed'
        WHEN making <> '' THEN 'provisioning'
        WHEN gone THEN 'workflow_missing'
        WHEN tag_problem = 'tag_foreign' THEN 'tag_missing'
        WHEN foreign_now THEN tag_problem
        WHEN unreachable AND failure IN ('wrong_key', 'missing_scope', 'not_n8n', 'not_connected',
                                         'blocked_address', 'wrong_keys') THEN 'n8n_' || failure
        WHEN unreachable THEN 'n8n_unreachable'
        WHEN instance_silent THEN 'n8n_silent'
        WHEN wrong AND unserved THEN 'not_served'
        WHEN wrong AND unfit THEN 'bad_schedule'
        WHEN wrong AND failed THEN 'run_failed'
        WHEN wrong THEN 'stuck'
        WHEN late THEN 'late'
        WHEN quiet THEN 'silent'
        WHEN contested AND reported = 'active' THEN 'path_contested'
        WHEN tag_problem <> '' THEN tag_problem
        WHEN NOT enabled THEN 'paused'
        ELSE '' END;
    due_at := least(
        CASE WHEN syncing_until > at THEN syncing_until END,
        CASE WHEN intended_until > at THEN intended_until END,
        CASE WHEN making = 'provisioning' AND making_until > at THEN making_until END,
        CASE WHEN awaited AND late_at > at THEN late_at END,
        CASE WHEN workspace_silent AND heard_at + stale_after > at THEN heard_at + stale_after END,
        CASE WHEN differs_since + interval '60 s' > at THEN differs_since + interval '60 s' END);
END $$;

CREATE OR REPLACE FUNCTION campaigns_derive() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz := clock_timestamp();
    around record;
    said text;
BEGIN
    SELECT i.failed_at, i.failure, i.silent, w.stale_after_seconds, k.syncing_until,
           coalesce(k.silent, true) AS workspace_silent
        INTO around
        FROM workspaces_instance i
        JOIN workspaces_workspace w ON w.id = NEW.workspace_id
        LEFT JOIN campaigns_workspaceclock k ON k.workspace_id = w.id
        WHERE i.id = NEW.instance_id;
    IF NEW.enabled AND NEW.reported IN ('inactive', 'archived')
        OR NOT NEW.enabled AND NEW.reported = 'active' THEN
        NEW.differs_since := coalesce(NEW.differs_since, at);
    ELSE
        NEW.differs_since := NULL;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.enabled <> OLD.enabled THEN
        NEW.enabled_at := at;
    END IF;
    NEW.stuck := least(NEW.stuck, NEW.running);
    SELECT s.n8n_status, s.sync_status, s.reason, s.drift, s.due_at
        INTO NEW.n8n_status, NEW.sync_status, NEW.reason, NEW.drift, NEW.due_at
        FROM campaigns_state(
            at, NEW.enabled, NEW.reported, NEW.served, NEW.schedule_problem <> '',
            NEW.contested, NEW.tag_problem,
            NEW.running, NEW.stuck, NEW.counted_result, NEW.heard_at, NEW.last_started_at,
            NEW.expected_at, NEW.late_at, NEW.differs_since, NEW.intended_until,
            around.failed_at, around.failure, around.silent, around.workspace_silent,
            around.syncing_until, make_interval(secs => around.stale_after_seconds),
            NEW.making, NEW.making_until) s;
    IF NEW.archived_at IS NOT NULL THEN
        NEW.due_at := NULL;
    END IF;
    -- Whatever a page shows of it. `version` is in it: an edit is something that a page shows.
    IF TG_OP = 'UPDATE' AND (
        NEW.name, NEW.trigger, NEW.enabled, NEW.archived_at, NEW.version, NEW.n8n_workflow_id,
        NEW.reported, NEW.reported_at, NEW.last_sync_at, NEW.observed_at, NEW.observed_source,
        NEW.running > 0, NEW.waiting > 0, NEW.last_result, NEW.next_run_at, NEW.schedule_unknown,
        NEW.report_token_digest, NEW.webhook_token_encrypted, NEW.webhook_path <> '',
        NEW.n8n_status, NEW.sync_status, NEW.reason, NEW.drift, NEW.making
    ) IS DISTINCT FROM (
        OLD.name, OLD.trigger, OLD.enabled, OLD.archived_at, OLD.version, OLD.n8n_workflow_id,
        OLD.reported, OLD.reported_at, OLD.last_sync_at, OLD.observed_at, OLD.observed_source,
        OLD.running > 0, OLD.waiting > 0, OLD.last_result, OLD.next_run_at, OLD.schedule_unknown,
        OLD.report_token_digest, OLD.webhook_token_encrypted, OLD.webhook_path <> '',
        OLD.n8n_status, OLD.sync_status, OLD.reason, OLD.drift, OLD.making
    ) THEN
        NEW.state_version := OLD.state_version + 1;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.n8n_status, NEW.sync_status, NEW.reason, NEW.enabled, NEW.archived_at
    ) IS DISTINCT FROM (
        OLD.n8n_status, OLD.sync_status, OLD.reason, OLD.enabled, OLD.archived_at
    ) THEN
        said := campaigns_said(NEW.archived_at IS NOT NULL, NEW.enabled, NEW.reported,
                               NEW.n8n_status, NEW.sync_status);
        -- Not for a run that begins and ends: most of what comes here is that.
        IF NEW.reason <> OLD.reason OR NEW.enabled <> OLD.enabled
            OR said <> campaigns_said(OLD.archived_at IS NOT NULL, OLD.enabled, OLD.reported,
                                      OLD.n8n_status, OLD.sync_status) THEN
            PERFORM campaigns_log_change(OLD, NEW, at);
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER derive BEFORE INSERT OR UPDATE ON campaigns_campaign
    FOR EACH ROW EXECUTE FUNCTION campaigns_derive();
