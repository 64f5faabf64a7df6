"""The table at the end: what each program cost, the ratios, and which targets are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.driver import Cost, quantile

NAMES = {"a": "(a) bare PTB echo", "b": "(b) naive PTB, one row", "c": "(c) Woodpecker"}


@dataclass(slots=True)
class Runs:
    """Everything measured of one program, a value a run."""

    ready: list[float] = field(default_factory=list)
    full: list[Cost] = field(default_factory=list)
    even: list[Cost] = field(default_factory=list)

    def waits(self, part: float, *, full: bool) -> float:
        """Milliseconds to the first answer, over all runs."""
        return 1000 * quantile([w for cost in (self.full if full else self.even) for w in cost.waits], part)

    def cpu(self, *, full: bool) -> float:
        """CPU milliseconds a message, the median run."""
        return median(cost.per_message for cost in (self.full if full else self.even))

    @property
    def memory(self) -> float:
        """Resident MB of the main process: the largest of all runs."""
        return max(cost.memory for cost in (*self.full, *self.even))

    @property
    def children(self) -> float:
        """Resident MB of the children."""
        return max(cost.children for cost in (*self.full, *self.even))


Line = tuple[str, Callable[[Runs], float], str]

LINES: tuple[Line, ...] = (
    ("CPU a message, saturated (ms)", lambda r: r.cpu(full=True), "{:.2f}"),
    ("messages a second, saturated", lambda r: median(c.messages / c.seconds for c in r.full), "{:.0f}"),
    ("first answer p50, saturated (ms)", lambda r: r.waits(0.5, full=True), "{:.1f}"),
    ("first answer p99, saturated (ms)", lambda r: r.waits(0.99, full=True), "{:.1f}"),
    ("CPU a message, 50 a second (ms)", lambda r: r.cpu(full=False), "{:.2f}"),
    ("first answer p50, 50 a second (ms)", lambda r: r.waits(0.5, full=False), "{:.1f}"),
    ("first answer p99, 50 a second (ms)", lambda r: r.waits(0.99, full=False), "{:.1f}"),
    (
        "calls to the Bot API a message",
        lambda r: sum(c.calls for c in r.even) / sum(c.messages for c in r.even),
        "{:.2f}",
    ),
    ("RSS of the main process (MB)", lambda r: r.memory, "{:.0f}"),
    ("RSS of its children (MB)", lambda r: r.children, "{:.0f}"),
    ("start to ready (s)", lambda r: median(r.ready), "{:.2f}"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to reach: a figure and the most it may be."""

    what: str
    figure: float
    most: float

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.figure <= self.most


def targets(runs: dict[str, Runs], large: float | None) -> list[Target]:
    """What the measures are held against; `large` is the cost with a million reports over that without."""
    a, b, c = runs["a"], runs["b"], runs["c"]
    found = [
        Target("CPU a message saturated, × (a)", c.cpu(full=True) / a.cpu(full=True), 0.6),
        Target("CPU a message at 50 a second, × (a)", c.cpu(full=False) / a.cpu(full=False), 1.0),
        Target("p99 at 50 a second, × (b)", c.waits(0.99, full=False) / b.waits(0.99, full=False), 1.0),
        Target("RSS, × (a)", c.memory / a.memory, 1.5),
        Target("ready, seconds", median(c.ready), 1.0),
    ]
    if large is not None:
        found.append(Target("CPU a message with 1,000,000 reports, × without", large, 1.2))
    return found


def table(runs: dict[str, Runs]) -> str:
    """All measures of all programs."""
    kept = [key for key in NAMES if key in runs]
    lines = [f"{'':36}" + "".join(f"{NAMES[key]:>24}" for key in kept) + f"{'c/a':>8}{'c/b':>8}"]
    for what, measure, shape in LINES:
        values = {key: measure(runs[key]) for key in kept}
        cells = "".join(f"{shape.format(values[key]):>24}" for key in kept)
        lines.append(f"{what:36}{cells}{_ratio(values, 'a'):>8}{_ratio(values, 'b'):>8}")
    return "\n".join(lines)


def _ratio(values: dict[str, float], base: str) -> str:
    if "c" not in values or not values.get(base):
        return ""
    return f"{values['c'] / values[base]:.2f}"


def verdicts(found: Sequence[Target]) -> str:
    """One line a target."""
    return "\n".join(f"{'met   ' if t.met else 'MISSED'}  {t.what}: {t.figure:.2f} (at most {t.most:g})" for t in found)
