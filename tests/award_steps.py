"""The life of an award as the programme's pages say it, written by hand and not from the code."""

from __future__ import annotations

from typing import Any

from woodpecker.words import AwardAction, AwardStatus

# Whose step it is: f approver, s second approver, l leader, $ finance, e everybody, r whoever brought the report,
# - nobody: it follows from the report. A leader takes the steps of f and s where nobody else may.
TABLE = """
proposed       approve            f
proposed       change             f
proposed       refuse             f
proposed       reverse            -
half_approved  approve            s
half_approved  change             s
half_approved  refuse             s
half_approved  reverse            -
held_budget    lift_hold          l
held_budget    refuse             l
held_budget    reverse            -
refused        reverse            -
refused        appeal             r
refused        uphold_appeal      fs
refused        dismiss_appeal     fs
approved       batch              $
approved       reverse            fsl
approved       appeal             r
approved       uphold_appeal      fs
approved       dismiss_appeal     fs
batched        object             e
batched        pay                $
batched        reverse            fsl
batched        appeal             r
batched        uphold_appeal      fs
batched        dismiss_appeal     fs
objected       dismiss_objection  fs
objected       reverse            fs
paid           reverse            fsl
paid           appeal             r
paid           uphold_appeal      fs
paid           dismiss_appeal     fs
"""
STEPS = {(s, a): who for s, a, who in (line.split() for line in TABLE.strip().splitlines())}
NO_JUDGEMENT = {"appeal", "object", "batch", "pay"}
ROLES = {"f": "approver", "s": "second_approver", "l": "leader", "$": "finance"}


def known(step: tuple[Any, Any]) -> tuple[AwardStatus, AwardAction]:
    """A line of the table in the program's words."""
    return AwardStatus(step[0]), AwardAction(step[1])
