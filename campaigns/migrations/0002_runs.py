"""Runs by day, the keys that find them, and the heartbeat ids of seven days."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE campaigns_run (
                day date NOT NULL,
                id uuid NOT NULL,
                workspace_id uuid NOT NULL,
                campaign_id uuid NOT NULL,
                instance_id varchar(40) NOT NULL,
                execution_id varchar(64),
                result varchar(10) NOT NULL,
                mode varchar(20) NOT NULL,
                started_at timestamptz,
                stopped_at timestamptz,
                wait_till timestamptz,
                sent_at timestamptz NOT NULL,
                end_at timestamptz,
                error_message varchar(500) NOT NULL,
                error_node varchar(200) NOT NULL,
                source varchar(6) NOT NULL DEFAULT 'pushed',
                PRIMARY KEY (day, id)
            ) PARTITION BY RANGE (day) ;
            CREATE INDEX ON campaigns_run (campaign_id, day);
            CREATE TABLE campaigns_run_default PARTITION OF campaigns_run DEFAULT;

            -- A partitioned table cannot be unique without its partition key: runs are found here,
            -- by n8n's execution id or by the runId of the hooks file, with what orders them.
            CREATE TABLE campaigns_run_key (
                run_id uuid PRIMARY KEY,
                campaign_id uuid NOT NULL,
                day date NOT NULL,
                token text,
                execution_id text,
                result varchar(10) NOT NULL,
                manual boolean NOT NULL,
                sent_at timestamptz NOT NULL,
                end_at timestamptz
            ) WITH (fillfactor = 80);
            -- Each look-up has one index that fits. With whole ones a planner that knows nothing of
            -- the table yet takes any that begins with the campaign, and reads all its runs.
            CREATE UNIQUE INDEX campaigns_run_key_execution
                ON campaigns_run_key (campaign_id, execution_id) WHERE execution_id IS NOT NULL;
            CREATE UNIQUE INDEX campaigns_run_key_token
                ON campaigns_run_key (campaign_id, token) WHERE token IS NOT NULL;
            CREATE INDEX campaigns_run_key_end
                ON campaigns_run_key (campaign_id, end_at) WHERE end_at IS NOT NULL AND NOT manual;
            CREATE INDEX campaigns_run_key_day ON campaigns_run_key USING brin (day);

            CREATE TABLE campaigns_heartbeat_key (
                instance_id varchar(40) NOT NULL,
                heartbeat_id text NOT NULL,
                day date NOT NULL,
                PRIMARY KEY (instance_id, heartbeat_id, day)
            ) PARTITION BY RANGE (day);
            CREATE TABLE campaigns_heartbeat_key_default
                PARTITION OF campaigns_heartbeat_key DEFAULT;

            ALTER TABLE campaigns_campaign SET (fillfactor = 70);
            """,
            "DROP TABLE campaigns_run, campaigns_run_key, campaigns_heartbeat_key",
        )
    ]
