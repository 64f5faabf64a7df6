"""What the rules say when they say no."""

from __future__ import annotations


class Refused(Exception):
    """The rules do not allow this; `key` names the sentence the person gets."""

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.args_for_text = args
