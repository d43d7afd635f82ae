"""Who looks at what while heartbeats come: one workspace or a hundred, one socket or a thousand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

RATES = (50, 200, 500)
IN_VIEW = 50  # of each socket
SLOWEST = 4  # heartbeats a second to one campaign: more would be held back, by rule, and merged


@dataclass(frozen=True)
class Scene:
    """Who looks at what. `views`: of each socket its session, workspace and campaigns."""

    load: str
    views: list[dict[str, Any]]
    campaigns: list[str]  # that are told of, in this order
    workflows: list[str]
    rates: tuple[int, ...] = RATES
    goal: float | None = None  # ms, at 500/s
    all_told: bool = True  # at any rate; else as few as keep each campaign slow enough

    def told(self, rate: int) -> int:
        few = max(IN_VIEW, rate // SLOWEST)
        return len(self.campaigns) if self.all_told else min(few, len(self.campaigns))


def scenes(found: dict[str, Any]) -> Iterator[Scene]:
    together, apart, sessions = found["together"], found["apart"], found["sessions"]
    campaigns, workflows = together["campaigns"], together["workflows"]
    for sockets in (1, 100, 1000):
        yield Scene(
            f"{sockets:,} socket{'s' if sockets > 1 else ''} of one workspace, {IN_VIEW} in view"
            + (" of each" if sockets > 1 else ""),
            views(together, sessions, sockets),
            campaigns,
            workflows,
            goal=30 if sockets == 1000 else None,
            all_told=sockets > 1,
        )
    # One campaign of each workspace in turn.
    yield Scene(
        "1,000 sockets, ten in each of 100 workspaces",
        [
            _view(workspace, sessions[number], workspace["campaigns"])
            for number, workspace in enumerate(apart)
            for _ in range(10)
        ],
        list(chain.from_iterable(zip(*(w["campaigns"] for w in apart), strict=True))),
        list(chain.from_iterable(zip(*(w["workflows"] for w in apart), strict=True))),
    )
    yield _everybody_sees(together, sessions)
    shown = 500 // SLOWEST
    yield Scene(
        f"1,000 sockets that all have all {shown} in view that are told of",
        [_view(together, sessions[n // 10], campaigns[:shown]) for n in range(1000)],
        campaigns[:shown],
        workflows[:shown],
        rates=(50, 500),
    )


def _everybody_sees(workspace: dict[str, Any], sessions: Sequence[str]) -> Scene:
    """All have one page open, and one in 25 heartbeats is of it."""
    page, others = IN_VIEW, 24
    told = []
    for number in range((len(workspace["campaigns"]) - page) // others):
        first = page + number * others
        told += [number, *range(first, first + others)]
    shown = workspace["campaigns"][:page]
    return Scene(
        f"1,000 sockets that all have the same {page} in view, 20/s of these",
        [_view(workspace, sessions[n // 10], shown) for n in range(1000)],
        [workspace["campaigns"][n] for n in told],
        [workspace["workflows"][n] for n in told],
        rates=(500,),
        goal=75,
    )


def with_daphne(found: dict[str, Any]) -> Scene:
    together = found["together"]
    return Scene(
        f"1,000 sockets of one workspace, {IN_VIEW} in view of each, daphne",
        views(together, found["sessions"], 1000),
        together["campaigns"],
        together["workflows"],
        rates=(500,),
        goal=100,
    )


def views(workspace: dict[str, Any], sessions: Sequence[str], sockets: int) -> list[dict[str, Any]]:
    """Each socket one page, so that every page has as many."""
    campaigns = workspace["campaigns"]
    pages = [campaigns[at : at + IN_VIEW] for at in range(0, len(campaigns), IN_VIEW)]
    return [
        _view(workspace, sessions[number // 10], pages[number % len(pages)])
        for number in range(sockets)
    ]


def _view(workspace: dict[str, Any], session: str, campaigns: Sequence[str]) -> dict[str, Any]:
    return {"workspace": workspace["id"], "session": session, "campaigns": list(campaigns)}
