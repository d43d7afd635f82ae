-- What happened to a provision is never changed: not by us either.

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON provisioning_status
    FOR EACH ROW EXECUTE FUNCTION orchestrator_refuse_change();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON provisioning_status
    FOR EACH STATEMENT EXECUTE FUNCTION orchestrator_refuse_change();
