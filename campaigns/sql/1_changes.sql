-- What a campaign is said to be, and the log of it. A run that goes says nothing of that: `syncing`
-- is left out, so a campaign whose runs are well never writes here.

-- The face of its pulse, as it is while no run, no sync and no change of it is under way.
CREATE OR REPLACE FUNCTION campaigns_said(
    archived boolean, enabled boolean, reported text, n8n_status text, sync_status text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN archived THEN 'archived'
        WHEN sync_status = 'stale' THEN 'stale'
        WHEN n8n_status = 'active' THEN 'live'
        WHEN n8n_status <> 'syncing' THEN n8n_status
        WHEN sync_status = 'error' THEN 'error'
        WHEN reported IN ('inactive', 'archived') OR (reported = 'unknown' AND NOT enabled)
            THEN 'inactive'
        ELSE 'live' END
$$;

-- Called by the trigger that derives the states, with the row locked: where it makes no difference
-- to what is said nothing is written. What one statement changes twice is one change: heartbeats
-- that correct an earlier end, a tick of several causes.
CREATE OR REPLACE FUNCTION campaigns_log_change(
    was campaigns_campaign, became campaigns_campaign, changed_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    change campaigns_statechange;
    known boolean;
BEGIN
    SELECT * INTO change FROM campaigns_statechange c
        WHERE c.campaign_id = became.id AND c.statement_at = statement_timestamp()
          -- which is so for few parts of the table
          AND c.at BETWEEN statement_timestamp() AND statement_timestamp() + interval '1 day'
        ORDER BY c.at DESC LIMIT 1;
    known := FOUND;
    IF NOT known THEN
        change.was := campaigns_said(was.archived_at IS NOT NULL, was.enabled, was.reported,
                                     was.n8n_status, was.sync_status);
        change.was_reason := CASE WHEN was.archived_at IS NULL THEN was.reason ELSE '' END;
        change.was_enabled := was.enabled;
    END IF;
    change.became := campaigns_said(became.archived_at IS NOT NULL, became.enabled, became.reported,
                                    became.n8n_status, became.sync_status);
    change.reason := CASE WHEN became.archived_at IS NULL THEN became.reason ELSE '' END;
    change.enabled := became.enabled;
    IF (change.was, change.was_reason) = (change.became, change.reason)
        AND (change.was_enabled = change.enabled OR change.became = 'archived') THEN
        IF known THEN
            DELETE FROM campaigns_statechange c
                WHERE c.campaign_id = became.id AND c.at = change.at AND c.id = change.id;
        END IF;
        RETURN;
    END IF;
    SELECT * INTO change.cause, change.actor FROM campaigns_cause(
        was, became, change.was_reason || ' ' || change.reason);
    IF change.cause = 'run'
        AND (became.counted_result, became.counted_end_at, became.counted_execution)
            IS DISTINCT FROM (was.counted_result, was.counted_end_at, was.counted_execution) THEN
        change.result := became.counted_result;
        change.execution := became.counted_execution;
    END IF;
    IF known THEN
        UPDATE campaigns_statechange c SET
            became = change.became, reason = change.reason, enabled = change.enabled,
            cause = change.cause, actor = change.actor, result = change.result,
            execution = change.execution
            WHERE c.campaign_id = became.id AND c.at = change.at AND c.id = change.id;
        RETURN;
    END IF;
    INSERT INTO campaigns_statechange (
        at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled,
        became, reason, enabled, cause, actor, result, execution
    ) VALUES (
        changed_at, gen_random_uuid(), statement_timestamp(), became.workspace_id, became.id,
        change.was, change.was_reason, change.was_enabled,
        change.became, change.reason, change.enabled,
        change.cause, change.actor, coalesce(change.result, ''), change.execution
    );
END $$;

-- Whose doing it was, by what else of the row is another now. `reasons`: before and after.
CREATE OR REPLACE FUNCTION campaigns_cause(
    was campaigns_campaign, became campaigns_campaign, reasons text,
    OUT cause text, OUT actor text
) LANGUAGE plpgsql AS $$
DECLARE
    edited boolean := (was.enabled, was.archived_at IS NULL)
        IS DISTINCT FROM (became.enabled, became.archived_at IS NULL);
    -- What was asked of n8n is settled: by whoever asked, also where a sweep does it for them.
    asked jsonb := CASE WHEN became.intended_by IS NULL THEN was.intended_by END;
    actor_type text := coalesce(
        asked ->> 'type', nullif(current_setting('orchestrator.actor_type', true), ''), 'database');
    by_actor text := CASE actor_type WHEN 'user' THEN 'person' WHEN 'system' THEN 'sync'
                     ELSE actor_type END;
BEGIN
    cause := CASE
        WHEN edited OR asked IS NOT NULL THEN by_actor
        WHEN (was.heard_at, was.running, was.last_started_at, was.observed_at, was.last_result,
              was.last_end_at, was.counted_result, was.counted_end_at)
            IS DISTINCT FROM
             (became.heard_at, became.running, became.last_started_at, became.observed_at,
              became.last_result, became.last_end_at, became.counted_result,
              became.counted_end_at) THEN 'run'
        WHEN (was.last_sync_at, was.reported) IS DISTINCT FROM (became.last_sync_at, became.reported)
            THEN 'sync'
        WHEN reasons ~ '\mn8n_' THEN 'n8n'
        -- None of its own facts: how long silence is fine is somebody's setting.
        WHEN by_actor IN ('person', 'key', 'command') THEN by_actor
        ELSE 'clock' END;
    actor := CASE WHEN cause IN ('person', 'key', 'command') THEN left(coalesce(
        asked ->> 'label', current_setting('orchestrator.actor_label', true), ''), 254) ELSE '' END;
END $$;
