-- Whether somebody has one: an authenticator app or a passkey; recovery codes stand in for these.
CREATE OR REPLACE FUNCTION workspaces_has_second_factor(member uuid)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM mfa_authenticator
        WHERE user_id = member AND type IN ('totp', 'webauthn'))
$$;

-- A second factor that comes or goes, and a workspace that begins or ceases to require one.
CREATE OR REPLACE FUNCTION workspaces_factor_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM workspaces_notify_access(NULL, OLD.user_id, NULL);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM workspaces_notify_access(NULL, NEW.user_id, NULL);
    END IF;
    RETURN NULL;
END $$;

-- Not of the time of last use, nor of a used recovery code.
CREATE OR REPLACE TRIGGER notify_access AFTER INSERT OR DELETE OR UPDATE OF user_id, type
    ON mfa_authenticator FOR EACH ROW EXECUTE FUNCTION workspaces_factor_notify();

CREATE OR REPLACE FUNCTION workspaces_required_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_notify_access(NEW.id, NULL, NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER notify_access AFTER UPDATE OF require_second_factor
    ON workspaces_workspace FOR EACH ROW
    WHEN (OLD.require_second_factor IS DISTINCT FROM NEW.require_second_factor)
    EXECUTE FUNCTION workspaces_required_notify();
