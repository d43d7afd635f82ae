-- Takes heartbeats, in the order given, as if one by one: keys, runs and campaigns in one call.
--
-- `p_source`: pushed (the hooks file), reported (a campaign's reportUrl), or polled: what n8n's API
-- said of a run. That has no heartbeat id, and is no sign that n8n's end of the line lives.
--
-- A heartbeat id comes once in a call, and `p_token` and `p_execution` are filled in where another
-- of the call says both (campaigns/writer.py). verdicts[n] is that of the n-th: accepted |
-- duplicate | stale | unknown | quota_exceeded. `changed` are the campaigns of which a page shows something else
-- now, `workspaces` theirs (same positions).
--
-- First the campaigns are locked, in order; what follows reads with a newer snapshot, so whatever
-- another process committed for them is seen.
--
-- On the plan: it is made once and serves one row and five hundred, with tables of any size. Tables
-- are reached by sub-selects with LIMIT, by = ANY and by ON CONFLICT, which are look-ups by index
-- whatever the planner thinks; what is left to join are the rows in hand, for which loops are
-- forbidden. Writing the campaigns is a join with a table and has a function of its own, where
-- nothing but loops is allowed.
DROP FUNCTION IF EXISTS campaigns_ingest(
    text[], text[], text[], text[], text[], text[], text[], timestamptz[], timestamptz[],
    timestamptz[], timestamptz[], text[], text[]);

CREATE OR REPLACE FUNCTION campaigns_ingest(
    p_instance text[], p_heartbeat text[], p_workflow text[], p_execution text[], p_token text[],
    p_status text[], p_mode text[], p_started timestamptz[], p_stopped timestamptz[],
    p_wait timestamptz[], p_sent timestamptz[], p_message text[], p_node text[],
    p_source text[],
    OUT verdicts text[], OUT changed uuid[], OUT workspaces uuid[]
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    arrived timestamptz := clock_timestamp();
    today date := (arrived AT TIME ZONE 'UTC')::date;
    half_a_tick constant float8 := 0.5e-6;  -- s; times are of microseconds
    campaigns uuid[];
    owners uuid[];
    locked uuid[];
    seen text[] := '{}';
    fresh integer[];
    over integer[];
    n integer;
    sums record;
    written record;
BEGIN
    -- Which campaign is meant, and the lock on each, in order.
    SELECT array_agg(c.id ORDER BY i.ord), array_agg(c.workspace_id ORDER BY i.ord)
    INTO campaigns, owners
    FROM unnest(p_instance, p_workflow) WITH ORDINALITY AS i (instance, workflow, ord)
    LEFT JOIN LATERAL (
        SELECT k.id, k.workspace_id FROM campaigns_campaign k
        WHERE k.instance_id = i.instance AND k.n8n_workflow_id = i.workflow
          AND k.tag_problem NOT IN ('tag_foreign', 'tag_conflict') LIMIT 1) c ON true;
    -- Counted before the campaigns are locked: the clock takes the two in this order as well.
    over := campaigns_over_quota(owners, p_source);
    locked := ARRAY(SELECT DISTINCT id FROM unnest(campaigns) AS u (id) WHERE id IS NOT NULL);
    PERFORM 1 FROM campaigns_campaign c WHERE c.id = ANY (locked) ORDER BY c.id FOR NO KEY UPDATE;

    -- A heartbeat is stamped once, so one of today cannot have come before today: only for others
    -- are the days before looked through. Its key stands on the later of its day and today.
    IF EXISTS (SELECT 1 FROM unnest(p_sent) AS u (sent)
               WHERE sent IS NULL OR (sent AT TIME ZONE 'UTC')::date < today) THEN
        SELECT coalesce(array_agg(i.instance || ' ' || i.heartbeat), '{}') INTO seen
        FROM unnest(p_instance, p_heartbeat) AS i (instance, heartbeat)
        WHERE (SELECT 1 FROM campaigns_heartbeat_key k WHERE k.instance_id = i.instance
               AND k.heartbeat_id = i.heartbeat LIMIT 1) IS NOT NULL;
    END IF;
    WITH key AS (
        INSERT INTO campaigns_heartbeat_key (instance_id, heartbeat_id, day)
        SELECT i.instance, i.heartbeat,
               greatest(today, least(today + 6, (i.sent AT TIME ZONE 'UTC')::date))
        FROM unnest(p_instance, p_heartbeat, p_sent, campaigns, p_source) WITH ORDINALITY
            AS i (instance, heartbeat, sent, campaign, source, ord)
        WHERE i.campaign IS NOT NULL AND i.source <> 'polled' AND i.ord <> ALL (over)
          AND (seen = '{}' OR i.instance || ' ' || i.heartbeat <> ALL (seen))
        ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        RETURNING instance_id, heartbeat_id
    )
    SELECT array_agg(u.ord) INTO fresh
    FROM (
        SELECT i.ord
        FROM unnest(p_instance, p_heartbeat) WITH ORDINALITY AS i (instance, heartbeat, ord)
        JOIN key k ON k.instance_id = i.instance AND k.heartbeat_id = i.heartbeat
        UNION ALL
        SELECT i.ord FROM unnest(campaigns, p_source) WITH ORDINALITY AS i (campaign, source, ord)
        WHERE i.source = 'polled' AND i.campaign IS NOT NULL
    ) u;

    verdicts := ARRAY(SELECT CASE WHEN u.id IS NULL THEN 'unknown'
                                  WHEN u.ord = ANY (over) THEN 'quota_exceeded'
                                  ELSE 'duplicate' END
                      FROM unnest(campaigns) WITH ORDINALITY AS u (id, ord) ORDER BY u.ord);
    changed := '{}';
    workspaces := '{}';
    IF fresh IS NULL THEN
        RETURN;
    END IF;

    WITH item AS (
        -- The id that its run gets if it is new. Made here: a window function that is handed the
        -- call would make another one for each row that asks for the first row's.
        SELECT i.*, gen_random_uuid() AS new_run,
               -- finished beats the rest; error beats success beats canceled beats crashed
               CASE i.status WHEN 'error' THEN 4 WHEN 'success' THEN 3 WHEN 'canceled' THEN 2
                             WHEN 'crashed' THEN 1 ELSE 0 END AS rank,
               CASE WHEN i.sent > arrived + interval '60 s' THEN arrived
                    ELSE coalesce(i.sent, arrived) END AS sent_at,
               CASE WHEN i.started > arrived + interval '60 s' THEN arrived
                    ELSE i.started END AS began,
               -- n8n reports a crash at its next start, with a stop near the run's start
               CASE WHEN i.status IN ('running', 'waiting') THEN NULL
                    WHEN i.status = 'crashed' AND i.source <> 'polled' OR i.stopped IS NULL
                        THEN least(coalesce(i.sent, arrived),
                             CASE WHEN i.sent > arrived + interval '60 s' THEN arrived END)
                    WHEN i.stopped > arrived + interval '60 s' THEN arrived
                    ELSE i.stopped END AS end_at
        FROM unnest(fresh) AS f (ord)
        JOIN unnest(campaigns, owners, p_instance, p_heartbeat, p_execution, p_token, p_status,
                    p_mode, p_started, p_stopped, p_wait, p_sent, p_message, p_node, p_source)
             WITH ORDINALITY AS i (campaign, workspace, instance, heartbeat, execution, token,
                    status, mode, started, stopped, wait, sent, message, node, source, ord)
             ON i.ord = f.ord
    ),
    found AS (  -- the run that is known by the token, else by the execution
        SELECT i.*, coalesce(t.run_id, x.run_id) AS known, coalesce(t.day, x.day) AS known_day,
               coalesce(t.result, x.result) AS old_result,
               coalesce(t.manual, x.manual) AS old_manual,
               coalesce(t.sent_at, x.sent_at) AS old_sent,
               coalesce(t.polled, x.polled) AS old_polled,
               t.run_id <> x.run_id AS execution_taken,
               c.last_end_at, c.last_execution,
               coalesce(t.run_id::text, x.run_id::text, 'x' || i.execution, 't' || i.token,
                        'h' || i.heartbeat) AS same
        FROM item i
        LEFT JOIN LATERAL (
            SELECT * FROM campaigns_run_key k
            WHERE k.campaign_id = i.campaign AND k.token = i.token LIMIT 1) t ON true
        LEFT JOIN LATERAL (
            SELECT * FROM campaigns_run_key k
            WHERE k.campaign_id = i.campaign AND k.execution_id = i.execution LIMIT 1) x ON true
        LEFT JOIN LATERAL (
            SELECT c.last_end_at, c.last_execution FROM campaigns_campaign c
            WHERE c.id = i.campaign LIMIT 1) c ON true
    ),
    weighed AS (
        SELECT f.*,
               coalesce(known, first_value(new_run) OVER run) AS run_id,
               coalesce(known_day, today) AS day,
               min(began) OVER run AS run_started,
               coalesce(old_manual, false) OR bool_or(mode = 'manual') OVER run AS manual,
               -- which of two reports of one run holds: the rank of an end, else the time; of
               -- equal ones the pushed one, which knows more than n8n's list
               CASE rank WHEN 0 THEN extract(epoch FROM sent_at)::float8
                             + (source <> 'polled')::int * half_a_tick
                         ELSE rank * 1e12::float8 + (source <> 'polled')::int END AS weight,
               CASE old_result WHEN 'error' THEN 4e12 WHEN 'success' THEN 3e12
                               WHEN 'canceled' THEN 2e12 WHEN 'crashed' THEN 1e12
                    ELSE coalesce(extract(epoch FROM old_sent), -1) END::float8
                   + coalesce((NOT old_polled)::int, 0)
                     * CASE WHEN old_result IN ('running', 'waiting') THEN half_a_tick ELSE 1 END
                   AS old_weight,
               -- which of two ends is the later; as one number where the ends are equal
               CASE WHEN end_at IS NOT NULL THEN ARRAY[
                   (extract(epoch FROM end_at) * 1000000)::bigint,
                   CASE WHEN execution ~ '^[0-9]{1,18}$' THEN execution::bigint ELSE -1 END]
               END AS place,
               CASE WHEN last_end_at IS NOT NULL THEN ARRAY[
                   (extract(epoch FROM last_end_at) * 1000000)::bigint,
                   coalesce(last_execution, -1)] END AS last_place
        FROM found f
        WINDOW run AS (PARTITION BY campaign, same ORDER BY ord
                       ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ),
    judged AS (
        SELECT w.*, weight > greatest(old_weight, max(weight) OVER (
            PARTITION BY run_id ORDER BY ord
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS moves
        FROM weighed w
    ),
    ordered AS MATERIALIZED (
        SELECT j.*,
               -- an end that corrects an earlier one of its own run is never too late
               moves AND (rank = 0 OR manual OR old_weight >= 1e12
                   OR coalesce(place >= greatest(last_place,
                       max(place) FILTER (WHERE moves AND rank > 0 AND NOT manual) OVER (
                           PARTITION BY campaign ORDER BY ord
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), true)) AS counts,
               row_number() OVER (PARTITION BY run_id ORDER BY moves DESC, weight DESC, ord)
                   AS standing
        FROM judged j
    ),
    keys AS (
        INSERT INTO campaigns_run_key AS k
            (run_id, campaign_id, day, token, execution_id, result, manual, sent_at, end_at,
             seen_at, polled)
        SELECT run_id, campaign, day, token,
               CASE WHEN execution_taken IS NOT TRUE THEN execution END,
               status, manual, sent_at, end_at, arrived, source = 'polled'
        FROM ordered WHERE standing = 1 AND moves
        ON CONFLICT (run_id) DO UPDATE SET
            token = coalesce(k.token, excluded.token),
            execution_id = coalesce(k.execution_id, excluded.execution_id),
            result = excluded.result, manual = excluded.manual,
            sent_at = excluded.sent_at, end_at = excluded.end_at,
            seen_at = excluded.seen_at, polled = excluded.polled
    ),
    history AS (
        INSERT INTO campaigns_run AS h
            (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode,
             started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source)
        SELECT day, run_id, workspace, campaign, instance, execution, status, mode,
               run_started, stopped, wait, sent_at, end_at, message, node,
               CASE source WHEN 'polled' THEN source ELSE 'pushed' END
        FROM ordered WHERE standing = 1 AND moves
        ON CONFLICT (day, id) DO UPDATE SET
            execution_id = coalesce(h.execution_id, excluded.execution_id),
            result = excluded.result,
            mode = CASE WHEN h.mode = '' THEN excluded.mode ELSE h.mode END,
            started_at = least(h.started_at, excluded.started_at),
            stopped_at = excluded.stopped_at, wait_till = excluded.wait_till,
            end_at = excluded.end_at,  -- sent_at stays the first: the history is in order of it
            -- a poll knows no message
            error_message = CASE WHEN excluded.source = 'polled' AND excluded.result = 'error'
                            THEN h.error_message ELSE excluded.error_message END,
            error_node = CASE WHEN excluded.source = 'polled' AND excluded.result = 'error'
                         THEN h.error_node ELSE excluded.error_node END,
            source = CASE h.source WHEN 'pushed' THEN h.source ELSE excluded.source END
    ),
    campaign_sums AS (
        SELECT campaign, bool_or(source <> 'polled') AS heard,
               coalesce(sum((status = 'running' AND NOT manual)::int
                   - coalesce((old_result = 'running' AND NOT old_manual IS TRUE)::int, 0))
                   FILTER (WHERE standing = 1 AND moves), 0) AS running,
               coalesce(sum((status = 'waiting' AND NOT manual)::int
                   - coalesce((old_result = 'waiting' AND NOT old_manual IS TRUE)::int, 0))
                   FILTER (WHERE standing = 1 AND moves), 0) AS waiting,
               max(coalesce(end_at, sent_at)) FILTER (WHERE counts AND NOT manual) AS proven_at,
               (array_agg(CASE source WHEN 'pushed' THEN 'heartbeat' WHEN 'reported' THEN 'report'
                               ELSE 'poll' END ORDER BY coalesce(end_at, sent_at) DESC)
                   FILTER (WHERE counts AND NOT manual))[1] AS source,
               max(coalesce(began, CASE status WHEN 'running' THEN sent_at END))
                   FILTER (WHERE NOT manual) AS started,
               -- the run that ended last, with and without the cancelled ones
               max(place) FILTER (WHERE ended) AS last_place,
               (array_agg(status ORDER BY place DESC) FILTER (WHERE ended))[1] AS last_status,
               max(place) FILTER (WHERE ended AND status <> 'canceled') AS counted_place,
               (array_agg(status ORDER BY place DESC)
                   FILTER (WHERE ended AND status <> 'canceled'))[1] AS counted_status,
               bool_or(standing = 1 AND moves AND old_weight >= 1e12) AS revised
        FROM (SELECT o.*, standing = 1 AND moves AND rank > 0 AND NOT manual AS ended
              FROM ordered o) o
        GROUP BY campaign
    )
    SELECT array_agg(campaign) AS ids, array_agg(heard) AS heard, array_agg(running) AS running,
           array_agg(waiting) AS waiting, array_agg(proven_at) AS proven_at,
           array_agg(source) AS source, array_agg(started) AS started,
           array_agg(timestamptz 'epoch' + last_place[1] * interval '1 microsecond') AS last_end,
           array_agg(last_place[2]) AS last_execution, array_agg(last_status) AS last_status,
           array_agg(timestamptz 'epoch' + counted_place[1] * interval '1 microsecond') AS counted_end,
           array_agg(counted_place[2]) AS counted_execution,
           array_agg(counted_status) AS counted_status, array_agg(revised) AS revised,
           (SELECT array_agg(ord) FROM ordered WHERE counts) AS counted,
           (SELECT jsonb_agg(jsonb_build_array(campaign, token, execution)) FROM ordered
            WHERE execution_taken) AS twins
    INTO sums FROM campaign_sums;

    FOREACH n IN ARRAY fresh LOOP
        verdicts[n] := 'stale';
    END LOOP;
    FOREACH n IN ARRAY coalesce(sums.counted, '{}') LOOP
        verdicts[n] := 'accepted';
    END LOOP;
    FOR written IN SELECT * FROM campaigns_write(
        arrived, sums.ids, sums.heard, sums.running, sums.waiting, sums.proven_at, sums.source,
        sums.started, sums.last_end, sums.last_execution, sums.last_status, sums.counted_end,
        sums.counted_execution, sums.counted_status, sums.revised)
    LOOP
        IF written.revised THEN
            -- An end was corrected, perhaps the one that the state stood on.
            PERFORM campaigns_last_run(written.id);
            SELECT c.state_version INTO written.new_version
            FROM campaigns_campaign c WHERE c.id = written.id;
        END IF;
        IF written.new_version <> written.old_version THEN
            changed := changed || written.id;
            workspaces := workspaces || written.workspace;
        END IF;
    END LOOP;
    IF 'polled' = ANY (p_source) THEN
        PERFORM campaigns_seen(campaigns, p_execution, p_source, arrived);
    END IF;
    IF sums.twins IS NOT NULL THEN
        PERFORM campaigns_fold((t ->> 0)::uuid, t ->> 1, t ->> 2)
            FROM jsonb_array_elements(sums.twins) AS u (t);
    END IF;
END $$;
