-- What a call of campaigns_ingest has proven of campaigns that it has locked, into their rows.
--
-- The one join of ingestion with a table; its plan is a loop over the rows in hand and nothing else,
-- whatever the planner thinks of the table. An execution of -1: it has no number.
DROP FUNCTION IF EXISTS campaigns_write(
    timestamptz, uuid[], bigint[], bigint[], timestamptz[], timestamptz[], bigint[], text[],
    timestamptz[], bigint[], text[], boolean[]);

CREATE OR REPLACE FUNCTION campaigns_write(
    arrived timestamptz, p_id uuid[], p_heard boolean[], p_running bigint[], p_waiting bigint[],
    p_proven_at timestamptz[], p_source text[], p_started timestamptz[], p_last_end timestamptz[], p_last_execution bigint[],
    p_last_status text[], p_counted_end timestamptz[], p_counted_execution bigint[],
    p_counted_status text[], p_revised boolean[],
    OUT id uuid, OUT workspace uuid, OUT old_version integer, OUT new_version integer,
    OUT revised boolean
) RETURNS SETOF record LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_nestloop = on
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
    RETURN QUERY
    UPDATE campaigns_campaign c SET
        heard_at = CASE WHEN s.heard THEN arrived ELSE c.heard_at END,
        running = greatest(0, c.running + s.running),
        waiting = greatest(0, c.waiting + s.waiting),
        observed_at = greatest(c.observed_at, s.proven_at),
        observed_source = CASE WHEN s.is_newest THEN s.source ELSE c.observed_source END,
        last_started_at = greatest(c.last_started_at, s.started),
        last_result = CASE WHEN s.is_last THEN s.last_status ELSE c.last_result END,
        last_end_at = CASE WHEN s.is_last THEN s.last_end ELSE c.last_end_at END,
        last_execution =
            CASE WHEN s.is_last THEN nullif(s.last_execution, -1) ELSE c.last_execution END,
        counted_result = CASE WHEN s.is_counted THEN s.counted_status ELSE c.counted_result END,
        counted_end_at = CASE WHEN s.is_counted THEN s.counted_end ELSE c.counted_end_at END,
        counted_execution = CASE WHEN s.is_counted THEN nullif(s.counted_execution, -1)
                            ELSE c.counted_execution END
    FROM (
        SELECT u.*, o.state_version,
               u.proven_at IS NOT NULL
                   AND (o.observed_at IS NULL OR u.proven_at >= o.observed_at) AS is_newest,
               u.last_end IS NOT NULL AND (o.last_end_at IS NULL
                   OR (u.last_end, u.last_execution)
                       >= (o.last_end_at, coalesce(o.last_execution, -1))) AS is_last,
               u.counted_end IS NOT NULL AND (o.counted_end_at IS NULL
                   OR (u.counted_end, u.counted_execution)
                       >= (o.counted_end_at, coalesce(o.counted_execution, -1))) AS is_counted
        FROM unnest(p_id, p_heard, p_running, p_waiting, p_proven_at, p_source, p_started,
                    p_last_end, p_last_execution, p_last_status, p_counted_end,
                    p_counted_execution, p_counted_status, p_revised)
             AS u (id, heard, running, waiting, proven_at, source, started, last_end,
                   last_execution, last_status, counted_end, counted_execution, counted_status,
                   revised)
        JOIN campaigns_campaign o ON o.id = u.id
    ) s
    WHERE c.id = s.id
    RETURNING c.id, c.workspace_id, s.state_version::integer, c.state_version::integer, s.revised;
END $$;
