"""`[enterprise.programme.models]`: how a quarter's model workers are found, with the award in yuan."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bot.settings_base import YUAN, Fen, Section
from bot.settings_errors import wrong
from bot.settings_platforms import Origin
from woodpecker.models import DEFAULT_WEIGHTS, Models

Points = Annotated[int, Field(ge=0, le=1000)]
_M = Models()


class WeightSettings(Section):
    """`weights`: points for each admitted report, by level or kind."""

    C: Points = Field(default=DEFAULT_WEIGHTS["C"], description="a number of points")
    B: Points = Field(default=DEFAULT_WEIGHTS["B"], description="a number of points")
    A: Points = Field(default=DEFAULT_WEIGHTS["A"], description="a number of points")
    major: Points = Field(default=DEFAULT_WEIGHTS["major"], description="a number of points")
    near_miss: Points = Field(default=DEFAULT_WEIGHTS["near_miss"], description="a number of points")
    suggestion: Points = Field(default=DEFAULT_WEIGHTS["suggestion"], description="a number of points")


class ModelSettings(Section):
    """`[enterprise.programme.models]`."""

    quota: Annotated[int, Field(ge=0, le=1000)] = Field(default=_M.quota, description="a number of people, 0 for none")
    per: Literal["plant", "department"] = Field(default=_M.per, description='"plant" or "department"')
    weights: WeightSettings = Field(default=WeightSettings(), description="a table of points")
    fixed: Points = Field(default=_M.fixed, description="a number of points")
    quality: Points = Field(default=_M.quality, description="a number of points")
    least: Annotated[int, Field(ge=1, le=1000)] = Field(default=_M.least, description="a number of reports")
    list_day: Annotated[int, Field(ge=1, le=28)] = Field(default=_M.list_day, description="a day of the month up to 28")
    notice_days: Annotated[int, Field(ge=1, le=60)] = Field(
        default=_M.notice_days, description="a number of working days"
    )
    amount: Fen = Field(default=_M.amount, description=YUAN)
    seal: str | None = Field(default=None, description='a picture file, as "seal.png"')

    @field_validator("seal")
    @classmethod
    def _picture(cls, seal: str | None, info: ValidationInfo) -> str | None:
        """The whole path; what is no file is refused before a certificate lacks it."""
        if not seal:
            return None
        path = info.context.folder / seal if isinstance(info.context, Origin) else Path(seal)
        if not path.is_file():
            raise wrong(f"{seal!r} is no file; write where the picture of the seal is")
        return str(path.absolute())

    def build(self) -> Models:
        """The settings as the rules take them."""
        weights = MappingProxyType(self.weights.model_dump())
        return Models(**self.model_dump(exclude={"weights"}), weights=weights)
