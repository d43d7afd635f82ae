-- Makes the parts of a table partitioned by range of a date or timestamptz, from the present one
-- to 7 days (or 2 months) ahead, and drops those that ended more than keep_days ago.
DROP FUNCTION IF EXISTS orchestrator_partitions(text, text, integer);

CREATE OR REPLACE FUNCTION orchestrator_partitions(
    parent text, unit text, keep_days integer, fill integer DEFAULT 100,
    OUT made integer, OUT dropped integer
) LANGUAGE plpgsql AS $$
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
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)'
                    ' WITH (fillfactor = %s)',
                    part, parent, to_char(lower_bound, 'YYYY-MM-DD') || ' 00:00:00+00',
                    to_char(lower_bound + step, 'YYYY-MM-DD') || ' 00:00:00+00', fill);
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
END $$;

-- What has been written stays as it is; put on every part, since TRUNCATE triggers do not inherit.
CREATE OR REPLACE FUNCTION orchestrator_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION orchestrator_append_only(parent text) RETURNS void LANGUAGE plpgsql AS $$
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
