"""Where LINE delivers its webhooks: checked, stored, acknowledged; all work is done afterwards."""

import asyncio

import structlog
from fastapi import APIRouter, Request, Response

from channels.body import read_bytes
from channels.errors import NotStoredInTime, SignatureWrong, UnknownSite
from channels.line.channel import LineChannel

BODY_LIMIT = 1024 * 1024
PATH = "/line/{site}"
"""The webhook URL is this path behind the host name of the service."""
PATIENCE = 1.5
"""Seconds until LINE is told to try again, which it decides by itself after two. What is stored after all is stored once."""

log = structlog.get_logger()


def router(line: LineChannel, patience: float = PATIENCE) -> APIRouter:
    """`/line/{site}` of every site that has an account."""
    webhooks = APIRouter(include_in_schema=False)

    @webhooks.post(PATH)
    async def take_webhook(site: str, request: Request) -> Response:
        account = line.accounts.get(site)
        if account is None:
            raise UnknownSite(site)
        body = await read_bytes(request, BODY_LIMIT)
        if not account.signed(body, request.headers.get("x-line-signature", "")):
            raise SignatureWrong
        taken = asyncio.wrap_future(line.intake.submit(line.take_in, site, body))
        try:
            await asyncio.wait_for(taken, patience)
        except TimeoutError as problem:
            log.error("line webhook not stored in time", site=site)
            raise NotStoredInTime from problem
        return Response()

    return webhooks
