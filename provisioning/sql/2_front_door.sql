-- Where tokens lead, and whether they may be gone through now. Those that may are counted against
-- their workspace's quota of this minute, by all web processes in one row. A token that leads
-- nowhere has no row.
CREATE OR REPLACE FUNCTION provisioning_enter(digests text[]) RETURNS TABLE (
    place integer, campaign uuid, workspace uuid, instance text, base_url text, path text,
    keeps boolean,
    refused text,  -- archived | suspended | tenant_mismatch | paused | ''
    over integer   -- how many calls more than the quota
) LANGUAGE plpgsql
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    at timestamptz := clock_timestamp();
    usual constant integer := 6000;  -- as in workspaces/quotas.py
BEGIN
    RETURN QUERY
    WITH found AS (
        SELECT u.ord::integer AS place, c.id AS campaign, c.workspace_id AS workspace,
            c.instance_id::text AS instance, i.base_url::text AS base_url,
            coalesce(nullif(c.webhook_path, ''), d.path)::text AS path, w.store_hook_bodies AS keeps,
            CASE
                WHEN c.archived_at IS NOT NULL THEN 'archived'
                WHEN w.suspended_at IS NOT NULL THEN 'suspended'
                WHEN c.tag_problem IN ('tag_foreign', 'tag_conflict') THEN 'tenant_mismatch'
                WHEN NOT c.enabled AND c.making = '' THEN 'paused'
                ELSE ''
            END AS refused
        FROM unnest(digests) WITH ORDINALITY AS u (digest, ord)
        JOIN provisioning_frontdoor d ON d.token_digest = u.digest
            AND (d.ends_at IS NULL OR d.ends_at > at)
        JOIN campaigns_campaign c ON c.id = d.campaign_id
        JOIN workspaces_workspace w ON w.id = c.workspace_id
        JOIN workspaces_instance i ON i.id = c.instance_id
    ), due AS (
        SELECT workspace, count(*)::integer AS n FROM found WHERE refused = '' GROUP BY 1
    ), counted AS (
        INSERT INTO provisioning_hookmeter AS m (workspace_id, minute, calls)
        SELECT workspace, date_trunc('minute', at), n FROM due ORDER BY workspace
        ON CONFLICT (workspace_id) DO UPDATE SET
            calls = CASE WHEN m.minute < excluded.minute THEN 0 ELSE m.calls END + excluded.calls,
            minute = greatest(m.minute, excluded.minute)
        RETURNING m.workspace_id AS workspace, m.calls
    ), numbered AS (
        SELECT place, row_number() OVER (PARTITION BY workspace ORDER BY place) AS nth
        FROM found WHERE refused = ''
    )
    SELECT f.place, f.campaign, f.workspace, f.instance, f.base_url, f.path, f.keeps, f.refused,
        greatest(0, coalesce(k.calls - d.n + o.nth - coalesce((
            SELECT q."limit" FROM workspaces_quota q
            WHERE q.workspace_id = f.workspace AND q.name = 'hookCallsPerMinute' LIMIT 1
        ), usual), 0))::integer
    FROM found f
    LEFT JOIN numbered o ON o.place = f.place
    LEFT JOIN due d ON d.workspace = f.workspace
    LEFT JOIN counted k ON k.workspace = f.workspace;
END $$;
