"""Runs a command with `DATABASE_URL` naming a PostgreSQL server that lives only as long.

    python -m tests.throwaway_postgres python -m pytest

The server keeps its data in a temporary directory, listens on a free port of 127.0.0.1 with a
password of its own, trades durability for speed, and is gone with its data when the command ends,
however it ends. PostgreSQL refuses to run as root: then it runs as `postgres`, or `nobody`.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Nothing lives long enough to be worth it.
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "log_min_messages": "error",
}


class PostgresUnavailable(RuntimeError):
    pass


def program(name: str) -> str:
    """Debian keeps the server's programs out of PATH, one directory a version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: [int(part) for part in path.parts[4].split(".") if part.isdigit()],
    )
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise PostgresUnavailable(f"{name} not found: install PostgreSQL's server")
    return found


def _unprivileged() -> dict[str, Any]:
    """Arguments of Popen that leave root; empty for anybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresUnavailable("no unprivileged account to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = [program("pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise PostgresUnavailable(f"PostgreSQL did not start:\n{log.read_text()}")
        time.sleep(0.05)


@dataclass
class Server:
    """A server that a test may stop, freeze and start again. Begun by `start`."""

    url: str
    port: int
    log: Path
    command: list[str]
    options: dict[str, Any]
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            # Ctrl-C is for the command; the server is stopped by `stop`, in any case.
            self._process = subprocess.Popen(
                self.command, stdout=output, stderr=output, start_new_session=True, **self.options
            )
        _wait_until_ready(self._process, self.port, self.log)

    def stop(self) -> None:
        """ "Fast": disconnects everybody."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Takes what is sent, and answers nothing: the kernel alone still listens."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, signum: int) -> None:
        """To the server and to each of its sessions, which are processes of their own."""
        assert self._process is not None
        pid = self._process.pid
        # The server first when it stops: it cannot make another one meanwhile.
        children = Path(f"/proc/{pid}/task/{pid}/children")
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
            for child in children.read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signum)


@contextmanager
def throwaway_server() -> Iterator[Server]:
    """A server with an empty database that the caller may do anything to."""
    identity = _unprivileged()
    root = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    try:
        password = secrets.token_urlsafe(16)
        data, password_file, log = root / "data", root / "password", root / "log"
        password_file.write_text(password)
        if identity:
            for path in (root, password_file):
                os.chown(path, identity["user"], identity["group"])
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        made = subprocess.run(
            [
                *(program("initdb"), f"--pgdata={data}", "--username=portal", "--no-sync"),
                *(f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"),
            ],
            check=False, capture_output=True, text=True, cwd=root, env=environment, **identity,
        )  # fmt: skip
        if made.returncode != 0:
            raise PostgresUnavailable(made.stderr)

        port = _free_port()
        options = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]
        server = Server(
            url=f"postgres://portal:{password}@127.0.0.1:{port}/postgres",
            port=port,
            log=log,
            command=[program("postgres"), "-D", str(data), "-p", str(port), *options],
            options={"cwd": root, "env": environment, **identity},
        )
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Yields the URL of an empty database."""
    with throwaway_server() as server:
        yield server.url


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def main(command: list[str]) -> int:
    if not command:
        print(__doc__)
        return 2
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _leave)
    with (
        throwaway_postgres() as url,
        subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) as process,
    ):
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()  # the terminal told the command too: let it close properly
        finally:
            if process.poll() is None:
                process.terminate()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresUnavailable as problem:
        sys.exit(f"PostgreSQL : {problem}")
