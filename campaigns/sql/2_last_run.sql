-- The run of a campaign that ended last: by its end, ties by the execution's number.

CREATE OR REPLACE FUNCTION campaigns_last_of(
    campaign uuid, with_canceled boolean, OUT result text, OUT end_at timestamptz, OUT number bigint
) RETURNS SETOF record LANGUAGE sql STABLE AS $$
    SELECT k.result, k.end_at,
           CASE WHEN k.execution_id ~ '^[0-9]{1,18}$' THEN k.execution_id::bigint END AS number
    FROM campaigns_run_key k
    WHERE k.campaign_id = campaign AND NOT k.manual AND k.end_at IS NOT NULL
      AND (with_canceled OR k.result <> 'canceled')
    ORDER BY k.end_at DESC, 3 DESC NULLS LAST LIMIT 1
$$;

-- Sets what the campaign knows of its last run by the runs that are there.
CREATE OR REPLACE FUNCTION campaigns_last_run(campaign uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE campaigns_campaign c SET
        last_result = coalesce(l.result, ''), last_end_at = l.end_at, last_execution = l.number,
        counted_result = coalesce(n.result, ''), counted_end_at = n.end_at,
        counted_execution = n.number
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (SELECT * FROM campaigns_last_of(campaign, true)) l ON true
    LEFT JOIN LATERAL (SELECT * FROM campaigns_last_of(campaign, false)) n ON true
    WHERE c.id = campaign
$$;
