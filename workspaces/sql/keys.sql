-- A key that is revoked, rotated or changed: every web process hears it, by whatever door.
-- Payload: {"key": uuid}.
CREATE OR REPLACE FUNCTION workspaces_key_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('access', json_build_object('key', OLD.id)::text);
    RETURN NULL;
END $$;

-- Not of last_used_at, which every use writes.
CREATE OR REPLACE TRIGGER notify_access
    AFTER DELETE OR UPDATE OF workspace_id, membership_id, role, digest, old_digest, old_until,
        expires_at
    ON workspaces_apikey FOR EACH ROW EXECUTE FUNCTION workspaces_key_notify();

-- What it was used for goes with it, by raw SQL and by the trigger below too.
CREATE OR REPLACE FUNCTION workspaces_key_requests_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM workspaces_apikeyrequest WHERE key_id = OLD.id;
    RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER requests_end BEFORE DELETE
    ON workspaces_apikey FOR EACH ROW EXECUTE FUNCTION workspaces_key_requests_end();

-- A key dies with its maker's membership, by raw SQL too.
CREATE OR REPLACE FUNCTION workspaces_keys_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM workspaces_apikey WHERE membership_id = OLD.id;
    RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER keys_end BEFORE DELETE
    ON workspaces_membership FOR EACH ROW EXECUTE FUNCTION workspaces_keys_end();
