-- What a page begins with, in one call: the clock's overdue work for these workspaces, their bars
-- brought up to date, and these. Each step sees what the one before it wrote. What the tick turned
-- stands beside every bar, the same: it is nearly always nothing.
CREATE OR REPLACE FUNCTION campaigns_bars(
    wanted uuid[], behind interval
) RETURNS TABLE (bar workspaces_health, turned uuid[], changed uuid[], changed_of uuid[])
LANGUAGE plpgsql AS $$
BEGIN
    SELECT t.turned, t.changed, t.workspaces INTO turned, changed, changed_of
    FROM campaigns_tick(wanted, behind) t;
    PERFORM campaigns_refresh_health(wanted);
    FOR bar IN SELECT h.* FROM workspaces_health h WHERE h.workspace_id = ANY (wanted) LOOP
        RETURN NEXT;
    END LOOP;
END $$;
