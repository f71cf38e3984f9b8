"""A mail server that accepts everything and keeps next to nothing: quicker than any sender, so that the sender is measured."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

_REPLIES = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
    b"DATA": b"354 go ahead\r\n",
}


class Session(asyncio.Protocol):
    """One connection. `took` gets recipient and bytes of each mail and gives the reply; `asked` may give that to RCPT."""

    def __init__(
        self, took: Callable[[bytes, bytes], bytes], asked: Callable[[bytes], bytes] = lambda _recipient: b""
    ) -> None:
        self._took = took
        self._asked = asked
        self._buffer = bytearray()
        self._in_data = False
        self._recipient = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def hang_up(self) -> None:
        """Close the connection at once, if it is open."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        end = b"\r\n.\r\n" if self._in_data else b"\r\n"
        at = self._buffer.find(end)
        if at < 0 or self._transport is None:
            return False
        part = bytes(self._buffer[:at])
        del self._buffer[: at + len(end)]
        self._transport.write(self._answer(part))
        return True

    def _answer(self, part: bytes) -> bytes:
        if self._in_data:
            self._in_data = False
            return self._took(self._recipient, part)
        verb = part[:4].upper()
        if verb == b"RCPT":
            self._recipient = part.partition(b"<")[2].partition(b">")[0]
            return self._asked(self._recipient) or _REPLIES[verb]
        self._in_data = verb == b"DATA"
        return _REPLIES.get(verb, b"502 5.5.2 what?\r\n")


async def serve(port: int, log: Path | None) -> None:
    """Serve on a port of loopback until killed; each mail's recipient becomes a line of the log before it is accepted."""
    out = log.open("ab", buffering=0) if log else None

    def took(recipient: bytes, mail: bytes) -> bytes:
        if out:
            out.write(recipient + b" " + _message_id(mail) + b"\n")
        return b"250 2.0.0 accepted\r\n"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(took), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _message_id(mail: bytes) -> bytes:
    return mail.partition(b"\r\nMessage-ID: <")[2].partition(b">")[0]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
