"""What n8n/hooks.js keeps while Orchestrator is away, in processes killed and started again."""

import json
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hooks_process import HooksProcess, segments, spool
from tests.n8n_server import free_port
from tests.receiver import Receiver, until

pytestmark = pytest.mark.n8n

MIB = 1024 * 1024


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def receiver(port: int, tmp_path: Path) -> Iterator[Receiver]:
    """Not listening yet."""
    folder = tmp_path / "receiver"
    folder.mkdir()
    receiver = Receiver(port, folder)
    yield receiver
    receiver.kill()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """N8N_USER_FOLDER"""
    return tmp_path / "home"


def on_disk(home: Path) -> int:
    """Heartbeats."""
    return sum(text.count("\n") for text in segments(home).values())


def ends(receiver: Receiver) -> list[int]:
    return [int(beat["executionId"]) for beat in receiver.of("driven") if "executionId" in beat]


def all_taken(receiver: Receiver, runs: int, seconds: float = 30) -> list[int]:
    """Ends in the order of their arrival, once there are as many."""
    found: list[int] = until(
        lambda: len(found := ends(receiver)) >= runs and found, seconds=seconds, every=0.2
    )
    return found


def test_thousands_of_runs_while_orchestrator_is_away_arrive_once_and_in_order(
    port: int, home: Path, receiver: Receiver
) -> None:
    with HooksProcess(port, home) as first:
        first.run(3000)
        until(lambda: on_disk(home) == 6000)
        os.kill(first.pid, signal.SIGKILL)
    with HooksProcess(port, home) as second:
        second.run(1000, since=3001)
        receiver.start()

        found = all_taken(receiver, 4000)

        assert found == list(range(1, 4001))
        until(lambda: on_disk(home) == 0)
    beats = receiver.of("driven")
    assert len({beat["heartbeatId"] for beat in beats}) == len(beats) == 8000
    assert [beat["status"] for beat in beats] == ["running", "success"] * 4000
    sizes = [len(request["heartbeats"]) for request in receiver.requests()]
    assert max(sizes) == 500
    assert max(request["size"] for request in receiver.requests()) <= MIB


def test_what_happens_is_on_disk_at_once(port: int, home: Path) -> None:
    with HooksProcess(port, home, lease_every=60) as process:
        process.run(1)
        time.sleep(0.3)  # what is done at the start is done
        process.run(1, since=2)
        until(lambda: on_disk(home) == 4, seconds=2)


def test_nothing_is_left_on_disk_of_what_was_acknowledged(
    port: int, home: Path, receiver: Receiver
) -> None:
    receiver.start()
    with HooksProcess(port, home) as process:
        process.run(600)
        all_taken(receiver, 600)
        until(lambda: on_disk(home) == 0)
        assert len(segments(home)) == 1
        process.stop()
    assert not segments(home)


def test_a_process_killed_again_and_again_loses_nothing(
    port: int, home: Path, receiver: Receiver
) -> None:
    for n in range(6):
        with HooksProcess(port, home) as process:
            if n == 3:
                receiver.start()
            process.run(200, since=n * 200 + 1)
            time.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
    with HooksProcess(port, home):
        found = until(
            lambda: len(found := set(ends(receiver))) >= 1200 and found, seconds=30, every=0.2
        )
    assert found == set(range(1, 1201))


def test_processes_that_share_a_folder_keep_apart_until_one_dies(
    port: int, home: Path, receiver: Receiver
) -> None:
    def owners() -> set[str]:
        return {name.split("~")[2] for name in segments(home)}

    with (
        HooksProcess(port, home, lease_lasts=1.5) as one,
        HooksProcess(port, home, lease_lasts=1.5) as other,
    ):
        one.run(100)
        other.run(100, since=101)
        until(lambda: on_disk(home) == 400)
        time.sleep(2.5)  # both have renewed their leases
        assert owners() == {str(one.pid), str(other.pid)}
        one.kill()
        until(lambda: owners() == {str(other.pid)})
        receiver.start()

        assert sorted(all_taken(receiver, 200)) == list(range(1, 201))

        until(lambda: on_disk(home) == 0)


def test_what_another_machine_left_is_taken_over_once_its_lease_stands_still(
    port: int, home: Path, receiver: Receiver
) -> None:
    spool(home).mkdir(parents=True)
    theirs = leftover(home, "elsewhere", range(10))
    lease = spool(home) / "elsewhere~1~aaaaaaaaaaaa.lease"
    lease.write_text("7 1\n")
    receiver.start()
    with HooksProcess(port, home, lease_lasts=1.5):
        for renewed in range(2, 12):
            lease.write_text(f"7 {renewed}\n")
            time.sleep(0.25)
        assert theirs.exists()
        assert not ends(receiver)

        assert all_taken(receiver, 10) == list(range(10))

        until(lambda: not lease.exists())
    before = len(dropped_so_far(receiver))
    with HooksProcess(port, home):
        assert until(lambda: dropped_so_far(receiver)[before:]) == [7]


def leftover(home: Path, host: str, runs: range, number: int = 1, padding: int = 0) -> Path:
    beats = [
        {
            "heartbeatId": f"default:{run}:success",
            "workflowId": "driven",
            "executionId": str(run),
            "status": "success",
            "error": {"message": "x" * padding},
        }
        for run in runs
    ]
    text = "".join(json.dumps(beat) + "\n" for beat in beats)
    name = f"00000000000001-{number:08}-aaaaaaaaaaaa~{host}~1~aaaaaaaaaaaa.jsonl"
    file = spool(home) / name
    file.write_text(text)
    return file


