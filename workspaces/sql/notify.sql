-- Whoever's rights change, every web process hears it at once, by whatever door it changed.
-- Payload: {"workspace": uuid|null, "user": uuid|null, "session": sha256 of its key|null}.

CREATE OR REPLACE FUNCTION workspaces_notify_access(workspace uuid, member uuid, session text)
RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('access', json_build_object(
        'workspace', workspace, 'user', member, 'session', session)::text)
$$;

CREATE OR REPLACE FUNCTION workspaces_membership_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_notify_access(
        CASE TG_OP WHEN 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END, NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER notify_access AFTER INSERT OR UPDATE OR DELETE
    ON workspaces_membership FOR EACH ROW EXECUTE FUNCTION workspaces_membership_notify();

CREATE OR REPLACE FUNCTION workspaces_grant_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_notify_access(
        CASE TG_OP WHEN 'DELETE' THEN OLD.content_object_id ELSE NEW.content_object_id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END, NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER notify_access AFTER INSERT OR UPDATE OR DELETE
    ON workspaces_workspaceuserobjectpermission
    FOR EACH ROW EXECUTE FUNCTION workspaces_grant_notify();

CREATE OR REPLACE FUNCTION workspaces_user_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_notify_access(NULL, OLD.id, NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER notify_access
    AFTER DELETE OR UPDATE OF is_active, is_superuser, password, email, demo
    ON workspaces_user FOR EACH ROW EXECUTE FUNCTION workspaces_user_notify();

CREATE OR REPLACE FUNCTION workspaces_session_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_notify_access(
        NULL, NULL, encode(sha256(convert_to(OLD.session_key, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;

-- Also an UPDATE: a session emptied in place is a session ended.
CREATE OR REPLACE TRIGGER notify_access AFTER DELETE OR UPDATE
    ON django_session FOR EACH ROW EXECUTE FUNCTION workspaces_session_notify();
