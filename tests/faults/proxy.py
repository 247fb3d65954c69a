"""A proxy before PostgreSQL that cuts a connection around its COMMIT, so that the client cannot know what happened."""

import asyncio
import contextlib
import threading

#: the message with which psycopg ends a transaction
COMMIT = b"COMMIT\0"
PIECE_BYTES = 1 << 16


class Proxy:
    """Hands on what client and server say, on a port of the loopback address, in a thread of its own."""

    def __init__(self, socket, port):
        self.port = port
        #: connections still to be cut, each with its next COMMIT: "before" the server has it, or "after" it is done
        self.cuts = []
        self._socket = f"{socket}/.s.PGSQL.5432"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def close(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        served = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)
        await asyncio.sleep(0.1)  # in which what is closed hears of it

    async def _listen(self):
        return await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _serve(self, reader, writer):
        try:
            upstream = await asyncio.open_unix_connection(self._socket)
        except OSError:  # the server is down
            writer.close()
            return
        link = Link(self, (reader, writer), upstream)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(link.to_server(), link.to_client())
        link.end()


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy, client, server):
        self._proxy = proxy
        self._from_client, self._client = client
        self._from_server, self._server = server
        #: whether the answer to a COMMIT is kept from the client
        self._swallows = False

    async def to_server(self):
        """Hand on what the client says, up to a COMMIT that is to be cut."""
        with contextlib.suppress(OSError):
            while said := await self._from_client.read(PIECE_BYTES):
                if said.endswith(COMMIT) and self._proxy.cuts:
                    if self._proxy.cuts.pop() == "before":
                        break
                    self._swallows = True
                self._server.write(said)
                await self._server.drain()
        if not self._swallows:
            self.end()

    async def to_client(self):
        """Hand on what the server says; an answer that is swallowed ends the connection."""
        with contextlib.suppress(OSError):
            while said := await self._from_server.read(PIECE_BYTES):
                if self._swallows:
                    break
                self._client.write(said)
                await self._client.drain()
        self.end()

    def end(self):
        """Close both ends."""
        self._client.close()
        self._server.close()
