"""Who may talk to the sandbox: only pages of its own, and off this machine only who has the secret."""

from __future__ import annotations

import hmac
import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
}
LOCKED = "请用程序启动时显示的地址打开本页。\nPlease open this page by the address printed when the program started.\n"


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_address() -> str:
    """The address under which other machines of this network probably reach this one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks for the route
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _foreign(request: web.Request) -> bool:
    """Whether another site's page sent this request."""
    origin = request.headers.get("Origin")
    if origin is not None and _split(origin).netloc != request.host:
        return True
    return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


def _with_key(request: web.Request, cookie: str) -> web.Response:
    """Swaps the key in the address for a cookie, so that it stays in no history."""
    answer = web.Response(status=303, headers={"Location": "/" + request.path.lstrip("/")})
    answer.set_cookie(cookie, request.query["key"], httponly=True, samesite="Lax", path="/")
    return answer


def _same(secret: str, given: str | None) -> bool:
    return given is not None and hmac.compare_digest(secret.encode(), given.encode(errors="replace"))


def guard(secret: str | None, cookie: str) -> Middleware:
    """Checks every request: with a secret its cookie, without one that the Host is this machine."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A page elsewhere may point its own name at 127.0.0.1; the Host header gives it away.
        if secret is None and not is_loopback(_split(f"//{request.host}").hostname or ""):
            raise web.HTTPForbidden(text="unknown host")
        if request.method not in {"GET", "HEAD"} and _foreign(request):
            raise web.HTTPForbidden(text="another site")
        if secret is not None and not _same(secret, request.cookies.get(cookie)):
            if request.method == "GET" and _same(secret, request.query.get("key")):
                return _with_key(request, cookie)
            raise web.HTTPUnauthorized(text=LOCKED)
        return await handler(request)

    return check


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Puts the security headers on every answer."""
    # Chats are kept nowhere; the page's own files are asked for anew after an update.
    static = request.path.startswith("/-/")
    response.headers.setdefault("Cache-Control", "no-cache" if static else "no-store")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
