"""`[enterprise.programme.points]`: what a point is worth and what it can be used for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.settings_base import Fen, Section
from woodpecker.programme import Points

_P = Points()
ItemName = Annotated[str, Field(pattern=r"^\S(.{0,8}\S)?$")]


class PointSettings(Section):
    """`[enterprise.programme.points]`: what a point is worth and what it can be used for."""

    yuan_per_point: Annotated[Fen, Field(gt=0)] = Field(
        default=_P.fen_per_point, description='an amount in yuan above 0, as 1 or "0.50"'
    )
    exchange: bool | None = Field(default=None, description="true or false")
    items: dict[ItemName, Annotated[int, Field(ge=1, le=1_000_000)]] = Field(
        default={}, max_length=40, description='at most 40 things of up to 10 characters, as { "洗衣液" = 20 }'
    )

    def build(self) -> Points:
        """What points are worth, as the rules take it."""
        return Points(self.yuan_per_point, self.exchange, tuple(self.items.items()))
