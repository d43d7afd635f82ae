-- What the time alone changes, and what changes many campaigns at once.

-- Derives anew what no longer is as the facts around it and the time say; gives what it changed.
CREATE OR REPLACE FUNCTION campaigns_rederive(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
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
            make_interval(secs => w.stale_after_seconds), c.making, c.making_until) s
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

-- An n8n that goes away, falls silent or comes back changes what is known of all its campaigns.
CREATE OR REPLACE FUNCTION campaigns_instance_turned() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER instance_turned
    AFTER UPDATE OF failed_at, failure, silent ON workspaces_instance
    FOR EACH ROW WHEN ((NEW.failed_at, NEW.failure, NEW.silent)
                       IS DISTINCT FROM (OLD.failed_at, OLD.failure, OLD.silent))
    EXECUTE FUNCTION campaigns_instance_turned();

CREATE OR REPLACE FUNCTION campaigns_workspace_turned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    workspace uuid := to_jsonb(NEW) ->> coalesce(TG_ARGV[0], 'id');
BEGIN
    PERFORM campaigns_rederive(ARRAY(
        SELECT id FROM campaigns_campaign WHERE workspace_id = workspace AND archived_at IS NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER workspace_turned
    AFTER UPDATE OF silent, syncing_until ON campaigns_workspaceclock
    FOR EACH ROW WHEN ((NEW.silent, NEW.syncing_until)
                       IS DISTINCT FROM (OLD.silent, OLD.syncing_until))
    EXECUTE FUNCTION campaigns_workspace_turned('workspace_id');

CREATE OR REPLACE TRIGGER workspace_turned
    AFTER UPDATE OF stale_after_seconds ON workspaces_workspace
    FOR EACH ROW WHEN (NEW.stale_after_seconds <> OLD.stale_after_seconds)
    EXECUTE FUNCTION campaigns_workspace_turned('id');

CREATE OR REPLACE FUNCTION campaigns_workspace_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_workspaceclock (workspace_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER workspace_made AFTER INSERT ON workspaces_workspace
    FOR EACH ROW EXECUTE FUNCTION campaigns_workspace_made();

-- One tick of the clock. `wanted`: workspaces (null: all). `behind`: what has been due for less than
-- that is left to somebody else's tick. Two at once share the work: what one holds, the other skips.
--
-- `turned`: workspaces of which much may look different now; `changed`: single campaigns, and
-- `workspaces` theirs (same positions).
CREATE OR REPLACE FUNCTION campaigns_tick(
    wanted uuid[], behind interval,
    OUT turned uuid[], OUT changed uuid[], OUT workspaces uuid[]
) LANGUAGE plpgsql AS $$
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
