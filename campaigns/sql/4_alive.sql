-- "I live", said by n8n's main process every 30 s.
CREATE OR REPLACE FUNCTION campaigns_alive(
    instance text, heartbeat text, sent timestamptz, said jsonb
) RETURNS text LANGUAGE plpgsql AS $$
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
