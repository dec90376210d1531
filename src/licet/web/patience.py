"""How long a request may take to arrive, and how many may be connected: so that slow ones stop nobody.

Waitress reads a whole request before a thread takes it, so slow ones cost no thread, only a connection. By
itself it waits for ever as long as a byte comes now and then; here the clock runs from the first byte on.
"""

from __future__ import annotations

import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

SECONDS = 30
"""For a request to arrive, and for a connection on which nothing happens."""
CONNECTIONS = 500
"""At once; a proxy in front may let fewer through."""
HEADER_BYTES = 16_384


class Channel(HTTPChannel):
    """A connection whose request has to arrive in time, however it trickles."""

    _began: float | None = None

    def received(self, data: bytes) -> bool:
        """Bytes came. While a request is not whole, the last activity is when its first byte came."""
        taken: bool = super().received(data)
        if self.request is None:
            self._began = None
        else:
            self._began = self._began or time.time()
            self.last_activity = self._began
        return taken


def server(app: Any, *, body_bytes: int, seconds: int = SECONDS, **more: Any) -> Any:
    """A server that is not running yet. body_bytes: of the largest request. more: host, port, threads and
    the like, as Waitress names them."""
    made = create_server(
        app,
        ident="licet",
        channel_timeout=seconds,
        cleanup_interval=min(5, seconds),
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        max_request_body_size=body_bytes,
        max_request_header_size=HEADER_BYTES,
        clear_untrusted_proxy_headers=True,
        **more,
    )
    alone = isinstance(made, BaseWSGIServer)  # else the name stands for several addresses
    for one in [made] if alone else made.map.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = Channel
    return made
