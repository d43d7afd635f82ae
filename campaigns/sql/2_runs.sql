-- A run that is known twice, by the token of its start and by n8n's id (a poll saw it before its
-- end told both), becomes one: the one with the token stays.
CREATE OR REPLACE FUNCTION campaigns_fold(campaign uuid, p_token text, p_execution text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept campaigns_run_key;
    twin campaigns_run_key;
    better boolean;
BEGIN
    SELECT * INTO kept FROM campaigns_run_key k
        WHERE k.campaign_id = campaign AND k.token = p_token LIMIT 1;
    SELECT * INTO twin FROM campaigns_run_key k
        WHERE k.campaign_id = campaign AND k.execution_id = p_execution LIMIT 1;
    IF kept.run_id IS NULL OR twin.run_id IS NULL OR kept.run_id = twin.run_id THEN
        RETURN;
    END IF;
    better := campaigns_weight(twin) > campaigns_weight(kept);
    DELETE FROM campaigns_run_key WHERE run_id = twin.run_id;
    UPDATE campaigns_run_key SET
        execution_id = p_execution,
        manual = kept.manual OR twin.manual,
        result = CASE WHEN better THEN twin.result ELSE kept.result END,
        sent_at = CASE WHEN better THEN twin.sent_at ELSE kept.sent_at END,
        end_at = CASE WHEN better THEN twin.end_at ELSE kept.end_at END,
        polled = CASE WHEN better THEN twin.polled ELSE kept.polled END,
        seen_at = greatest(kept.seen_at, twin.seen_at)
        WHERE run_id = kept.run_id;
    WITH gone AS (
        DELETE FROM campaigns_run WHERE day = twin.day AND id = twin.run_id RETURNING *
    )
    UPDATE campaigns_run h SET
        execution_id = p_execution,
        started_at = least(h.started_at, g.started_at),
        result = CASE WHEN better THEN g.result ELSE h.result END,
        stopped_at = CASE WHEN better THEN g.stopped_at ELSE h.stopped_at END,
        wait_till = CASE WHEN better THEN g.wait_till ELSE h.wait_till END,
        end_at = CASE WHEN better THEN g.end_at ELSE h.end_at END
        FROM gone g WHERE h.day = kept.day AND h.id = kept.run_id;
    PERFORM campaigns_recount(campaign);
    PERFORM campaigns_last_run(campaign);
END $$;

-- Which of two reports of one run holds: as in campaigns_ingest.
CREATE OR REPLACE FUNCTION campaigns_weight(k campaigns_run_key) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE k.result WHEN 'error' THEN 4e12 WHEN 'success' THEN 3e12
                         WHEN 'canceled' THEN 2e12 WHEN 'crashed' THEN 1e12
               ELSE extract(epoch FROM k.sent_at) END::float8
           + (k.end_at IS NOT NULL AND NOT k.polled)::int
$$;

-- The open runs of a campaign, counted instead of carried on.
CREATE OR REPLACE FUNCTION campaigns_recount(campaign uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE campaigns_campaign c SET running = n.running, waiting = n.waiting
    FROM (
        SELECT count(*) FILTER (WHERE k.result = 'running') AS running,
               count(*) FILTER (WHERE k.result = 'waiting') AS waiting
        FROM campaigns_run_key k
        WHERE k.campaign_id = campaign AND k.end_at IS NULL AND NOT k.manual
    ) n
    WHERE c.id = campaign AND (c.running, c.waiting) IS DISTINCT FROM (n.running, n.waiting)
$$;

-- A poll that found open runs as they were: they are alive.
CREATE OR REPLACE FUNCTION campaigns_seen(
    campaigns uuid[], executions text[], sources text[], arrived timestamptz
) RETURNS void LANGUAGE sql
SET enable_seqscan = off
AS $$
    UPDATE campaigns_run_key k SET seen_at = arrived
    FROM unnest(campaigns, executions, sources) AS u (campaign, execution, source)
    WHERE u.source = 'polled' AND k.campaign_id = u.campaign AND k.execution_id = u.execution
      AND k.end_at IS NULL
$$;

-- Counts the heartbeats of each workspace in this minute; gives the places of those that are more
-- than its quota. Polled ones are n8n's answer to us, and count for nobody.
CREATE OR REPLACE FUNCTION campaigns_over_quota(owners uuid[], sources text[]) RETURNS integer[]
LANGUAGE plpgsql
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
AS $$
DECLARE
    minute timestamptz := date_trunc('minute', clock_timestamp());
    usual constant integer := 60000;  -- as in workspaces/quotas.py
    places integer[] := '{}';
    counted record;
BEGIN
    FOR counted IN
        WITH due AS (
            SELECT u.owner, count(*)::integer AS n
            FROM unnest(owners, sources) AS u (owner, source)
            WHERE u.owner IS NOT NULL AND u.source <> 'polled'
            GROUP BY 1 ORDER BY 1
        )
        UPDATE campaigns_workspaceclock k SET
            beats_minute = minute,
            beats = CASE WHEN k.beats_minute = minute THEN k.beats ELSE 0 END + d.n
        FROM due d WHERE k.workspace_id = d.owner
        RETURNING k.workspace_id AS owner, k.beats, d.n,
            coalesce((SELECT q."limit" FROM workspaces_quota q
                      WHERE q.workspace_id = k.workspace_id AND q.name = 'heartbeatsPerMinute'
                      LIMIT 1), usual) AS most
    LOOP
        IF counted.beats > counted.most THEN
            places := places || ARRAY(
                SELECT v.ord::integer FROM (
                    SELECT u.ord, row_number() OVER (ORDER BY u.ord) AS nth
                    FROM unnest(owners, sources) WITH ORDINALITY AS u (owner, source, ord)
                    WHERE u.owner = counted.owner AND u.source <> 'polled') v
                WHERE counted.beats - counted.n + v.nth > counted.most);
        END IF;
    END LOOP;
    RETURN places;
END $$;
