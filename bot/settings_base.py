"""What every table of the configuration is made of: unknown keys are refused, amounts are yuan."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.settings_errors import wrong

MOST = 100_000_000_000  # fen of any amount: a billion yuan
YUAN = 'an amount in yuan, as 50 or "49.50"'


def fen_of(value: Any) -> int:
    """Fen of an amount in yuan: a number or a text with at most two decimals."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise ValueError
        fen = Decimal(str(value)) * 100
        if not fen.is_finite() or not 0 <= fen <= MOST or fen != fen.to_integral_value():
            raise ValueError
    except (ValueError, InvalidOperation):
        raise wrong(f"{value!r} is not an amount; write {YUAN}") from None
    return int(fen)


Fen = Annotated[int, BeforeValidator(fen_of)]


class Section(BaseModel):
    """A table of the configuration file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
