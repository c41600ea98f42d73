"""Reads what was sent: never more than a question needs, and never a character that cannot be stored."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from channels.errors import BodyCutOff, BodyTooLarge, InvalidField, MalformedJson, WrongContentType

BODY_LIMIT = 64 * 1024
FIELD_LIMIT = 20
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

# A phone that cuts a text at a fixed length may cut an emoji in two; neither half nor NUL can be stored in PostgreSQL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Model = TypeVar("Model", bound=BaseModel)


def clean(text: str) -> str:
    """The text without NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


async def read(request: Request, content_type: str) -> bytes:
    """The whole body; raises `WrongContentType`, or `BodyTooLarge` as soon as the limit is passed, chunked or not."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != content_type:
        raise WrongContentType(content_type)
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > BODY_LIMIT:
                raise BodyTooLarge(BODY_LIMIT)
    except ClientDisconnect as problem:
        raise BodyCutOff from problem
    return bytes(received)


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
