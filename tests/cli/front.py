"""A web server with a certificate before the program, as operators put one there."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiohttp import ClientSession, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Front:
    """Passes requests on to `behind`, but for the paths in `kept`, which it does not know."""

    url: str
    certificate: Path
    behind: str = ""
    kept: set[str] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.Response:
        """Pass one request on."""
        if not self.behind or request.path in self.kept:
            return web.Response(status=404, text="<h1>not here</h1>", content_type="text/html")
        url, body = self.behind + request.path_qs, await request.read()
        async with (
            ClientSession() as session,
            session.request(request.method, url, data=body) as told,
        ):
            return web.Response(
                status=told.status, body=await told.read(), content_type=told.content_type
            )


@asynccontextmanager
async def opened_front(folder: Path) -> AsyncIterator[Front]:
    """A front on a free port; who trusts its certificate may speak to it."""
    certificate = _certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    front = Front("", certificate)
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", front.answer)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0, ssl_context=context).start()
    front.url = f"https://{HOST}:{runner.addresses[0][1]}"
    try:
        yield front
    finally:
        await runner.cleanup()


def _certificate(folder: Path) -> Path:
    """A certificate with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - DAY)
        .not_valid_after(today + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "front.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
