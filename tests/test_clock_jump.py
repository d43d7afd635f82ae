"""n8n's clock jumps; what it reported meanwhile is kept, and the state is true once it is right."""

from datetime import UTC, datetime, timedelta

from tests.product import Product, heartbeat

HOUR = timedelta(hours=1)


def test_a_clock_that_jumps_ahead_or_back_loses_no_run_and_poisons_no_state(
    product: Product,
) -> None:
    id, workflow = product.campaign("jumps")
    runs = 0

    def ran(result: str, jump: timedelta) -> dict[str, int]:
        nonlocal runs
        runs += 1
        at = (datetime.now(UTC) + jump).isoformat()
        beat = heartbeat(workflow, result, executionId=str(runs))
        answer = product.beat(beat | {"startedAt": at, "stoppedAt": at, "sentAt": at})
        assert answer.status_code == 202
        verdicts: dict[str, int] = answer.json()
        return verdicts

    with product.client("owner@acme.test") as owner:

        def shown() -> str:
            status: str = owner.get(f"/api/campaigns/{id}").json()["n8nStatus"]
            return status

        assert ran("error", HOUR)["accepted"] == 1  # counts as of now
        assert shown() == "error"
        assert ran("success", timedelta())["accepted"] == 1  # the clock is right again
        assert shown() == "active"
        assert ran("error", -HOUR)["stale"] == 1  # it cannot be known that it is the newest
        assert shown() == "active"
        assert ran("error", timedelta())["accepted"] == 1
        assert shown() == "error"
        history = owner.get(f"/api/campaigns/{id}/history").json()["results"]
    assert sorted(run["executionId"] for run in history) == ["1", "2", "3", "4"]
