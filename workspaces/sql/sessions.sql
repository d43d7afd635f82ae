-- What is known of a session goes with it, by whatever door it ends.

CREATE OR REPLACE FUNCTION workspaces_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM workspaces_usersession WHERE session_key = OLD.session_key;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER session_ended AFTER DELETE
    ON django_session FOR EACH ROW EXECUTE FUNCTION workspaces_session_ended();
