-- The bar of each workspace: the worst over its enabled, unarchived campaigns; with none, live
-- unless its n8n never answered a sync or cannot be reached, which is for a sync that a person or a
-- command asked for to say, or two in a row of the background's. Writes, locks and counts
-- state_version only where something changed: a page that looks makes no commit wait.

CREATE OR REPLACE FUNCTION campaigns_refresh_health(ids uuid[]) RETURNS SETOF uuid
LANGUAGE sql AS $$
    WITH counted AS (
        SELECT w.id AS workspace_id,
               CASE WHEN c.worst = 4 THEN 'error'
                    WHEN c.worst = 3 THEN 'stale'
                    WHEN c.worst = 2 THEN 'syncing'
                    WHEN c.worst = 1 THEN 'live'
                    WHEN i.last_ok_at IS NOT NULL AND i.failed_at IS NULL THEN 'live'
                    ELSE 'stale' END AS status,
               c.total, c.total - c.syncing - c.stale - c.error AS live, c.syncing, c.stale, c.error,
               CASE WHEN i.last_ok_at IS NOT NULL AND i.failed_at IS NULL AND NOT i.silent
                    THEN 'ok' ELSE 'unreachable' END AS n8n,
               i.sandbox, i.last_ok_at AS last_sync_at
        FROM workspaces_workspace w
        JOIN workspaces_instance i ON i.id = w.instance_id
        CROSS JOIN LATERAL (
            -- Few expressions: each is asked of every campaign.
            SELECT count(*) AS total,
                   count(*) FILTER (WHERE sync_status = 'syncing') AS syncing,
                   count(*) FILTER (WHERE sync_status = 'stale') AS stale,
                   count(*) FILTER (WHERE sync_status = 'error') AS error,
                   max(CASE sync_status WHEN 'live' THEN 1 WHEN 'syncing' THEN 2
                                        WHEN 'stale' THEN 3 ELSE 4 END)
                       FILTER (WHERE enabled) AS worst
            FROM campaigns_campaign
            WHERE workspace_id = w.id AND archived_at IS NULL
        ) c
        WHERE w.id = ANY (ids)
    )
    INSERT INTO workspaces_health AS h
        (workspace_id, state_version, status, total, live, syncing, stale, error,
         n8n, sandbox, last_sync_at)
    SELECT c.workspace_id, 1, c.status, c.total, c.live, c.syncing, c.stale, c.error,
           c.n8n, c.sandbox, c.last_sync_at
    FROM counted c LEFT JOIN workspaces_health h USING (workspace_id)
    WHERE (h.status, h.total, h.live, h.syncing, h.stale, h.error, h.n8n, h.sandbox, h.last_sync_at)
        IS DISTINCT FROM (c.status, c.total, c.live, c.syncing, c.stale, c.error, c.n8n, c.sandbox,
            c.last_sync_at)
    ORDER BY c.workspace_id
    ON CONFLICT (workspace_id) DO UPDATE SET
        state_version = h.state_version + 1, status = excluded.status, total = excluded.total,
        live = excluded.live, syncing = excluded.syncing, stale = excluded.stale,
        error = excluded.error, n8n = excluded.n8n, sandbox = excluded.sandbox,
        last_sync_at = excluded.last_sync_at
    WHERE (h.status, h.total, h.live, h.syncing, h.stale, h.error, h.n8n, h.sandbox, h.last_sync_at)
        IS DISTINCT FROM (excluded.status, excluded.total, excluded.live, excluded.syncing,
            excluded.stale, excluded.error, excluded.n8n, excluded.sandbox, excluded.last_sync_at)
    RETURNING h.workspace_id
$$;
