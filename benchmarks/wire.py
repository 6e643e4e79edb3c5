"""WebSocket frames as the load client needs them: counted at the speed of the kernel's copies."""

import base64
import hashlib
import json
import socket

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PEEK = 125  # bytes of each payload that are looked at: whole pings, and the type of a message
UNMASKED = b"\0\0\0\0"  # the mask that a client must send, and that costs nobody anything
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload: bytes, opcode: int = TEXT, masked: bool = False) -> bytes:
    size, bit = len(payload), 0x80 if masked else 0
    if size < 126:
        head = bytes((0x80 | opcode, bit | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, bit | 126)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, bit | 127)) + size.to_bytes(8)
    return head + (UNMASKED if masked else b"") + payload


def first(came: bytearray) -> tuple[int, bytes, int] | None:
    """Opcode, payload and whole size of the frame at the start; None while it is not all there.

    For frames whose mask is ``UNMASKED``.
    """
    if len(came) < 2:
        return None
    code = came[1] & 0x7F
    long = {126: 2, 127: 8}.get(code, 0)
    before = 2 + long + (4 if came[1] & 0x80 else 0)
    size = int.from_bytes(came[2 : 2 + long]) if long else code
    if len(came) < before + size:
        return None
    return came[0] & 0x0F, bytes(came[before : before + size]), before + size


def knock(port: int, path: str) -> socket.socket:
    """A WebSocket to a server on this machine, opened."""
    link = socket.create_connection(("127.0.0.1", port), timeout=60)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: a2lvc2tkIGJlbmNobWFyaw==\r\n\r\n".encode()
    )
    said = _head(link)
    if " 101 " not in said:
        raise ConnectionError(f"no WebSocket at {path}: {said.splitlines()[0]}")
    return link


def answer(link: socket.socket) -> None:
    """Open the WebSocket that the other side asks for."""
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(accepted(_head(link)))


def accepted(request: str) -> bytes:
    headers = dict(line.partition(": ")[::2] for line in request.lower().split("\r\n"))
    key = request[request.lower().index("sec-websocket-key: ") + 19 :].partition("\r\n")[0]
    if headers["upgrade"] != "websocket":
        raise ConnectionError("this is no WebSocket request")
    proof = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n"
    )


def _head(link: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        # One byte at a time: what follows the head is the first frame's.
        if not (byte := link.recv(1)):
            raise ConnectionError("the server closed before it answered")
        said += byte
    return said.decode()


class Wire:
    """One WebSocket: reads frames without keeping them; ``client`` says which side this is."""

    def __init__(self, link: socket.socket, client: bool) -> None:
        self.link = link
        self.client = client
        self.texts = 0
        self.pongs = 0
        self.kept: bytearray | None = None
        """Set to an empty one, it holds the payload of the frames that follow."""
        self._head = bytearray()
        self._want = 2
        self._left = 0

    def say(self, payload: bytes, opcode: int = TEXT) -> None:
        self.link.sendall(frame(payload, opcode, masked=self.client))

    def tell(self, **message: object) -> None:
        self.say(json.dumps(message).encode())

    def heard(self, start: bytes) -> None:
        """A text frame is complete; ``start`` is how it begins."""

    def take(self, chunk: memoryview) -> None:
        """Bytes that came."""
        if self._left > len(chunk) and self.kept is None:
            self._left -= len(chunk)  # the middle of a large frame, as nearly all bytes are
            return
        while chunk:
            if self._left == 0:
                missing = self._want - len(self._head)
                self._head += chunk[:missing]
                chunk = chunk[missing:]
                if len(self._head) == self._want and self._look():
                    self._end()
                continue
            size = min(self._left, len(chunk))
            self._left -= size
            if self.kept is not None:
                self.kept += chunk[:size]
            chunk = chunk[size:]
            if self._left == 0:
                self._end()

    def _layout(self) -> tuple[int, int]:
        """Bytes before the payload, and bytes of payload, as far as the head tells."""
        code = self._head[1] & 0x7F
        long = {126: 2, 127: 8}.get(code, 0)
        before = 2 + long + (4 if self._head[1] & 0x80 else 0)
        if len(self._head) < before:
            return before, 0
        return before, int.from_bytes(self._head[2 : 2 + long]) if long else code

    def _look(self) -> bool:
        """Ask for more of the head; True once the frame is complete with what is there."""
        before, size = self._layout()
        if len(self._head) < before:
            self._want = before
            return False
        if len(self._head) < before + min(size, PEEK):
            self._want = before + min(size, PEEK)
            return False
        self._left = size - min(size, PEEK)
        if self.kept is not None:
            self.kept += self._head[before:]
        return self._left == 0

    def _end(self) -> None:
        before, size = self._layout()
        opcode, start = self._head[0] & 0x0F, bytes(self._head[before : before + size])
        if self._head[1] & 0x80:
            mask = self._head[before - 4 : before]
            start = bytes(byte ^ mask[n % 4] for n, byte in enumerate(start))
        self._head.clear()
        self._want = 2
        if opcode == PING:
            self.say(start, PONG)
        elif opcode == PONG:
            self.pongs += 1
        elif opcode == CLOSE:
            raise ConnectionError(f"the other side closed the WebSocket: {start!r}")
        else:
            self.texts += 1
            self.heard(start)
