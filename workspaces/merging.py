"""Two people changed one row: what each field is to be, by what it was when the later one began."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """`value` is what to go on with: theirs where only they changed it, else what was typed."""

    value: Any
    mine: Any
    theirs: Any
    taken: bool  # only they have changed it
    contested: bool  # both have, to different values


def merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Field]:
    return {name: _field(base[name], mine[name], theirs[name]) for name in mine}


def _field(base: Any, mine: Any, theirs: Any) -> Field:
    taken = mine == base and theirs != base
    contested = base not in (mine, theirs) and mine != theirs
    return Field(theirs if taken else mine, mine, theirs, taken, contested)
