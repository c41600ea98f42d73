"""The one place where a refusal becomes a response: JSON for programs, a page for people."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from channels.errors import InvalidField, MethodNotAllowed, PageNotFound, RequestRefused
from channels.web.headers import API_PREFIX, NO_STORE
from channels.web.language import choose
from channels.web.render import error_page
from knowledge.errors import KnownError
from knowledge.sentences import languages

_BY_STATUS: dict[int, type[KnownError]] = {404: PageNotFound, 405: MethodNotAllowed}


def install(app: FastAPI) -> None:
    """Answer every expected refusal of `app`; unexpected exceptions are not ours."""
    app.add_exception_handler(KnownError, _known)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _of_validation)


def respond(request: Request, error: KnownError, status: int | None = None) -> Response:
    """`{"error": {"code", "message"}}`, or a page when a person asked for one."""
    language = choose(None, request.headers.get("accept-language", ""), sorted(languages("channels")))
    sentence = error.sentence(language)
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(API_PREFIX):
        return HTMLResponse(error_page(sentence, language), status or error.status, NO_STORE)
    body = {"error": {"code": type(error).__name__, "message": sentence}}
    return JSONResponse(body, status or error.status, NO_STORE)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, KnownError)  # noqa: S101 - registered for nothing else
    return respond(request, error)


def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = respond(request, _BY_STATUS.get(error.status_code, RequestRefused)(), error.status_code)
    response.headers.update(error.headers or {})
    return response


def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    return respond(request, InvalidField(str(first["loc"][-1]), first["type"]))
