"""Reads the questions, forms and feedback that are sent to the web channel, and checks them."""

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from channels.body import clean, read_bytes
from channels.errors import InvalidField, MalformedJson, WrongContentType

BODY_LIMIT = 64 * 1024
FIELD_LIMIT = 20
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

Model = TypeVar("Model", bound=BaseModel)


async def read(request: Request, content_type: str) -> bytes:
    """The whole body; raises `WrongContentType`, `BodyTooLarge` or `BodyCutOff`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != content_type:
        raise WrongContentType(content_type)
    return await read_bytes(request, BODY_LIMIT)


def json_body(model: type[Model]) -> Callable[[Request], Coroutine[Any, Any, Model]]:
    """A dependency that reads JSON as `model`; raises `MalformedJson` or `InvalidField`."""

    async def read_json(request: Request) -> Model:
        return parse(await read(request, JSON_TYPE), model)

    return read_json


def parse(body: bytes, model: type[Model]) -> Model:
    """`body` as `model`, with every top-level text cleaned before it is checked."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as problem:  # ValueError: not JSON, not UTF-8, or a number of 5,000 digits
        raise MalformedJson from problem
    if isinstance(value, dict):
        value = {key: clean(each) if isinstance(each, str) else each for key, each in value.items()}
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidField(str(first["loc"][0]) if first["loc"] else "body", first["type"]) from problem


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an HTML form, cleaned; of a name sent twice the last counts."""
    body = (await read(request, FORM_TYPE)).decode("utf-8", errors="replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=FIELD_LIMIT)
    except ValueError as problem:
        raise InvalidField("body", "too_long") from problem
    return {name: clean(value) for name, value in pairs}


Form = Annotated[dict[str, str], Depends(read_form)]
