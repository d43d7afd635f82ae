-- One truth: membership.role. Whatever door it is changed by, the audit line and the grants follow
-- in the same transaction, and no commit leaves a workspace with members but without an owner.

CREATE OR REPLACE FUNCTION workspaces_role_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER role_changed AFTER INSERT OR DELETE OR UPDATE OF role
    ON workspaces_membership FOR EACH ROW EXECUTE FUNCTION workspaces_role_changed();

-- A membership stays where it is: who moves is removed and added, so that both are audited.
CREATE OR REPLACE FUNCTION workspaces_membership_moved() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER membership_moved BEFORE UPDATE
    ON workspaces_membership FOR EACH ROW EXECUTE FUNCTION workspaces_membership_moved();

-- Deferred to the commit. The workspaces are locked, in order, before owners are counted: without
-- that two demotions at once both pass, each seeing the other's owner.
CREATE OR REPLACE FUNCTION workspaces_keep_an_owner(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION workspaces_membership_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_keep_an_owner(
        ARRAY[CASE TG_OP WHEN 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END]);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION workspaces_user_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workspaces_keep_an_owner(ARRAY(
        SELECT workspace_id FROM workspaces_membership WHERE user_id = OLD.id));
    RETURN NULL;
END $$;

DO $$
BEGIN
    -- CREATE OR REPLACE does not exist for constraint triggers.
    DROP TRIGGER IF EXISTS last_owner ON workspaces_membership;
    DROP TRIGGER IF EXISTS last_owner ON workspaces_user;
    CREATE CONSTRAINT TRIGGER last_owner AFTER INSERT OR DELETE OR UPDATE OF role
        ON workspaces_membership DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION workspaces_membership_owner();
    CREATE CONSTRAINT TRIGGER last_owner AFTER UPDATE OF is_active OR DELETE
        ON workspaces_user DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION workspaces_user_owner();
END $$;

SELECT orchestrator_append_only('role_audit_log');
