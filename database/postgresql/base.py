"""Django's PostgreSQL, whose connections do not outlive their server (database/server_probe.py).

Each thread keeps a connection of its own between requests, as Django does: there are as many as
threads. A pool would add nothing to that but a queue, which hides why no connection is to be had
and makes everybody wait for it.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from database import server_probe

# The limits of the network lie below any statement. The last also ends what the server is slow to
# take, as when much is written at once: longer than any checkpoint.
NETWORK = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
_probes: dict[tuple[Any, ...], server_probe.ServerProbe] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = {**NETWORK, **super().get_connection_params()}
        if server_probe.timeouts.lock:
            limit = f"-c lock_timeout={round(1000 * server_probe.timeouts.lock)}"
            params["options"] = f"{limit} {params.get('options', '')}".strip()
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> server_probe.Connection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        server = tuple(conn_params.get(name) for name in ("host", "port", "dbname", "user"))
        return _probes.setdefault(server, server_probe.ServerProbe()).connect(conn_params)
