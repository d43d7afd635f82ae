--
-- PostgreSQL database dump
--

\restrict lmBL6OtCSX18e1aqaMmfYiwP6LMEXHwWUublCSa33aOhPPuY8np2i7vLk0hfYsm

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: audit_event_chain(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_event_chain() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.chain := coalesce(NEW.workspace_id::text, 'platform');
    NEW.created_at := coalesce(NEW.created_at, clock_timestamp());
    INSERT INTO audit_chain (chain, seq, hash) VALUES (NEW.chain, 0, '\x')
        ON CONFLICT (chain) DO NOTHING;
    SELECT c.seq + 1, c.hash INTO NEW.seq, NEW.prev_hash
        FROM audit_chain c WHERE c.chain = NEW.chain FOR UPDATE;
    NEW.hash := audit_event_hash(NEW);
    UPDATE audit_chain c SET seq = NEW.seq, hash = NEW.hash WHERE c.chain = NEW.chain;
    RETURN NEW;
END $$;


SET default_tablespace = '';

--
-- Name: audit_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event (
    id uuid NOT NULL,
    chain text NOT NULL,
    seq bigint NOT NULL,
    workspace_id uuid,
    origin character varying(20) NOT NULL,
    actor_type character varying(10) NOT NULL,
    actor_id text NOT NULL,
    actor_label text NOT NULL,
    on_behalf_of text NOT NULL,
    action character varying(100) NOT NULL,
    object jsonb NOT NULL,
    before jsonb,
    after jsonb,
    reason text NOT NULL,
    ip inet,
    request_id text NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
PARTITION BY RANGE (created_at);


--
-- Name: audit_event_hash(public.audit_event); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_event_hash(e public.audit_event) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
    SELECT sha256(e.prev_hash || convert_to(jsonb_build_array(
        e.id, e.chain, e.seq, e.workspace_id, e.origin, e.actor_type, e.actor_id, e.actor_label,
        e.on_behalf_of, e.action, e.object, e.before, e.after, e.reason, host(e.ip), e.request_id,
        to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )::text, 'UTF8'))
$$;


--
-- Name: campaigns_alive(text, text, timestamp with time zone, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_alive(instance text, heartbeat text, sent timestamp with time zone, said jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    at timestamptz := least(coalesce(sent, clock_timestamp()), clock_timestamp());
    known boolean;
BEGIN
    SELECT true INTO known FROM campaigns_heartbeat_key k
        WHERE k.instance_id = instance AND k.heartbeat_id = heartbeat LIMIT 1;
    IF NOT known IS TRUE THEN
        INSERT INTO campaigns_heartbeat_key (instance_id, heartbeat_id, day)
        VALUES (instance, heartbeat, (clock_timestamp() AT TIME ZONE 'UTC')::date)
        ON CONFLICT DO NOTHING;
        known := NOT FOUND;
    END IF;
    IF known THEN
        RETURN 'duplicate';
    END IF;
    UPDATE workspaces_instance SET alive_at = at, about = said,
        timezone = coalesce(nullif(said ->> 'timezone', ''), timezone)
        WHERE id = instance AND (alive_at IS NULL OR alive_at <= at);
    RETURN CASE WHEN FOUND THEN 'accepted' ELSE 'stale' END;
END $$;


SET default_table_access_method = heap;

--
-- Name: campaigns_campaign; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_campaign (
    id uuid NOT NULL,
    n8n_workflow_id character varying(64) NOT NULL,
    name character varying(128) NOT NULL,
    trigger character varying(12) NOT NULL,
    enabled boolean NOT NULL,
    archived_at timestamp with time zone,
    set_aside boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    state_version integer NOT NULL,
    reported character varying(10) NOT NULL,
    reported_at timestamp with time zone,
    last_sync_at timestamp with time zone,
    heard_at timestamp with time zone,
    observed_at timestamp with time zone,
    running integer NOT NULL,
    waiting integer NOT NULL,
    last_result character varying(10) NOT NULL,
    last_end_at timestamp with time zone,
    last_execution bigint,
    counted_result character varying(10) NOT NULL,
    counted_end_at timestamp with time zone,
    counted_execution bigint,
    n8n_status character varying(10) NOT NULL,
    sync_status character varying(10) NOT NULL,
    reason character varying(30) NOT NULL,
    instance_id character varying(40) NOT NULL,
    workspace_id uuid NOT NULL,
    active_version_id character varying(64) DEFAULT ''::character varying NOT NULL,
    contested boolean DEFAULT false NOT NULL,
    differs_since timestamp with time zone,
    drift boolean DEFAULT false NOT NULL,
    due_at timestamp with time zone,
    enabled_at timestamp with time zone,
    expected_at timestamp with time zone,
    intended_by jsonb,
    intended_until timestamp with time zone,
    intention jsonb,
    last_started_at timestamp with time zone,
    late_at timestamp with time zone,
    next_run_at timestamp with time zone,
    observed_source character varying(10) DEFAULT ''::character varying NOT NULL,
    paused_version_id character varying(64) DEFAULT ''::character varying NOT NULL,
    report_token_digest character varying(64),
    report_token_encrypted text DEFAULT ''::text NOT NULL,
    schedule jsonb,
    schedule_problem character varying(200) DEFAULT ''::character varying NOT NULL,
    schedule_unknown character varying(30) DEFAULT ''::character varying NOT NULL,
    served boolean,
    settling_until timestamp with time zone,
    stuck integer DEFAULT 0 NOT NULL,
    tag_problem character varying(20) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT campaigns_campaign_running_check CHECK ((running >= 0)),
    CONSTRAINT campaigns_campaign_state_version_check CHECK ((state_version >= 0)),
    CONSTRAINT campaigns_campaign_stuck_check CHECK ((stuck >= 0)),
    CONSTRAINT campaigns_campaign_version_check CHECK ((version >= 0)),
    CONSTRAINT campaigns_campaign_waiting_check CHECK ((waiting >= 0))
)
WITH (fillfactor='70');


--
-- Name: campaigns_cause(public.campaigns_campaign, public.campaigns_campaign, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_cause(was public.campaigns_campaign, became public.campaigns_campaign, reasons text, OUT cause text, OUT actor text) RETURNS record
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: campaigns_derive(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_derive() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
            around.syncing_until, make_interval(secs => around.stale_after_seconds)) s;
    IF NEW.archived_at IS NOT NULL THEN
        NEW.due_at := NULL;
    END IF;
    -- Whatever a page shows of it. `version` is in it: an edit is something that a page shows.
    IF TG_OP = 'UPDATE' AND (
        NEW.name, NEW.trigger, NEW.enabled, NEW.archived_at, NEW.version, NEW.n8n_workflow_id,
        NEW.reported, NEW.reported_at, NEW.last_sync_at, NEW.observed_at, NEW.observed_source,
        NEW.running > 0, NEW.waiting > 0, NEW.last_result, NEW.next_run_at, NEW.schedule_unknown,
        NEW.report_token_digest, NEW.n8n_status, NEW.sync_status, NEW.reason, NEW.drift
    ) IS DISTINCT FROM (
        OLD.name, OLD.trigger, OLD.enabled, OLD.archived_at, OLD.version, OLD.n8n_workflow_id,
        OLD.reported, OLD.reported_at, OLD.last_sync_at, OLD.observed_at, OLD.observed_source,
        OLD.running > 0, OLD.waiting > 0, OLD.last_result, OLD.next_run_at, OLD.schedule_unknown,
        OLD.report_token_digest, OLD.n8n_status, OLD.sync_status, OLD.reason, OLD.drift
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


--
-- Name: campaigns_fold(uuid, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_fold(campaign uuid, p_token text, p_execution text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: campaigns_ingest(text[], text[], text[], text[], text[], text[], text[], timestamp with time zone[], timestamp with time zone[], timestamp with time zone[], timestamp with time zone[], text[], text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_ingest(p_instance text[], p_heartbeat text[], p_workflow text[], p_execution text[], p_token text[], p_status text[], p_mode text[], p_started timestamp with time zone[], p_stopped timestamp with time zone[], p_wait timestamp with time zone[], p_sent timestamp with time zone[], p_message text[], p_node text[], p_source text[], OUT verdicts text[], OUT changed uuid[], OUT workspaces uuid[]) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_nestloop TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $_$
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
END $_$;


--
-- Name: campaigns_instance_turned(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_instance_turned() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- One that speaks again is silent for none of its workspaces: the clock need not find out later
    -- what would then look like a second change.
    UPDATE campaigns_workspaceclock k SET silent = false
    FROM workspaces_workspace w
    WHERE w.instance_id = NEW.id AND k.workspace_id = w.id AND k.silent
      AND greatest(NEW.alive_at, NEW.last_ok_at)
          > clock_timestamp() - make_interval(secs => w.stale_after_seconds);
    PERFORM campaigns_rederive(ARRAY(
        SELECT id FROM campaigns_campaign WHERE instance_id = NEW.id AND archived_at IS NULL));
    RETURN NULL;
END $$;


--
-- Name: campaigns_last_of(uuid, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_last_of(campaign uuid, with_canceled boolean, OUT result text, OUT end_at timestamp with time zone, OUT number bigint) RETURNS SETOF record
    LANGUAGE sql STABLE
    AS $_$
    SELECT k.result, k.end_at,
           CASE WHEN k.execution_id ~ '^[0-9]{1,18}$' THEN k.execution_id::bigint END AS number
    FROM campaigns_run_key k
    WHERE k.campaign_id = campaign AND NOT k.manual AND k.end_at IS NOT NULL
      AND (with_canceled OR k.result <> 'canceled')
    ORDER BY k.end_at DESC, 3 DESC NULLS LAST LIMIT 1
$_$;


--
-- Name: campaigns_last_run(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_last_run(campaign uuid) RETURNS void
    LANGUAGE sql
    AS $$
    UPDATE campaigns_campaign c SET
        last_result = coalesce(l.result, ''), last_end_at = l.end_at, last_execution = l.number,
        counted_result = coalesce(n.result, ''), counted_end_at = n.end_at,
        counted_execution = n.number
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (SELECT * FROM campaigns_last_of(campaign, true)) l ON true
    LEFT JOIN LATERAL (SELECT * FROM campaigns_last_of(campaign, false)) n ON true
    WHERE c.id = campaign
$$;


--
-- Name: campaigns_log_change(public.campaigns_campaign, public.campaigns_campaign, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_log_change(was public.campaigns_campaign, became public.campaigns_campaign, changed_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: campaigns_over_quota(uuid[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_over_quota(owners uuid[], sources text[]) RETURNS integer[]
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
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


--
-- Name: campaigns_recount(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_recount(campaign uuid) RETURNS void
    LANGUAGE sql
    AS $$
    UPDATE campaigns_campaign c SET running = n.running, waiting = n.waiting
    FROM (
        SELECT count(*) FILTER (WHERE k.result = 'running') AS running,
               count(*) FILTER (WHERE k.result = 'waiting') AS waiting
        FROM campaigns_run_key k
        WHERE k.campaign_id = campaign AND k.end_at IS NULL AND NOT k.manual
    ) n
    WHERE c.id = campaign AND (c.running, c.waiting) IS DISTINCT FROM (n.running, n.waiting)
$$;


--
-- Name: campaigns_rederive(uuid[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_rederive(wanted uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- First the locks, in the order in which everybody takes them; what follows reads newer rows.
    PERFORM 1 FROM campaigns_campaign c WHERE c.id = ANY (wanted) ORDER BY c.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH differing AS (
        SELECT c.id
        FROM campaigns_campaign c
        JOIN workspaces_instance i ON i.id = c.instance_id
        JOIN workspaces_workspace w ON w.id = c.workspace_id
        LEFT JOIN campaigns_workspaceclock k ON k.workspace_id = w.id
        CROSS JOIN LATERAL campaigns_state(
            clock_timestamp(), c.enabled, c.reported, c.served, c.schedule_problem <> '',
            c.contested, c.tag_problem, c.running, c.stuck, c.counted_result, c.heard_at,
            c.last_started_at, c.expected_at, c.late_at, c.differs_since, c.intended_until,
            i.failed_at, i.failure, i.silent, coalesce(k.silent, true), k.syncing_until,
            make_interval(secs => w.stale_after_seconds)) s
        WHERE c.id = ANY (wanted)
          AND (c.n8n_status, c.sync_status, c.reason, c.drift,
               CASE WHEN c.archived_at IS NULL THEN c.due_at END)
            IS DISTINCT FROM (s.n8n_status, s.sync_status, s.reason, s.drift,
               CASE WHEN c.archived_at IS NULL THEN s.due_at END)
    )
    UPDATE campaigns_campaign c SET running = c.running  -- the trigger does it
    FROM differing d WHERE c.id = d.id
    RETURNING c.id;
END $$;


--
-- Name: campaigns_refresh_health(uuid[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_refresh_health(ids uuid[]) RETURNS SETOF uuid
    LANGUAGE sql
    AS $$
    INSERT INTO workspaces_health AS h
        (workspace_id, state_version, status, total, live, syncing, stale, error,
         n8n, sandbox, last_sync_at)
    SELECT w.id, 1,
           CASE WHEN c.enabled_error > 0 THEN 'error'
                WHEN c.enabled_stale > 0 THEN 'stale'
                WHEN c.enabled_syncing > 0 THEN 'syncing'
                WHEN c.enabled > 0 THEN 'live'
                WHEN i.last_ok_at IS NOT NULL AND i.failed_at IS NULL THEN 'live'
                ELSE 'stale' END,
           c.total, c.live, c.syncing, c.stale, c.error,
           CASE WHEN i.last_ok_at IS NOT NULL AND i.failed_at IS NULL AND NOT i.silent
                THEN 'ok' ELSE 'unreachable' END,
           i.sandbox, i.last_ok_at
    FROM workspaces_workspace w
    JOIN workspaces_instance i ON i.id = w.instance_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS total,
               count(*) FILTER (WHERE sync_status = 'live') AS live,
               count(*) FILTER (WHERE sync_status = 'syncing') AS syncing,
               count(*) FILTER (WHERE sync_status = 'stale') AS stale,
               count(*) FILTER (WHERE sync_status = 'error') AS error,
               count(*) FILTER (WHERE enabled) AS enabled,
               count(*) FILTER (WHERE enabled AND sync_status = 'syncing') AS enabled_syncing,
               count(*) FILTER (WHERE enabled AND sync_status = 'stale') AS enabled_stale,
               count(*) FILTER (WHERE enabled AND sync_status = 'error') AS enabled_error
        FROM campaigns_campaign
        WHERE workspace_id = w.id AND archived_at IS NULL
    ) c
    WHERE w.id = ANY (ids)
    ORDER BY w.id
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


--
-- Name: campaigns_said(boolean, boolean, text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_said(archived boolean, enabled boolean, reported text, n8n_status text, sync_status text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
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


--
-- Name: campaigns_seen(uuid[], text[], text[], timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_seen(campaigns uuid[], executions text[], sources text[], arrived timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET enable_seqscan TO 'off'
    AS $$
    UPDATE campaigns_run_key k SET seen_at = arrived
    FROM unnest(campaigns, executions, sources) AS u (campaign, execution, source)
    WHERE u.source = 'polled' AND k.campaign_id = u.campaign AND k.execution_id = u.execution
      AND k.end_at IS NULL
$$;


--
-- Name: campaigns_state(timestamp with time zone, boolean, text, boolean, boolean, boolean, text, integer, integer, text, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, boolean, boolean, timestamp with time zone, interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_state(at timestamp with time zone, enabled boolean, reported text, served boolean, bad_schedule boolean, contested boolean, tag_problem text, running integer, stuck integer, counted_result text, heard_at timestamp with time zone, last_started_at timestamp with time zone, expected_at timestamp with time zone, late_at timestamp with time zone, differs_since timestamp with time zone, intended_until timestamp with time zone, unreachable_at timestamp with time zone, failure text, instance_silent boolean, workspace_silent boolean, syncing_until timestamp with time zone, stale_after interval, OUT n8n_status text, OUT sync_status text, OUT reason text, OUT drift boolean, OUT due_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql IMMUTABLE
    AS $$
DECLARE
    resting boolean := reported IN ('inactive', 'archived') OR (reported = 'unknown' AND NOT enabled);
    gone boolean := reported = 'missing';
    -- It bears another workspace's tag: nothing that it does is this workspace's to know.
    foreign_now boolean := tag_problem IN ('tag_foreign', 'tag_conflict');
    unreachable boolean := unreachable_at IS NOT NULL
        AND (heard_at IS NULL OR heard_at < unreachable_at);
    in_flight boolean := coalesce(syncing_until > at, false) OR coalesce(intended_until > at, false);
    going boolean := running > stuck;
    unserved boolean := reported = 'active' AND served IS FALSE;
    unfit boolean := reported = 'active' AND bad_schedule;
    failed boolean := counted_result IN ('error', 'crashed');
    wrong boolean := (failed OR unserved OR unfit OR stuck > 0) AND NOT (resting AND NOT enabled)
        AND NOT foreign_now;
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
        AND NOT coalesce(intended_until > at, false);
    reason := CASE
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
        CASE WHEN awaited AND late_at > at THEN late_at END,
        CASE WHEN workspace_silent AND heard_at + stale_after > at THEN heard_at + stale_after END,
        CASE WHEN differs_since + interval '60 s' > at THEN differs_since + interval '60 s' END);
END $$;


--
-- Name: campaigns_tick(uuid[], interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_tick(wanted uuid[], behind interval, OUT turned uuid[], OUT changed uuid[], OUT workspaces uuid[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
    at timestamptz := clock_timestamp() - behind;
    hour constant interval := '1 hour';
    due uuid[];
BEGIN
    turned := '{}';
    -- 1. Instances that fell silent or spoke again.
    WITH told AS (
        SELECT i.id, NOT (coalesce(i.alive_at > at - interval '90 s', false)
                          OR coalesce(i.last_ok_at > at - interval '180 s', false)) AS silent
        FROM workspaces_instance i
        WHERE wanted IS NULL
           OR i.id IN (SELECT w.instance_id FROM workspaces_workspace w WHERE w.id = ANY (wanted))
    ),
    flipped AS (
        SELECT i.id, t.silent FROM workspaces_instance i JOIN told t ON t.id = i.id
        WHERE i.silent <> t.silent ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
    ),
    done AS (
        UPDATE workspaces_instance i SET silent = f.silent FROM flipped f WHERE i.id = f.id
        RETURNING i.id
    )
    SELECT turned || coalesce(array_agg(w.id), '{}') INTO turned
    FROM workspaces_workspace w JOIN done ON done.id = w.instance_id;

    -- 2. Workspaces that nobody has told anything of for staleAfterSeconds, or whose sync was lost.
    WITH told AS (
        SELECT w.id, NOT coalesce(greatest(i.alive_at, i.last_ok_at)
                   > at - make_interval(secs => w.stale_after_seconds), false) AS silent
        FROM workspaces_workspace w JOIN workspaces_instance i ON i.id = w.instance_id
        WHERE wanted IS NULL OR w.id = ANY (wanted)
    ),
    flipped AS (
        SELECT k.workspace_id, t.silent
        FROM campaigns_workspaceclock k JOIN told t ON t.id = k.workspace_id
        WHERE k.silent <> t.silent OR k.syncing_until <= at
        ORDER BY k.workspace_id FOR NO KEY UPDATE OF k SKIP LOCKED
    ),
    done AS (
        UPDATE campaigns_workspaceclock k SET silent = f.silent,
            syncing_until = CASE WHEN k.syncing_until > at THEN k.syncing_until END
        FROM flipped f WHERE k.workspace_id = f.workspace_id
        RETURNING k.workspace_id
    )
    SELECT turned || coalesce(array_agg(workspace_id), '{}') INTO turned FROM done;

    -- 3. Open runs that nobody saw for an hour.
    IF wanted IS NULL THEN
        WITH unseen AS (
            SELECT k.campaign_id AS id, count(*)::integer AS n FROM campaigns_run_key k
            WHERE k.end_at IS NULL AND k.seen_at < at - hour
              AND k.result = 'running' AND NOT k.manual
            GROUP BY 1
        ),
        -- By index, both: there are many campaigns, and few of these.
        concerned AS (
            SELECT id FROM unseen UNION SELECT id FROM campaigns_campaign WHERE stuck > 0
        ),
        differing AS (
            SELECT c.id, least(coalesce(u.n, 0), c.running) AS n
            FROM concerned JOIN campaigns_campaign c ON c.id = concerned.id
            LEFT JOIN unseen u ON u.id = c.id
            WHERE c.stuck <> least(coalesce(u.n, 0), c.running)
            ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
        ),
        done AS (
            UPDATE campaigns_campaign c SET stuck = d.n FROM differing d WHERE c.id = d.id
            RETURNING c.id
        )
        SELECT coalesce(array_agg(id), '{}') INTO changed FROM done;
    END IF;

    -- 4. Single campaigns whose time has come.
    due := ARRAY(
        SELECT c.id FROM campaigns_campaign c
        WHERE c.due_at <= at AND (wanted IS NULL OR c.workspace_id = ANY (wanted))
        ORDER BY c.id LIMIT 10000 FOR NO KEY UPDATE SKIP LOCKED);
    changed := coalesce(changed, '{}') || ARRAY(SELECT campaigns_rederive(due));
    workspaces := ARRAY(
        SELECT c.workspace_id FROM unnest(changed) WITH ORDINALITY AS u (id, ord)
        JOIN campaigns_campaign c ON c.id = u.id ORDER BY u.ord);
    turned := ARRAY(SELECT DISTINCT unnest(turned));
END $$;


--
-- Name: campaigns_run_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_key (
    run_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    day date NOT NULL,
    token text,
    execution_id text,
    result character varying(10) NOT NULL,
    manual boolean NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    polled boolean DEFAULT false NOT NULL,
    asked_at timestamp with time zone
)
WITH (fillfactor='80');


--
-- Name: campaigns_weight(public.campaigns_run_key); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_weight(k public.campaigns_run_key) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE k.result WHEN 'error' THEN 4e12 WHEN 'success' THEN 3e12
                         WHEN 'canceled' THEN 2e12 WHEN 'crashed' THEN 1e12
               ELSE extract(epoch FROM k.sent_at) END::float8
           + (k.end_at IS NOT NULL AND NOT k.polled)::int
$$;


--
-- Name: campaigns_workspace_made(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_workspace_made() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO campaigns_workspaceclock (workspace_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;


--
-- Name: campaigns_workspace_turned(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_workspace_turned() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    workspace uuid := to_jsonb(NEW) ->> coalesce(TG_ARGV[0], 'id');
BEGIN
    PERFORM campaigns_rederive(ARRAY(
        SELECT id FROM campaigns_campaign WHERE workspace_id = workspace AND archived_at IS NULL));
    RETURN NULL;
END $$;


--
-- Name: campaigns_write(timestamp with time zone, uuid[], boolean[], bigint[], bigint[], timestamp with time zone[], text[], timestamp with time zone[], timestamp with time zone[], bigint[], text[], timestamp with time zone[], bigint[], text[], boolean[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.campaigns_write(arrived timestamp with time zone, p_id uuid[], p_heard boolean[], p_running bigint[], p_waiting bigint[], p_proven_at timestamp with time zone[], p_source text[], p_started timestamp with time zone[], p_last_end timestamp with time zone[], p_last_execution bigint[], p_last_status text[], p_counted_end timestamp with time zone[], p_counted_execution bigint[], p_counted_status text[], p_revised boolean[], OUT id uuid, OUT workspace uuid, OUT old_version integer, OUT new_version integer, OUT revised boolean) RETURNS SETOF record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_nestloop TO 'on'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
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


--
-- Name: orchestrator_append_only(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.orchestrator_append_only(parent text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    part regclass;
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I'
        ' FOR EACH ROW EXECUTE FUNCTION orchestrator_refuse_change()', parent);
    FOR part IN SELECT parent::regclass UNION ALL
        SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = parent::regclass
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON %s'
            ' FOR EACH STATEMENT EXECUTE FUNCTION orchestrator_refuse_change()', part);
    END LOOP;
END $$;


--
-- Name: orchestrator_partitions(text, text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.orchestrator_partitions(parent text, unit text, keep_days integer, OUT made integer, OUT dropped integer) RETURNS record
    LANGUAGE plpgsql
    AS $_$
DECLARE
    step interval := CASE unit WHEN 'day' THEN interval '1 day' ELSE interval '1 month' END;
    pattern text := CASE unit WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END;
    first timestamp := date_trunc(unit, now() AT TIME ZONE 'UTC');
    lower_bound timestamp;
    part text;
BEGIN
    made := 0;
    dropped := 0;
    PERFORM pg_advisory_xact_lock(hashtext('orchestrator_partitions ' || parent));
    -- One step back as well: a row may belong to the end of yesterday.
    FOR i IN -1 .. CASE unit WHEN 'day' THEN 7 ELSE 2 END LOOP
        lower_bound := first + i * step;
        part := parent || '_p' || to_char(lower_bound, pattern);
        IF to_regclass(part) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    part, parent, to_char(lower_bound, 'YYYY-MM-DD') || ' 00:00:00+00',
                    to_char(lower_bound + step, 'YYYY-MM-DD') || ' 00:00:00+00');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                -- The DEFAULT part holds rows of this range already: they stay there.
                RAISE WARNING '% has rows in its default partition for %', parent, lower_bound;
            END;
        END IF;
    END LOOP;
    IF keep_days IS NOT NULL THEN
        FOR part IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = to_regclass(parent)
              AND c.relname ~ ('^' || parent || '_p[0-9]+$')
              AND to_timestamp(substring(c.relname FROM '[0-9]+$'), pattern) AT TIME ZONE 'UTC'
                  + step < (now() AT TIME ZONE 'UTC') - keep_days * interval '1 day'
        LOOP
            EXECUTE format('DROP TABLE %I', part);
            dropped := dropped + 1;
        END LOOP;
    END IF;
END $_$;


--
-- Name: orchestrator_refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.orchestrator_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;


--
-- Name: workspaces_factor_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_factor_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM workspaces_notify_access(NULL, OLD.user_id, NULL);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM workspaces_notify_access(NULL, NEW.user_id, NULL);
    END IF;
    RETURN NULL;
END $$;


--
-- Name: workspaces_grant_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_grant_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_notify_access(
        CASE TG_OP WHEN 'DELETE' THEN OLD.content_object_id ELSE NEW.content_object_id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END, NULL);
    RETURN NULL;
END $$;


--
-- Name: workspaces_has_second_factor(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_has_second_factor(member uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (
        SELECT 1 FROM mfa_authenticator
        WHERE user_id = member AND type IN ('totp', 'webauthn'))
$$;


--
-- Name: workspaces_keep_an_owner(uuid[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_keep_an_owner(ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM 1 FROM workspaces_workspace WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM workspaces_workspace w
        WHERE w.id = ANY (ids)
          AND EXISTS (SELECT 1 FROM workspaces_membership m WHERE m.workspace_id = w.id)
          AND NOT EXISTS (
            SELECT 1 FROM workspaces_membership m JOIN workspaces_user u ON u.id = m.user_id
            WHERE m.workspace_id = w.id AND m.role = 'owner' AND u.is_active)
    ) THEN
        RAISE EXCEPTION 'a workspace needs an active owner'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'last_owner';
    END IF;
END $$;


--
-- Name: workspaces_key_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_key_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('access', json_build_object('key', OLD.id)::text);
    RETURN NULL;
END $$;


--
-- Name: workspaces_key_requests_end(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_key_requests_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM workspaces_apikeyrequest WHERE key_id = OLD.id;
    RETURN OLD;
END $$;


--
-- Name: workspaces_keys_end(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_keys_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM workspaces_apikey WHERE membership_id = OLD.id;
    RETURN OLD;
END $$;


--
-- Name: workspaces_membership_moved(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_membership_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.workspace_id <> OLD.workspace_id OR NEW.user_id <> OLD.user_id THEN
        RAISE EXCEPTION 'a membership cannot move to another user or workspace'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.role <> OLD.role AND NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;  -- by raw SQL: whoever read the old row holds a stale one
    END IF;
    RETURN NEW;
END $$;


--
-- Name: workspaces_membership_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_membership_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_notify_access(
        CASE TG_OP WHEN 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END, NULL);
    RETURN NULL;
END $$;


--
-- Name: workspaces_membership_owner(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_membership_owner() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_keep_an_owner(
        ARRAY[CASE TG_OP WHEN 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END]);
    RETURN NULL;
END $$;


--
-- Name: workspaces_notify_access(uuid, uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_notify_access(workspace uuid, member uuid, session text) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT pg_notify('access', json_build_object(
        'workspace', workspace, 'user', member, 'session', session)::text)
$$;


--
-- Name: workspaces_required_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_required_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_notify_access(NEW.id, NULL, NULL);
    RETURN NULL;
END $$;


--
-- Name: workspaces_role_changed(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_role_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    old_role text;
    new_role text;
    workspace uuid;
    member uuid;
    actor_type text := nullif(current_setting('orchestrator.actor_type', true), '');
    actor_id text := nullif(current_setting('orchestrator.actor_id', true), '');
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_role := OLD.role; workspace := OLD.workspace_id; member := OLD.user_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_role := NEW.role; workspace := NEW.workspace_id; member := NEW.user_id;
    END IF;
    IF TG_OP = 'UPDATE' AND old_role = new_role THEN
        RETURN NULL;
    END IF;

    INSERT INTO role_audit_log
        (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at)
    VALUES (gen_random_uuid(), workspace, coalesce(actor_id, session_user),
            coalesce(actor_type, 'database'), member, old_role, new_role, clock_timestamp());

    DELETE FROM workspaces_workspaceuserobjectpermission
        WHERE content_object_id = workspace AND user_id = member;
    IF new_role IS NOT NULL THEN
        INSERT INTO workspaces_workspaceuserobjectpermission
            (content_object_id, user_id, permission_id)
        SELECT workspace, member, p.id
        FROM role_permission r
        JOIN django_content_type t ON t.app_label = r.app
        JOIN auth_permission p ON p.content_type_id = t.id AND p.codename = r.codename
        WHERE r.role = new_role;
    END IF;
    RETURN NULL;
END $$;


--
-- Name: workspaces_session_ended(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_session_ended() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM workspaces_usersession WHERE session_key = OLD.session_key;
    RETURN NULL;
END $$;


--
-- Name: workspaces_session_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_session_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_notify_access(
        NULL, NULL, encode(sha256(convert_to(OLD.session_key, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;


--
-- Name: workspaces_suspension_changed(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_suspension_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE workspaces_health SET state_version = state_version + 1 WHERE workspace_id = NEW.id;
    RETURN NULL;
END $$;


--
-- Name: workspaces_user_notify(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_user_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_notify_access(NULL, OLD.id, NULL);
    RETURN NULL;
END $$;


--
-- Name: workspaces_user_owner(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.workspaces_user_owner() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM workspaces_keep_an_owner(ARRAY(
        SELECT workspace_id FROM workspaces_membership WHERE user_id = OLD.id));
    RETURN NULL;
END $$;


--
-- Name: account_emailaddress; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id uuid NOT NULL
);


--
-- Name: account_emailaddress_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: account_emailconfirmation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);


--
-- Name: account_emailconfirmation_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: audit_chain; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_chain (
    chain text NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: audit_event_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event_default (
    id uuid CONSTRAINT audit_event_id_not_null NOT NULL,
    chain text CONSTRAINT audit_event_chain_not_null NOT NULL,
    seq bigint CONSTRAINT audit_event_seq_not_null NOT NULL,
    workspace_id uuid,
    origin character varying(20) CONSTRAINT audit_event_origin_not_null NOT NULL,
    actor_type character varying(10) CONSTRAINT audit_event_actor_type_not_null NOT NULL,
    actor_id text CONSTRAINT audit_event_actor_id_not_null NOT NULL,
    actor_label text CONSTRAINT audit_event_actor_label_not_null NOT NULL,
    on_behalf_of text CONSTRAINT audit_event_on_behalf_of_not_null NOT NULL,
    action character varying(100) CONSTRAINT audit_event_action_not_null NOT NULL,
    object jsonb CONSTRAINT audit_event_object_not_null NOT NULL,
    before jsonb,
    after jsonb,
    reason text CONSTRAINT audit_event_reason_not_null NOT NULL,
    ip inet,
    request_id text CONSTRAINT audit_event_request_id_not_null NOT NULL,
    prev_hash bytea CONSTRAINT audit_event_prev_hash_not_null NOT NULL,
    hash bytea CONSTRAINT audit_event_hash_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT audit_event_created_at_not_null NOT NULL
);


--
-- Name: audit_event_p202610; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event_p202610 (
    id uuid CONSTRAINT audit_event_id_not_null NOT NULL,
    chain text CONSTRAINT audit_event_chain_not_null NOT NULL,
    seq bigint CONSTRAINT audit_event_seq_not_null NOT NULL,
    workspace_id uuid,
    origin character varying(20) CONSTRAINT audit_event_origin_not_null NOT NULL,
    actor_type character varying(10) CONSTRAINT audit_event_actor_type_not_null NOT NULL,
    actor_id text CONSTRAINT audit_event_actor_id_not_null NOT NULL,
    actor_label text CONSTRAINT audit_event_actor_label_not_null NOT NULL,
    on_behalf_of text CONSTRAINT audit_event_on_behalf_of_not_null NOT NULL,
    action character varying(100) CONSTRAINT audit_event_action_not_null NOT NULL,
    object jsonb CONSTRAINT audit_event_object_not_null NOT NULL,
    before jsonb,
    after jsonb,
    reason text CONSTRAINT audit_event_reason_not_null NOT NULL,
    ip inet,
    request_id text CONSTRAINT audit_event_request_id_not_null NOT NULL,
    prev_hash bytea CONSTRAINT audit_event_prev_hash_not_null NOT NULL,
    hash bytea CONSTRAINT audit_event_hash_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT audit_event_created_at_not_null NOT NULL
);


--
-- Name: audit_event_p202611; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event_p202611 (
    id uuid CONSTRAINT audit_event_id_not_null NOT NULL,
    chain text CONSTRAINT audit_event_chain_not_null NOT NULL,
    seq bigint CONSTRAINT audit_event_seq_not_null NOT NULL,
    workspace_id uuid,
    origin character varying(20) CONSTRAINT audit_event_origin_not_null NOT NULL,
    actor_type character varying(10) CONSTRAINT audit_event_actor_type_not_null NOT NULL,
    actor_id text CONSTRAINT audit_event_actor_id_not_null NOT NULL,
    actor_label text CONSTRAINT audit_event_actor_label_not_null NOT NULL,
    on_behalf_of text CONSTRAINT audit_event_on_behalf_of_not_null NOT NULL,
    action character varying(100) CONSTRAINT audit_event_action_not_null NOT NULL,
    object jsonb CONSTRAINT audit_event_object_not_null NOT NULL,
    before jsonb,
    after jsonb,
    reason text CONSTRAINT audit_event_reason_not_null NOT NULL,
    ip inet,
    request_id text CONSTRAINT audit_event_request_id_not_null NOT NULL,
    prev_hash bytea CONSTRAINT audit_event_prev_hash_not_null NOT NULL,
    hash bytea CONSTRAINT audit_event_hash_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT audit_event_created_at_not_null NOT NULL
);


--
-- Name: audit_event_p202612; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event_p202612 (
    id uuid CONSTRAINT audit_event_id_not_null NOT NULL,
    chain text CONSTRAINT audit_event_chain_not_null NOT NULL,
    seq bigint CONSTRAINT audit_event_seq_not_null NOT NULL,
    workspace_id uuid,
    origin character varying(20) CONSTRAINT audit_event_origin_not_null NOT NULL,
    actor_type character varying(10) CONSTRAINT audit_event_actor_type_not_null NOT NULL,
    actor_id text CONSTRAINT audit_event_actor_id_not_null NOT NULL,
    actor_label text CONSTRAINT audit_event_actor_label_not_null NOT NULL,
    on_behalf_of text CONSTRAINT audit_event_on_behalf_of_not_null NOT NULL,
    action character varying(100) CONSTRAINT audit_event_action_not_null NOT NULL,
    object jsonb CONSTRAINT audit_event_object_not_null NOT NULL,
    before jsonb,
    after jsonb,
    reason text CONSTRAINT audit_event_reason_not_null NOT NULL,
    ip inet,
    request_id text CONSTRAINT audit_event_request_id_not_null NOT NULL,
    prev_hash bytea CONSTRAINT audit_event_prev_hash_not_null NOT NULL,
    hash bytea CONSTRAINT audit_event_hash_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT audit_event_created_at_not_null NOT NULL
);


--
-- Name: audit_event_p202701; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event_p202701 (
    id uuid CONSTRAINT audit_event_id_not_null NOT NULL,
    chain text CONSTRAINT audit_event_chain_not_null NOT NULL,
    seq bigint CONSTRAINT audit_event_seq_not_null NOT NULL,
    workspace_id uuid,
    origin character varying(20) CONSTRAINT audit_event_origin_not_null NOT NULL,
    actor_type character varying(10) CONSTRAINT audit_event_actor_type_not_null NOT NULL,
    actor_id text CONSTRAINT audit_event_actor_id_not_null NOT NULL,
    actor_label text CONSTRAINT audit_event_actor_label_not_null NOT NULL,
    on_behalf_of text CONSTRAINT audit_event_on_behalf_of_not_null NOT NULL,
    action character varying(100) CONSTRAINT audit_event_action_not_null NOT NULL,
    object jsonb CONSTRAINT audit_event_object_not_null NOT NULL,
    before jsonb,
    after jsonb,
    reason text CONSTRAINT audit_event_reason_not_null NOT NULL,
    ip inet,
    request_id text CONSTRAINT audit_event_request_id_not_null NOT NULL,
    prev_hash bytea CONSTRAINT audit_event_prev_hash_not_null NOT NULL,
    hash bytea CONSTRAINT audit_event_hash_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT audit_event_created_at_not_null NOT NULL
);


--
-- Name: auth_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


--
-- Name: auth_group_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: auth_group_permissions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


--
-- Name: auth_group_permissions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: auth_permission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


--
-- Name: auth_permission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: campaigns_heartbeat_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key (
    instance_id character varying(40) NOT NULL,
    heartbeat_id text NOT NULL,
    day date NOT NULL
)
PARTITION BY RANGE (day);


--
-- Name: campaigns_heartbeat_key_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_default (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261129; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261129 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261130; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261130 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261201; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261201 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261202; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261202 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261203; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261203 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261204; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261204 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261205; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261205 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261206; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261206 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_heartbeat_key_p20261207; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_heartbeat_key_p20261207 (
    instance_id character varying(40) CONSTRAINT campaigns_heartbeat_key_instance_id_not_null NOT NULL,
    heartbeat_id text CONSTRAINT campaigns_heartbeat_key_heartbeat_id_not_null NOT NULL,
    day date CONSTRAINT campaigns_heartbeat_key_day_not_null NOT NULL
);


--
-- Name: campaigns_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run (
    day date NOT NULL,
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    instance_id character varying(40) NOT NULL,
    execution_id character varying(64),
    result character varying(10) NOT NULL,
    mode character varying(20) NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) NOT NULL,
    error_node character varying(200) NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying NOT NULL
)
PARTITION BY RANGE (day);


--
-- Name: campaigns_run_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_default (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261129; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261129 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261130; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261130 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261201; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261201 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261202; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261202 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261203; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261203 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261204; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261204 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261205; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261205 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261206; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261206 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_run_p20261207; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_run_p20261207 (
    day date CONSTRAINT campaigns_run_day_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_run_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_run_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_run_campaign_id_not_null NOT NULL,
    instance_id character varying(40) CONSTRAINT campaigns_run_instance_id_not_null NOT NULL,
    execution_id character varying(64),
    result character varying(10) CONSTRAINT campaigns_run_result_not_null NOT NULL,
    mode character varying(20) CONSTRAINT campaigns_run_mode_not_null NOT NULL,
    started_at timestamp with time zone,
    stopped_at timestamp with time zone,
    wait_till timestamp with time zone,
    sent_at timestamp with time zone CONSTRAINT campaigns_run_sent_at_not_null NOT NULL,
    end_at timestamp with time zone,
    error_message character varying(500) CONSTRAINT campaigns_run_error_message_not_null NOT NULL,
    error_node character varying(200) CONSTRAINT campaigns_run_error_node_not_null NOT NULL,
    source character varying(6) DEFAULT 'pushed'::character varying CONSTRAINT campaigns_run_source_not_null NOT NULL
);


--
-- Name: campaigns_statechange; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange (
    at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    statement_at timestamp with time zone NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    was character varying(10) NOT NULL,
    was_reason character varying(30) NOT NULL,
    was_enabled boolean NOT NULL,
    became character varying(10) NOT NULL,
    reason character varying(30) NOT NULL,
    enabled boolean NOT NULL,
    cause character varying(10) NOT NULL,
    actor character varying(254) NOT NULL,
    result character varying(10) NOT NULL,
    execution bigint
)
PARTITION BY RANGE (at);


--
-- Name: campaigns_statechange_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange_default (
    at timestamp with time zone CONSTRAINT campaigns_statechange_at_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_statechange_id_not_null NOT NULL,
    statement_at timestamp with time zone CONSTRAINT campaigns_statechange_statement_at_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_statechange_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_statechange_campaign_id_not_null NOT NULL,
    was character varying(10) CONSTRAINT campaigns_statechange_was_not_null NOT NULL,
    was_reason character varying(30) CONSTRAINT campaigns_statechange_was_reason_not_null NOT NULL,
    was_enabled boolean CONSTRAINT campaigns_statechange_was_enabled_not_null NOT NULL,
    became character varying(10) CONSTRAINT campaigns_statechange_became_not_null NOT NULL,
    reason character varying(30) CONSTRAINT campaigns_statechange_reason_not_null NOT NULL,
    enabled boolean CONSTRAINT campaigns_statechange_enabled_not_null NOT NULL,
    cause character varying(10) CONSTRAINT campaigns_statechange_cause_not_null NOT NULL,
    actor character varying(254) CONSTRAINT campaigns_statechange_actor_not_null NOT NULL,
    result character varying(10) CONSTRAINT campaigns_statechange_result_not_null NOT NULL,
    execution bigint
);


--
-- Name: campaigns_statechange_p202610; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange_p202610 (
    at timestamp with time zone CONSTRAINT campaigns_statechange_at_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_statechange_id_not_null NOT NULL,
    statement_at timestamp with time zone CONSTRAINT campaigns_statechange_statement_at_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_statechange_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_statechange_campaign_id_not_null NOT NULL,
    was character varying(10) CONSTRAINT campaigns_statechange_was_not_null NOT NULL,
    was_reason character varying(30) CONSTRAINT campaigns_statechange_was_reason_not_null NOT NULL,
    was_enabled boolean CONSTRAINT campaigns_statechange_was_enabled_not_null NOT NULL,
    became character varying(10) CONSTRAINT campaigns_statechange_became_not_null NOT NULL,
    reason character varying(30) CONSTRAINT campaigns_statechange_reason_not_null NOT NULL,
    enabled boolean CONSTRAINT campaigns_statechange_enabled_not_null NOT NULL,
    cause character varying(10) CONSTRAINT campaigns_statechange_cause_not_null NOT NULL,
    actor character varying(254) CONSTRAINT campaigns_statechange_actor_not_null NOT NULL,
    result character varying(10) CONSTRAINT campaigns_statechange_result_not_null NOT NULL,
    execution bigint
);


--
-- Name: campaigns_statechange_p202611; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange_p202611 (
    at timestamp with time zone CONSTRAINT campaigns_statechange_at_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_statechange_id_not_null NOT NULL,
    statement_at timestamp with time zone CONSTRAINT campaigns_statechange_statement_at_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_statechange_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_statechange_campaign_id_not_null NOT NULL,
    was character varying(10) CONSTRAINT campaigns_statechange_was_not_null NOT NULL,
    was_reason character varying(30) CONSTRAINT campaigns_statechange_was_reason_not_null NOT NULL,
    was_enabled boolean CONSTRAINT campaigns_statechange_was_enabled_not_null NOT NULL,
    became character varying(10) CONSTRAINT campaigns_statechange_became_not_null NOT NULL,
    reason character varying(30) CONSTRAINT campaigns_statechange_reason_not_null NOT NULL,
    enabled boolean CONSTRAINT campaigns_statechange_enabled_not_null NOT NULL,
    cause character varying(10) CONSTRAINT campaigns_statechange_cause_not_null NOT NULL,
    actor character varying(254) CONSTRAINT campaigns_statechange_actor_not_null NOT NULL,
    result character varying(10) CONSTRAINT campaigns_statechange_result_not_null NOT NULL,
    execution bigint
);


--
-- Name: campaigns_statechange_p202612; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange_p202612 (
    at timestamp with time zone CONSTRAINT campaigns_statechange_at_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_statechange_id_not_null NOT NULL,
    statement_at timestamp with time zone CONSTRAINT campaigns_statechange_statement_at_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_statechange_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_statechange_campaign_id_not_null NOT NULL,
    was character varying(10) CONSTRAINT campaigns_statechange_was_not_null NOT NULL,
    was_reason character varying(30) CONSTRAINT campaigns_statechange_was_reason_not_null NOT NULL,
    was_enabled boolean CONSTRAINT campaigns_statechange_was_enabled_not_null NOT NULL,
    became character varying(10) CONSTRAINT campaigns_statechange_became_not_null NOT NULL,
    reason character varying(30) CONSTRAINT campaigns_statechange_reason_not_null NOT NULL,
    enabled boolean CONSTRAINT campaigns_statechange_enabled_not_null NOT NULL,
    cause character varying(10) CONSTRAINT campaigns_statechange_cause_not_null NOT NULL,
    actor character varying(254) CONSTRAINT campaigns_statechange_actor_not_null NOT NULL,
    result character varying(10) CONSTRAINT campaigns_statechange_result_not_null NOT NULL,
    execution bigint
);


--
-- Name: campaigns_statechange_p202701; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_statechange_p202701 (
    at timestamp with time zone CONSTRAINT campaigns_statechange_at_not_null NOT NULL,
    id uuid CONSTRAINT campaigns_statechange_id_not_null NOT NULL,
    statement_at timestamp with time zone CONSTRAINT campaigns_statechange_statement_at_not_null NOT NULL,
    workspace_id uuid CONSTRAINT campaigns_statechange_workspace_id_not_null NOT NULL,
    campaign_id uuid CONSTRAINT campaigns_statechange_campaign_id_not_null NOT NULL,
    was character varying(10) CONSTRAINT campaigns_statechange_was_not_null NOT NULL,
    was_reason character varying(30) CONSTRAINT campaigns_statechange_was_reason_not_null NOT NULL,
    was_enabled boolean CONSTRAINT campaigns_statechange_was_enabled_not_null NOT NULL,
    became character varying(10) CONSTRAINT campaigns_statechange_became_not_null NOT NULL,
    reason character varying(30) CONSTRAINT campaigns_statechange_reason_not_null NOT NULL,
    enabled boolean CONSTRAINT campaigns_statechange_enabled_not_null NOT NULL,
    cause character varying(10) CONSTRAINT campaigns_statechange_cause_not_null NOT NULL,
    actor character varying(254) CONSTRAINT campaigns_statechange_actor_not_null NOT NULL,
    result character varying(10) CONSTRAINT campaigns_statechange_result_not_null NOT NULL,
    execution bigint
);


--
-- Name: campaigns_syncrun; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_syncrun (
    id uuid NOT NULL,
    trigger character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    synced integer NOT NULL,
    changed integer NOT NULL,
    errors jsonb NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT campaigns_syncrun_changed_check CHECK ((changed >= 0)),
    CONSTRAINT campaigns_syncrun_synced_check CHECK ((synced >= 0))
);


--
-- Name: campaigns_workspaceclock; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns_workspaceclock (
    workspace_id uuid NOT NULL,
    sync_asked_at timestamp with time zone,
    syncing_until timestamp with time zone,
    silent boolean DEFAULT true NOT NULL,
    beats_minute timestamp with time zone,
    beats integer DEFAULT 0 NOT NULL,
    CONSTRAINT campaigns_workspaceclock_beats_check CHECK ((beats >= 0))
);


--
-- Name: django_admin_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id uuid NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);


--
-- Name: django_admin_log_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_content_type; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


--
-- Name: django_content_type_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


--
-- Name: django_migrations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


--
-- Name: guardian_groupobjectpermission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guardian_groupobjectpermission (
    id integer NOT NULL,
    object_pk character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


--
-- Name: guardian_groupobjectpermission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.guardian_groupobjectpermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.guardian_groupobjectpermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: guardian_userobjectpermission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guardian_userobjectpermission (
    id integer NOT NULL,
    object_pk character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    permission_id integer NOT NULL,
    user_id uuid NOT NULL
);


--
-- Name: guardian_userobjectpermission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.guardian_userobjectpermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.guardian_userobjectpermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: mfa_authenticator; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);


--
-- Name: mfa_authenticator_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: orchestrator_cache; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orchestrator_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);


--
-- Name: orchestrator_callerrate; Type: TABLE; Schema: public; Owner: -
--

CREATE UNLOGGED TABLE public.orchestrator_callerrate (
    caller character varying(60) NOT NULL,
    used_to timestamp with time zone NOT NULL
);


--
-- Name: orchestrator_installed; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orchestrator_installed (
    key character varying(40) NOT NULL,
    digest character varying(64) NOT NULL
);


--
-- Name: orchestrator_keptanswer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orchestrator_keptanswer (
    caller character varying(60) NOT NULL,
    method character varying(10) NOT NULL,
    path character varying(500) NOT NULL,
    key character varying(255) NOT NULL,
    digest character varying(64) NOT NULL,
    claim uuid NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    status smallint,
    headers jsonb NOT NULL,
    body text NOT NULL,
    CONSTRAINT orchestrator_keptanswer_status_check CHECK ((status >= 0))
);


--
-- Name: orchestrator_outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orchestrator_outbox (
    id uuid NOT NULL,
    fact character varying(100) NOT NULL,
    workspace_id uuid,
    subject_type character varying(100) NOT NULL,
    subject_id character varying(100) NOT NULL,
    data jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: rbac_invitation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rbac_invitation (
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    role character varying(10) NOT NULL,
    digest character varying(64),
    created_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    "end" character varying(10) NOT NULL,
    inviter_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT invitation_role_known CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'admin'::character varying, 'member'::character varying, 'viewer'::character varying])::text[])))
);


--
-- Name: rbac_membersview; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rbac_membersview (
    id bigint NOT NULL,
    viewer text NOT NULL,
    viewed_at timestamp with time zone NOT NULL,
    workspace_id uuid NOT NULL
);


--
-- Name: rbac_membersview_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.rbac_membersview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.rbac_membersview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: rbac_ownershiptransfer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rbac_ownershiptransfer (
    workspace_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    giver_id uuid NOT NULL,
    receiver_id uuid NOT NULL
);


--
-- Name: role_audit_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    changed_by text NOT NULL,
    changed_by_type character varying(10) NOT NULL,
    target_user uuid NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (created_at);


--
-- Name: role_audit_log_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log_default (
    id uuid CONSTRAINT role_audit_log_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT role_audit_log_workspace_id_not_null NOT NULL,
    changed_by text CONSTRAINT role_audit_log_changed_by_not_null NOT NULL,
    changed_by_type character varying(10) CONSTRAINT role_audit_log_changed_by_type_not_null NOT NULL,
    target_user uuid CONSTRAINT role_audit_log_target_user_not_null NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone CONSTRAINT role_audit_log_created_at_not_null NOT NULL
);


--
-- Name: role_audit_log_p202610; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log_p202610 (
    id uuid CONSTRAINT role_audit_log_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT role_audit_log_workspace_id_not_null NOT NULL,
    changed_by text CONSTRAINT role_audit_log_changed_by_not_null NOT NULL,
    changed_by_type character varying(10) CONSTRAINT role_audit_log_changed_by_type_not_null NOT NULL,
    target_user uuid CONSTRAINT role_audit_log_target_user_not_null NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone CONSTRAINT role_audit_log_created_at_not_null NOT NULL
);


--
-- Name: role_audit_log_p202611; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log_p202611 (
    id uuid CONSTRAINT role_audit_log_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT role_audit_log_workspace_id_not_null NOT NULL,
    changed_by text CONSTRAINT role_audit_log_changed_by_not_null NOT NULL,
    changed_by_type character varying(10) CONSTRAINT role_audit_log_changed_by_type_not_null NOT NULL,
    target_user uuid CONSTRAINT role_audit_log_target_user_not_null NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone CONSTRAINT role_audit_log_created_at_not_null NOT NULL
);


--
-- Name: role_audit_log_p202612; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log_p202612 (
    id uuid CONSTRAINT role_audit_log_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT role_audit_log_workspace_id_not_null NOT NULL,
    changed_by text CONSTRAINT role_audit_log_changed_by_not_null NOT NULL,
    changed_by_type character varying(10) CONSTRAINT role_audit_log_changed_by_type_not_null NOT NULL,
    target_user uuid CONSTRAINT role_audit_log_target_user_not_null NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone CONSTRAINT role_audit_log_created_at_not_null NOT NULL
);


--
-- Name: role_audit_log_p202701; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_audit_log_p202701 (
    id uuid CONSTRAINT role_audit_log_id_not_null NOT NULL,
    workspace_id uuid CONSTRAINT role_audit_log_workspace_id_not_null NOT NULL,
    changed_by text CONSTRAINT role_audit_log_changed_by_not_null NOT NULL,
    changed_by_type character varying(10) CONSTRAINT role_audit_log_changed_by_type_not_null NOT NULL,
    target_user uuid CONSTRAINT role_audit_log_target_user_not_null NOT NULL,
    old_role character varying(10),
    new_role character varying(10),
    created_at timestamp with time zone CONSTRAINT role_audit_log_created_at_not_null NOT NULL
);


--
-- Name: role_permission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_permission (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    app character varying(40) NOT NULL,
    codename character varying(100) NOT NULL
);


--
-- Name: role_permission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.role_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.role_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workspaces_apikey; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_apikey (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    role character varying(10) NOT NULL,
    prefix character varying(12) NOT NULL,
    digest character varying(64) NOT NULL,
    old_digest character varying(64),
    old_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    membership_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT apikey_role_known CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'admin'::character varying, 'member'::character varying, 'viewer'::character varying])::text[])))
);


--
-- Name: workspaces_apikeyrequest; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_apikeyrequest (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    method character varying(10) NOT NULL,
    path character varying(300) NOT NULL,
    status smallint NOT NULL,
    ip inet,
    key_id uuid NOT NULL,
    CONSTRAINT workspaces_apikeyrequest_status_check CHECK ((status >= 0))
);


--
-- Name: workspaces_apikeyrequest_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.workspaces_apikeyrequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_apikeyrequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workspaces_health; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_health (
    workspace_id uuid NOT NULL,
    status character varying(10) NOT NULL,
    state_version integer NOT NULL,
    total integer NOT NULL,
    live integer NOT NULL,
    syncing integer NOT NULL,
    stale integer NOT NULL,
    error integer NOT NULL,
    n8n character varying(12) NOT NULL,
    sandbox boolean NOT NULL,
    last_sync_at timestamp with time zone,
    CONSTRAINT workspaces_health_error_check CHECK ((error >= 0)),
    CONSTRAINT workspaces_health_live_check CHECK ((live >= 0)),
    CONSTRAINT workspaces_health_stale_check CHECK ((stale >= 0)),
    CONSTRAINT workspaces_health_state_version_check CHECK ((state_version >= 0)),
    CONSTRAINT workspaces_health_syncing_check CHECK ((syncing >= 0)),
    CONSTRAINT workspaces_health_total_check CHECK ((total >= 0))
);


--
-- Name: workspaces_instance; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_instance (
    id character varying(40) NOT NULL,
    kind character varying(10) NOT NULL,
    base_url character varying(500) NOT NULL,
    api_key_encrypted text NOT NULL,
    webhook_secrets_encrypted text NOT NULL,
    sandbox boolean NOT NULL,
    timezone character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    alive_at timestamp with time zone,
    about jsonb NOT NULL,
    last_ok_at timestamp with time zone,
    failures integer NOT NULL,
    failed_at timestamp with time zone,
    failure character varying(40) NOT NULL,
    breaker_failures integer DEFAULT 0 NOT NULL,
    capabilities jsonb DEFAULT '[]'::jsonb NOT NULL,
    check_failure character varying(40) DEFAULT ''::character varying NOT NULL,
    check_failures integer DEFAULT 0 NOT NULL,
    checked_at timestamp with time zone,
    key_fingerprint character varying(16) DEFAULT ''::character varying NOT NULL,
    left_by_id uuid,
    left_url character varying(500) DEFAULT ''::character varying NOT NULL,
    old_secrets_until timestamp with time zone,
    owner_id uuid,
    polled_to bigint,
    poll_gaps jsonb DEFAULT '[]'::jsonb NOT NULL,
    poller uuid,
    poller_until timestamp with time zone,
    next_call_at timestamp with time zone,
    retry_at timestamp with time zone,
    silent boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT workspaces_instance_breaker_failures_check CHECK ((breaker_failures >= 0)),
    CONSTRAINT workspaces_instance_check_failures_check CHECK ((check_failures >= 0)),
    CONSTRAINT workspaces_instance_failures_check CHECK ((failures >= 0)),
    CONSTRAINT workspaces_instance_version_check CHECK ((version >= 0))
);


--
-- Name: workspaces_membership; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_membership (
    id uuid NOT NULL,
    role character varying(10) NOT NULL,
    version integer NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT membership_role_known CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'admin'::character varying, 'member'::character varying, 'viewer'::character varying])::text[]))),
    CONSTRAINT workspaces_membership_version_check CHECK ((version >= 0))
);


--
-- Name: workspaces_quota; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_quota (
    id bigint NOT NULL,
    name character varying(30) NOT NULL,
    "limit" integer NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT workspaces_quota_limit_check CHECK (("limit" >= 0))
);


--
-- Name: workspaces_quota_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.workspaces_quota ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_quota_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workspaces_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_user (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    timezone character varying(64) NOT NULL,
    language character varying(10) NOT NULL,
    demo boolean NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);


--
-- Name: workspaces_user_groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_user_groups (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    group_id integer NOT NULL
);


--
-- Name: workspaces_user_groups_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.workspaces_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workspaces_user_user_permissions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_user_user_permissions (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    permission_id integer NOT NULL
);


--
-- Name: workspaces_user_user_permissions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.workspaces_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workspaces_usersession; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_usersession (
    id uuid NOT NULL,
    session_key character varying(40) NOT NULL,
    ip inet,
    user_agent character varying(300) NOT NULL,
    signed_in_at timestamp with time zone,
    last_seen_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL
);


--
-- Name: workspaces_workspace; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_workspace (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    slug character varying(50) NOT NULL,
    tag character varying(24) NOT NULL,
    timezone character varying(64) NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    instance_id character varying(40) NOT NULL,
    stale_after_seconds integer DEFAULT 300 NOT NULL,
    require_second_factor boolean DEFAULT false NOT NULL,
    suspended_at timestamp with time zone,
    suspension_reason character varying(500) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT workspaces_workspace_stale_after_seconds_check CHECK ((stale_after_seconds >= 0)),
    CONSTRAINT workspaces_workspace_version_check CHECK ((version >= 0))
);


--
-- Name: workspaces_workspaceuserobjectpermission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces_workspaceuserobjectpermission (
    id bigint NOT NULL,
    content_object_id uuid CONSTRAINT workspaces_workspaceuserobjectpermis_content_object_id_not_null NOT NULL,
    permission_id integer NOT NULL,
    user_id uuid NOT NULL
);


--
-- Name: workspaces_workspaceuserobjectpermission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.workspaces_workspaceuserobjectpermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_workspaceuserobjectpermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: audit_event_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ATTACH PARTITION public.audit_event_default DEFAULT;


--
-- Name: audit_event_p202610; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ATTACH PARTITION public.audit_event_p202610 FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2026-11-01 00:00:00+00');


--
-- Name: audit_event_p202611; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ATTACH PARTITION public.audit_event_p202611 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: audit_event_p202612; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ATTACH PARTITION public.audit_event_p202612 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');


--
-- Name: audit_event_p202701; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ATTACH PARTITION public.audit_event_p202701 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');


--
-- Name: campaigns_heartbeat_key_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_default DEFAULT;


--
-- Name: campaigns_heartbeat_key_p20261129; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261129 FOR VALUES FROM ('2026-11-29') TO ('2026-11-30');


--
-- Name: campaigns_heartbeat_key_p20261130; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261130 FOR VALUES FROM ('2026-11-30') TO ('2026-12-01');


--
-- Name: campaigns_heartbeat_key_p20261201; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261201 FOR VALUES FROM ('2026-12-01') TO ('2026-12-02');


--
-- Name: campaigns_heartbeat_key_p20261202; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261202 FOR VALUES FROM ('2026-12-02') TO ('2026-12-03');


--
-- Name: campaigns_heartbeat_key_p20261203; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261203 FOR VALUES FROM ('2026-12-03') TO ('2026-12-04');


--
-- Name: campaigns_heartbeat_key_p20261204; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261204 FOR VALUES FROM ('2026-12-04') TO ('2026-12-05');


--
-- Name: campaigns_heartbeat_key_p20261205; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261205 FOR VALUES FROM ('2026-12-05') TO ('2026-12-06');


--
-- Name: campaigns_heartbeat_key_p20261206; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261206 FOR VALUES FROM ('2026-12-06') TO ('2026-12-07');


--
-- Name: campaigns_heartbeat_key_p20261207; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key ATTACH PARTITION public.campaigns_heartbeat_key_p20261207 FOR VALUES FROM ('2026-12-07') TO ('2026-12-08');


--
-- Name: campaigns_run_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_default DEFAULT;


--
-- Name: campaigns_run_p20261129; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261129 FOR VALUES FROM ('2026-11-29') TO ('2026-11-30');


--
-- Name: campaigns_run_p20261130; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261130 FOR VALUES FROM ('2026-11-30') TO ('2026-12-01');


--
-- Name: campaigns_run_p20261201; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261201 FOR VALUES FROM ('2026-12-01') TO ('2026-12-02');


--
-- Name: campaigns_run_p20261202; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261202 FOR VALUES FROM ('2026-12-02') TO ('2026-12-03');


--
-- Name: campaigns_run_p20261203; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261203 FOR VALUES FROM ('2026-12-03') TO ('2026-12-04');


--
-- Name: campaigns_run_p20261204; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261204 FOR VALUES FROM ('2026-12-04') TO ('2026-12-05');


--
-- Name: campaigns_run_p20261205; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261205 FOR VALUES FROM ('2026-12-05') TO ('2026-12-06');


--
-- Name: campaigns_run_p20261206; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261206 FOR VALUES FROM ('2026-12-06') TO ('2026-12-07');


--
-- Name: campaigns_run_p20261207; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run ATTACH PARTITION public.campaigns_run_p20261207 FOR VALUES FROM ('2026-12-07') TO ('2026-12-08');


--
-- Name: campaigns_statechange_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange ATTACH PARTITION public.campaigns_statechange_default DEFAULT;


--
-- Name: campaigns_statechange_p202610; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange ATTACH PARTITION public.campaigns_statechange_p202610 FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2026-11-01 00:00:00+00');


--
-- Name: campaigns_statechange_p202611; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange ATTACH PARTITION public.campaigns_statechange_p202611 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: campaigns_statechange_p202612; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange ATTACH PARTITION public.campaigns_statechange_p202612 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');


--
-- Name: campaigns_statechange_p202701; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange ATTACH PARTITION public.campaigns_statechange_p202701 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');


--
-- Name: role_audit_log_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log ATTACH PARTITION public.role_audit_log_default DEFAULT;


--
-- Name: role_audit_log_p202610; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log ATTACH PARTITION public.role_audit_log_p202610 FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2026-11-01 00:00:00+00');


--
-- Name: role_audit_log_p202611; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log ATTACH PARTITION public.role_audit_log_p202611 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');


--
-- Name: role_audit_log_p202612; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log ATTACH PARTITION public.role_audit_log_p202612 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');


--
-- Name: role_audit_log_p202701; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log ATTACH PARTITION public.role_audit_log_p202701 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');


--
-- Data for Name: account_emailaddress; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.account_emailaddress (id, email, verified, "primary", user_id) FROM stdin;
\.


--
-- Data for Name: account_emailconfirmation; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.account_emailconfirmation (id, created, sent, key, email_address_id) FROM stdin;
\.


--
-- Data for Name: audit_chain; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_chain (chain, seq, hash) FROM stdin;
platform	2	\\x2bf8f99d28c8e5979822758ef58dc13f3990abd43098d1c25bee7c11b5289774
085f3af4-4d14-4f32-afea-ee600c7a2346	5	\\xe1b16c8d7820f9aa1b72f500d4549fcc51c8377bc272256327e5ff6df50a9567
e968aeda-8967-45d5-ab7b-9928a0599bfa	12	\\xb8cea3a4e5ee07b7236e4c5ab23d4f6f7b89d5c1a032815b986c8e377795b6f0
\.


--
-- Data for Name: audit_event_default; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_event_default (id, chain, seq, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of, action, object, before, after, reason, ip, request_id, prev_hash, hash, created_at) FROM stdin;
\.


--
-- Data for Name: audit_event_p202610; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_event_p202610 (id, chain, seq, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of, action, object, before, after, reason, ip, request_id, prev_hash, hash, created_at) FROM stdin;
\.


--
-- Data for Name: audit_event_p202611; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_event_p202611 (id, chain, seq, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of, action, object, before, after, reason, ip, request_id, prev_hash, hash, created_at) FROM stdin;
dbd9c1e0-2103-4afb-979f-9bba95212309	platform	1	\N	orchestrator	command	seed_demo	seed_demo		superuser_created	{"id": "5cb648d8-1a23-41d4-abb8-c444285ace8f", "name": "super@demo.test", "type": "workspaces.user"}	\N	\N		\N		\\x	\\x6c7d499be0bf87cc21731e8b37300d1ab2b2f311a9d97e18cdb33572d1753956	2026-11-30 02:41:52.716714+00
b6afd557-4b6a-4eda-af20-73152fe43b7c	e968aeda-8967-45d5-ab7b-9928a0599bfa	1	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		workspace_created	{"id": "e968aeda-8967-45d5-ab7b-9928a0599bfa", "name": "Acme", "type": "workspaces.workspace"}	\N	{"name": "Acme", "slug": "acme"}		\N		\\x	\\xb0e0c5ec23ce85df0c05ceb95e986d15d2ac9c3abe82df77629250516411b81a	2026-11-30 02:41:52.758068+00
9503ed91-6b35-4a4a-af69-b29f04d9a759	e968aeda-8967-45d5-ab7b-9928a0599bfa	2	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "183ca1c8-519e-4b7f-b5cc-524f0c26ff26", "name": "c9b3f8e5-9f6b-4e57-9d03-b79b699357b1 owner", "type": "workspaces.membership"}	\N	{"role": "owner", "userId": "c9b3f8e5-9f6b-4e57-9d03-b79b699357b1"}		\N		\\xb0e0c5ec23ce85df0c05ceb95e986d15d2ac9c3abe82df77629250516411b81a	\\x004cbbafd21af85077aba58a16cb2dcabd9dea209d531c45ad76d488af615d0b	2026-11-30 02:41:52.775706+00
9dc909e1-04e7-47ac-b2a7-60811029f90c	e968aeda-8967-45d5-ab7b-9928a0599bfa	3	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "35bd2d26-b234-43a6-a117-70b96a32542b", "name": "59bfcb8f-6116-46ab-b32e-a714b7f4e78d owner", "type": "workspaces.membership"}	\N	{"role": "owner", "userId": "59bfcb8f-6116-46ab-b32e-a714b7f4e78d"}		\N		\\x004cbbafd21af85077aba58a16cb2dcabd9dea209d531c45ad76d488af615d0b	\\xf0816672b3ee3e0dbcf4f58f2ae1f3c4f8d7073973a270189459a0bd56ce57c4	2026-11-30 02:41:52.838894+00
96fa7fe9-84a6-4260-887f-8dcb9f3ab70f	e968aeda-8967-45d5-ab7b-9928a0599bfa	4	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "9948c7d0-96e2-4d54-bc2b-de43172f50bf", "name": "1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0 admin", "type": "workspaces.membership"}	\N	{"role": "admin", "userId": "1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0"}		\N		\\xf0816672b3ee3e0dbcf4f58f2ae1f3c4f8d7073973a270189459a0bd56ce57c4	\\x1412b50b9b54b31ace660c4907228e503291f12ffb0f1bdba95a2f06861a72d5	2026-11-30 02:41:52.887637+00
e62355fc-afff-4a2e-8301-8a6084f08d06	e968aeda-8967-45d5-ab7b-9928a0599bfa	5	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "d9e614b6-88cc-4c64-9a36-1350e567c3c2", "name": "80ed5c0c-0e39-4c06-b24f-b2a968e7dc05 member", "type": "workspaces.membership"}	\N	{"role": "member", "userId": "80ed5c0c-0e39-4c06-b24f-b2a968e7dc05"}		\N		\\x1412b50b9b54b31ace660c4907228e503291f12ffb0f1bdba95a2f06861a72d5	\\x6aaf0feffde82153618345a1c9db0c4a01cd6cd316ad070b726bdc79b51b6532	2026-11-30 02:41:52.919085+00
817b82e7-5215-4937-8529-1ca33a644e36	e968aeda-8967-45d5-ab7b-9928a0599bfa	6	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "9309de91-8f39-483a-a4a3-1d3d29152211", "name": "b8a00748-128d-40af-929e-6599933ee1f3 viewer", "type": "workspaces.membership"}	\N	{"role": "viewer", "userId": "b8a00748-128d-40af-929e-6599933ee1f3"}		\N		\\x6aaf0feffde82153618345a1c9db0c4a01cd6cd316ad070b726bdc79b51b6532	\\x4e7dbd97bfbfe506b77aff4de4f1a9006f81a119cf98fb6af708a80c334cd814	2026-11-30 02:41:52.9639+00
bc99fa4c-5543-4d34-a94c-36d5f35b6448	085f3af4-4d14-4f32-afea-ee600c7a2346	1	085f3af4-4d14-4f32-afea-ee600c7a2346	orchestrator	command	seed_demo	seed_demo		workspace_created	{"id": "085f3af4-4d14-4f32-afea-ee600c7a2346", "name": "Globex", "type": "workspaces.workspace"}	\N	{"name": "Globex", "slug": "globex"}		\N		\\x	\\x5e9678dd674ae422e3fd373bcc37e3c3f4669f2a1e17f19ccb1a8454677784e1	2026-11-30 02:41:52.979056+00
04f3108b-c3e2-493b-ba61-cd45efb5b67d	085f3af4-4d14-4f32-afea-ee600c7a2346	2	085f3af4-4d14-4f32-afea-ee600c7a2346	orchestrator	command	seed_demo	seed_demo		member_added	{"id": "b2bbdcd4-af4a-46d9-9fd4-4fc2d487863d", "name": "3c88b9b7-32d7-409d-8802-69be479fd3f2 owner", "type": "workspaces.membership"}	\N	{"role": "owner", "userId": "3c88b9b7-32d7-409d-8802-69be479fd3f2"}		\N		\\x5e9678dd674ae422e3fd373bcc37e3c3f4669f2a1e17f19ccb1a8454677784e1	\\x379d3e9deed1326dbd00f6515365a89187880de752808e55fd1ce90d2244fb15	2026-11-30 02:41:53.000339+00
5300afc6-3bf6-46fa-86cd-f50a17cc518c	platform	2	\N	orchestrator	command	connect_default	connect_default		instance_connected	{"id": "default", "name": "default", "type": "workspaces.instance"}	{"baseUrl": "", "sandbox": false}	{"baseUrl": "http://127.0.0.1:43687", "sandbox": true}		\N		\\x6c7d499be0bf87cc21731e8b37300d1ab2b2f311a9d97e18cdb33572d1753956	\\x2bf8f99d28c8e5979822758ef58dc13f3990abd43098d1c25bee7c11b5289774	2026-11-30 02:41:53.081382+00
114256ba-c1f2-4afe-a400-85092e25f8e3	085f3af4-4d14-4f32-afea-ee600c7a2346	3	085f3af4-4d14-4f32-afea-ee600c7a2346	orchestrator	system	sync	sync		campaign_adopted	{"id": "aa0b268f-3b03-4623-a5ee-8f185f9b9e27", "name": "Partner newsletter", "type": "campaigns.campaign"}	\N	{"name": "Partner newsletter"}		\N		\\x379d3e9deed1326dbd00f6515365a89187880de752808e55fd1ce90d2244fb15	\\x348981397613802c0a47be862b69cd281234f9f024507aa325d60a8a8faeb4ed	2026-11-30 02:41:57.479842+00
6dda6e65-94f8-4d52-b66f-cdd2be91206d	085f3af4-4d14-4f32-afea-ee600c7a2346	4	085f3af4-4d14-4f32-afea-ee600c7a2346	orchestrator	system	sync	sync		campaign_adopted	{"id": "765759a6-4373-444b-87ca-8756aa9ba5b4", "name": "Invoice reminders", "type": "campaigns.campaign"}	\N	{"name": "Invoice reminders"}		\N		\\x348981397613802c0a47be862b69cd281234f9f024507aa325d60a8a8faeb4ed	\\x4fbefd3be19e3d8cd158a8c8f17ffb26c052f0c6562082c43fe7b92c3a61dcad	2026-11-30 02:41:57.483593+00
988c8e25-7164-4401-b36c-726b15ad120f	085f3af4-4d14-4f32-afea-ee600c7a2346	5	085f3af4-4d14-4f32-afea-ee600c7a2346	orchestrator	system	sync	sync		campaign_adopted	{"id": "1e78eeea-471f-40e1-8ce8-78ba723e11a1", "name": "Trial expiry nudges", "type": "campaigns.campaign"}	\N	{"name": "Trial expiry nudges"}		\N		\\x4fbefd3be19e3d8cd158a8c8f17ffb26c052f0c6562082c43fe7b92c3a61dcad	\\xe1b16c8d7820f9aa1b72f500d4549fcc51c8377bc272256327e5ff6df50a9567	2026-11-30 02:41:57.485652+00
1d1cba75-82b0-42ff-951a-b630ad6316ef	e968aeda-8967-45d5-ab7b-9928a0599bfa	7	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "fce194cf-69e1-43cd-a0be-a45f36892cff", "name": "NPS pulse", "type": "campaigns.campaign"}	\N	{"name": "NPS pulse"}		\N		\\x4e7dbd97bfbfe506b77aff4de4f1a9006f81a119cf98fb6af708a80c334cd814	\\x04b38c8d70122f683a5811f20e746461bb9fbba509b728844409ef4e5e63fbcd	2026-11-30 02:41:57.513443+00
598d1ee8-00b6-4dd8-9369-aff9003c4ea1	e968aeda-8967-45d5-ab7b-9928a0599bfa	8	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "0f33901c-c5d0-40dc-b57a-1fda6dbeaff9", "name": "Onboarding drip", "type": "campaigns.campaign"}	\N	{"name": "Onboarding drip"}		\N		\\x04b38c8d70122f683a5811f20e746461bb9fbba509b728844409ef4e5e63fbcd	\\x6df4e4cf68623000ed1845bd3e313b0d891eef16d78bb7be209f49984b867458	2026-11-30 02:41:57.517005+00
17f03070-60f9-4690-8373-467a74cd6b0a	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "242f9b2e-94de-4021-a9e0-526ee47db402", "name": "Lead enrichment", "type": "campaigns.campaign"}	\N	{"name": "Lead enrichment"}		\N		\\x6df4e4cf68623000ed1845bd3e313b0d891eef16d78bb7be209f49984b867458	\\xef488c787981b9e566099c957bf10990a06b723278fd05fb79ca72ec7d813aec	2026-11-30 02:41:57.519624+00
eedad439-2a1d-4c95-a586-72530a23e36d	e968aeda-8967-45d5-ab7b-9928a0599bfa	10	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "5c2d4a73-1efd-43fa-a97b-a52d24745f86", "name": "ABM tier 1 outreach", "type": "campaigns.campaign"}	\N	{"name": "ABM tier 1 outreach"}		\N		\\xef488c787981b9e566099c957bf10990a06b723278fd05fb79ca72ec7d813aec	\\x4bf846ef16bf0b692d54a6358dfe923d2db69cb5ce2bb9c06d463294adc60000	2026-11-30 02:41:57.522203+00
2546fc12-a762-4390-81f1-d7446f7b6e36	e968aeda-8967-45d5-ab7b-9928a0599bfa	11	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "2b49c1fe-994d-489d-9018-849edca73721", "name": "Q4 webinar follow-up", "type": "campaigns.campaign"}	\N	{"name": "Q4 webinar follow-up"}		\N		\\x4bf846ef16bf0b692d54a6358dfe923d2db69cb5ce2bb9c06d463294adc60000	\\x8454f6c7494ceab23be79f2ed7065059def38140d03596a81623010542120733	2026-11-30 02:41:57.524696+00
58948fbb-23e4-4c88-b040-3a08e3bd24cd	e968aeda-8967-45d5-ab7b-9928a0599bfa	12	e968aeda-8967-45d5-ab7b-9928a0599bfa	orchestrator	system	sync	sync		campaign_adopted	{"id": "22d55a62-e3a0-455e-a6ab-5494d4b9cd0a", "name": "Win-back 90 days", "type": "campaigns.campaign"}	\N	{"name": "Win-back 90 days"}		\N		\\x8454f6c7494ceab23be79f2ed7065059def38140d03596a81623010542120733	\\xb8cea3a4e5ee07b7236e4c5ab23d4f6f7b89d5c1a032815b986c8e377795b6f0	2026-11-30 02:41:57.527114+00
\.


--
-- Data for Name: audit_event_p202612; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_event_p202612 (id, chain, seq, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of, action, object, before, after, reason, ip, request_id, prev_hash, hash, created_at) FROM stdin;
\.


--
-- Data for Name: audit_event_p202701; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_event_p202701 (id, chain, seq, workspace_id, origin, actor_type, actor_id, actor_label, on_behalf_of, action, object, before, after, reason, ip, request_id, prev_hash, hash, created_at) FROM stdin;
\.


--
-- Data for Name: auth_group; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.auth_group (id, name) FROM stdin;
\.


--
-- Data for Name: auth_group_permissions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.auth_group_permissions (id, group_id, permission_id) FROM stdin;
\.


--
-- Data for Name: auth_permission; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.auth_permission (id, name, content_type_id, codename) FROM stdin;
1	Can add installed	1	add_installed
2	Can change installed	1	change_installed
3	Can delete installed	1	delete_installed
4	Can view installed	1	view_installed
5	Can add outbox	2	add_outbox
6	Can change outbox	2	change_outbox
7	Can delete outbox	2	delete_outbox
8	Can view outbox	2	view_outbox
9	Can view workspace	6	view_workspace
10	Can change workspace	6	change_workspace
11	Can see the roles of others	6	view_roles
12	Can change, invite and remove members and viewers	6	manage_members
13	Can see the settings	6	view_settings
14	Can manage secrets, API keys and the connection to n8n	6	manage_keys
15	Can read the role audit	6	view_role_audit
16	Can view instance	7	view_instance
17	Can change instance	7	change_instance
18	Can add user	8	add_user
19	Can change user	8	change_user
20	Can delete user	8	delete_user
21	Can view user	8	view_user
22	Can add workspace user object permission	12	add_workspaceuserobjectpermission
23	Can change workspace user object permission	12	change_workspaceuserobjectpermission
24	Can delete workspace user object permission	12	delete_workspaceuserobjectpermission
25	Can view workspace user object permission	12	view_workspaceuserobjectpermission
26	Can view campaign	18	view_campaign
27	Can change campaign	18	change_campaign
28	Can see times of heartbeats, runs and syncs, and errors of runs	18	view_times
29	Can see the result of a sync	18	view_sync
30	Can see which workflow of n8n it is	18	open_in_n8n
31	Can trigger a sync	18	trigger_sync
32	Can adopt, archive and restore a campaign; see its webhook URLs	18	manage_campaign
33	Can add log entry	27	add_logentry
34	Can change log entry	27	change_logentry
35	Can delete log entry	27	delete_logentry
36	Can view log entry	27	view_logentry
37	Can add permission	28	add_permission
38	Can change permission	28	change_permission
39	Can delete permission	28	delete_permission
40	Can view permission	28	view_permission
41	Can add group	29	add_group
42	Can change group	29	change_group
43	Can delete group	29	delete_group
44	Can view group	29	view_group
45	Can add content type	30	add_contenttype
46	Can change content type	30	change_contenttype
47	Can delete content type	30	delete_contenttype
48	Can view content type	30	view_contenttype
49	Can add session	31	add_session
50	Can change session	31	change_session
51	Can delete session	31	delete_session
52	Can view session	31	view_session
53	Can add group object permission	32	add_groupobjectpermission
54	Can change group object permission	32	change_groupobjectpermission
55	Can delete group object permission	32	delete_groupobjectpermission
56	Can view group object permission	32	view_groupobjectpermission
57	Can add user object permission	33	add_userobjectpermission
58	Can change user object permission	33	change_userobjectpermission
59	Can delete user object permission	33	delete_userobjectpermission
60	Can view user object permission	33	view_userobjectpermission
61	Can add email address	34	add_emailaddress
62	Can change email address	34	change_emailaddress
63	Can delete email address	34	delete_emailaddress
64	Can view email address	34	view_emailaddress
65	Can add email confirmation	35	add_emailconfirmation
66	Can change email confirmation	35	change_emailconfirmation
67	Can delete email confirmation	35	delete_emailconfirmation
68	Can view email confirmation	35	view_emailconfirmation
69	Can add authenticator	36	add_authenticator
70	Can change authenticator	36	change_authenticator
71	Can delete authenticator	36	delete_authenticator
72	Can view authenticator	36	view_authenticator
\.


--
-- Data for Name: campaigns_campaign; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_campaign (id, n8n_workflow_id, name, trigger, enabled, archived_at, set_aside, created_at, version, state_version, reported, reported_at, last_sync_at, heard_at, observed_at, running, waiting, last_result, last_end_at, last_execution, counted_result, counted_end_at, counted_execution, n8n_status, sync_status, reason, instance_id, workspace_id, active_version_id, contested, differs_since, drift, due_at, enabled_at, expected_at, intended_by, intended_until, intention, last_started_at, late_at, next_run_at, observed_source, paused_version_id, report_token_digest, report_token_encrypted, schedule, schedule_problem, schedule_unknown, served, settling_until, stuck, tag_problem) FROM stdin;
0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	GIScIwITzG47t1ND	Onboarding drip	schedule	t	\N	f	2026-11-30 02:41:57.498888+00	1	39	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:44.343194+00	2026-11-30 02:44:44.324+00	0	0	success	2026-11-30 02:44:44.324+00	86	success	2026-11-30 02:44:44.324+00	86	active	live		default	e968aeda-8967-45d5-ab7b-9928a0599bfa	a39f942a-61f3-4712-b236-ec81cc7f3613	f	\N	f	2026-11-30 02:45:45+00	2026-11-30 02:41:57.506138+00	2026-11-30 02:44:45+00	\N	\N	\N	2026-11-30 02:44:42.103+00	2026-11-30 02:45:45+00	2026-11-30 02:45:00+00	heartbeat		31e559f5f2a8927e9e23c5136cc0471ee9a10081874c7a2ed0b05eb2db750f8e	v1:923e7a69:_rWfxrN2MzdpJCCmlnksTplHcwXlwtbHUKroCUi0KAQGLUVelk6astojH9oqjck6RtnJgV84Qumh-k3fpPQn7XssmrJmDYU=	{"zone": "UTC", "rules": [{"cron": "*/15 * * * * *"}]}			\N	\N	0	
fce194cf-69e1-43cd-a0be-a45f36892cff	EVYYhMPxWKyVGt1d	NPS pulse	schedule	f	\N	f	2026-11-30 02:41:57.498293+00	1	5	inactive	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	\N	\N	0	0		\N	\N		\N	\N	inactive	live	paused	default	e968aeda-8967-45d5-ab7b-9928a0599bfa		f	\N	f	\N	2026-11-30 02:41:57.505251+00	\N	\N	\N	\N	\N	\N	\N			bd5c7554df554ff8ee58d8423c51ab1855d655931da087f841014fcd81681bb5	v1:923e7a69:Of1j4TkI-Jz_5Py6zLqjs90K41RMnJuk6ZljlP86MUJc4GkD6eKg83xHMzRTJGnlYd9gRAk4aXSNaZ4a4zwvoo1q04FjNeg=	\N	The interval is “60” seconds; n8n takes 1 to 59.		\N	\N	0	
5c2d4a73-1efd-43fa-a97b-a52d24745f86	Tk30DalKW9qACnGC	ABM tier 1 outreach	schedule	t	\N	f	2026-11-30 02:41:57.499367+00	1	47	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:39.975012+00	2026-11-30 02:44:39.958+00	0	0	error	2026-11-30 02:44:39.958+00	82	error	2026-11-30 02:44:39.958+00	82	error	error	run_failed	default	e968aeda-8967-45d5-ab7b-9928a0599bfa	f363dad8-c882-4159-8f6c-fcb445802afe	f	\N	f	\N	2026-11-30 02:41:57.507987+00	2026-11-30 02:44:36+00	\N	\N	\N	2026-11-30 02:44:36.307+00	2026-11-30 02:45:36+00	2026-11-30 02:44:48+00	heartbeat		f46cfb542f6202181801d844a031032dd33fb22ff4b4ee91ac65e06392624c4e	v1:923e7a69:Ez4KEdB7ypzIOT4XbriDKArRPZG3fp8-5spi42WCwyiwGXmmpreuKtDJ_bsDhA1KWhnByCiEyg6ElGlb8wRQPLFucaNVflQ=	{"zone": "UTC", "rules": [{"cron": "*/12 * * * * *"}]}			\N	\N	0	
765759a6-4373-444b-87ca-8756aa9ba5b4	OcXMHblc6tuVAwSn	Invoice reminders	schedule	t	\N	f	2026-11-30 02:41:57.468372+00	1	23	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:31.459134+00	2026-11-30 02:44:31.448+00	0	0	success	2026-11-30 02:44:31.448+00	79	success	2026-11-30 02:44:31.448+00	79	active	live		default	085f3af4-4d14-4f32-afea-ee600c7a2346	c1f38e7e-bd6b-4dcd-823a-8ba6318fb6f4	f	\N	f	2026-11-30 02:45:30+00	2026-11-30 02:41:57.476064+00	2026-11-30 02:44:30+00	\N	\N	\N	2026-11-30 02:44:28.092+00	2026-11-30 02:45:30+00	2026-11-30 02:45:00+00	heartbeat		0fef5025fd6899bf6f7eb041abeb9f8455ac734398545b25db1bfbfca78a48d7	v1:923e7a69:Ersf_wmZKrq7iHX5eQBi3JBmXcWZmbsE7CLI_q6yRAroaFBsUHrTiauRoaQotimQ3wd7qguyyensz4nXuTR5-LuvPdUOj9I=	{"zone": "UTC", "rules": [{"cron": "*/30 * * * * *"}]}			\N	\N	0	
aa0b268f-3b03-4623-a5ee-8f185f9b9e27	J3EHahLfzOzq2Rdj	Partner newsletter	webhook	t	\N	f	2026-11-30 02:41:57.468036+00	1	18	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:31.459134+00	2026-11-30 02:44:31.445+00	0	0	success	2026-11-30 02:44:31.445+00	80	success	2026-11-30 02:44:31.445+00	80	active	live		default	085f3af4-4d14-4f32-afea-ee600c7a2346	72e8938b-57f8-40e1-9bab-4909665057cf	f	\N	f	\N	2026-11-30 02:41:57.472379+00	\N	\N	\N	\N	2026-11-30 02:44:30.207+00	\N	\N	heartbeat		bbc4ffc1df242b4bb4f6aabb5ba50cb79d12e77dbf4e0a99ac1fb570f348d274	v1:923e7a69:vP5jKNB1LS9mfEhHthzSctQyA11nzEDT205-Wspi-Q34GyNsaIAq_P7FVowimq7QCC2079TIOZbY4DFPDEXlEY_kUBXyWn8=	\N			t	\N	0	
242f9b2e-94de-4021-a9e0-526ee47db402	HJYAN3q6KsteFlSl	Lead enrichment	webhook	t	\N	f	2026-11-30 02:41:57.499143+00	1	52	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:45.672476+00	2026-11-30 02:44:45.656+00	1	0	success	2026-11-30 02:44:40.843+00	84	success	2026-11-30 02:44:40.843+00	84	syncing	syncing		default	e968aeda-8967-45d5-ab7b-9928a0599bfa	f046a4c1-201d-4732-980b-177d59e73d6e	f	\N	f	\N	2026-11-30 02:41:57.506676+00	\N	\N	\N	\N	2026-11-30 02:44:45.656+00	\N	\N	heartbeat		51ed32370b93b9bd11f71616fd64b772a5d4957919b7fbde626a45de71b39c5c	v1:923e7a69:t58x3ZyxAjYdOXaQJSZyLIB9iY_XwOG4ixG6nTByMFwpCu7sMoSJ5WHfHnH0al-EjnVohW_4ZfBygHLgCMpnSuFteNBKqek=	\N			t	\N	0	
22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	gCcpoNPntJz1PWJx	Win-back 90 days	schedule	t	\N	f	2026-11-30 02:41:57.499798+00	1	19	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:14.757439+00	2026-11-30 02:44:14.741+00	0	0	success	2026-11-30 02:44:14.741+00	69	success	2026-11-30 02:44:14.741+00	69	active	live		default	e968aeda-8967-45d5-ab7b-9928a0599bfa	ce88af38-eb36-4d69-879f-eff670d1b51f	f	\N	f	2026-11-30 02:45:45+00	2026-11-30 02:41:57.508498+00	2026-11-30 02:44:45+00	\N	\N	\N	2026-11-30 02:44:09.459+00	2026-11-30 02:45:45+00	2026-11-30 02:45:00+00	heartbeat		151298c79626d8826eb30ca1ab0eb231c912d816f7391b692d24f24cbfe6f5c9	v1:923e7a69:1Bi5FoaiRvjOgQTmOiWYIVRhlnJrMKt-UQmy8eHcOCRYvZsNU54rJnKqY4dQZ__TWjtqdbGAwaLo2haZZRny9Rg25iORSBA=	{"zone": "UTC", "rules": [{"cron": "*/45 * * * * *"}]}			\N	\N	0	
2b49c1fe-994d-489d-9018-849edca73721	Wp5MTC29mAnvHukG	Q4 webinar follow-up	schedule	t	\N	f	2026-11-30 02:41:57.499596+00	1	31	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:40.860278+00	2026-11-30 02:44:40.85+00	0	0	success	2026-11-30 02:44:40.85+00	83	success	2026-11-30 02:44:40.85+00	83	active	live		default	e968aeda-8967-45d5-ab7b-9928a0599bfa	400344f7-d06a-422d-8783-cf30c1ef5bd4	f	\N	f	2026-11-30 02:45:40+00	2026-11-30 02:41:57.508136+00	2026-11-30 02:44:40+00	\N	\N	\N	2026-11-30 02:44:37.082+00	2026-11-30 02:45:40+00	2026-11-30 02:45:00+00	heartbeat		5e754be2d921ece3ecee254f6288a5ae37641ec6b0587dc12073b2084fc30b1e	v1:923e7a69:E-WB-WeZ1vXaiKKXFzFlkwamSSMFBXRYaJ7nSd8wA6Hieb_77ORcfZHDCeIqlDgbU88tPoTs-HrfdY0969Rir9WrikZ9mWs=	{"zone": "UTC", "rules": [{"cron": "*/20 * * * * *"}]}			\N	\N	0	
1e78eeea-471f-40e1-8ce8-78ba723e11a1	kFY76gp3OEMS4Bpy	Trial expiry nudges	schedule	t	\N	f	2026-11-30 02:41:57.468524+00	1	36	active	2026-11-30 02:43:57.356661+00	2026-11-30 02:43:57.356661+00	2026-11-30 02:44:42.205837+00	2026-11-30 02:44:42.191+00	0	0	success	2026-11-30 02:44:42.191+00	85	success	2026-11-30 02:44:42.191+00	85	active	live		default	085f3af4-4d14-4f32-afea-ee600c7a2346	7f83d83e-159a-45a1-abc0-e3d36a86a32c	f	\N	f	\N	2026-11-30 02:41:57.476562+00	2026-11-30 02:44:36+00	\N	\N	\N	2026-11-30 02:44:40.358+00	2026-11-30 02:45:36+00	2026-11-30 02:44:54+00	heartbeat		77d9b2433d3d9133b0ecdc79bcd95d252216e93373c1fa49088445d83ae2cd42	v1:923e7a69:cGQd45LmeOMk5LkHobnMk1J3dSElYKZIrEKu5Qq7h_hNDt3C-ARi097cgiYcEdqGcwWmGthWV76guiG6wuz2lercQCITso4=	{"zone": "UTC", "rules": [{"cron": "*/18 * * * * *"}]}			\N	\N	0	
\.


--
-- Data for Name: campaigns_heartbeat_key_default; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_default (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261129; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261129 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261130; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261130 (instance_id, heartbeat_id, day) FROM stdin;
default	default:alive:72c2d9f5-0b34-4bec-a0f0-ab078e102b11	2026-11-30
default	default:5:running:2026-11-30T02:41:57.992Z	2026-11-30
default	default:6:running:2026-11-30T02:41:58.061Z	2026-11-30
default	default:3:success	2026-11-30
default	default:7:running:2026-11-30T02:41:59.772Z	2026-11-30
default	default:5:success	2026-11-30
default	default:8:running:2026-11-30T02:42:00.454Z	2026-11-30
default	default:6:success	2026-11-30
default	default:8:success	2026-11-30
default	default:9:running:2026-11-30T02:42:02.184Z	2026-11-30
default	default:4:success	2026-11-30
default	default:7:success	2026-11-30
default	default:9:success	2026-11-30
default	default:10:running:2026-11-30T02:42:08.993Z	2026-11-30
default	default:11:running:2026-11-30T02:42:10.269Z	2026-11-30
default	default:12:running:2026-11-30T02:42:10.829Z	2026-11-30
default	default:10:success	2026-11-30
default	default:12:success	2026-11-30
default	default:11:error	2026-11-30
default	default:13:running:2026-11-30T02:42:16.493Z	2026-11-30
default	default:14:running:2026-11-30T02:42:16.527Z	2026-11-30
default	default:15:running:2026-11-30T02:42:18.759Z	2026-11-30
default	default:14:success	2026-11-30
default	default:13:success	2026-11-30
default	default:15:success	2026-11-30
default	default:16:running:2026-11-30T02:42:22.493Z	2026-11-30
default	default:17:running:2026-11-30T02:42:22.815Z	2026-11-30
default	default:16:success	2026-11-30
default	default:18:running:2026-11-30T02:42:24.138Z	2026-11-30
default	default:alive:94387644-0aff-41f4-abc6-2f56d852549b	2026-11-30
default	default:19:running:2026-11-30T02:42:24.733Z	2026-11-30
default	default:17:success	2026-11-30
default	default:18:success	2026-11-30
default	default:19:success	2026-11-30
default	default:20:running:2026-11-30T02:42:28.669Z	2026-11-30
default	default:21:running:2026-11-30T02:42:31.739Z	2026-11-30
default	default:20:success	2026-11-30
default	default:21:success	2026-11-30
default	default:22:running:2026-11-30T02:42:35.455Z	2026-11-30
default	default:23:running:2026-11-30T02:42:35.752Z	2026-11-30
default	default:24:running:2026-11-30T02:42:37.349Z	2026-11-30
default	default:25:running:2026-11-30T02:42:38.185Z	2026-11-30
default	default:23:success	2026-11-30
default	default:26:running:2026-11-30T02:42:39.227Z	2026-11-30
default	default:24:success	2026-11-30
default	default:22:error	2026-11-30
default	default:25:success	2026-11-30
default	default:26:error	2026-11-30
default	default:27:running:2026-11-30T02:42:44.487Z	2026-11-30
default	default:28:running:2026-11-30T02:42:44.887Z	2026-11-30
default	default:28:success	2026-11-30
default	default:29:running:2026-11-30T02:42:47.629Z	2026-11-30
default	default:30:running:2026-11-30T02:42:48.827Z	2026-11-30
default	default:27:success	2026-11-30
default	default:29:success	2026-11-30
default	default:30:success	2026-11-30
default	default:31:running:2026-11-30T02:42:52.365Z	2026-11-30
default	default:alive:fa8f6937-4f07-4e58-901e-86137e5573d5	2026-11-30
default	default:32:running:2026-11-30T02:42:54.931Z	2026-11-30
default	default:31:error	2026-11-30
default	default:33:running:2026-11-30T02:42:56.185Z	2026-11-30
default	default:32:success	2026-11-30
default	default:34:running:2026-11-30T02:42:57.378Z	2026-11-30
default	default:35:running:2026-11-30T02:42:58.230Z	2026-11-30
default	default:33:success	2026-11-30
default	default:36:running:2026-11-30T02:42:59.471Z	2026-11-30
default	default:37:running:2026-11-30T02:42:59.630Z	2026-11-30
default	default:35:success	2026-11-30
default	default:34:success	2026-11-30
default	default:36:success	2026-11-30
default	default:37:error	2026-11-30
default	default:38:running:2026-11-30T02:43:05.896Z	2026-11-30
default	default:38:success	2026-11-30
default	default:39:running:2026-11-30T02:43:10.792Z	2026-11-30
default	default:40:running:2026-11-30T02:43:12.034Z	2026-11-30
default	default:41:running:2026-11-30T02:43:12.670Z	2026-11-30
default	default:42:running:2026-11-30T02:43:12.842Z	2026-11-30
default	default:39:success	2026-11-30
default	default:42:success	2026-11-30
default	default:41:success	2026-11-30
default	default:40:success	2026-11-30
default	default:43:running:2026-11-30T02:43:15.901Z	2026-11-30
default	default:44:running:2026-11-30T02:43:15.926Z	2026-11-30
default	default:43:success	2026-11-30
default	default:44:success	2026-11-30
default	default:45:running:2026-11-30T02:43:19.755Z	2026-11-30
default	default:45:success	2026-11-30
default	default:46:running:2026-11-30T02:43:24.038Z	2026-11-30
default	default:alive:4c916d9e-2161-46b2-a486-271f26d64ee2	2026-11-30
default	default:47:running:2026-11-30T02:43:25.296Z	2026-11-30
default	default:48:running:2026-11-30T02:43:25.450Z	2026-11-30
default	default:49:running:2026-11-30T02:43:26.430Z	2026-11-30
default	default:48:success	2026-11-30
default	default:46:error	2026-11-30
default	default:49:success	2026-11-30
default	default:50:running:2026-11-30T02:43:29.329Z	2026-11-30
default	default:51:running:2026-11-30T02:43:29.881Z	2026-11-30
default	default:47:success	2026-11-30
default	default:50:success	2026-11-30
default	default:51:success	2026-11-30
default	default:52:running:2026-11-30T02:43:33.577Z	2026-11-30
default	default:53:running:2026-11-30T02:43:35.601Z	2026-11-30
default	default:52:success	2026-11-30
default	default:54:running:2026-11-30T02:43:36.673Z	2026-11-30
default	default:53:success	2026-11-30
default	default:55:running:2026-11-30T02:43:40.160Z	2026-11-30
default	default:56:running:2026-11-30T02:43:41.083Z	2026-11-30
default	default:57:running:2026-11-30T02:43:41.251Z	2026-11-30
default	default:54:error	2026-11-30
default	default:55:success	2026-11-30
default	default:57:success	2026-11-30
default	default:56:success	2026-11-30
default	default:58:running:2026-11-30T02:43:46.399Z	2026-11-30
default	default:59:running:2026-11-30T02:43:47.671Z	2026-11-30
default	default:60:running:2026-11-30T02:43:48.246Z	2026-11-30
default	default:58:success	2026-11-30
default	default:60:success	2026-11-30
default	default:59:error	2026-11-30
default	default:alive:da5331b3-f6bb-44e7-84aa-1e3f674956b1	2026-11-30
default	default:61:running:2026-11-30T02:43:55.907Z	2026-11-30
default	default:62:running:2026-11-30T02:43:56.049Z	2026-11-30
default	default:62:success	2026-11-30
default	default:63:running:2026-11-30T02:43:57.911Z	2026-11-30
default	default:61:success	2026-11-30
default	default:64:running:2026-11-30T02:43:59.351Z	2026-11-30
default	default:65:running:2026-11-30T02:44:00.227Z	2026-11-30
default	default:64:success	2026-11-30
default	default:65:success	2026-11-30
default	default:66:running:2026-11-30T02:44:03.210Z	2026-11-30
default	default:63:success	2026-11-30
default	default:67:running:2026-11-30T02:44:04.704Z	2026-11-30
default	default:66:error	2026-11-30
default	default:67:success	2026-11-30
default	default:68:running:2026-11-30T02:44:06.545Z	2026-11-30
default	default:68:success	2026-11-30
default	default:69:running:2026-11-30T02:44:09.459Z	2026-11-30
default	default:70:running:2026-11-30T02:44:09.610Z	2026-11-30
default	default:71:running:2026-11-30T02:44:10.344Z	2026-11-30
default	default:71:success	2026-11-30
default	default:72:running:2026-11-30T02:44:11.567Z	2026-11-30
default	default:70:success	2026-11-30
default	default:72:error	2026-11-30
default	default:69:success	2026-11-30
default	default:73:running:2026-11-30T02:44:17.681Z	2026-11-30
default	default:74:running:2026-11-30T02:44:18.574Z	2026-11-30
default	default:73:success	2026-11-30
default	default:74:success	2026-11-30
default	default:75:running:2026-11-30T02:44:23.278Z	2026-11-30
default	default:76:running:2026-11-30T02:44:24.112Z	2026-11-30
default	default:alive:26762b7d-ca83-4af7-a2ff-fa1ff7e2bc93	2026-11-30
default	default:77:running:2026-11-30T02:44:24.855Z	2026-11-30
default	default:75:error	2026-11-30
default	default:78:running:2026-11-30T02:44:25.859Z	2026-11-30
default	default:76:success	2026-11-30
default	default:77:success	2026-11-30
default	default:78:success	2026-11-30
default	default:79:running:2026-11-30T02:44:28.092Z	2026-11-30
default	default:80:running:2026-11-30T02:44:30.207Z	2026-11-30
default	default:79:success	2026-11-30
default	default:80:success	2026-11-30
default	default:81:running:2026-11-30T02:44:32.340Z	2026-11-30
default	default:81:success	2026-11-30
default	default:82:running:2026-11-30T02:44:36.307Z	2026-11-30
default	default:83:running:2026-11-30T02:44:37.082Z	2026-11-30
default	default:84:running:2026-11-30T02:44:38.988Z	2026-11-30
default	default:82:error	2026-11-30
default	default:85:running:2026-11-30T02:44:40.358Z	2026-11-30
default	default:83:success	2026-11-30
default	default:84:success	2026-11-30
default	default:86:running:2026-11-30T02:44:42.103Z	2026-11-30
default	default:85:success	2026-11-30
default	default:86:success	2026-11-30
default	default:87:running:2026-11-30T02:44:45.656Z	2026-11-30
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261201; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261201 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261202; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261202 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261203; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261203 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261204; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261204 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261205; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261205 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261206; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261206 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_heartbeat_key_p20261207; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_heartbeat_key_p20261207 (instance_id, heartbeat_id, day) FROM stdin;
\.


--
-- Data for Name: campaigns_run_default; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_default (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_key; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_key (run_id, campaign_id, day, token, execution_id, result, manual, sent_at, end_at, seen_at, polled, asked_at) FROM stdin;
9fb64f88-d060-4df9-a626-eb42136c5703	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	4592ddca-6b07-4e43-9e06-71298049ce25	3	success	f	2026-11-30 02:41:59.101+00	2026-11-30 02:41:59.101+00	2026-11-30 02:41:59.117767+00	f	\N
b1f2217d-f1d3-4c05-99a0-cf83c169243f	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	f6f26e3a-09fd-4f0c-a722-05126befbae6	73	success	f	2026-11-30 02:44:19.98+00	2026-11-30 02:44:19.98+00	2026-11-30 02:44:20.005047+00	f	\N
caadb4b9-2d9c-4ed5-8036-bfc39f7e8c5c	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	f177e045-b86d-4ed5-b91a-ee143b701f8a	5	success	f	2026-11-30 02:41:59.995+00	2026-11-30 02:41:59.995+00	2026-11-30 02:42:00.011004+00	f	\N
610ea58d-c416-4e5f-aab4-8a2b115931ee	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	d7d648a3-9efd-4e18-ad17-4c8692ab9587	74	success	f	2026-11-30 02:44:21.592+00	2026-11-30 02:44:21.592+00	2026-11-30 02:44:21.606483+00	f	\N
a958cab1-a548-4a56-97d9-e330ee6501e1	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	e28784b2-4b51-4b43-944a-6155dc533e6a	6	success	f	2026-11-30 02:42:01.383+00	2026-11-30 02:42:01.383+00	2026-11-30 02:42:01.40006+00	f	\N
62d077c8-0ff3-48c5-b513-7fa9e69eb540	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	2f145cae-a288-467e-88ee-9e3bd7a5d43e	8	success	f	2026-11-30 02:42:01.704+00	2026-11-30 02:42:01.704+00	2026-11-30 02:42:01.719266+00	f	\N
3f2c7f9b-5e98-4449-9a56-70a44beab0ed	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	91aeb87a-ae7b-4dc7-b4d1-69d5ff7ca791	4	success	f	2026-11-30 02:42:02.817+00	2026-11-30 02:42:02.817+00	2026-11-30 02:42:02.831477+00	f	\N
6d9cff19-0fd1-43c3-b6aa-e9c86cc2b27e	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	2026-11-30	f8c818c1-7f59-4be8-b7df-301ff6fc4b81	7	success	f	2026-11-30 02:42:05.039+00	2026-11-30 02:42:05.039+00	2026-11-30 02:42:05.062301+00	f	\N
8c641fd3-31cb-4dcb-b3d1-bcb0e8025fee	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	4defa088-f2e9-48f5-afe1-01919bd0053a	9	success	f	2026-11-30 02:42:05.065+00	2026-11-30 02:42:05.065+00	2026-11-30 02:42:05.081488+00	f	\N
0137af6d-d243-4627-849a-1bba253d5eb2	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	fff8f2e9-f53a-40f8-9a5e-eb6ede599b68	75	error	f	2026-11-30 02:44:25.631+00	2026-11-30 02:44:25.631+00	2026-11-30 02:44:25.64992+00	f	\N
915f1de0-1aa2-4a69-992b-eb868f4941d3	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	67a5234f-787c-4355-8d57-7bdc653eb6d2	10	success	f	2026-11-30 02:42:11.29+00	2026-11-30 02:42:11.29+00	2026-11-30 02:42:11.310316+00	f	\N
baa597e7-a331-44b4-8c68-583e03571fd3	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	e25bad25-11f7-4007-8cdb-264518319fe8	12	success	f	2026-11-30 02:42:13.875+00	2026-11-30 02:42:13.875+00	2026-11-30 02:42:13.89637+00	f	\N
c53a604b-b15f-4d86-b080-e68099964869	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	7cee568f-30fe-434b-b3fd-deae01ab64d1	11	error	f	2026-11-30 02:42:14.59+00	2026-11-30 02:42:14.59+00	2026-11-30 02:42:14.605103+00	f	\N
e860c3bc-0d5f-4452-89ea-08dafeede05c	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	fb154a3b-39ff-4408-b83f-67c91bddf04b	14	success	f	2026-11-30 02:42:19.244+00	2026-11-30 02:42:19.244+00	2026-11-30 02:42:19.259274+00	f	\N
5e6a0af2-1faf-46ec-a3ef-dc95ad9701cd	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	e6088675-55e5-481d-a6eb-e90315e9c23f	13	success	f	2026-11-30 02:42:19.518+00	2026-11-30 02:42:19.518+00	2026-11-30 02:42:19.533546+00	f	\N
f9ef8624-7ed9-4631-986b-3a5200b72541	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	bebc2ad1-b33b-47a1-8170-bb2468b0d409	15	success	f	2026-11-30 02:42:21.03+00	2026-11-30 02:42:21.03+00	2026-11-30 02:42:21.048421+00	f	\N
4ab45c6a-977c-439f-bdeb-363b90293122	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	4343247f-f9d6-42ce-a822-c739bc678c2d	16	success	f	2026-11-30 02:42:23.539+00	2026-11-30 02:42:23.539+00	2026-11-30 02:42:23.563214+00	f	\N
21ed6e3d-3580-4195-9eab-cffd49f8ac5c	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	9de6632c-3145-4f80-94f3-6f1d94b6efbb	17	success	f	2026-11-30 02:42:25.007+00	2026-11-30 02:42:25.007+00	2026-11-30 02:42:25.021769+00	f	\N
bfa96d31-a1dc-4bf9-b7b9-787add5ffc7b	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	c27ff8cb-2db1-4863-b853-16732c885b6d	18	success	f	2026-11-30 02:42:25.37+00	2026-11-30 02:42:25.37+00	2026-11-30 02:42:25.385866+00	f	\N
eeb8d21c-9f67-4f68-bf21-21ea5cdcad37	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	\N	1	success	f	2026-11-30 02:41:56.293+00	2026-11-30 02:41:56.293+00	2026-11-30 02:42:27.334323+00	t	\N
cc1dbd2e-ef7e-4f7c-ad4e-ef8f5ba2fa77	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	\N	2	success	f	2026-11-30 02:41:56.384+00	2026-11-30 02:41:56.384+00	2026-11-30 02:42:27.334323+00	t	\N
4f47a01e-9442-4ea7-badb-00b63ac4ca61	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	8b4dc470-67e6-4172-8285-9a919b600fde	19	success	f	2026-11-30 02:42:28.405+00	2026-11-30 02:42:28.405+00	2026-11-30 02:42:28.423165+00	f	\N
abf7decc-a5a7-4e82-86e3-62871c8c3535	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	512f2f0c-1533-476a-af63-ccdb4cf1d46b	20	success	f	2026-11-30 02:42:31.897+00	2026-11-30 02:42:31.897+00	2026-11-30 02:42:31.911462+00	f	\N
98bb82cc-8f20-4cdc-b80a-62db47b62511	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	6ecd4c87-2098-4ed2-9757-71dc6243d8a4	21	success	f	2026-11-30 02:42:33.196+00	2026-11-30 02:42:33.196+00	2026-11-30 02:42:33.2105+00	f	\N
68959d49-d3ae-4c95-9faa-0bc6926bcbe3	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	08ea7655-82c5-4eb1-b814-228de8d97e57	23	success	f	2026-11-30 02:42:39.13+00	2026-11-30 02:42:39.13+00	2026-11-30 02:42:39.146193+00	f	\N
081b7eb2-3421-40b5-8d4e-2d9c83c50057	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	7bb75cb0-26d2-454b-86d4-cfa2d6b761f3	24	success	f	2026-11-30 02:42:39.652+00	2026-11-30 02:42:39.652+00	2026-11-30 02:42:39.667738+00	f	\N
878033a3-04be-4ec6-9406-3af2b7f97a81	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	f6c2daa2-7e7c-428d-83ba-02210570af27	22	error	f	2026-11-30 02:42:39.692+00	2026-11-30 02:42:39.692+00	2026-11-30 02:42:39.71234+00	f	\N
8eaaa03b-89b4-49c6-8b26-4e3c866ded4c	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	ce578ad9-dd3d-4cce-aec7-82bad93c2898	25	success	f	2026-11-30 02:42:40.964+00	2026-11-30 02:42:40.964+00	2026-11-30 02:42:40.987769+00	f	\N
4f7cffb1-75ef-4f00-97e5-3571b7d7d678	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	f8a055e8-688e-495a-aded-f0e2184a3f0e	26	error	f	2026-11-30 02:42:41.434+00	2026-11-30 02:42:41.434+00	2026-11-30 02:42:41.4524+00	f	\N
4437e5bd-ae61-4c09-abbb-cb84f019cb3f	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	24341e52-3b02-4fe7-9442-f8932b1023d0	28	success	f	2026-11-30 02:42:47.081+00	2026-11-30 02:42:47.081+00	2026-11-30 02:42:47.107133+00	f	\N
57fa900e-7c38-4490-9f6b-482e1c34a517	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	2026-11-30	e75a1022-2dac-4458-bff1-88e8e54aeb48	27	success	f	2026-11-30 02:42:49.336+00	2026-11-30 02:42:49.336+00	2026-11-30 02:42:49.363462+00	f	\N
c9f71dcd-5842-4ed0-869b-5650afb99c12	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	8151b32d-de7a-48c4-b479-74b899cd1921	29	success	f	2026-11-30 02:42:51.173+00	2026-11-30 02:42:51.173+00	2026-11-30 02:42:51.18903+00	f	\N
794ea761-3b66-4fb3-8605-1870a3f8d889	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	85bcaba8-1d73-4657-92fd-411b6055fea9	30	success	f	2026-11-30 02:42:51.265+00	2026-11-30 02:42:51.265+00	2026-11-30 02:42:51.291097+00	f	\N
151e96c6-c157-44e5-8ccf-a82caf4361d9	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	003eda4a-932b-407e-addc-336a3e3cafd5	31	error	f	2026-11-30 02:42:54.969+00	2026-11-30 02:42:54.969+00	2026-11-30 02:42:54.988553+00	f	\N
b9fb3afc-46ed-44e3-b571-b6e1849e5ef6	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	91e37765-9242-4643-b581-7b512853ca0b	32	success	f	2026-11-30 02:42:56.766+00	2026-11-30 02:42:56.766+00	2026-11-30 02:42:56.787706+00	f	\N
2891e15e-72d1-4aa9-9b2e-a743fed3c303	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	19bc61b5-91e8-4ece-a478-c863bbb1260b	33	success	f	2026-11-30 02:42:59.018+00	2026-11-30 02:42:59.018+00	2026-11-30 02:42:59.048652+00	f	\N
6938fed2-75a8-4ae4-9b84-9d8388502ac8	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	81306b90-de9a-4eaf-a680-c69c6b8417fe	35	success	f	2026-11-30 02:43:00.718+00	2026-11-30 02:43:00.718+00	2026-11-30 02:43:00.737755+00	f	\N
d9fb447a-a6ce-40be-89ec-43209f766c0d	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	a14621d5-0938-477d-af52-a190cc8a2316	34	success	f	2026-11-30 02:43:00.954+00	2026-11-30 02:43:00.954+00	2026-11-30 02:43:00.973213+00	f	\N
74a28bc2-1e3c-409f-8e27-9c6be34c278e	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	1dc280a6-1a83-4d71-8ea3-704a25f38552	36	success	f	2026-11-30 02:43:01.76+00	2026-11-30 02:43:01.76+00	2026-11-30 02:43:01.818463+00	f	\N
7faef65b-5724-41d6-91bd-119d3985c7b2	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	177e797f-1b49-4dc7-9687-19ee4513451e	37	error	f	2026-11-30 02:43:03.488+00	2026-11-30 02:43:03.488+00	2026-11-30 02:43:03.511069+00	f	\N
9197a1b5-5699-4cf3-a5cf-4c74615e723e	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	13365be1-3a8e-44aa-b7bb-c9ddea0c43c4	38	success	f	2026-11-30 02:43:07.467+00	2026-11-30 02:43:07.467+00	2026-11-30 02:43:07.482724+00	f	\N
598c5e79-2f93-4a00-ae26-8607e6e84961	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	5fe1176e-668f-4aa1-82d7-30a0ee34087e	76	success	f	2026-11-30 02:44:26.442+00	2026-11-30 02:44:26.442+00	2026-11-30 02:44:26.458317+00	f	\N
34e1b83c-1327-4fcd-82f5-aac5ba3afa1d	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	b5a890f0-588a-4669-a70c-3282e10293bf	39	success	f	2026-11-30 02:43:13.557+00	2026-11-30 02:43:13.557+00	2026-11-30 02:43:13.573931+00	f	\N
bb66d118-0104-45ad-8149-64962d36c83a	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	74c18081-6e60-4771-901d-fd10943f36ce	42	success	f	2026-11-30 02:43:13.916+00	2026-11-30 02:43:13.916+00	2026-11-30 02:43:13.933313+00	f	\N
17d752b3-75ba-4648-89e8-9a03549c779b	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	59cc1e21-cc2e-47d3-a8aa-8587d9fe14b5	41	success	f	2026-11-30 02:43:14.801+00	2026-11-30 02:43:14.801+00	2026-11-30 02:43:14.820853+00	f	\N
03913f0d-e421-4a29-a78d-6bd804e173a1	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	7f0db38f-2ebb-4e95-a239-18be820ce6e3	40	success	f	2026-11-30 02:43:15.819+00	2026-11-30 02:43:15.819+00	2026-11-30 02:43:15.844711+00	f	\N
de75412f-bebb-4678-a332-21b54334bf3c	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	e3cacb4b-2b74-4a23-9a55-6b9754ed008c	77	success	f	2026-11-30 02:44:26.596+00	2026-11-30 02:44:26.596+00	2026-11-30 02:44:26.611228+00	f	\N
196d68b5-f13d-4933-8924-cb47d093d4cc	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	a05bee84-a547-4b01-8ef4-411349a33bc6	43	success	f	2026-11-30 02:43:17.246+00	2026-11-30 02:43:17.246+00	2026-11-30 02:43:17.262681+00	f	\N
58c8d1cc-758b-4483-a4ec-5be8de058f73	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	ab741e3e-47b5-4de5-84c2-3630731f8bc2	44	success	f	2026-11-30 02:43:19.095+00	2026-11-30 02:43:19.095+00	2026-11-30 02:43:19.115771+00	f	\N
1b2f20a3-5f86-436d-861d-7dc46835567e	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	96e58573-ca8f-4e03-8fe4-cd8a3cd219a3	78	success	f	2026-11-30 02:44:27.379+00	2026-11-30 02:44:27.379+00	2026-11-30 02:44:27.394524+00	f	\N
06a4df6a-fd22-4c97-8b4d-404d1a34066e	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	e0f095af-3170-402d-bfe5-9a71e12cf4e5	45	success	f	2026-11-30 02:43:22.085+00	2026-11-30 02:43:22.085+00	2026-11-30 02:43:22.1171+00	f	\N
f5b74058-bbbb-43f7-8127-82727d515b7e	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	e879c781-8a58-44b4-b3c7-74305a4d04ff	79	success	f	2026-11-30 02:44:31.448+00	2026-11-30 02:44:31.448+00	2026-11-30 02:44:31.459134+00	f	\N
2c435cd2-3eaa-46fb-8b81-12ca40431dcf	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	b7fb7c35-b361-4e90-85ab-97a90aee0c1a	80	success	f	2026-11-30 02:44:31.445+00	2026-11-30 02:44:31.445+00	2026-11-30 02:44:31.459134+00	f	\N
e736af1b-ea66-4976-bd70-588a2f181af5	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	2375770e-785a-41e1-9b34-23432806972f	81	success	f	2026-11-30 02:44:33.727+00	2026-11-30 02:44:33.727+00	2026-11-30 02:44:33.743241+00	f	\N
05d49b64-ee29-4b59-9be4-ba9b112e834f	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	8475a27f-e0c1-428a-98b5-115d12a42238	48	success	f	2026-11-30 02:43:27.835+00	2026-11-30 02:43:27.835+00	2026-11-30 02:43:27.853622+00	f	\N
8aa9adf5-b44f-470c-8c6b-d1defaf587fb	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	b8e6dba5-efa9-4ce5-81dc-3b5c30ade6e6	46	error	f	2026-11-30 02:43:28.189+00	2026-11-30 02:43:28.189+00	2026-11-30 02:43:28.207908+00	f	\N
f6dc2d27-b18f-4591-ba1a-cb296e798a6a	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	da772af0-829e-47a1-8bd9-ccb4a8b8e188	49	success	f	2026-11-30 02:43:29.117+00	2026-11-30 02:43:29.117+00	2026-11-30 02:43:29.135631+00	f	\N
596b6184-441c-4939-884f-a036653dc54c	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	959c3b79-df8d-4f9f-bb5e-62b19e3cc007	82	error	f	2026-11-30 02:44:39.958+00	2026-11-30 02:44:39.958+00	2026-11-30 02:44:39.975012+00	f	\N
b78bd93e-9dec-42e1-a812-b1d8a8e14962	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	2026-11-30	6a1baf14-6697-489b-b734-f271d5c8fb8f	47	success	f	2026-11-30 02:43:30.961+00	2026-11-30 02:43:30.961+00	2026-11-30 02:43:30.975534+00	f	\N
93fc3b77-3dda-4c61-b580-29d71a7f6817	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	0fe4f9e9-788e-4373-86c9-056a837ac875	50	success	f	2026-11-30 02:43:31.758+00	2026-11-30 02:43:31.758+00	2026-11-30 02:43:31.772448+00	f	\N
378bf796-b0bf-4549-a220-75177fce9e69	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	5a80dca3-3507-47c4-b7ab-28aa80a90d4e	51	success	f	2026-11-30 02:43:32.991+00	2026-11-30 02:43:32.991+00	2026-11-30 02:43:33.009301+00	f	\N
528bcaab-55b2-4236-8ab8-52992be6ff82	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	9cc1745f-2825-4edb-851e-84c8f4b7246c	84	success	f	2026-11-30 02:44:40.843+00	2026-11-30 02:44:40.843+00	2026-11-30 02:44:40.860278+00	f	\N
4715db1d-a721-405d-b363-749d20cbb352	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	72e2513d-e166-40d6-9871-5c345153bb85	52	success	f	2026-11-30 02:43:36.279+00	2026-11-30 02:43:36.279+00	2026-11-30 02:43:36.297606+00	f	\N
ac537f31-daf1-4157-9616-1ae75c726574	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	cea9da87-6a4f-4bec-9c23-60f6096091f2	83	success	f	2026-11-30 02:44:40.85+00	2026-11-30 02:44:40.85+00	2026-11-30 02:44:40.860278+00	f	\N
49a17700-06d8-4b5c-ae5d-051ee1fe8e3c	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	5c9daa1c-39ab-45ca-b7d3-1fb42b6ba010	53	success	f	2026-11-30 02:43:38.99+00	2026-11-30 02:43:38.99+00	2026-11-30 02:43:39.008959+00	f	\N
495c3a94-ac6c-4036-a036-b638a53f4923	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	422c62d3-1584-4fc8-9b1a-9a7e9e070b10	85	success	f	2026-11-30 02:44:42.191+00	2026-11-30 02:44:42.191+00	2026-11-30 02:44:42.205837+00	f	\N
efd99147-17f0-4d13-ab56-18bd33a31492	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	49363a63-2c15-4196-9437-9e9353b16e4f	86	success	f	2026-11-30 02:44:44.324+00	2026-11-30 02:44:44.324+00	2026-11-30 02:44:44.343194+00	f	\N
be0d2a74-9153-4df8-85bf-f50b701cde5a	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	e0470d9e-3f9a-4fa6-84bf-85701d809347	54	error	f	2026-11-30 02:43:41.416+00	2026-11-30 02:43:41.416+00	2026-11-30 02:43:41.430332+00	f	\N
dfd7a4d3-4671-45b0-980f-debf3356f5ad	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	6845187b-bd38-43f9-b285-1fa237e185ae	55	success	f	2026-11-30 02:43:41.907+00	2026-11-30 02:43:41.907+00	2026-11-30 02:43:41.923196+00	f	\N
dc1346bc-39e8-487a-b21f-a7acfb04bbfb	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	37c4ceff-fb8a-4f34-8a50-ec4e70e5b967	57	success	f	2026-11-30 02:43:42.941+00	2026-11-30 02:43:42.941+00	2026-11-30 02:43:42.958748+00	f	\N
ad88748c-b45d-4ea8-8f52-31848fed874c	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	00b436b5-d899-4056-a92b-dc4089592024	56	success	f	2026-11-30 02:43:43.967+00	2026-11-30 02:43:43.967+00	2026-11-30 02:43:43.988644+00	f	\N
5ec7af93-82e6-4625-8353-9e5ff42813c9	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	3734298f-d61b-42c6-81cf-fa665a5bdcb3	87	running	f	2026-11-30 02:44:45.656+00	\N	2026-11-30 02:44:45.672476+00	f	\N
17d919c0-77b5-4880-9489-f00149d4f9e2	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	497c317a-7a1d-40f5-896b-6f4211c452c1	58	success	f	2026-11-30 02:43:49.477+00	2026-11-30 02:43:49.477+00	2026-11-30 02:43:49.496355+00	f	\N
4e9ffeb4-109f-415b-90b8-6fd446fadfc5	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	85b98ac9-9a34-4d4d-99d2-e52585c3ca93	60	success	f	2026-11-30 02:43:49.917+00	2026-11-30 02:43:49.917+00	2026-11-30 02:43:49.934799+00	f	\N
cc0e551c-b437-4222-8865-d873295b62df	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	8fdc9ce4-068a-4772-85ef-b6491c05bc56	59	error	f	2026-11-30 02:43:50.109+00	2026-11-30 02:43:50.109+00	2026-11-30 02:43:50.123142+00	f	\N
7c559958-d880-44d8-a94c-1a9be334998d	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	ac712a7e-3555-4f99-abac-cbd6c5b62cd7	62	success	f	2026-11-30 02:43:57.211+00	2026-11-30 02:43:57.211+00	2026-11-30 02:43:57.23209+00	f	\N
ac40e589-a976-4106-b0ad-23a3b3416df0	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	871c2989-76e0-4da8-bf8d-f53a320dde50	61	success	f	2026-11-30 02:43:58.451+00	2026-11-30 02:43:58.451+00	2026-11-30 02:43:58.471879+00	f	\N
9493cd60-f37d-4fbd-949a-539c7b6c256e	765759a6-4373-444b-87ca-8756aa9ba5b4	2026-11-30	29555cc6-eac0-435d-9b2e-56abe2c9ec9d	64	success	f	2026-11-30 02:44:02.651+00	2026-11-30 02:44:02.651+00	2026-11-30 02:44:02.667031+00	f	\N
9b9445f0-6d62-4735-9b43-15be80a2b16b	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	90c39159-9000-4ac3-8cb1-10f1c5db3a5d	65	success	f	2026-11-30 02:44:02.922+00	2026-11-30 02:44:02.922+00	2026-11-30 02:44:02.937418+00	f	\N
afae91ae-0f00-47d7-bdfe-56d4c1c1409c	2b49c1fe-994d-489d-9018-849edca73721	2026-11-30	55b7cfd0-0350-475f-b163-e7c405694560	63	success	f	2026-11-30 02:44:03.456+00	2026-11-30 02:44:03.456+00	2026-11-30 02:44:03.470625+00	f	\N
e72d724e-81c1-4650-b31d-e4dd49318f1a	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	51badac5-491e-45f9-a825-e5a3f739aba5	66	error	f	2026-11-30 02:44:05.302+00	2026-11-30 02:44:05.302+00	2026-11-30 02:44:05.317504+00	f	\N
c97aa006-0bbf-4c51-b181-fdd28478c91a	1e78eeea-471f-40e1-8ce8-78ba723e11a1	2026-11-30	13db79ca-9c6f-45f9-af0e-e6ad1d410ab9	67	success	f	2026-11-30 02:44:05.863+00	2026-11-30 02:44:05.863+00	2026-11-30 02:44:05.879212+00	f	\N
92d7d0aa-3c21-49de-b1ea-86bd4da4405f	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	2026-11-30	272c6bdf-e28b-4e25-8443-d4f07065036b	68	success	f	2026-11-30 02:44:08.61+00	2026-11-30 02:44:08.61+00	2026-11-30 02:44:08.627872+00	f	\N
69c202d4-307a-4409-8726-d4359b6f27d3	242f9b2e-94de-4021-a9e0-526ee47db402	2026-11-30	1fbcd9ee-ad9c-4d35-96f3-704782443f50	71	success	f	2026-11-30 02:44:11.431+00	2026-11-30 02:44:11.431+00	2026-11-30 02:44:11.451697+00	f	\N
2b9fbadf-f001-4fb1-9d03-79b59df0f883	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	2026-11-30	fe5bf6a1-da25-4f29-a5d9-2fa98390f234	70	success	f	2026-11-30 02:44:12.626+00	2026-11-30 02:44:12.626+00	2026-11-30 02:44:12.649445+00	f	\N
f4068df0-5c4e-4ad3-8ab9-52e0df742d5b	5c2d4a73-1efd-43fa-a97b-a52d24745f86	2026-11-30	213ea4b8-3943-46e1-a93b-fd9ef61d6390	72	error	f	2026-11-30 02:44:13.86+00	2026-11-30 02:44:13.86+00	2026-11-30 02:44:13.87826+00	f	\N
2154c524-62c5-439b-ba5f-f58daeb78590	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	2026-11-30	7e87a4db-6c2b-4ef7-b601-839aa00596b9	69	success	f	2026-11-30 02:44:14.741+00	2026-11-30 02:44:14.741+00	2026-11-30 02:44:14.757439+00	f	\N
\.


--
-- Data for Name: campaigns_run_p20261129; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261129 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261130; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261130 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
2026-11-30	9fb64f88-d060-4df9-a626-eb42136c5703	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	3	success	webhook	2026-11-30 02:41:55.292+00	2026-11-30 02:41:59.101+00	\N	2026-11-30 02:41:59.101+00	2026-11-30 02:41:59.101+00			pushed
2026-11-30	caadb4b9-2d9c-4ed5-8036-bfc39f7e8c5c	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	5	success	trigger	2026-11-30 02:41:57.992+00	2026-11-30 02:41:59.995+00	\N	2026-11-30 02:41:57.992+00	2026-11-30 02:41:59.995+00			pushed
2026-11-30	a958cab1-a548-4a56-97d9-e330ee6501e1	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	6	success	trigger	2026-11-30 02:41:58.061+00	2026-11-30 02:42:01.383+00	\N	2026-11-30 02:41:58.061+00	2026-11-30 02:42:01.383+00			pushed
2026-11-30	62d077c8-0ff3-48c5-b513-7fa9e69eb540	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	8	success	trigger	2026-11-30 02:42:00.454+00	2026-11-30 02:42:01.704+00	\N	2026-11-30 02:42:00.454+00	2026-11-30 02:42:01.704+00			pushed
2026-11-30	3f2c7f9b-5e98-4449-9a56-70a44beab0ed	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	4	success	trigger	2026-11-30 02:41:56.871+00	2026-11-30 02:42:02.817+00	\N	2026-11-30 02:42:02.817+00	2026-11-30 02:42:02.817+00			pushed
2026-11-30	6d9cff19-0fd1-43c3-b6aa-e9c86cc2b27e	e968aeda-8967-45d5-ab7b-9928a0599bfa	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	default	7	success	trigger	2026-11-30 02:41:59.772+00	2026-11-30 02:42:05.039+00	\N	2026-11-30 02:41:59.772+00	2026-11-30 02:42:05.039+00			pushed
2026-11-30	8c641fd3-31cb-4dcb-b3d1-bcb0e8025fee	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	9	success	webhook	2026-11-30 02:42:02.184+00	2026-11-30 02:42:05.065+00	\N	2026-11-30 02:42:02.184+00	2026-11-30 02:42:05.065+00			pushed
2026-11-30	915f1de0-1aa2-4a69-992b-eb868f4941d3	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	10	success	webhook	2026-11-30 02:42:08.993+00	2026-11-30 02:42:11.29+00	\N	2026-11-30 02:42:08.993+00	2026-11-30 02:42:11.29+00			pushed
2026-11-30	baa597e7-a331-44b4-8c68-583e03571fd3	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	12	success	trigger	2026-11-30 02:42:10.829+00	2026-11-30 02:42:13.875+00	\N	2026-11-30 02:42:10.829+00	2026-11-30 02:42:13.875+00			pushed
2026-11-30	c53a604b-b15f-4d86-b080-e68099964869	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	11	error	trigger	2026-11-30 02:42:10.269+00	2026-11-30 02:42:14.59+00	\N	2026-11-30 02:42:10.269+00	2026-11-30 02:42:14.59+00	The model's answer was cut off at 4096 tokens	Draft message	pushed
2026-11-30	e860c3bc-0d5f-4452-89ea-08dafeede05c	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	14	success	webhook	2026-11-30 02:42:16.527+00	2026-11-30 02:42:19.244+00	\N	2026-11-30 02:42:16.527+00	2026-11-30 02:42:19.244+00			pushed
2026-11-30	5e6a0af2-1faf-46ec-a3ef-dc95ad9701cd	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	13	success	trigger	2026-11-30 02:42:16.493+00	2026-11-30 02:42:19.518+00	\N	2026-11-30 02:42:16.493+00	2026-11-30 02:42:19.518+00			pushed
2026-11-30	f9ef8624-7ed9-4631-986b-3a5200b72541	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	15	success	trigger	2026-11-30 02:42:18.759+00	2026-11-30 02:42:21.03+00	\N	2026-11-30 02:42:18.759+00	2026-11-30 02:42:21.03+00			pushed
2026-11-30	4ab45c6a-977c-439f-bdeb-363b90293122	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	16	success	webhook	2026-11-30 02:42:22.493+00	2026-11-30 02:42:23.539+00	\N	2026-11-30 02:42:22.493+00	2026-11-30 02:42:23.539+00			pushed
2026-11-30	21ed6e3d-3580-4195-9eab-cffd49f8ac5c	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	17	success	trigger	2026-11-30 02:42:22.815+00	2026-11-30 02:42:25.007+00	\N	2026-11-30 02:42:22.815+00	2026-11-30 02:42:25.007+00			pushed
2026-11-30	bfa96d31-a1dc-4bf9-b7b9-787add5ffc7b	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	18	success	webhook	2026-11-30 02:42:24.138+00	2026-11-30 02:42:25.37+00	\N	2026-11-30 02:42:24.138+00	2026-11-30 02:42:25.37+00			pushed
2026-11-30	eeb8d21c-9f67-4f68-bf21-21ea5cdcad37	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	1	success	trigger	2026-11-30 02:41:54.702+00	2026-11-30 02:41:56.293+00	\N	2026-11-30 02:41:56.293+00	2026-11-30 02:41:56.293+00			polled
2026-11-30	cc1dbd2e-ef7e-4f7c-ad4e-ef8f5ba2fa77	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	2	success	webhook	2026-11-30 02:41:54.903+00	2026-11-30 02:41:56.384+00	\N	2026-11-30 02:41:56.384+00	2026-11-30 02:41:56.384+00			polled
2026-11-30	4f47a01e-9442-4ea7-badb-00b63ac4ca61	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	19	success	trigger	2026-11-30 02:42:24.733+00	2026-11-30 02:42:28.405+00	\N	2026-11-30 02:42:24.733+00	2026-11-30 02:42:28.405+00			pushed
2026-11-30	abf7decc-a5a7-4e82-86e3-62871c8c3535	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	20	success	trigger	2026-11-30 02:42:28.669+00	2026-11-30 02:42:31.897+00	\N	2026-11-30 02:42:28.669+00	2026-11-30 02:42:31.897+00			pushed
2026-11-30	98bb82cc-8f20-4cdc-b80a-62db47b62511	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	21	success	webhook	2026-11-30 02:42:31.739+00	2026-11-30 02:42:33.196+00	\N	2026-11-30 02:42:31.739+00	2026-11-30 02:42:33.196+00			pushed
2026-11-30	68959d49-d3ae-4c95-9faa-0bc6926bcbe3	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	23	success	trigger	2026-11-30 02:42:35.752+00	2026-11-30 02:42:39.13+00	\N	2026-11-30 02:42:35.752+00	2026-11-30 02:42:39.13+00			pushed
2026-11-30	081b7eb2-3421-40b5-8d4e-2d9c83c50057	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	24	success	trigger	2026-11-30 02:42:37.349+00	2026-11-30 02:42:39.652+00	\N	2026-11-30 02:42:37.349+00	2026-11-30 02:42:39.652+00			pushed
2026-11-30	878033a3-04be-4ec6-9406-3af2b7f97a81	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	22	error	trigger	2026-11-30 02:42:35.455+00	2026-11-30 02:42:39.692+00	\N	2026-11-30 02:42:35.455+00	2026-11-30 02:42:39.692+00	Request failed with status code 504	Research account	pushed
2026-11-30	8eaaa03b-89b4-49c6-8b26-4e3c866ded4c	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	25	success	webhook	2026-11-30 02:42:38.185+00	2026-11-30 02:42:40.964+00	\N	2026-11-30 02:42:38.185+00	2026-11-30 02:42:40.964+00			pushed
2026-11-30	4f7cffb1-75ef-4f00-97e5-3571b7d7d678	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	26	error	trigger	2026-11-30 02:42:39.227+00	2026-11-30 02:42:41.434+00	\N	2026-11-30 02:42:39.227+00	2026-11-30 02:42:41.434+00	The mail server closed the connection	Send mail	pushed
2026-11-30	4437e5bd-ae61-4c09-abbb-cb84f019cb3f	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	28	success	webhook	2026-11-30 02:42:44.887+00	2026-11-30 02:42:47.081+00	\N	2026-11-30 02:42:44.887+00	2026-11-30 02:42:47.081+00			pushed
2026-11-30	57fa900e-7c38-4490-9f6b-482e1c34a517	e968aeda-8967-45d5-ab7b-9928a0599bfa	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	default	27	success	trigger	2026-11-30 02:42:44.487+00	2026-11-30 02:42:49.336+00	\N	2026-11-30 02:42:44.487+00	2026-11-30 02:42:49.336+00			pushed
2026-11-30	c9f71dcd-5842-4ed0-869b-5650afb99c12	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	29	success	trigger	2026-11-30 02:42:47.629+00	2026-11-30 02:42:51.173+00	\N	2026-11-30 02:42:47.629+00	2026-11-30 02:42:51.173+00			pushed
2026-11-30	794ea761-3b66-4fb3-8605-1870a3f8d889	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	30	success	webhook	2026-11-30 02:42:48.827+00	2026-11-30 02:42:51.265+00	\N	2026-11-30 02:42:48.827+00	2026-11-30 02:42:51.265+00			pushed
2026-11-30	151e96c6-c157-44e5-8ccf-a82caf4361d9	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	31	error	webhook	2026-11-30 02:42:52.365+00	2026-11-30 02:42:54.969+00	\N	2026-11-30 02:42:52.365+00	2026-11-30 02:42:54.969+00	Request failed with status code 429: too many requests	Look up company	pushed
2026-11-30	b9fb3afc-46ed-44e3-b571-b6e1849e5ef6	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	32	success	trigger	2026-11-30 02:42:54.931+00	2026-11-30 02:42:56.766+00	\N	2026-11-30 02:42:54.931+00	2026-11-30 02:42:56.766+00			pushed
2026-11-30	2891e15e-72d1-4aa9-9b2e-a743fed3c303	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	33	success	trigger	2026-11-30 02:42:56.185+00	2026-11-30 02:42:59.018+00	\N	2026-11-30 02:42:56.185+00	2026-11-30 02:42:59.018+00			pushed
2026-11-30	6938fed2-75a8-4ae4-9b84-9d8388502ac8	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	35	success	trigger	2026-11-30 02:42:58.23+00	2026-11-30 02:43:00.718+00	\N	2026-11-30 02:42:58.23+00	2026-11-30 02:43:00.718+00			pushed
2026-11-30	d9fb447a-a6ce-40be-89ec-43209f766c0d	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	34	success	trigger	2026-11-30 02:42:57.378+00	2026-11-30 02:43:00.954+00	\N	2026-11-30 02:42:57.378+00	2026-11-30 02:43:00.954+00			pushed
2026-11-30	74a28bc2-1e3c-409f-8e27-9c6be34c278e	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	36	success	webhook	2026-11-30 02:42:59.471+00	2026-11-30 02:43:01.76+00	\N	2026-11-30 02:42:59.471+00	2026-11-30 02:43:01.76+00			pushed
2026-11-30	7faef65b-5724-41d6-91bd-119d3985c7b2	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	37	error	trigger	2026-11-30 02:42:59.63+00	2026-11-30 02:43:03.488+00	\N	2026-11-30 02:42:59.63+00	2026-11-30 02:43:03.488+00	Request failed with status code 504	Research account	pushed
2026-11-30	9197a1b5-5699-4cf3-a5cf-4c74615e723e	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	38	success	webhook	2026-11-30 02:43:05.896+00	2026-11-30 02:43:07.467+00	\N	2026-11-30 02:43:05.896+00	2026-11-30 02:43:07.467+00			pushed
2026-11-30	34e1b83c-1327-4fcd-82f5-aac5ba3afa1d	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	39	success	trigger	2026-11-30 02:43:10.792+00	2026-11-30 02:43:13.557+00	\N	2026-11-30 02:43:10.792+00	2026-11-30 02:43:13.557+00			pushed
2026-11-30	bb66d118-0104-45ad-8149-64962d36c83a	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	42	success	trigger	2026-11-30 02:43:12.842+00	2026-11-30 02:43:13.916+00	\N	2026-11-30 02:43:12.842+00	2026-11-30 02:43:13.916+00			pushed
2026-11-30	17d752b3-75ba-4648-89e8-9a03549c779b	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	41	success	webhook	2026-11-30 02:43:12.67+00	2026-11-30 02:43:14.801+00	\N	2026-11-30 02:43:12.67+00	2026-11-30 02:43:14.801+00			pushed
2026-11-30	03913f0d-e421-4a29-a78d-6bd804e173a1	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	40	success	trigger	2026-11-30 02:43:12.034+00	2026-11-30 02:43:15.819+00	\N	2026-11-30 02:43:12.034+00	2026-11-30 02:43:15.819+00			pushed
2026-11-30	196d68b5-f13d-4933-8924-cb47d093d4cc	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	43	success	webhook	2026-11-30 02:43:15.901+00	2026-11-30 02:43:17.246+00	\N	2026-11-30 02:43:15.901+00	2026-11-30 02:43:17.246+00			pushed
2026-11-30	58c8d1cc-758b-4483-a4ec-5be8de058f73	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	44	success	trigger	2026-11-30 02:43:15.926+00	2026-11-30 02:43:19.095+00	\N	2026-11-30 02:43:15.926+00	2026-11-30 02:43:19.095+00			pushed
2026-11-30	06a4df6a-fd22-4c97-8b4d-404d1a34066e	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	45	success	webhook	2026-11-30 02:43:19.755+00	2026-11-30 02:43:22.085+00	\N	2026-11-30 02:43:19.755+00	2026-11-30 02:43:22.085+00			pushed
2026-11-30	8aa9adf5-b44f-470c-8c6b-d1defaf587fb	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	46	error	trigger	2026-11-30 02:43:24.038+00	2026-11-30 02:43:28.189+00	\N	2026-11-30 02:43:24.038+00	2026-11-30 02:43:28.189+00	Request failed with status code 504	Research account	pushed
2026-11-30	05d49b64-ee29-4b59-9be4-ba9b112e834f	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	48	success	trigger	2026-11-30 02:43:25.45+00	2026-11-30 02:43:27.835+00	\N	2026-11-30 02:43:25.45+00	2026-11-30 02:43:27.835+00			pushed
2026-11-30	f6dc2d27-b18f-4591-ba1a-cb296e798a6a	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	49	success	webhook	2026-11-30 02:43:26.43+00	2026-11-30 02:43:29.117+00	\N	2026-11-30 02:43:26.43+00	2026-11-30 02:43:29.117+00			pushed
2026-11-30	b78bd93e-9dec-42e1-a812-b1d8a8e14962	e968aeda-8967-45d5-ab7b-9928a0599bfa	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	default	47	success	trigger	2026-11-30 02:43:25.296+00	2026-11-30 02:43:30.961+00	\N	2026-11-30 02:43:25.296+00	2026-11-30 02:43:30.961+00			pushed
2026-11-30	93fc3b77-3dda-4c61-b580-29d71a7f6817	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	50	success	trigger	2026-11-30 02:43:29.329+00	2026-11-30 02:43:31.758+00	\N	2026-11-30 02:43:29.329+00	2026-11-30 02:43:31.758+00			pushed
2026-11-30	378bf796-b0bf-4549-a220-75177fce9e69	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	51	success	trigger	2026-11-30 02:43:29.881+00	2026-11-30 02:43:32.991+00	\N	2026-11-30 02:43:29.881+00	2026-11-30 02:43:32.991+00			pushed
2026-11-30	4715db1d-a721-405d-b363-749d20cbb352	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	52	success	webhook	2026-11-30 02:43:33.577+00	2026-11-30 02:43:36.279+00	\N	2026-11-30 02:43:33.577+00	2026-11-30 02:43:36.279+00			pushed
2026-11-30	49a17700-06d8-4b5c-ae5d-051ee1fe8e3c	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	53	success	trigger	2026-11-30 02:43:35.601+00	2026-11-30 02:43:38.99+00	\N	2026-11-30 02:43:35.601+00	2026-11-30 02:43:38.99+00			pushed
2026-11-30	be0d2a74-9153-4df8-85bf-f50b701cde5a	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	54	error	trigger	2026-11-30 02:43:36.673+00	2026-11-30 02:43:41.416+00	\N	2026-11-30 02:43:36.673+00	2026-11-30 02:43:41.416+00	Request failed with status code 502	Read attendees	pushed
2026-11-30	dfd7a4d3-4671-45b0-980f-debf3356f5ad	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	55	success	trigger	2026-11-30 02:43:40.16+00	2026-11-30 02:43:41.907+00	\N	2026-11-30 02:43:40.16+00	2026-11-30 02:43:41.907+00			pushed
2026-11-30	dc1346bc-39e8-487a-b21f-a7acfb04bbfb	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	57	success	webhook	2026-11-30 02:43:41.251+00	2026-11-30 02:43:42.941+00	\N	2026-11-30 02:43:41.251+00	2026-11-30 02:43:42.941+00			pushed
2026-11-30	ad88748c-b45d-4ea8-8f52-31848fed874c	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	56	success	webhook	2026-11-30 02:43:41.083+00	2026-11-30 02:43:43.967+00	\N	2026-11-30 02:43:41.083+00	2026-11-30 02:43:43.967+00			pushed
2026-11-30	17d919c0-77b5-4880-9489-f00149d4f9e2	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	58	success	trigger	2026-11-30 02:43:46.399+00	2026-11-30 02:43:49.477+00	\N	2026-11-30 02:43:46.399+00	2026-11-30 02:43:49.477+00			pushed
2026-11-30	4e9ffeb4-109f-415b-90b8-6fd446fadfc5	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	60	success	webhook	2026-11-30 02:43:48.246+00	2026-11-30 02:43:49.917+00	\N	2026-11-30 02:43:48.246+00	2026-11-30 02:43:49.917+00			pushed
2026-11-30	cc0e551c-b437-4222-8865-d873295b62df	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	59	error	trigger	2026-11-30 02:43:47.671+00	2026-11-30 02:43:50.109+00	\N	2026-11-30 02:43:47.671+00	2026-11-30 02:43:50.109+00	The model's answer was cut off at 4096 tokens	Draft message	pushed
2026-11-30	7c559958-d880-44d8-a94c-1a9be334998d	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	62	success	trigger	2026-11-30 02:43:56.049+00	2026-11-30 02:43:57.211+00	\N	2026-11-30 02:43:56.049+00	2026-11-30 02:43:57.211+00			pushed
2026-11-30	ac40e589-a976-4106-b0ad-23a3b3416df0	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	61	success	webhook	2026-11-30 02:43:55.907+00	2026-11-30 02:43:58.451+00	\N	2026-11-30 02:43:55.907+00	2026-11-30 02:43:58.451+00			pushed
2026-11-30	9493cd60-f37d-4fbd-949a-539c7b6c256e	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	64	success	trigger	2026-11-30 02:43:59.351+00	2026-11-30 02:44:02.651+00	\N	2026-11-30 02:43:59.351+00	2026-11-30 02:44:02.651+00			pushed
2026-11-30	9b9445f0-6d62-4735-9b43-15be80a2b16b	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	65	success	trigger	2026-11-30 02:44:00.227+00	2026-11-30 02:44:02.922+00	\N	2026-11-30 02:44:00.227+00	2026-11-30 02:44:02.922+00			pushed
2026-11-30	afae91ae-0f00-47d7-bdfe-56d4c1c1409c	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	63	success	trigger	2026-11-30 02:43:57.911+00	2026-11-30 02:44:03.456+00	\N	2026-11-30 02:43:57.911+00	2026-11-30 02:44:03.456+00			pushed
2026-11-30	e72d724e-81c1-4650-b31d-e4dd49318f1a	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	66	error	webhook	2026-11-30 02:44:03.21+00	2026-11-30 02:44:05.302+00	\N	2026-11-30 02:44:03.21+00	2026-11-30 02:44:05.302+00	The contact was changed by someone else	Update CRM	pushed
2026-11-30	c97aa006-0bbf-4c51-b181-fdd28478c91a	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	67	success	trigger	2026-11-30 02:44:04.704+00	2026-11-30 02:44:05.863+00	\N	2026-11-30 02:44:04.704+00	2026-11-30 02:44:05.863+00			pushed
2026-11-30	92d7d0aa-3c21-49de-b1ea-86bd4da4405f	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	68	success	webhook	2026-11-30 02:44:06.545+00	2026-11-30 02:44:08.61+00	\N	2026-11-30 02:44:06.545+00	2026-11-30 02:44:08.61+00			pushed
2026-11-30	69c202d4-307a-4409-8726-d4359b6f27d3	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	71	success	webhook	2026-11-30 02:44:10.344+00	2026-11-30 02:44:11.431+00	\N	2026-11-30 02:44:10.344+00	2026-11-30 02:44:11.431+00			pushed
2026-11-30	2b9fbadf-f001-4fb1-9d03-79b59df0f883	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	70	success	trigger	2026-11-30 02:44:09.61+00	2026-11-30 02:44:12.626+00	\N	2026-11-30 02:44:09.61+00	2026-11-30 02:44:12.626+00			pushed
2026-11-30	f4068df0-5c4e-4ad3-8ab9-52e0df742d5b	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	72	error	trigger	2026-11-30 02:44:11.567+00	2026-11-30 02:44:13.86+00	\N	2026-11-30 02:44:11.567+00	2026-11-30 02:44:13.86+00	The model's answer was cut off at 4096 tokens	Draft message	pushed
2026-11-30	2154c524-62c5-439b-ba5f-f58daeb78590	e968aeda-8967-45d5-ab7b-9928a0599bfa	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	default	69	success	trigger	2026-11-30 02:44:09.459+00	2026-11-30 02:44:14.741+00	\N	2026-11-30 02:44:09.459+00	2026-11-30 02:44:14.741+00			pushed
2026-11-30	b1f2217d-f1d3-4c05-99a0-cf83c169243f	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	73	success	webhook	2026-11-30 02:44:17.681+00	2026-11-30 02:44:19.98+00	\N	2026-11-30 02:44:17.681+00	2026-11-30 02:44:19.98+00			pushed
2026-11-30	610ea58d-c416-4e5f-aab4-8a2b115931ee	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	74	success	trigger	2026-11-30 02:44:18.574+00	2026-11-30 02:44:21.592+00	\N	2026-11-30 02:44:18.574+00	2026-11-30 02:44:21.592+00			pushed
2026-11-30	0137af6d-d243-4627-849a-1bba253d5eb2	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	75	error	trigger	2026-11-30 02:44:23.278+00	2026-11-30 02:44:25.631+00	\N	2026-11-30 02:44:23.278+00	2026-11-30 02:44:25.631+00	550 mailbox unavailable	Send mail	pushed
2026-11-30	598c5e79-2f93-4a00-ae26-8607e6e84961	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	76	success	trigger	2026-11-30 02:44:24.112+00	2026-11-30 02:44:26.442+00	\N	2026-11-30 02:44:24.112+00	2026-11-30 02:44:26.442+00			pushed
2026-11-30	de75412f-bebb-4678-a332-21b54334bf3c	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	77	success	webhook	2026-11-30 02:44:24.855+00	2026-11-30 02:44:26.596+00	\N	2026-11-30 02:44:24.855+00	2026-11-30 02:44:26.596+00			pushed
2026-11-30	1b2f20a3-5f86-436d-861d-7dc46835567e	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	78	success	trigger	2026-11-30 02:44:25.859+00	2026-11-30 02:44:27.379+00	\N	2026-11-30 02:44:25.859+00	2026-11-30 02:44:27.379+00			pushed
2026-11-30	f5b74058-bbbb-43f7-8127-82727d515b7e	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	default	79	success	trigger	2026-11-30 02:44:28.092+00	2026-11-30 02:44:31.448+00	\N	2026-11-30 02:44:28.092+00	2026-11-30 02:44:31.448+00			pushed
2026-11-30	2c435cd2-3eaa-46fb-8b81-12ca40431dcf	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	default	80	success	webhook	2026-11-30 02:44:30.207+00	2026-11-30 02:44:31.445+00	\N	2026-11-30 02:44:30.207+00	2026-11-30 02:44:31.445+00			pushed
2026-11-30	e736af1b-ea66-4976-bd70-588a2f181af5	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	81	success	webhook	2026-11-30 02:44:32.34+00	2026-11-30 02:44:33.727+00	\N	2026-11-30 02:44:32.34+00	2026-11-30 02:44:33.727+00			pushed
2026-11-30	596b6184-441c-4939-884f-a036653dc54c	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	default	82	error	trigger	2026-11-30 02:44:36.307+00	2026-11-30 02:44:39.958+00	\N	2026-11-30 02:44:36.307+00	2026-11-30 02:44:39.958+00	Request failed with status code 504	Research account	pushed
2026-11-30	528bcaab-55b2-4236-8ab8-52992be6ff82	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	84	success	webhook	2026-11-30 02:44:38.988+00	2026-11-30 02:44:40.843+00	\N	2026-11-30 02:44:38.988+00	2026-11-30 02:44:40.843+00			pushed
2026-11-30	ac537f31-daf1-4157-9616-1ae75c726574	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	default	83	success	trigger	2026-11-30 02:44:37.082+00	2026-11-30 02:44:40.85+00	\N	2026-11-30 02:44:37.082+00	2026-11-30 02:44:40.85+00			pushed
2026-11-30	495c3a94-ac6c-4036-a036-b638a53f4923	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	default	85	success	trigger	2026-11-30 02:44:40.358+00	2026-11-30 02:44:42.191+00	\N	2026-11-30 02:44:40.358+00	2026-11-30 02:44:42.191+00			pushed
2026-11-30	efd99147-17f0-4d13-ab56-18bd33a31492	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	default	86	success	trigger	2026-11-30 02:44:42.103+00	2026-11-30 02:44:44.324+00	\N	2026-11-30 02:44:42.103+00	2026-11-30 02:44:44.324+00			pushed
2026-11-30	5ec7af93-82e6-4625-8353-9e5ff42813c9	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	default	87	running	webhook	2026-11-30 02:44:45.656+00	\N	\N	2026-11-30 02:44:45.656+00	\N			pushed
\.


--
-- Data for Name: campaigns_run_p20261201; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261201 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261202; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261202 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261203; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261203 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261204; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261204 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261205; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261205 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261206; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261206 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_run_p20261207; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_run_p20261207 (day, id, workspace_id, campaign_id, instance_id, execution_id, result, mode, started_at, stopped_at, wait_till, sent_at, end_at, error_message, error_node, source) FROM stdin;
\.


--
-- Data for Name: campaigns_statechange_default; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_statechange_default (at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled, became, reason, enabled, cause, actor, result, execution) FROM stdin;
\.


--
-- Data for Name: campaigns_statechange_p202610; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_statechange_p202610 (at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled, became, reason, enabled, cause, actor, result, execution) FROM stdin;
\.


--
-- Data for Name: campaigns_statechange_p202611; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_statechange_p202611 (at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled, became, reason, enabled, cause, actor, result, execution) FROM stdin;
2026-11-30 02:41:57.551821+00	9ce841df-a1b2-4016-b255-817b4af77db5	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	fce194cf-69e1-43cd-a0be-a45f36892cff	stale	n8n_silent	f	inactive	paused	f	n8n			\N
2026-11-30 02:41:57.558658+00	334b7d75-eb14-4428-b371-06bd0e9a5ed7	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.560354+00	c8466d77-0374-4587-833c-0010343c2f98	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.561079+00	33e000b8-8774-4853-a60c-65ac9d17dfb3	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.561589+00	7c7bf8d2-367e-4ec5-b9c2-f359f223a65a	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.562068+00	f8a239dd-1def-427b-b377-d2f00fc44408	2026-11-30 02:41:57.54792+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	22d55a62-e3a0-455e-a6ab-5494d4b9cd0a	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.563797+00	62e3406d-76c3-43a4-a15c-b675dfe00893	2026-11-30 02:41:57.54792+00	085f3af4-4d14-4f32-afea-ee600c7a2346	aa0b268f-3b03-4623-a5ee-8f185f9b9e27	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.564032+00	89e85eab-b94c-422a-bd90-71b1335b142f	2026-11-30 02:41:57.54792+00	085f3af4-4d14-4f32-afea-ee600c7a2346	765759a6-4373-444b-87ca-8756aa9ba5b4	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:41:57.564288+00	dabce15c-2780-42e9-81e4-ae5dd9778d79	2026-11-30 02:41:57.54792+00	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	stale	n8n_silent	t	live		t	n8n			\N
2026-11-30 02:42:14.606884+00	6806ac1e-3a19-40f7-a89f-7c49ca39c157	2026-11-30 02:42:14.60505+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	11
2026-11-30 02:42:25.023421+00	ab77971a-230f-4fbb-a511-a1999499af11	2026-11-30 02:42:25.021715+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	17
2026-11-30 02:42:39.714027+00	e779a126-1ed5-4616-a8d1-4489ec69cf8f	2026-11-30 02:42:39.712285+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	22
2026-11-30 02:42:41.453989+00	02fb4e1a-d18c-47a7-910f-e8959dbf914e	2026-11-30 02:42:41.45235+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	live		t	error	run_failed	t	run		error	26
2026-11-30 02:42:51.196208+00	b76dd09c-6163-4b33-a052-9c6729da27b4	2026-11-30 02:42:51.188972+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	29
2026-11-30 02:42:54.99018+00	114b2f78-daf5-4a2b-9b99-b18604f51213	2026-11-30 02:42:54.988506+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	live		t	error	run_failed	t	run		error	31
2026-11-30 02:42:56.788981+00	cf70ad26-d3ef-4b2b-8916-86b8e47b6521	2026-11-30 02:42:56.787658+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	0f33901c-c5d0-40dc-b57a-1fda6dbeaff9	error	run_failed	t	live		t	run		success	32
2026-11-30 02:43:01.820563+00	f4de70ad-b5b5-4f2e-862c-6cc0aaa52b11	2026-11-30 02:43:01.818414+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	error	run_failed	t	live		t	run		success	36
2026-11-30 02:43:03.512839+00	85937764-7bbd-4937-bdb2-f42325d02ce0	2026-11-30 02:43:03.511011+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	37
2026-11-30 02:43:15.864465+00	d48986e9-a5c0-4496-bee8-7c4e4268054c	2026-11-30 02:43:15.84467+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	40
2026-11-30 02:43:28.209895+00	94cd968e-e0f4-4b21-9465-0e96e66b645d	2026-11-30 02:43:28.207858+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	46
2026-11-30 02:43:39.011284+00	b38aec76-1a70-41e8-a718-27835448917a	2026-11-30 02:43:39.008898+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	53
2026-11-30 02:43:41.431723+00	5937e49f-c257-42e5-8ddc-6a07fe0de387	2026-11-30 02:43:41.43029+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	live		t	error	run_failed	t	run		error	54
2026-11-30 02:43:50.124481+00	6a2c1e38-f000-4aee-8910-0af8716da792	2026-11-30 02:43:50.123097+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	59
2026-11-30 02:44:02.93942+00	f3b63e39-dbf2-4506-a9d2-2c4992597430	2026-11-30 02:44:02.937349+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	65
2026-11-30 02:44:03.472257+00	33e2d1e6-ecc8-4a7f-b643-fb700d804b50	2026-11-30 02:44:03.470572+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	2b49c1fe-994d-489d-9018-849edca73721	error	run_failed	t	live		t	run		success	63
2026-11-30 02:44:05.319164+00	a1a2d260-3a6d-49eb-b735-3c87b79e51af	2026-11-30 02:44:05.317453+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	live		t	error	run_failed	t	run		error	66
2026-11-30 02:44:11.453246+00	9e172f38-bcec-43bc-99d8-7183dc0cd59f	2026-11-30 02:44:11.451658+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	242f9b2e-94de-4021-a9e0-526ee47db402	error	run_failed	t	live		t	run		success	71
2026-11-30 02:44:13.880091+00	fd715a1a-1f52-4800-a3df-039857eed4c3	2026-11-30 02:44:13.878221+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	72
2026-11-30 02:44:25.652094+00	65f9f227-19c4-4386-8627-fe1cf65ff331	2026-11-30 02:44:25.649873+00	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	live		t	error	run_failed	t	run		error	75
2026-11-30 02:44:26.461367+00	1c083346-c8f7-4b68-85a6-eee4e2036066	2026-11-30 02:44:26.458234+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	error	run_failed	t	live		t	run		success	76
2026-11-30 02:44:39.97669+00	d11650b0-e9f0-42c8-8a15-48d50abd805b	2026-11-30 02:44:39.974958+00	e968aeda-8967-45d5-ab7b-9928a0599bfa	5c2d4a73-1efd-43fa-a97b-a52d24745f86	live		t	error	run_failed	t	run		error	82
2026-11-30 02:44:42.207492+00	d1a4473a-9e52-4fe9-abe6-6fd154e3deb5	2026-11-30 02:44:42.205792+00	085f3af4-4d14-4f32-afea-ee600c7a2346	1e78eeea-471f-40e1-8ce8-78ba723e11a1	error	run_failed	t	live		t	run		success	85
\.


--
-- Data for Name: campaigns_statechange_p202612; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_statechange_p202612 (at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled, became, reason, enabled, cause, actor, result, execution) FROM stdin;
\.


--
-- Data for Name: campaigns_statechange_p202701; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_statechange_p202701 (at, id, statement_at, workspace_id, campaign_id, was, was_reason, was_enabled, became, reason, enabled, cause, actor, result, execution) FROM stdin;
\.


--
-- Data for Name: campaigns_syncrun; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_syncrun (id, trigger, created_at, started_at, ended_at, synced, changed, errors, workspace_id) FROM stdin;
8c118dba-68a0-45f9-b071-6c2cad3fd1fe	schedule	2026-11-30 02:41:57.428631+00	2026-11-30 02:41:57.428631+00	2026-11-30 02:41:57.567919+00	3	3	[]	085f3af4-4d14-4f32-afea-ee600c7a2346
72c20b0e-f2e5-41d8-96bb-2a8ddf84b59d	schedule	2026-11-30 02:41:57.428631+00	2026-11-30 02:41:57.428631+00	2026-11-30 02:41:57.591326+00	6	6	[]	e968aeda-8967-45d5-ab7b-9928a0599bfa
e3843cb5-e7ef-4f41-99f4-bc557e5f1c88	schedule	2026-11-30 02:42:57.440509+00	2026-11-30 02:42:57.440509+00	2026-11-30 02:42:57.729848+00	3	0	[]	085f3af4-4d14-4f32-afea-ee600c7a2346
f9daee2b-6607-4ab4-8f88-d569ffce6035	schedule	2026-11-30 02:42:57.440509+00	2026-11-30 02:42:57.440509+00	2026-11-30 02:42:57.775535+00	6	0	[]	e968aeda-8967-45d5-ab7b-9928a0599bfa
222578a1-e359-41ba-8f48-2248a524d64c	schedule	2026-11-30 02:43:57.301027+00	2026-11-30 02:43:57.301027+00	2026-11-30 02:43:57.428334+00	3	0	[]	085f3af4-4d14-4f32-afea-ee600c7a2346
d52ae85f-47a2-4140-9c13-1efdd91bdded	schedule	2026-11-30 02:43:57.301027+00	2026-11-30 02:43:57.301027+00	2026-11-30 02:43:57.463715+00	6	0	[]	e968aeda-8967-45d5-ab7b-9928a0599bfa
\.


--
-- Data for Name: campaigns_workspaceclock; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns_workspaceclock (workspace_id, sync_asked_at, syncing_until, silent, beats_minute, beats) FROM stdin;
085f3af4-4d14-4f32-afea-ee600c7a2346	\N	\N	f	2026-11-30 02:44:00+00	13
e968aeda-8967-45d5-ab7b-9928a0599bfa	\N	\N	f	2026-11-30 02:44:00+00	34
\.


--
-- Data for Name: django_admin_log; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.django_admin_log (id, action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id) FROM stdin;
\.


--
-- Data for Name: django_content_type; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.django_content_type (id, app_label, model) FROM stdin;
1	orchestrator	installed
2	orchestrator	outbox
3	orchestrator	callerrate
4	orchestrator	keptanswer
5	workspaces	roleauditlog
6	workspaces	workspace
7	workspaces	instance
8	workspaces	user
9	workspaces	health
10	workspaces	membership
11	workspaces	rolepermission
12	workspaces	workspaceuserobjectpermission
13	workspaces	apikey
14	workspaces	quota
15	workspaces	usersession
16	workspaces	apikeyrequest
17	campaigns	run
18	campaigns	campaign
19	campaigns	syncrun
20	campaigns	workspaceclock
21	campaigns	statechange
22	rbac	ownershiptransfer
23	rbac	invitation
24	rbac	membersview
25	governance	auditevent
26	governance	auditchain
27	admin	logentry
28	auth	permission
29	auth	group
30	contenttypes	contenttype
31	sessions	session
32	guardian	groupobjectpermission
33	guardian	userobjectpermission
34	account	emailaddress
35	account	emailconfirmation
36	mfa	authenticator
\.


--
-- Data for Name: django_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.django_migrations (id, app, name, applied) FROM stdin;
1	contenttypes	0001_initial	2026-11-30 02:41:46.72249+00
2	contenttypes	0002_remove_content_type_name	2026-11-30 02:41:46.729247+00
3	auth	0001_initial	2026-11-30 02:41:46.769891+00
4	auth	0002_alter_permission_name_max_length	2026-11-30 02:41:46.7803+00
5	auth	0003_alter_user_email_max_length	2026-11-30 02:41:46.791913+00
6	auth	0004_alter_user_username_opts	2026-11-30 02:41:46.800281+00
7	auth	0005_alter_user_last_login_null	2026-11-30 02:41:46.815548+00
8	auth	0006_require_contenttypes_0002	2026-11-30 02:41:46.818442+00
9	auth	0007_alter_validators_add_error_messages	2026-11-30 02:41:46.829186+00
10	auth	0008_alter_user_username_max_length	2026-11-30 02:41:46.847985+00
11	auth	0009_alter_user_last_name_max_length	2026-11-30 02:41:46.857247+00
12	auth	0010_alter_group_name_max_length	2026-11-30 02:41:46.870745+00
13	auth	0011_update_proxy_permissions	2026-11-30 02:41:46.880394+00
14	auth	0012_alter_user_first_name_max_length	2026-11-30 02:41:46.889931+00
15	workspaces	0001_initial	2026-11-30 02:41:47.066003+00
16	account	0001_initial	2026-11-30 02:41:47.117906+00
17	account	0002_email_max_length	2026-11-30 02:41:47.13493+00
18	account	0003_alter_emailaddress_create_unique_verified_email	2026-11-30 02:41:47.164836+00
19	account	0004_alter_emailaddress_drop_unique_email	2026-11-30 02:41:47.180985+00
20	account	0005_emailaddress_idx_upper_email	2026-11-30 02:41:47.194783+00
21	account	0006_emailaddress_lower	2026-11-30 02:41:47.224605+00
22	account	0007_emailaddress_idx_email	2026-11-30 02:41:47.247543+00
23	account	0008_emailaddress_unique_primary_email_fixup	2026-11-30 02:41:47.275203+00
24	account	0009_emailaddress_unique_primary_email	2026-11-30 02:41:47.292169+00
25	admin	0001_initial	2026-11-30 02:41:47.321768+00
26	admin	0002_logentry_remove_auto_add	2026-11-30 02:41:47.337699+00
27	admin	0003_logentry_add_action_flag_choices	2026-11-30 02:41:47.352975+00
28	sessions	0001_initial	2026-11-30 02:41:47.364049+00
29	workspaces	0002_role_audit_log	2026-11-30 02:41:47.370644+00
30	workspaces	0003_connections_and_keys	2026-11-30 02:41:47.752216+00
31	campaigns	0001_initial	2026-11-30 02:41:47.864932+00
32	campaigns	0002_runs	2026-11-30 02:41:47.877583+00
33	campaigns	0003_truths	2026-11-30 02:41:48.60569+00
34	campaigns	0004_state_changes	2026-11-30 02:41:48.61338+00
35	governance	0001_initial	2026-11-30 02:41:48.629672+00
36	governance	0002_ledger	2026-11-30 02:41:48.639233+00
37	guardian	0001_initial	2026-11-30 02:41:48.760964+00
38	guardian	0002_generic_permissions_index	2026-11-30 02:41:48.796854+00
39	guardian	0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more	2026-11-30 02:41:48.879371+00
40	mfa	0001_initial	2026-11-30 02:41:48.914243+00
41	mfa	0002_authenticator_timestamps	2026-11-30 02:41:49.092922+00
42	mfa	0003_authenticator_type_uniq	2026-11-30 02:41:49.141145+00
43	orchestrator	0001_initial	2026-11-30 02:41:49.15569+00
44	orchestrator	0002_cache	2026-11-30 02:41:49.164778+00
45	orchestrator	0003_kept_answers	2026-11-30 02:41:49.190223+00
46	workspaces	0004_usersession	2026-11-30 02:41:49.278403+00
47	workspaces	0005_second_factor_suspension_key_requests	2026-11-30 02:41:49.391102+00
48	rbac	0001_invitations	2026-11-30 02:41:49.532295+00
\.


--
-- Data for Name: guardian_groupobjectpermission; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.guardian_groupobjectpermission (id, object_pk, content_type_id, group_id, permission_id) FROM stdin;
\.


--
-- Data for Name: guardian_userobjectpermission; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.guardian_userobjectpermission (id, object_pk, content_type_id, permission_id, user_id) FROM stdin;
\.


--
-- Data for Name: mfa_authenticator; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.mfa_authenticator (id, type, data, user_id, created_at, last_used_at) FROM stdin;
\.


--
-- Data for Name: orchestrator_callerrate; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orchestrator_callerrate (caller, used_to) FROM stdin;
\.


--
-- Data for Name: orchestrator_installed; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orchestrator_installed (key, digest) FROM stdin;
sql	6a8a2f92a607c55329d387ed208e5563c86f5549aa4b9b703b8b6ae53f35b153
demo	39e68e69140b298ba449e8bd3480ab761c5f7ab1e3b6a1f734a3d7975c3ab4d1
\.


--
-- Data for Name: orchestrator_keptanswer; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orchestrator_keptanswer (caller, method, path, key, digest, claim, lease_until, expires_at, status, headers, body) FROM stdin;
\.


--
-- Data for Name: orchestrator_outbox; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orchestrator_outbox (id, fact, workspace_id, subject_type, subject_id, data, created_at) FROM stdin;
\.


--
-- Data for Name: rbac_invitation; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.rbac_invitation (id, email, role, digest, created_at, asked_at, sent_at, expires_at, ended_at, "end", inviter_id, workspace_id) FROM stdin;
\.


--
-- Data for Name: rbac_membersview; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.rbac_membersview (id, viewer, viewed_at, workspace_id) FROM stdin;
\.


--
-- Data for Name: rbac_ownershiptransfer; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.rbac_ownershiptransfer (workspace_id, created_at, expires_at, giver_id, receiver_id) FROM stdin;
\.


--
-- Data for Name: role_audit_log_default; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_audit_log_default (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at) FROM stdin;
\.


--
-- Data for Name: role_audit_log_p202610; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_audit_log_p202610 (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at) FROM stdin;
\.


--
-- Data for Name: role_audit_log_p202611; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_audit_log_p202611 (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at) FROM stdin;
1992fca1-171d-40dd-8523-f920bb453385	e968aeda-8967-45d5-ab7b-9928a0599bfa	seed_demo	command	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1	\N	owner	2026-11-30 02:41:52.770973+00
420edf1e-8280-4b84-9a5e-c284e38ba65b	e968aeda-8967-45d5-ab7b-9928a0599bfa	seed_demo	command	59bfcb8f-6116-46ab-b32e-a714b7f4e78d	\N	owner	2026-11-30 02:41:52.836079+00
49ffd836-5c36-481e-94d0-ec32e7a8fcb6	e968aeda-8967-45d5-ab7b-9928a0599bfa	seed_demo	command	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0	\N	admin	2026-11-30 02:41:52.883713+00
9107af2a-7215-4f84-a8f2-e21b028c461b	e968aeda-8967-45d5-ab7b-9928a0599bfa	seed_demo	command	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05	\N	member	2026-11-30 02:41:52.9156+00
e42ffff1-cde8-4239-9139-d0fe93f918db	e968aeda-8967-45d5-ab7b-9928a0599bfa	seed_demo	command	b8a00748-128d-40af-929e-6599933ee1f3	\N	viewer	2026-11-30 02:41:52.962509+00
cc37f06c-30d3-4535-b0d5-781436e1675a	085f3af4-4d14-4f32-afea-ee600c7a2346	seed_demo	command	3c88b9b7-32d7-409d-8802-69be479fd3f2	\N	owner	2026-11-30 02:41:52.998174+00
\.


--
-- Data for Name: role_audit_log_p202612; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_audit_log_p202612 (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at) FROM stdin;
\.


--
-- Data for Name: role_audit_log_p202701; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_audit_log_p202701 (id, workspace_id, changed_by, changed_by_type, target_user, old_role, new_role, created_at) FROM stdin;
\.


--
-- Data for Name: role_permission; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_permission (id, role, app, codename) FROM stdin;
1	admin	campaigns	change_campaign
2	admin	campaigns	open_in_n8n
3	admin	campaigns	view_campaign
4	admin	campaigns	view_sync
5	admin	campaigns	view_times
6	admin	workspaces	manage_members
7	admin	workspaces	view_roles
8	admin	workspaces	view_settings
9	admin	workspaces	view_workspace
10	member	campaigns	change_campaign
11	member	campaigns	view_campaign
12	member	campaigns	view_times
13	member	workspaces	view_workspace
14	owner	campaigns	change_campaign
15	owner	campaigns	manage_campaign
16	owner	campaigns	open_in_n8n
17	owner	campaigns	trigger_sync
18	owner	campaigns	view_campaign
19	owner	campaigns	view_sync
20	owner	campaigns	view_times
21	owner	workspaces	change_workspace
22	owner	workspaces	manage_keys
23	owner	workspaces	manage_members
24	owner	workspaces	view_role_audit
25	owner	workspaces	view_roles
26	owner	workspaces	view_settings
27	owner	workspaces	view_workspace
28	viewer	campaigns	view_campaign
29	viewer	workspaces	view_roles
30	viewer	workspaces	view_workspace
\.


--
-- Data for Name: workspaces_apikey; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_apikey (id, name, role, prefix, digest, old_digest, old_until, created_at, last_used_at, expires_at, membership_id, workspace_id) FROM stdin;
\.


--
-- Data for Name: workspaces_apikeyrequest; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_apikeyrequest (id, at, method, path, status, ip, key_id) FROM stdin;
\.


--
-- Data for Name: workspaces_health; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_health (workspace_id, status, state_version, total, live, syncing, stale, error, n8n, sandbox, last_sync_at) FROM stdin;
085f3af4-4d14-4f32-afea-ee600c7a2346	live	45	3	3	0	0	0	ok	t	2026-11-30 02:43:57.420354+00
e968aeda-8967-45d5-ab7b-9928a0599bfa	error	113	6	4	1	0	1	ok	t	2026-11-30 02:43:57.420354+00
\.


--
-- Data for Name: workspaces_instance; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_instance (id, kind, base_url, api_key_encrypted, webhook_secrets_encrypted, sandbox, timezone, created_at, alive_at, about, last_ok_at, failures, failed_at, failure, breaker_failures, capabilities, check_failure, check_failures, checked_at, key_fingerprint, left_by_id, left_url, old_secrets_until, owner_id, polled_to, poll_gaps, poller, poller_until, next_call_at, retry_at, silent, version) FROM stdin;
default	shared	http://127.0.0.1:43687	v1:923e7a69:Tf6EXdDzGOuGTR4mURHYvfuViLiCzGwbSgnvvNsX1HaH_feIuB9jSlO0IOJ7-PZWZ8hTzQlM6UWVHgpR70BgkFSgy0MhmwU=	v1:923e7a69:Dv4nzsbbQnYf8zK5XvtcVXW4092PhZboHvfeXYjb4U5r1OP2Q9Zxt8gqbjY6-VMR-l5WEvkaewksJzGy-CkUj6r2lr6BIhv38zNGYFRr	t	UTC	2026-11-30 02:41:52.750404+00	2026-11-30 02:44:24.77+00	{"mode": "regular", "dropped": 0, "timezone": "UTC", "n8nVersion": "sandbox", "hooksVersion": "1.0.0", "publicationService": false}	2026-11-30 02:43:57.420354+00	0	\N		0	[]		0	\N	c8875041429ddaf1	\N		\N	\N	77	[]	\N	\N	2026-11-30 02:44:21.348175+00	\N	f	1
\.


--
-- Data for Name: workspaces_membership; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_membership (id, role, version, joined_at, user_id, workspace_id) FROM stdin;
183ca1c8-519e-4b7f-b5cc-524f0c26ff26	owner	1	2026-11-30 02:41:52.76833+00	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1	e968aeda-8967-45d5-ab7b-9928a0599bfa
35bd2d26-b234-43a6-a117-70b96a32542b	owner	1	2026-11-30 02:41:52.834619+00	59bfcb8f-6116-46ab-b32e-a714b7f4e78d	e968aeda-8967-45d5-ab7b-9928a0599bfa
9948c7d0-96e2-4d54-bc2b-de43172f50bf	admin	1	2026-11-30 02:41:52.88222+00	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0	e968aeda-8967-45d5-ab7b-9928a0599bfa
d9e614b6-88cc-4c64-9a36-1350e567c3c2	member	1	2026-11-30 02:41:52.911148+00	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05	e968aeda-8967-45d5-ab7b-9928a0599bfa
9309de91-8f39-483a-a4a3-1d3d29152211	viewer	1	2026-11-30 02:41:52.95973+00	b8a00748-128d-40af-929e-6599933ee1f3	e968aeda-8967-45d5-ab7b-9928a0599bfa
b2bbdcd4-af4a-46d9-9fd4-4fc2d487863d	owner	1	2026-11-30 02:41:52.996535+00	3c88b9b7-32d7-409d-8802-69be479fd3f2	085f3af4-4d14-4f32-afea-ee600c7a2346
\.


--
-- Data for Name: workspaces_quota; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_quota (id, name, "limit", workspace_id) FROM stdin;
\.


--
-- Data for Name: workspaces_user; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_user (password, last_login, is_superuser, id, email, name, timezone, language, demo, is_active, is_staff, date_joined) FROM stdin;
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1	owner@acme.test	Olivia Owner			t	t	f	2026-11-30 02:41:52.086692+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	59bfcb8f-6116-46ab-b32e-a714b7f4e78d	owner2@acme.test	Oscar Owner			t	t	f	2026-11-30 02:41:52.094027+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0	admin@acme.test	Ada Admin			t	t	f	2026-11-30 02:41:52.101568+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05	member@acme.test	Milo Member			t	t	f	2026-11-30 02:41:52.106225+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	b8a00748-128d-40af-929e-6599933ee1f3	viewer@acme.test	Vera Viewer			t	t	f	2026-11-30 02:41:52.110323+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	f	3c88b9b7-32d7-409d-8802-69be479fd3f2	owner@globex.test	Gustav Globex			t	t	f	2026-11-30 02:41:52.118475+00
pbkdf2_sha256$1000000$SyqXPICr3vfLSs2dprxJYQ$PyKWHaiptlfkTdBChtV3XOKzwUdkKnWk8L5N9Ju1K24=	\N	t	5cb648d8-1a23-41d4-abb8-c444285ace8f	super@demo.test	Sam Super			t	t	t	2026-11-30 02:41:52.189244+00
\.


--
-- Data for Name: workspaces_user_groups; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_user_groups (id, user_id, group_id) FROM stdin;
\.


--
-- Data for Name: workspaces_user_user_permissions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_user_user_permissions (id, user_id, permission_id) FROM stdin;
\.


--
-- Data for Name: workspaces_usersession; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_usersession (id, session_key, ip, user_agent, signed_in_at, last_seen_at, user_id) FROM stdin;
\.


--
-- Data for Name: workspaces_workspace; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_workspace (id, name, slug, tag, timezone, version, created_at, instance_id, stale_after_seconds, require_second_factor, suspended_at, suspension_reason) FROM stdin;
e968aeda-8967-45d5-ab7b-9928a0599bfa	Acme	acme	ork:acme	Europe/Berlin	1	2026-11-30 02:41:52.753975+00	default	300	f	\N	
085f3af4-4d14-4f32-afea-ee600c7a2346	Globex	globex	ork:globex	America/New_York	1	2026-11-30 02:41:52.976336+00	default	300	f	\N	
\.


--
-- Data for Name: workspaces_workspaceuserobjectpermission; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.workspaces_workspaceuserobjectpermission (id, content_object_id, permission_id, user_id) FROM stdin;
1	e968aeda-8967-45d5-ab7b-9928a0599bfa	27	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
2	e968aeda-8967-45d5-ab7b-9928a0599bfa	32	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
3	e968aeda-8967-45d5-ab7b-9928a0599bfa	30	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
4	e968aeda-8967-45d5-ab7b-9928a0599bfa	31	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
5	e968aeda-8967-45d5-ab7b-9928a0599bfa	26	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
6	e968aeda-8967-45d5-ab7b-9928a0599bfa	29	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
7	e968aeda-8967-45d5-ab7b-9928a0599bfa	28	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
8	e968aeda-8967-45d5-ab7b-9928a0599bfa	10	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
9	e968aeda-8967-45d5-ab7b-9928a0599bfa	14	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
10	e968aeda-8967-45d5-ab7b-9928a0599bfa	12	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
11	e968aeda-8967-45d5-ab7b-9928a0599bfa	15	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
12	e968aeda-8967-45d5-ab7b-9928a0599bfa	11	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
13	e968aeda-8967-45d5-ab7b-9928a0599bfa	13	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
14	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	c9b3f8e5-9f6b-4e57-9d03-b79b699357b1
15	e968aeda-8967-45d5-ab7b-9928a0599bfa	27	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
16	e968aeda-8967-45d5-ab7b-9928a0599bfa	32	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
17	e968aeda-8967-45d5-ab7b-9928a0599bfa	30	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
18	e968aeda-8967-45d5-ab7b-9928a0599bfa	31	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
19	e968aeda-8967-45d5-ab7b-9928a0599bfa	26	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
20	e968aeda-8967-45d5-ab7b-9928a0599bfa	29	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
21	e968aeda-8967-45d5-ab7b-9928a0599bfa	28	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
22	e968aeda-8967-45d5-ab7b-9928a0599bfa	10	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
23	e968aeda-8967-45d5-ab7b-9928a0599bfa	14	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
24	e968aeda-8967-45d5-ab7b-9928a0599bfa	12	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
25	e968aeda-8967-45d5-ab7b-9928a0599bfa	15	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
26	e968aeda-8967-45d5-ab7b-9928a0599bfa	11	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
27	e968aeda-8967-45d5-ab7b-9928a0599bfa	13	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
28	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	59bfcb8f-6116-46ab-b32e-a714b7f4e78d
29	e968aeda-8967-45d5-ab7b-9928a0599bfa	27	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
30	e968aeda-8967-45d5-ab7b-9928a0599bfa	30	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
31	e968aeda-8967-45d5-ab7b-9928a0599bfa	26	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
32	e968aeda-8967-45d5-ab7b-9928a0599bfa	29	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
33	e968aeda-8967-45d5-ab7b-9928a0599bfa	28	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
34	e968aeda-8967-45d5-ab7b-9928a0599bfa	12	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
35	e968aeda-8967-45d5-ab7b-9928a0599bfa	11	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
36	e968aeda-8967-45d5-ab7b-9928a0599bfa	13	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
37	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	1704066c-1e4c-4b5b-a08a-a8fb6dc83fe0
38	e968aeda-8967-45d5-ab7b-9928a0599bfa	27	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05
39	e968aeda-8967-45d5-ab7b-9928a0599bfa	26	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05
40	e968aeda-8967-45d5-ab7b-9928a0599bfa	28	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05
41	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	80ed5c0c-0e39-4c06-b24f-b2a968e7dc05
42	e968aeda-8967-45d5-ab7b-9928a0599bfa	26	b8a00748-128d-40af-929e-6599933ee1f3
43	e968aeda-8967-45d5-ab7b-9928a0599bfa	11	b8a00748-128d-40af-929e-6599933ee1f3
44	e968aeda-8967-45d5-ab7b-9928a0599bfa	9	b8a00748-128d-40af-929e-6599933ee1f3
45	085f3af4-4d14-4f32-afea-ee600c7a2346	27	3c88b9b7-32d7-409d-8802-69be479fd3f2
46	085f3af4-4d14-4f32-afea-ee600c7a2346	32	3c88b9b7-32d7-409d-8802-69be479fd3f2
47	085f3af4-4d14-4f32-afea-ee600c7a2346	30	3c88b9b7-32d7-409d-8802-69be479fd3f2
48	085f3af4-4d14-4f32-afea-ee600c7a2346	31	3c88b9b7-32d7-409d-8802-69be479fd3f2
49	085f3af4-4d14-4f32-afea-ee600c7a2346	26	3c88b9b7-32d7-409d-8802-69be479fd3f2
50	085f3af4-4d14-4f32-afea-ee600c7a2346	29	3c88b9b7-32d7-409d-8802-69be479fd3f2
51	085f3af4-4d14-4f32-afea-ee600c7a2346	28	3c88b9b7-32d7-409d-8802-69be479fd3f2
52	085f3af4-4d14-4f32-afea-ee600c7a2346	10	3c88b9b7-32d7-409d-8802-69be479fd3f2
53	085f3af4-4d14-4f32-afea-ee600c7a2346	14	3c88b9b7-32d7-409d-8802-69be479fd3f2
54	085f3af4-4d14-4f32-afea-ee600c7a2346	12	3c88b9b7-32d7-409d-8802-69be479fd3f2
55	085f3af4-4d14-4f32-afea-ee600c7a2346	15	3c88b9b7-32d7-409d-8802-69be479fd3f2
56	085f3af4-4d14-4f32-afea-ee600c7a2346	11	3c88b9b7-32d7-409d-8802-69be479fd3f2
57	085f3af4-4d14-4f32-afea-ee600c7a2346	13	3c88b9b7-32d7-409d-8802-69be479fd3f2
58	085f3af4-4d14-4f32-afea-ee600c7a2346	9	3c88b9b7-32d7-409d-8802-69be479fd3f2
\.


--
-- Name: account_emailaddress_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);


--
-- Name: account_emailconfirmation_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);


--
-- Name: auth_group_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);


--
-- Name: auth_group_permissions_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);


--
-- Name: auth_permission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_permission_id_seq', 72, true);


--
-- Name: django_admin_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);


--
-- Name: django_content_type_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_content_type_id_seq', 36, true);


--
-- Name: django_migrations_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_migrations_id_seq', 48, true);


--
-- Name: guardian_groupobjectpermission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.guardian_groupobjectpermission_id_seq', 1, false);


--
-- Name: guardian_userobjectpermission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.guardian_userobjectpermission_id_seq', 1, false);


--
-- Name: mfa_authenticator_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.mfa_authenticator_id_seq', 1, false);


--
-- Name: rbac_membersview_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.rbac_membersview_id_seq', 1, false);


--
-- Name: role_permission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.role_permission_id_seq', 30, true);


--
-- Name: workspaces_apikeyrequest_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.workspaces_apikeyrequest_id_seq', 1, false);


--
-- Name: workspaces_quota_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.workspaces_quota_id_seq', 1, false);


--
-- Name: workspaces_user_groups_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.workspaces_user_groups_id_seq', 1, false);


--
-- Name: workspaces_user_user_permissions_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.workspaces_user_user_permissions_id_seq', 1, false);


--
-- Name: workspaces_workspaceuserobjectpermission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.workspaces_workspaceuserobjectpermission_id_seq', 58, true);


--
-- Name: account_emailaddress account_emailaddress_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);


--
-- Name: account_emailaddress account_emailaddress_user_id_email_987c8728_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);


--
-- Name: account_emailconfirmation account_emailconfirmation_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);


--
-- Name: account_emailconfirmation account_emailconfirmation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);


--
-- Name: audit_chain audit_chain_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT audit_chain_pkey PRIMARY KEY (chain);


--
-- Name: audit_event audit_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (created_at, id);


--
-- Name: audit_event_default audit_event_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event_default
    ADD CONSTRAINT audit_event_default_pkey PRIMARY KEY (created_at, id);


--
-- Name: audit_event_p202610 audit_event_p202610_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event_p202610
    ADD CONSTRAINT audit_event_p202610_pkey PRIMARY KEY (created_at, id);


--
-- Name: audit_event_p202611 audit_event_p202611_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event_p202611
    ADD CONSTRAINT audit_event_p202611_pkey PRIMARY KEY (created_at, id);


--
-- Name: audit_event_p202612 audit_event_p202612_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event_p202612
    ADD CONSTRAINT audit_event_p202612_pkey PRIMARY KEY (created_at, id);


--
-- Name: audit_event_p202701 audit_event_p202701_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event_p202701
    ADD CONSTRAINT audit_event_p202701_pkey PRIMARY KEY (created_at, id);


--
-- Name: auth_group auth_group_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


--
-- Name: auth_group_permissions auth_group_permissions_group_id_permission_id_0cd325b0_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


--
-- Name: auth_group_permissions auth_group_permissions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


--
-- Name: auth_group auth_group_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


--
-- Name: auth_permission auth_permission_content_type_id_codename_01ab375a_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


--
-- Name: auth_permission auth_permission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


--
-- Name: campaigns_campaign campaign_one_per_workflow; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaign_one_per_workflow UNIQUE (instance_id, n8n_workflow_id);


--
-- Name: campaigns_campaign campaigns_campaign_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_pkey PRIMARY KEY (id);


--
-- Name: campaigns_campaign campaigns_campaign_report_token_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_report_token_digest_key UNIQUE (report_token_digest);


--
-- Name: campaigns_heartbeat_key campaigns_heartbeat_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key
    ADD CONSTRAINT campaigns_heartbeat_key_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_default campaigns_heartbeat_key_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_default
    ADD CONSTRAINT campaigns_heartbeat_key_default_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261129 campaigns_heartbeat_key_p20261129_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261129
    ADD CONSTRAINT campaigns_heartbeat_key_p20261129_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261130 campaigns_heartbeat_key_p20261130_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261130
    ADD CONSTRAINT campaigns_heartbeat_key_p20261130_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261201 campaigns_heartbeat_key_p20261201_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261201
    ADD CONSTRAINT campaigns_heartbeat_key_p20261201_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261202 campaigns_heartbeat_key_p20261202_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261202
    ADD CONSTRAINT campaigns_heartbeat_key_p20261202_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261203 campaigns_heartbeat_key_p20261203_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261203
    ADD CONSTRAINT campaigns_heartbeat_key_p20261203_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261204 campaigns_heartbeat_key_p20261204_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261204
    ADD CONSTRAINT campaigns_heartbeat_key_p20261204_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261205 campaigns_heartbeat_key_p20261205_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261205
    ADD CONSTRAINT campaigns_heartbeat_key_p20261205_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261206 campaigns_heartbeat_key_p20261206_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261206
    ADD CONSTRAINT campaigns_heartbeat_key_p20261206_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_heartbeat_key_p20261207 campaigns_heartbeat_key_p20261207_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_heartbeat_key_p20261207
    ADD CONSTRAINT campaigns_heartbeat_key_p20261207_pkey PRIMARY KEY (instance_id, heartbeat_id, day);


--
-- Name: campaigns_run campaigns_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run
    ADD CONSTRAINT campaigns_run_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_default campaigns_run_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_default
    ADD CONSTRAINT campaigns_run_default_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_key campaigns_run_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_key
    ADD CONSTRAINT campaigns_run_key_pkey PRIMARY KEY (run_id);


--
-- Name: campaigns_run_p20261129 campaigns_run_p20261129_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261129
    ADD CONSTRAINT campaigns_run_p20261129_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261130 campaigns_run_p20261130_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261130
    ADD CONSTRAINT campaigns_run_p20261130_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261201 campaigns_run_p20261201_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261201
    ADD CONSTRAINT campaigns_run_p20261201_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261202 campaigns_run_p20261202_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261202
    ADD CONSTRAINT campaigns_run_p20261202_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261203 campaigns_run_p20261203_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261203
    ADD CONSTRAINT campaigns_run_p20261203_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261204 campaigns_run_p20261204_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261204
    ADD CONSTRAINT campaigns_run_p20261204_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261205 campaigns_run_p20261205_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261205
    ADD CONSTRAINT campaigns_run_p20261205_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261206 campaigns_run_p20261206_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261206
    ADD CONSTRAINT campaigns_run_p20261206_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_run_p20261207 campaigns_run_p20261207_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_run_p20261207
    ADD CONSTRAINT campaigns_run_p20261207_pkey PRIMARY KEY (day, id);


--
-- Name: campaigns_statechange campaigns_statechange_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange
    ADD CONSTRAINT campaigns_statechange_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_statechange_default campaigns_statechange_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange_default
    ADD CONSTRAINT campaigns_statechange_default_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_statechange_p202610 campaigns_statechange_p202610_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange_p202610
    ADD CONSTRAINT campaigns_statechange_p202610_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_statechange_p202611 campaigns_statechange_p202611_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange_p202611
    ADD CONSTRAINT campaigns_statechange_p202611_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_statechange_p202612 campaigns_statechange_p202612_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange_p202612
    ADD CONSTRAINT campaigns_statechange_p202612_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_statechange_p202701 campaigns_statechange_p202701_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_statechange_p202701
    ADD CONSTRAINT campaigns_statechange_p202701_pkey PRIMARY KEY (campaign_id, at, id);


--
-- Name: campaigns_syncrun campaigns_syncrun_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_syncrun
    ADD CONSTRAINT campaigns_syncrun_pkey PRIMARY KEY (id);


--
-- Name: campaigns_workspaceclock campaigns_workspaceclock_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_workspaceclock
    ADD CONSTRAINT campaigns_workspaceclock_pkey PRIMARY KEY (workspace_id);


--
-- Name: django_admin_log django_admin_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);


--
-- Name: django_content_type django_content_type_app_label_model_76bd3d3b_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


--
-- Name: django_content_type django_content_type_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


--
-- Name: django_migrations django_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


--
-- Name: django_session django_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


--
-- Name: guardian_groupobjectpermission guardian_groupobjectperm_group_id_permission_id_o_3f189f7c_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_groupobjectpermission
    ADD CONSTRAINT guardian_groupobjectperm_group_id_permission_id_o_3f189f7c_uniq UNIQUE (group_id, permission_id, object_pk);


--
-- Name: guardian_groupobjectpermission guardian_groupobjectpermission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_groupobjectpermission
    ADD CONSTRAINT guardian_groupobjectpermission_pkey PRIMARY KEY (id);


--
-- Name: guardian_userobjectpermission guardian_userobjectpermi_user_id_permission_id_ob_b0b3d2fc_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_userobjectpermission
    ADD CONSTRAINT guardian_userobjectpermi_user_id_permission_id_ob_b0b3d2fc_uniq UNIQUE (user_id, permission_id, object_pk);


--
-- Name: guardian_userobjectpermission guardian_userobjectpermission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_userobjectpermission
    ADD CONSTRAINT guardian_userobjectpermission_pkey PRIMARY KEY (id);


--
-- Name: rbac_membersview members_view_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_membersview
    ADD CONSTRAINT members_view_once UNIQUE (workspace_id, viewer);


--
-- Name: workspaces_membership membership_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_membership
    ADD CONSTRAINT membership_once UNIQUE (workspace_id, user_id);


--
-- Name: mfa_authenticator mfa_authenticator_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);


--
-- Name: orchestrator_cache orchestrator_cache_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orchestrator_cache
    ADD CONSTRAINT orchestrator_cache_pkey PRIMARY KEY (cache_key);


--
-- Name: orchestrator_callerrate orchestrator_callerrate_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orchestrator_callerrate
    ADD CONSTRAINT orchestrator_callerrate_pkey PRIMARY KEY (caller);


--
-- Name: orchestrator_installed orchestrator_installed_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orchestrator_installed
    ADD CONSTRAINT orchestrator_installed_pkey PRIMARY KEY (key);


--
-- Name: orchestrator_keptanswer orchestrator_keptanswer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orchestrator_keptanswer
    ADD CONSTRAINT orchestrator_keptanswer_pkey PRIMARY KEY (caller, method, path, key);


--
-- Name: orchestrator_outbox orchestrator_outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orchestrator_outbox
    ADD CONSTRAINT orchestrator_outbox_pkey PRIMARY KEY (id);


--
-- Name: workspaces_quota quota_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_quota
    ADD CONSTRAINT quota_once UNIQUE (workspace_id, name);


--
-- Name: rbac_invitation rbac_invitation_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_invitation
    ADD CONSTRAINT rbac_invitation_digest_key UNIQUE (digest);


--
-- Name: rbac_invitation rbac_invitation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_invitation
    ADD CONSTRAINT rbac_invitation_pkey PRIMARY KEY (id);


--
-- Name: rbac_membersview rbac_membersview_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_membersview
    ADD CONSTRAINT rbac_membersview_pkey PRIMARY KEY (id);


--
-- Name: rbac_ownershiptransfer rbac_ownershiptransfer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_ownershiptransfer
    ADD CONSTRAINT rbac_ownershiptransfer_pkey PRIMARY KEY (workspace_id);


--
-- Name: role_audit_log role_audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log
    ADD CONSTRAINT role_audit_log_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_audit_log_default role_audit_log_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log_default
    ADD CONSTRAINT role_audit_log_default_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_audit_log_p202610 role_audit_log_p202610_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log_p202610
    ADD CONSTRAINT role_audit_log_p202610_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_audit_log_p202611 role_audit_log_p202611_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log_p202611
    ADD CONSTRAINT role_audit_log_p202611_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_audit_log_p202612 role_audit_log_p202612_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log_p202612
    ADD CONSTRAINT role_audit_log_p202612_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_audit_log_p202701 role_audit_log_p202701_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_audit_log_p202701
    ADD CONSTRAINT role_audit_log_p202701_pkey PRIMARY KEY (created_at, id);


--
-- Name: role_permission role_permission_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_permission
    ADD CONSTRAINT role_permission_once UNIQUE (role, app, codename);


--
-- Name: role_permission role_permission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_permission
    ADD CONSTRAINT role_permission_pkey PRIMARY KEY (id);


--
-- Name: workspaces_apikey workspaces_apikey_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_digest_key UNIQUE (digest);


--
-- Name: workspaces_apikey workspaces_apikey_old_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_old_digest_key UNIQUE (old_digest);


--
-- Name: workspaces_apikey workspaces_apikey_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_pkey PRIMARY KEY (id);


--
-- Name: workspaces_apikeyrequest workspaces_apikeyrequest_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikeyrequest
    ADD CONSTRAINT workspaces_apikeyrequest_pkey PRIMARY KEY (id);


--
-- Name: workspaces_health workspaces_health_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_health
    ADD CONSTRAINT workspaces_health_pkey PRIMARY KEY (workspace_id);


--
-- Name: workspaces_instance workspaces_instance_owner_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_instance
    ADD CONSTRAINT workspaces_instance_owner_id_key UNIQUE (owner_id);


--
-- Name: workspaces_instance workspaces_instance_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_instance
    ADD CONSTRAINT workspaces_instance_pkey PRIMARY KEY (id);


--
-- Name: workspaces_membership workspaces_membership_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_membership
    ADD CONSTRAINT workspaces_membership_pkey PRIMARY KEY (id);


--
-- Name: workspaces_quota workspaces_quota_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_quota
    ADD CONSTRAINT workspaces_quota_pkey PRIMARY KEY (id);


--
-- Name: workspaces_user workspaces_user_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user
    ADD CONSTRAINT workspaces_user_email_key UNIQUE (email);


--
-- Name: workspaces_user_groups workspaces_user_groups_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_pkey PRIMARY KEY (id);


--
-- Name: workspaces_user_groups workspaces_user_groups_user_id_group_id_0b58b092_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_user_id_group_id_0b58b092_uniq UNIQUE (user_id, group_id);


--
-- Name: workspaces_user workspaces_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user
    ADD CONSTRAINT workspaces_user_pkey PRIMARY KEY (id);


--
-- Name: workspaces_user_user_permissions workspaces_user_user_per_user_id_permission_id_09b3821a_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_per_user_id_permission_id_09b3821a_uniq UNIQUE (user_id, permission_id);


--
-- Name: workspaces_user_user_permissions workspaces_user_user_permissions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_permissions_pkey PRIMARY KEY (id);


--
-- Name: workspaces_usersession workspaces_usersession_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_usersession
    ADD CONSTRAINT workspaces_usersession_pkey PRIMARY KEY (id);


--
-- Name: workspaces_usersession workspaces_usersession_session_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_usersession
    ADD CONSTRAINT workspaces_usersession_session_key_key UNIQUE (session_key);


--
-- Name: workspaces_workspace workspaces_workspace_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspace
    ADD CONSTRAINT workspaces_workspace_pkey PRIMARY KEY (id);


--
-- Name: workspaces_workspace workspaces_workspace_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspace
    ADD CONSTRAINT workspaces_workspace_slug_key UNIQUE (slug);


--
-- Name: workspaces_workspace workspaces_workspace_tag_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspace
    ADD CONSTRAINT workspaces_workspace_tag_key UNIQUE (tag);


--
-- Name: workspaces_workspaceuserobjectpermission workspaces_workspaceuser_user_id_permission_id_co_f6e9272f_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspaceuserobjectpermission
    ADD CONSTRAINT workspaces_workspaceuser_user_id_permission_id_co_f6e9272f_uniq UNIQUE (user_id, permission_id, content_object_id);


--
-- Name: workspaces_workspaceuserobjectpermission workspaces_workspaceuserobjectpermission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspaceuserobjectpermission
    ADD CONSTRAINT workspaces_workspaceuserobjectpermission_pkey PRIMARY KEY (id);


--
-- Name: account_emailaddress_email_03be32b2; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);


--
-- Name: account_emailaddress_email_03be32b2_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);


--
-- Name: account_emailaddress_user_id_2c513194; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);


--
-- Name: account_emailconfirmation_email_address_id_5b7f8c58; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);


--
-- Name: account_emailconfirmation_key_f43612bd_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);


--
-- Name: audit_chain_chain_762960d6_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_chain_chain_762960d6_like ON public.audit_chain USING btree (chain text_pattern_ops);


--
-- Name: audit_event_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_chain_seq_idx ON ONLY public.audit_event USING btree (chain, seq);


--
-- Name: audit_event_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_created_at_idx ON ONLY public.audit_event USING brin (created_at);


--
-- Name: audit_event_default_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_default_chain_seq_idx ON public.audit_event_default USING btree (chain, seq);


--
-- Name: audit_event_default_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_default_created_at_idx ON public.audit_event_default USING brin (created_at);


--
-- Name: audit_event_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_object_idx ON ONLY public.audit_event USING gin (object jsonb_path_ops);


--
-- Name: audit_event_default_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_default_object_idx ON public.audit_event_default USING gin (object jsonb_path_ops);


--
-- Name: audit_event_p202610_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202610_chain_seq_idx ON public.audit_event_p202610 USING btree (chain, seq);


--
-- Name: audit_event_p202610_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202610_created_at_idx ON public.audit_event_p202610 USING brin (created_at);


--
-- Name: audit_event_p202610_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202610_object_idx ON public.audit_event_p202610 USING gin (object jsonb_path_ops);


--
-- Name: audit_event_p202611_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202611_chain_seq_idx ON public.audit_event_p202611 USING btree (chain, seq);


--
-- Name: audit_event_p202611_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202611_created_at_idx ON public.audit_event_p202611 USING brin (created_at);


--
-- Name: audit_event_p202611_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202611_object_idx ON public.audit_event_p202611 USING gin (object jsonb_path_ops);


--
-- Name: audit_event_p202612_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202612_chain_seq_idx ON public.audit_event_p202612 USING btree (chain, seq);


--
-- Name: audit_event_p202612_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202612_created_at_idx ON public.audit_event_p202612 USING brin (created_at);


--
-- Name: audit_event_p202612_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202612_object_idx ON public.audit_event_p202612 USING gin (object jsonb_path_ops);


--
-- Name: audit_event_p202701_chain_seq_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202701_chain_seq_idx ON public.audit_event_p202701 USING btree (chain, seq);


--
-- Name: audit_event_p202701_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202701_created_at_idx ON public.audit_event_p202701 USING brin (created_at);


--
-- Name: audit_event_p202701_object_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_event_p202701_object_idx ON public.audit_event_p202701 USING gin (object jsonb_path_ops);


--
-- Name: auth_group_name_a6ea08ec_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);


--
-- Name: auth_group_permissions_group_id_b120cbf9; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);


--
-- Name: auth_group_permissions_permission_id_84c5c92e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);


--
-- Name: auth_permission_content_type_id_2f476e4b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);


--
-- Name: campaign_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaign_due ON public.campaigns_campaign USING btree (due_at) WHERE (due_at IS NOT NULL);


--
-- Name: campaign_intended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaign_intended ON public.campaigns_campaign USING btree (intended_until) WHERE (intended_until IS NOT NULL);


--
-- Name: campaign_next_run; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaign_next_run ON public.campaigns_campaign USING btree (next_run_at) WHERE (next_run_at IS NOT NULL);


--
-- Name: campaign_stuck; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaign_stuck ON public.campaigns_campaign USING btree (id) WHERE (stuck > 0);


--
-- Name: campaigns_c_workspa_6afd7d_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_c_workspa_6afd7d_idx ON public.campaigns_campaign USING btree (workspace_id, name, id);


--
-- Name: campaigns_campaign_report_token_digest_256a84d3_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_campaign_report_token_digest_256a84d3_like ON public.campaigns_campaign USING btree (report_token_digest varchar_pattern_ops);


--
-- Name: campaigns_campaign_workspace_id_6c59c44a; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_campaign_workspace_id_6c59c44a ON public.campaigns_campaign USING btree (workspace_id);


--
-- Name: campaigns_run_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_campaign_id_day_idx ON ONLY public.campaigns_run USING btree (campaign_id, day);


--
-- Name: campaigns_run_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_newest ON ONLY public.campaigns_run USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_default_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_default_campaign_id_coalesce_id_idx ON public.campaigns_run_default USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_default_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_default_campaign_id_day_idx ON public.campaigns_run_default USING btree (campaign_id, day);


--
-- Name: campaigns_run_key_day; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_key_day ON public.campaigns_run_key USING brin (day);


--
-- Name: campaigns_run_key_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_key_end ON public.campaigns_run_key USING btree (campaign_id, end_at) WHERE ((end_at IS NOT NULL) AND (NOT manual));


--
-- Name: campaigns_run_key_execution; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX campaigns_run_key_execution ON public.campaigns_run_key USING btree (campaign_id, execution_id) WHERE (execution_id IS NOT NULL);


--
-- Name: campaigns_run_key_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_key_open ON public.campaigns_run_key USING btree (seen_at) WHERE (end_at IS NULL);


--
-- Name: campaigns_run_key_token; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX campaigns_run_key_token ON public.campaigns_run_key USING btree (campaign_id, token) WHERE (token IS NOT NULL);


--
-- Name: campaigns_run_p20261129_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261129_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261129 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261129_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261129_campaign_id_day_idx ON public.campaigns_run_p20261129 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261130_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261130_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261130 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261130_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261130_campaign_id_day_idx ON public.campaigns_run_p20261130 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261201_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261201_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261201 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261201_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261201_campaign_id_day_idx ON public.campaigns_run_p20261201 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261202_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261202_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261202 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261202_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261202_campaign_id_day_idx ON public.campaigns_run_p20261202 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261203_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261203_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261203 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261203_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261203_campaign_id_day_idx ON public.campaigns_run_p20261203 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261204_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261204_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261204 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261204_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261204_campaign_id_day_idx ON public.campaigns_run_p20261204 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261205_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261205_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261205 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261205_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261205_campaign_id_day_idx ON public.campaigns_run_p20261205 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261206_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261206_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261206 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261206_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261206_campaign_id_day_idx ON public.campaigns_run_p20261206 USING btree (campaign_id, day);


--
-- Name: campaigns_run_p20261207_campaign_id_coalesce_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261207_campaign_id_coalesce_id_idx ON public.campaigns_run_p20261207 USING btree (campaign_id, COALESCE(started_at, sent_at) DESC, id DESC);


--
-- Name: campaigns_run_p20261207_campaign_id_day_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_run_p20261207_campaign_id_day_idx ON public.campaigns_run_p20261207 USING btree (campaign_id, day);


--
-- Name: campaigns_s_workspa_f91d7b_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_s_workspa_f91d7b_idx ON public.campaigns_syncrun USING btree (workspace_id, created_at DESC);


--
-- Name: campaigns_syncrun_workspace_id_d33a521e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX campaigns_syncrun_workspace_id_d33a521e ON public.campaigns_syncrun USING btree (workspace_id);


--
-- Name: django_admin_log_content_type_id_c4bce8eb; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);


--
-- Name: django_admin_log_user_id_c564eba6; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);


--
-- Name: django_session_expire_date_a5c62663; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);


--
-- Name: django_session_session_key_c0390e0f_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);


--
-- Name: guardian_gr_group_i_9e7d12_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_gr_group_i_9e7d12_idx ON public.guardian_groupobjectpermission USING btree (group_id, content_type_id, object_pk);


--
-- Name: guardian_gr_permiss_83545c_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_gr_permiss_83545c_idx ON public.guardian_groupobjectpermission USING btree (permission_id, group_id, content_type_id, object_pk);


--
-- Name: guardian_groupobjectpermission_content_type_id_7ade36b8; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_groupobjectpermission_content_type_id_7ade36b8 ON public.guardian_groupobjectpermission USING btree (content_type_id);


--
-- Name: guardian_groupobjectpermission_group_id_4bbbfb62; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_groupobjectpermission_group_id_4bbbfb62 ON public.guardian_groupobjectpermission USING btree (group_id);


--
-- Name: guardian_groupobjectpermission_permission_id_36572738; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_groupobjectpermission_permission_id_36572738 ON public.guardian_groupobjectpermission USING btree (permission_id);


--
-- Name: guardian_us_permiss_e5749c_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_us_permiss_e5749c_idx ON public.guardian_userobjectpermission USING btree (permission_id, user_id, content_type_id, object_pk);


--
-- Name: guardian_us_user_id_8eae14_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_us_user_id_8eae14_idx ON public.guardian_userobjectpermission USING btree (user_id, content_type_id, object_pk);


--
-- Name: guardian_userobjectpermission_content_type_id_2e892405; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_userobjectpermission_content_type_id_2e892405 ON public.guardian_userobjectpermission USING btree (content_type_id);


--
-- Name: guardian_userobjectpermission_permission_id_71807bfc; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_userobjectpermission_permission_id_71807bfc ON public.guardian_userobjectpermission USING btree (permission_id);


--
-- Name: guardian_userobjectpermission_user_id_d5c1e964; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX guardian_userobjectpermission_user_id_d5c1e964 ON public.guardian_userobjectpermission USING btree (user_id);


--
-- Name: instance_one_per_url; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX instance_one_per_url ON public.workspaces_instance USING btree (base_url) WHERE (NOT ((base_url)::text = ''::text));


--
-- Name: invitation_pending_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX invitation_pending_once ON public.rbac_invitation USING btree (lower((email)::text), workspace_id) WHERE (ended_at IS NULL);


--
-- Name: mfa_authenticator_user_id_0c3a50c0; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);


--
-- Name: orchestrato_created_6e638b_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orchestrato_created_6e638b_idx ON public.orchestrator_outbox USING btree (created_at);


--
-- Name: orchestrato_expires_731640_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orchestrato_expires_731640_idx ON public.orchestrator_keptanswer USING btree (expires_at);


--
-- Name: orchestrator_cache_expires; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orchestrator_cache_expires ON public.orchestrator_cache USING btree (expires);


--
-- Name: orchestrator_callerrate_caller_1044fda1_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orchestrator_callerrate_caller_1044fda1_like ON public.orchestrator_callerrate USING btree (caller varchar_pattern_ops);


--
-- Name: orchestrator_installed_key_19a8e953_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orchestrator_installed_key_19a8e953_like ON public.orchestrator_installed USING btree (key varchar_pattern_ops);


--
-- Name: rbac_invita_workspa_8418f1_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_invita_workspa_8418f1_idx ON public.rbac_invitation USING btree (workspace_id, created_at DESC);


--
-- Name: rbac_invitation_digest_b23e1755_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_invitation_digest_b23e1755_like ON public.rbac_invitation USING btree (digest varchar_pattern_ops);


--
-- Name: rbac_invitation_inviter_id_eef57e46; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_invitation_inviter_id_eef57e46 ON public.rbac_invitation USING btree (inviter_id);


--
-- Name: rbac_invitation_workspace_id_832f9a3f; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_invitation_workspace_id_832f9a3f ON public.rbac_invitation USING btree (workspace_id);


--
-- Name: rbac_membersview_workspace_id_da34f9d4; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_membersview_workspace_id_da34f9d4 ON public.rbac_membersview USING btree (workspace_id);


--
-- Name: rbac_ownershiptransfer_giver_id_3352ef7e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_ownershiptransfer_giver_id_3352ef7e ON public.rbac_ownershiptransfer USING btree (giver_id);


--
-- Name: rbac_ownershiptransfer_receiver_id_5bbce309; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rbac_ownershiptransfer_receiver_id_5bbce309 ON public.rbac_ownershiptransfer USING btree (receiver_id);


--
-- Name: role_audit_log_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_workspace_id_created_at_idx ON ONLY public.role_audit_log USING btree (workspace_id, created_at DESC);


--
-- Name: role_audit_log_default_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_default_workspace_id_created_at_idx ON public.role_audit_log_default USING btree (workspace_id, created_at DESC);


--
-- Name: role_audit_log_p202610_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_p202610_workspace_id_created_at_idx ON public.role_audit_log_p202610 USING btree (workspace_id, created_at DESC);


--
-- Name: role_audit_log_p202611_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_p202611_workspace_id_created_at_idx ON public.role_audit_log_p202611 USING btree (workspace_id, created_at DESC);


--
-- Name: role_audit_log_p202612_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_p202612_workspace_id_created_at_idx ON public.role_audit_log_p202612 USING btree (workspace_id, created_at DESC);


--
-- Name: role_audit_log_p202701_workspace_id_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX role_audit_log_p202701_workspace_id_created_at_idx ON public.role_audit_log_p202701 USING btree (workspace_id, created_at DESC);


--
-- Name: unique_authenticator_type; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));


--
-- Name: unique_primary_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";


--
-- Name: unique_verified_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;


--
-- Name: user_email_any_case; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX user_email_any_case ON public.workspaces_user USING btree (lower((email)::text));


--
-- Name: workspaces__key_id_8b4034_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces__key_id_8b4034_idx ON public.workspaces_apikeyrequest USING btree (key_id, id DESC);


--
-- Name: workspaces__workspa_5446dc_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces__workspa_5446dc_idx ON public.workspaces_apikey USING btree (workspace_id, created_at DESC);


--
-- Name: workspaces_apikey_digest_1b112ab4_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_apikey_digest_1b112ab4_like ON public.workspaces_apikey USING btree (digest varchar_pattern_ops);


--
-- Name: workspaces_apikey_membership_id_e2a46d49; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_apikey_membership_id_e2a46d49 ON public.workspaces_apikey USING btree (membership_id);


--
-- Name: workspaces_apikey_old_digest_cfb1e04b_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_apikey_old_digest_cfb1e04b_like ON public.workspaces_apikey USING btree (old_digest varchar_pattern_ops);


--
-- Name: workspaces_apikey_workspace_id_2e82a07d; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_apikey_workspace_id_2e82a07d ON public.workspaces_apikey USING btree (workspace_id);


--
-- Name: workspaces_apikeyrequest_key_id_50696e1e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_apikeyrequest_key_id_50696e1e ON public.workspaces_apikeyrequest USING btree (key_id);


--
-- Name: workspaces_instance_id_f52e8edd_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_instance_id_f52e8edd_like ON public.workspaces_instance USING btree (id varchar_pattern_ops);


--
-- Name: workspaces_instance_left_by_id_ce309016; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_instance_left_by_id_ce309016 ON public.workspaces_instance USING btree (left_by_id);


--
-- Name: workspaces_membership_user_id_96a9ee37; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_membership_user_id_96a9ee37 ON public.workspaces_membership USING btree (user_id);


--
-- Name: workspaces_membership_workspace_id_03c7ef39; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_membership_workspace_id_03c7ef39 ON public.workspaces_membership USING btree (workspace_id);


--
-- Name: workspaces_quota_workspace_id_7adc0a32; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_quota_workspace_id_7adc0a32 ON public.workspaces_quota USING btree (workspace_id);


--
-- Name: workspaces_user_email_b817d139_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_user_email_b817d139_like ON public.workspaces_user USING btree (email varchar_pattern_ops);


--
-- Name: workspaces_user_groups_group_id_b23d60db; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_user_groups_group_id_b23d60db ON public.workspaces_user_groups USING btree (group_id);


--
-- Name: workspaces_user_groups_user_id_4ba6664c; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_user_groups_user_id_4ba6664c ON public.workspaces_user_groups USING btree (user_id);


--
-- Name: workspaces_user_user_permissions_permission_id_838e521f; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_user_user_permissions_permission_id_838e521f ON public.workspaces_user_user_permissions USING btree (permission_id);


--
-- Name: workspaces_user_user_permissions_user_id_b1cea117; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_user_user_permissions_user_id_b1cea117 ON public.workspaces_user_user_permissions USING btree (user_id);


--
-- Name: workspaces_usersession_session_key_7efe87a0_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_usersession_session_key_7efe87a0_like ON public.workspaces_usersession USING btree (session_key varchar_pattern_ops);


--
-- Name: workspaces_usersession_user_id_6da9fb54; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_usersession_user_id_6da9fb54 ON public.workspaces_usersession USING btree (user_id);


--
-- Name: workspaces_workspace_instance_id_00640fd9; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspace_instance_id_00640fd9 ON public.workspaces_workspace USING btree (instance_id);


--
-- Name: workspaces_workspace_instance_id_00640fd9_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspace_instance_id_00640fd9_like ON public.workspaces_workspace USING btree (instance_id varchar_pattern_ops);


--
-- Name: workspaces_workspace_slug_c37054a2_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspace_slug_c37054a2_like ON public.workspaces_workspace USING btree (slug varchar_pattern_ops);


--
-- Name: workspaces_workspace_tag_7fb1055a_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspace_tag_7fb1055a_like ON public.workspaces_workspace USING btree (tag varchar_pattern_ops);


--
-- Name: workspaces_workspaceuserob_content_object_id_4866c679; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspaceuserob_content_object_id_4866c679 ON public.workspaces_workspaceuserobjectpermission USING btree (content_object_id);


--
-- Name: workspaces_workspaceuserobjectpermission_permission_id_2a26c37d; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspaceuserobjectpermission_permission_id_2a26c37d ON public.workspaces_workspaceuserobjectpermission USING btree (permission_id);


--
-- Name: workspaces_workspaceuserobjectpermission_user_id_87aa0461; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX workspaces_workspaceuserobjectpermission_user_id_87aa0461 ON public.workspaces_workspaceuserobjectpermission USING btree (user_id);


--
-- Name: audit_event_default_chain_seq_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_chain_seq_idx ATTACH PARTITION public.audit_event_default_chain_seq_idx;


--
-- Name: audit_event_default_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_created_at_idx ATTACH PARTITION public.audit_event_default_created_at_idx;


--
-- Name: audit_event_default_object_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_object_idx ATTACH PARTITION public.audit_event_default_object_idx;


--
-- Name: audit_event_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_pkey ATTACH PARTITION public.audit_event_default_pkey;


--
-- Name: audit_event_p202610_chain_seq_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_chain_seq_idx ATTACH PARTITION public.audit_event_p202610_chain_seq_idx;


--
-- Name: audit_event_p202610_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_created_at_idx ATTACH PARTITION public.audit_event_p202610_created_at_idx;


--
-- Name: audit_event_p202610_object_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_object_idx ATTACH PARTITION public.audit_event_p202610_object_idx;


--
-- Name: audit_event_p202610_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_pkey ATTACH PARTITION public.audit_event_p202610_pkey;


--
-- Name: audit_event_p202611_chain_seq_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_chain_seq_idx ATTACH PARTITION public.audit_event_p202611_chain_seq_idx;


--
-- Name: audit_event_p202611_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_created_at_idx ATTACH PARTITION public.audit_event_p202611_created_at_idx;


--
-- Name: audit_event_p202611_object_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_object_idx ATTACH PARTITION public.audit_event_p202611_object_idx;


--
-- Name: audit_event_p202611_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_pkey ATTACH PARTITION public.audit_event_p202611_pkey;


--
-- Name: audit_event_p202612_chain_seq_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_chain_seq_idx ATTACH PARTITION public.audit_event_p202612_chain_seq_idx;


--
-- Name: audit_event_p202612_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_created_at_idx ATTACH PARTITION public.audit_event_p202612_created_at_idx;


--
-- Name: audit_event_p202612_object_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_object_idx ATTACH PARTITION public.audit_event_p202612_object_idx;


--
-- Name: audit_event_p202612_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_pkey ATTACH PARTITION public.audit_event_p202612_pkey;


--
-- Name: audit_event_p202701_chain_seq_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_chain_seq_idx ATTACH PARTITION public.audit_event_p202701_chain_seq_idx;


--
-- Name: audit_event_p202701_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_created_at_idx ATTACH PARTITION public.audit_event_p202701_created_at_idx;


--
-- Name: audit_event_p202701_object_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_object_idx ATTACH PARTITION public.audit_event_p202701_object_idx;


--
-- Name: audit_event_p202701_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.audit_event_pkey ATTACH PARTITION public.audit_event_p202701_pkey;


--
-- Name: campaigns_heartbeat_key_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_default_pkey;


--
-- Name: campaigns_heartbeat_key_p20261129_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261129_pkey;


--
-- Name: campaigns_heartbeat_key_p20261130_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261130_pkey;


--
-- Name: campaigns_heartbeat_key_p20261201_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261201_pkey;


--
-- Name: campaigns_heartbeat_key_p20261202_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261202_pkey;


--
-- Name: campaigns_heartbeat_key_p20261203_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261203_pkey;


--
-- Name: campaigns_heartbeat_key_p20261204_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261204_pkey;


--
-- Name: campaigns_heartbeat_key_p20261205_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261205_pkey;


--
-- Name: campaigns_heartbeat_key_p20261206_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261206_pkey;


--
-- Name: campaigns_heartbeat_key_p20261207_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_heartbeat_key_pkey ATTACH PARTITION public.campaigns_heartbeat_key_p20261207_pkey;


--
-- Name: campaigns_run_default_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_default_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_default_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_default_campaign_id_day_idx;


--
-- Name: campaigns_run_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_default_pkey;


--
-- Name: campaigns_run_p20261129_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261129_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261129_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261129_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261129_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261129_pkey;


--
-- Name: campaigns_run_p20261130_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261130_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261130_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261130_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261130_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261130_pkey;


--
-- Name: campaigns_run_p20261201_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261201_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261201_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261201_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261201_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261201_pkey;


--
-- Name: campaigns_run_p20261202_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261202_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261202_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261202_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261202_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261202_pkey;


--
-- Name: campaigns_run_p20261203_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261203_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261203_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261203_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261203_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261203_pkey;


--
-- Name: campaigns_run_p20261204_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261204_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261204_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261204_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261204_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261204_pkey;


--
-- Name: campaigns_run_p20261205_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261205_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261205_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261205_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261205_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261205_pkey;


--
-- Name: campaigns_run_p20261206_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261206_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261206_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261206_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261206_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261206_pkey;


--
-- Name: campaigns_run_p20261207_campaign_id_coalesce_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_newest ATTACH PARTITION public.campaigns_run_p20261207_campaign_id_coalesce_id_idx;


--
-- Name: campaigns_run_p20261207_campaign_id_day_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_campaign_id_day_idx ATTACH PARTITION public.campaigns_run_p20261207_campaign_id_day_idx;


--
-- Name: campaigns_run_p20261207_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_run_pkey ATTACH PARTITION public.campaigns_run_p20261207_pkey;


--
-- Name: campaigns_statechange_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_statechange_pkey ATTACH PARTITION public.campaigns_statechange_default_pkey;


--
-- Name: campaigns_statechange_p202610_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_statechange_pkey ATTACH PARTITION public.campaigns_statechange_p202610_pkey;


--
-- Name: campaigns_statechange_p202611_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_statechange_pkey ATTACH PARTITION public.campaigns_statechange_p202611_pkey;


--
-- Name: campaigns_statechange_p202612_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_statechange_pkey ATTACH PARTITION public.campaigns_statechange_p202612_pkey;


--
-- Name: campaigns_statechange_p202701_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.campaigns_statechange_pkey ATTACH PARTITION public.campaigns_statechange_p202701_pkey;


--
-- Name: role_audit_log_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_pkey ATTACH PARTITION public.role_audit_log_default_pkey;


--
-- Name: role_audit_log_default_workspace_id_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_workspace_id_created_at_idx ATTACH PARTITION public.role_audit_log_default_workspace_id_created_at_idx;


--
-- Name: role_audit_log_p202610_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_pkey ATTACH PARTITION public.role_audit_log_p202610_pkey;


--
-- Name: role_audit_log_p202610_workspace_id_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_workspace_id_created_at_idx ATTACH PARTITION public.role_audit_log_p202610_workspace_id_created_at_idx;


--
-- Name: role_audit_log_p202611_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_pkey ATTACH PARTITION public.role_audit_log_p202611_pkey;


--
-- Name: role_audit_log_p202611_workspace_id_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_workspace_id_created_at_idx ATTACH PARTITION public.role_audit_log_p202611_workspace_id_created_at_idx;


--
-- Name: role_audit_log_p202612_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_pkey ATTACH PARTITION public.role_audit_log_p202612_pkey;


--
-- Name: role_audit_log_p202612_workspace_id_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_workspace_id_created_at_idx ATTACH PARTITION public.role_audit_log_p202612_workspace_id_created_at_idx;


--
-- Name: role_audit_log_p202701_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_pkey ATTACH PARTITION public.role_audit_log_p202701_pkey;


--
-- Name: role_audit_log_p202701_workspace_id_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.role_audit_log_workspace_id_created_at_idx ATTACH PARTITION public.role_audit_log_p202701_workspace_id_created_at_idx;


--
-- Name: audit_event append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.audit_event FOR EACH ROW EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.role_audit_log FOR EACH ROW EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event chain; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER chain BEFORE INSERT ON public.audit_event FOR EACH ROW EXECUTE FUNCTION public.audit_event_chain();


--
-- Name: campaigns_campaign derive; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER derive BEFORE INSERT OR UPDATE ON public.campaigns_campaign FOR EACH ROW EXECUTE FUNCTION public.campaigns_derive();


--
-- Name: workspaces_instance instance_turned; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER instance_turned AFTER UPDATE OF failed_at, failure, silent ON public.workspaces_instance FOR EACH ROW WHEN ((((new.failed_at IS DISTINCT FROM old.failed_at) OR ((new.failure)::text IS DISTINCT FROM (old.failure)::text)) OR (new.silent IS DISTINCT FROM old.silent))) EXECUTE FUNCTION public.campaigns_instance_turned();


--
-- Name: workspaces_membership keys_end; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keys_end BEFORE DELETE ON public.workspaces_membership FOR EACH ROW EXECUTE FUNCTION public.workspaces_keys_end();


--
-- Name: workspaces_membership last_owner; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER last_owner AFTER INSERT OR DELETE OR UPDATE OF role ON public.workspaces_membership DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.workspaces_membership_owner();


--
-- Name: workspaces_user last_owner; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER last_owner AFTER DELETE OR UPDATE OF is_active ON public.workspaces_user DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.workspaces_user_owner();


--
-- Name: workspaces_membership membership_moved; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER membership_moved BEFORE UPDATE ON public.workspaces_membership FOR EACH ROW EXECUTE FUNCTION public.workspaces_membership_moved();


--
-- Name: audit_event no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event_default no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event_default FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event_p202610 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event_p202610 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event_p202611 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event_p202611 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event_p202612 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event_p202612 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: audit_event_p202701 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_event_p202701 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log_default no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log_p202610 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log_p202610 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log_p202611 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log_p202611 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log_p202612 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log_p202612 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: role_audit_log_p202701 no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.role_audit_log_p202701 FOR EACH STATEMENT EXECUTE FUNCTION public.orchestrator_refuse_change();


--
-- Name: django_session notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER DELETE OR UPDATE ON public.django_session FOR EACH ROW EXECUTE FUNCTION public.workspaces_session_notify();


--
-- Name: mfa_authenticator notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER INSERT OR DELETE OR UPDATE OF user_id, type ON public.mfa_authenticator FOR EACH ROW EXECUTE FUNCTION public.workspaces_factor_notify();


--
-- Name: workspaces_apikey notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER DELETE OR UPDATE OF workspace_id, membership_id, role, digest, old_digest, old_until, expires_at ON public.workspaces_apikey FOR EACH ROW EXECUTE FUNCTION public.workspaces_key_notify();


--
-- Name: workspaces_membership notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER INSERT OR DELETE OR UPDATE ON public.workspaces_membership FOR EACH ROW EXECUTE FUNCTION public.workspaces_membership_notify();


--
-- Name: workspaces_user notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER DELETE OR UPDATE OF is_active, is_superuser, password, email, demo ON public.workspaces_user FOR EACH ROW EXECUTE FUNCTION public.workspaces_user_notify();


--
-- Name: workspaces_workspace notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER UPDATE OF require_second_factor ON public.workspaces_workspace FOR EACH ROW WHEN ((old.require_second_factor IS DISTINCT FROM new.require_second_factor)) EXECUTE FUNCTION public.workspaces_required_notify();


--
-- Name: workspaces_workspaceuserobjectpermission notify_access; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notify_access AFTER INSERT OR DELETE OR UPDATE ON public.workspaces_workspaceuserobjectpermission FOR EACH ROW EXECUTE FUNCTION public.workspaces_grant_notify();


--
-- Name: workspaces_apikey requests_end; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER requests_end BEFORE DELETE ON public.workspaces_apikey FOR EACH ROW EXECUTE FUNCTION public.workspaces_key_requests_end();


--
-- Name: workspaces_membership role_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER role_changed AFTER INSERT OR DELETE OR UPDATE OF role ON public.workspaces_membership FOR EACH ROW EXECUTE FUNCTION public.workspaces_role_changed();


--
-- Name: django_session session_ended; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER session_ended AFTER DELETE ON public.django_session FOR EACH ROW EXECUTE FUNCTION public.workspaces_session_ended();


--
-- Name: workspaces_workspace suspension_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER suspension_changed AFTER UPDATE OF suspended_at, suspension_reason ON public.workspaces_workspace FOR EACH ROW WHEN (((old.suspended_at IS DISTINCT FROM new.suspended_at) OR ((old.suspension_reason)::text IS DISTINCT FROM (new.suspension_reason)::text))) EXECUTE FUNCTION public.workspaces_suspension_changed();


--
-- Name: workspaces_workspace workspace_made; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER workspace_made AFTER INSERT ON public.workspaces_workspace FOR EACH ROW EXECUTE FUNCTION public.campaigns_workspace_made();


--
-- Name: campaigns_workspaceclock workspace_turned; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER workspace_turned AFTER UPDATE OF silent, syncing_until ON public.campaigns_workspaceclock FOR EACH ROW WHEN (((new.silent IS DISTINCT FROM old.silent) OR (new.syncing_until IS DISTINCT FROM old.syncing_until))) EXECUTE FUNCTION public.campaigns_workspace_turned('workspace_id');


--
-- Name: workspaces_workspace workspace_turned; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER workspace_turned AFTER UPDATE OF stale_after_seconds ON public.workspaces_workspace FOR EACH ROW WHEN ((new.stale_after_seconds <> old.stale_after_seconds)) EXECUTE FUNCTION public.campaigns_workspace_turned('id');


--
-- Name: account_emailaddress account_emailaddress_user_id_2c513194_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: account_emailconfirmation account_emailconfirm_email_address_id_5b7f8c58_fk_account_e; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: auth_group_permissions auth_group_permissio_permission_id_84c5c92e_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: auth_group_permissions auth_group_permissions_group_id_b120cbf9_fk_auth_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: auth_permission auth_permission_content_type_id_2f476e4b_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: campaigns_campaign campaigns_campaign_instance_id_5c29e176_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_instance_id_5c29e176_fk_workspace FOREIGN KEY (instance_id) REFERENCES public.workspaces_instance(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: campaigns_campaign campaigns_campaign_workspace_id_6c59c44a_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_workspace_id_6c59c44a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: campaigns_syncrun campaigns_syncrun_workspace_id_d33a521e_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_syncrun
    ADD CONSTRAINT campaigns_syncrun_workspace_id_d33a521e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: campaigns_workspaceclock campaigns_workspacec_workspace_id_75ab43a7_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns_workspaceclock
    ADD CONSTRAINT campaigns_workspacec_workspace_id_75ab43a7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: django_admin_log django_admin_log_content_type_id_c4bce8eb_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: django_admin_log django_admin_log_user_id_c564eba6_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_groupobjectpermission guardian_groupobject_content_type_id_7ade36b8_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_groupobjectpermission
    ADD CONSTRAINT guardian_groupobject_content_type_id_7ade36b8_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_groupobjectpermission guardian_groupobject_group_id_4bbbfb62_fk_auth_grou; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_groupobjectpermission
    ADD CONSTRAINT guardian_groupobject_group_id_4bbbfb62_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_groupobjectpermission guardian_groupobject_permission_id_36572738_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_groupobjectpermission
    ADD CONSTRAINT guardian_groupobject_permission_id_36572738_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_userobjectpermission guardian_userobjectp_content_type_id_2e892405_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_userobjectpermission
    ADD CONSTRAINT guardian_userobjectp_content_type_id_2e892405_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_userobjectpermission guardian_userobjectp_permission_id_71807bfc_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_userobjectpermission
    ADD CONSTRAINT guardian_userobjectp_permission_id_71807bfc_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: guardian_userobjectpermission guardian_userobjectp_user_id_d5c1e964_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.guardian_userobjectpermission
    ADD CONSTRAINT guardian_userobjectp_user_id_d5c1e964_fk_workspace FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: mfa_authenticator mfa_authenticator_user_id_0c3a50c0_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_invitation rbac_invitation_inviter_id_eef57e46_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_invitation
    ADD CONSTRAINT rbac_invitation_inviter_id_eef57e46_fk_workspaces_user_id FOREIGN KEY (inviter_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_invitation rbac_invitation_workspace_id_832f9a3f_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_invitation
    ADD CONSTRAINT rbac_invitation_workspace_id_832f9a3f_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_membersview rbac_membersview_workspace_id_da34f9d4_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_membersview
    ADD CONSTRAINT rbac_membersview_workspace_id_da34f9d4_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_ownershiptransfer rbac_ownershiptransf_receiver_id_5bbce309_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_ownershiptransfer
    ADD CONSTRAINT rbac_ownershiptransf_receiver_id_5bbce309_fk_workspace FOREIGN KEY (receiver_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_ownershiptransfer rbac_ownershiptransf_workspace_id_e7b622da_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_ownershiptransfer
    ADD CONSTRAINT rbac_ownershiptransf_workspace_id_e7b622da_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: rbac_ownershiptransfer rbac_ownershiptransfer_giver_id_3352ef7e_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rbac_ownershiptransfer
    ADD CONSTRAINT rbac_ownershiptransfer_giver_id_3352ef7e_fk_workspaces_user_id FOREIGN KEY (giver_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_apikey workspaces_apikey_membership_id_e2a46d49_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_membership_id_e2a46d49_fk_workspace FOREIGN KEY (membership_id) REFERENCES public.workspaces_membership(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_apikey workspaces_apikey_workspace_id_2e82a07d_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_workspace_id_2e82a07d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_apikeyrequest workspaces_apikeyreq_key_id_50696e1e_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_apikeyrequest
    ADD CONSTRAINT workspaces_apikeyreq_key_id_50696e1e_fk_workspace FOREIGN KEY (key_id) REFERENCES public.workspaces_apikey(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_health workspaces_health_workspace_id_d0891089_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_health
    ADD CONSTRAINT workspaces_health_workspace_id_d0891089_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_instance workspaces_instance_left_by_id_ce309016_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_instance
    ADD CONSTRAINT workspaces_instance_left_by_id_ce309016_fk_workspace FOREIGN KEY (left_by_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_instance workspaces_instance_owner_id_9e30cc6c_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_instance
    ADD CONSTRAINT workspaces_instance_owner_id_9e30cc6c_fk_workspace FOREIGN KEY (owner_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_membership workspaces_membershi_workspace_id_03c7ef39_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_membership
    ADD CONSTRAINT workspaces_membershi_workspace_id_03c7ef39_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_membership workspaces_membership_user_id_96a9ee37_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_membership
    ADD CONSTRAINT workspaces_membership_user_id_96a9ee37_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_quota workspaces_quota_workspace_id_7adc0a32_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_quota
    ADD CONSTRAINT workspaces_quota_workspace_id_7adc0a32_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_user_groups workspaces_user_groups_group_id_b23d60db_fk_auth_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_group_id_b23d60db_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_user_groups workspaces_user_groups_user_id_4ba6664c_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_user_id_4ba6664c_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_user_user_permissions workspaces_user_user_permission_id_838e521f_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_permission_id_838e521f_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_user_user_permissions workspaces_user_user_user_id_b1cea117_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_user_id_b1cea117_fk_workspace FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_usersession workspaces_usersession_user_id_6da9fb54_fk_workspaces_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_usersession
    ADD CONSTRAINT workspaces_usersession_user_id_6da9fb54_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_workspaceuserobjectpermission workspaces_workspace_content_object_id_4866c679_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspaceuserobjectpermission
    ADD CONSTRAINT workspaces_workspace_content_object_id_4866c679_fk_workspace FOREIGN KEY (content_object_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_workspace workspaces_workspace_instance_id_00640fd9_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspace
    ADD CONSTRAINT workspaces_workspace_instance_id_00640fd9_fk_workspace FOREIGN KEY (instance_id) REFERENCES public.workspaces_instance(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_workspaceuserobjectpermission workspaces_workspace_permission_id_2a26c37d_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspaceuserobjectpermission
    ADD CONSTRAINT workspaces_workspace_permission_id_2a26c37d_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: workspaces_workspaceuserobjectpermission workspaces_workspace_user_id_87aa0461_fk_workspace; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces_workspaceuserobjectpermission
    ADD CONSTRAINT workspaces_workspace_user_id_87aa0461_fk_workspace FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- PostgreSQL database dump complete
--

\unrestrict lmBL6OtCSX18e1aqaMmfYiwP6LMEXHwWUublCSa33aOhPPuY8np2i7vLk0hfYsm

