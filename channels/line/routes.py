"""Where LINE delivers its webhooks: checked, stored, acknowledged; all work is done afterwards."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from channels.body import read_bytes
from channels.errors import SignatureWrong, UnknownSite
from channels.line.channel import LineChannel

BODY_LIMIT = 1024 * 1024
PATH = "/line/{site}"
"""The webhook URL is this path behind the host name of the service."""


def router(line: LineChannel) -> APIRouter:
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
        await run_in_threadpool(line.take_in, site, body)
        return Response()

    return webhooks