def test_half_a_line_at_the_end_spoils_no_other_and_what_was_left_goes_first(
    port: int, home: Path, receiver: Receiver
) -> None:
    spool(home).mkdir(parents=True)
    for number in range(30):
        file = leftover(home, "gone", range(number * 100, (number + 1) * 100), number)
    file.write_text(file.read_text()[:-30])
    receiver.start()
    until(lambda: listens(port))
    with HooksProcess(port, home) as process:
        process.run(1, since=5000)
        assert all_taken(receiver, 3000) == [*range(2999), 5000]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_spool_keeps_the_newest_50_mb_and_counts_what_it_drops(
    port: int, home: Path, receiver: Receiver
) -> None:
    spool(home).mkdir(parents=True)
    for number in range(150):  # of 408 kB
        leftover(home, "gone", range(number * 400, (number + 1) * 400), number, padding=900)
    receiver.start(status=503)
    with HooksProcess(port, home) as process:
        process.run(300, since=100_000)
        # It counts them, unlinks them one after another, and says with its next `alive` how many.
        until(
            lambda: (
                0 < (150 - len(numbered(home))) * 400 == max(dropped_so_far(receiver), default=0)
            )
        )
        numbers = numbered(home)
        assert numbers == list(range(150 - len(numbers), 150))
        assert 48_000_000 < sum(map(len, segments(home).values())) <= 50_000_000


def numbered(home: Path) -> list[int]:
    """Of what was left, as `leftover` numbers it."""
    return [int(name[15:23]) for name in segments(home) if name.startswith("00000000000001-")]


def dropped_so_far(receiver: Receiver) -> list[int]:
    beats = [beat for request in receiver.requests() for beat in request["heartbeats"]]
    return [beat["dropped"] for beat in beats if beat.get("kind") == "alive"]


def test_without_a_usable_folder_heartbeats_are_kept_in_memory_and_n8n_is_not_troubled(
    port: int, home: Path, receiver: Receiver, tmp_path: Path
) -> None:
    file = tmp_path / "no-folder"
    file.touch()
    with HooksProcess(port, home, ORCHESTRATOR_SPOOL=str(file)) as process:
        process.run(500)
        assert process.said().count("keeps heartbeats in memory") == 1
        receiver.start()

        assert all_taken(receiver, 500) == list(range(1, 501))


def test_a_full_disk_costs_nothing_and_is_written_to_again_once_there_is_space(
    port: int, home: Path, receiver: Receiver
) -> None:
    with HooksProcess(port, home) as process:
        process.run(10)
        until(lambda: on_disk(home) == 20)
        limit = sum(map(len, segments(home).values())) + 50  # bytes: the next line will be cut
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        process.run(500, since=11)
        until(lambda: "keeps heartbeats in memory" in process.said())
        assert on_disk(home) < 100

        resource.prlimit(
            process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )

        until(lambda: "writes to disk again" in process.said())
        until(lambda: on_disk(home) >= 1020)
        os.kill(process.pid, signal.SIGKILL)
    with HooksProcess(port, home):
        receiver.start()
        assert all_taken(receiver, 510) == list(range(1, 511))
    assert len({beat["heartbeatId"] for beat in receiver.of("driven")}) == 1020


def test_a_folder_that_somebody_removes_is_made_again_with_what_was_in_it(
    port: int, home: Path, receiver: Receiver
) -> None:
    with HooksProcess(port, home) as process:
        process.run(50)
        until(lambda: on_disk(home) == 100)
        for file in spool(home).iterdir():
            file.unlink()
        spool(home).rmdir()

        until(lambda: spool(home).exists() and on_disk(home) == 100)


def test_an_orderly_end_with_orchestrator_away_is_quick_and_keeps_everything(
    port: int, home: Path, receiver: Receiver
) -> None:
    with HooksProcess(port, home) as process:
        process.run(100)
        begun = time.monotonic()
        process.stop()
        assert time.monotonic() - begun < 2
    assert on_disk(home) == 200
    with HooksProcess(port, home):
        receiver.start()
        assert all_taken(receiver, 100) == list(range(1, 101))


def test_what_happens_in_the_last_moment_before_an_exit_is_kept(
    port: int, home: Path, receiver: Receiver
) -> None:
    with HooksProcess(port, home) as process:
        process.run_and_exit(40)
    with HooksProcess(port, home):
        receiver.start()
        assert all_taken(receiver, 40) == list(range(1, 41))


def test_a_spool_is_of_one_instance(port: int, home: Path, receiver: Receiver) -> None:
    with HooksProcess(port, home, ORCHESTRATOR_INSTANCE="other") as process:
        process.run(5)
        process.stop()
    receiver.start()
    with HooksProcess(port, home) as process:
        process.run(1, since=9)
        assert all_taken(receiver, 1) == [9]
    paths = {request["path"] for request in receiver.requests()}
    assert paths == {"/api/webhooks/n8n/default/heartbeat"}


def test_only_the_owner_may_read_the_spool(port: int, home: Path) -> None:
    with HooksProcess(port, home) as process:
        process.run(1)
        until(lambda: on_disk(home) == 2)
        modes: dict[str, Any] = {
            path.suffix: oct(path.stat().st_mode & 0o777) for path in spool(home).iterdir()
        }
        assert modes == {".jsonl": "0o600", ".lease": "0o600"}
        assert spool(home).stat().st_mode & 0o777 == 0o700
