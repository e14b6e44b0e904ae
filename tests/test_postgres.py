import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres import OWN_SERVER, Server

pytestmark = pytest.mark.postgres

POSTMASTER = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
LEFT_ALONE = """
from tests.postgres import Server
server = Server.start()
print(server.create_database(), flush=True)
print(server.folder, flush=True)
input()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server.start() as running:
        yield running


def test_a_database_can_be_used_until_it_is_dropped(server: Server) -> None:
    url = server.create_database()
    with connect(url) as connection:
        connection.execute("CREATE TABLE said (words text)")
        connection.execute("INSERT INTO said VALUES ('ПРИВЕТ, 你好')")
        assert one(connection, "SELECT lower(words) FROM said") == "привет, 你好"

    server.drop_database(url)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(url)


def test_a_database_is_dropped_while_someone_is_connected(server: Server) -> None:
    url = server.create_database()
    with connect(url) as connection:
        server.drop_database(url)

        with pytest.raises(psycopg.OperationalError):
            one(connection, "SELECT 1")


def test_a_database_starts_as_its_template(server: Server) -> None:
    template = server.create_database()
    with connect(template) as connection:
        connection.execute("CREATE TABLE said AS SELECT 'hello' AS words")

    first, second = (server.create_database(template) for _ in range(2))
    with connect(first) as connection:
        connection.execute("DELETE FROM said")

    with connect(second) as connection:
        assert one(connection, "SELECT words FROM said") == "hello"
    for url in (first, second, template):
        server.drop_database(url)


def test_a_stopped_server_leaves_no_process_and_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OWN_SERVER, raising=False)
    server = Server.start(durable=True)
    with connect(server.create_database()) as connection:
        assert one(connection, "SHOW fsync") == "on"
        postmaster = int(str(one(connection, POSTMASTER)))
    folder = server.folder

    server.stop()
    server.stop()

    assert not is_running(postmaster)
    assert folder is not None
    assert not folder.exists()


def test_a_killed_test_process_leaves_no_server() -> None:
    root = Path(postgres.__file__).parents[1]
    environment = {key: value for key, value in os.environ.items() if key != OWN_SERVER}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", LEFT_ALONE],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        cwd=root,
        env=environment,
    ) as tests:
        assert tests.stdout is not None
        assert tests.stderr is not None
        url, folder = tests.stdout.readline().strip(), tests.stdout.readline().strip()
        with connect(url) as connection:
            postmaster = int(str(one(connection, POSTMASTER)))

        tests.kill()
        tests.stderr.read()  # the guard holds the other end, so this returns when it has ended

    assert not is_running(postmaster)
    assert not Path(folder).exists()


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def one(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> object:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
