-- Every entry carries its number and the hash of the one before it in its chain.

CREATE OR REPLACE FUNCTION audit_event_hash(e audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(e.prev_hash || convert_to(jsonb_build_array(
        e.id, e.chain, e.seq, e.workspace_id, e.origin, e.actor_type, e.actor_id, e.actor_label,
        e.on_behalf_of, e.action, e.object, e.before, e.after, e.reason, host(e.ip), e.request_id,
        to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION audit_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER chain BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_chain();

SELECT orchestrator_append_only('audit_event');
