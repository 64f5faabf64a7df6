"""Says what is wrong with a configuration, key by key, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

Path = tuple[str | int, ...]


class WrongSettings(Exception):
    """The configuration cannot be used; `problems` are sentences for the operator, without secrets."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def refuse(*problems: tuple[str, str]) -> NoReturn:
    """Raises for keys of the section being validated: pairs of key and what is wrong with it."""
    raise ValidationError.from_exception_data(
        "settings",
        [
            InitErrorDetails(type=PydanticCustomError("said", "{said}", {"said": said}), loc=(key,), input=None)
            for key, said in problems
        ],
    )


def wrong(said: str) -> PydanticCustomError:
    """An error of the value being validated; `said` ends with what to write instead."""
    return PydanticCustomError("said", "{said}", {"said": said})


def sentences(error: ValidationError, model: type[BaseModel], raw: dict[str, Any]) -> list[str]:
    """One sentence for each thing that is wrong."""
    errors = error.errors(include_url=False)
    # A list whose only item is wrong counts as empty too: the item's own sentence is enough.
    inner = {e["loc"][:n] for e in errors for n in range(len(e["loc"]))}
    found = [_sentence(e, model, raw) for e in errors if e["type"] != "too_short" or e["loc"] not in inner]
    return list(dict.fromkeys(found))


def place(loc: Path, raw: dict[str, Any]) -> str:
    """The path of a key as an operator reads it: an enterprise by its code."""
    parts: list[str] = []
    value: Any = raw
    for part in loc:
        value = _step(value, part)
        if isinstance(part, int):
            code = value.get("code") if isinstance(value, dict) else None
            parts[-1] += f"[{code if isinstance(code, str) else part + 1}]"
        else:
            parts.append(part)
    return ".".join(parts)


def _step(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _sentence(error: ErrorDetails, model: type[BaseModel], raw: dict[str, Any]) -> str:
    loc: Path = tuple(part for part in error["loc"] if part != "[key]")
    where = place(loc, raw)
    field, section = _find(model, loc)
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown key{_meant(str(loc[-1]), section)}."
    hint = field.description if field is not None and field.description else ""
    if error["type"] == "missing":
        return f"{where}: missing; write {hint or 'it'}."
    if error["type"] == "said":
        return f"{where}: {error['msg'].rstrip('.')}."
    said = _SAID.get(error["type"], error["msg"])
    return f"{where}: {said[:1].lower()}{said[1:]}{f'; write {hint}' if hint else ''}."


_SAID = {
    "string_pattern_mismatch": "does not fit",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "model_type": "is not a table",
    "model_attributes_type": "is not a table",
    "dict_type": "is not a table",
    "tuple_type": "is not a list",
    "string_type": "is not a text in quotes",
}


def _meant(key: str, section: type[BaseModel] | None) -> str:
    known = list(section.model_fields) if section is not None else []
    close = difflib.get_close_matches(key, known, 1)
    if close:
        return f'; write "{close[0]}"'
    return f"; known here are {', '.join(known)}" if known else ""


def _find(model: type[BaseModel], loc: Path) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """The field a path leads to, and the section it stands in."""
    field: FieldInfo | None = None
    section: type[BaseModel] | None = model
    for i, part in enumerate(loc):
        if isinstance(part, int) or section is None:
            continue
        field = section.model_fields.get(part)
        if i < len(loc) - 1 and field is not None:
            section = next(_models(field.annotation), None)
    return field, section


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
