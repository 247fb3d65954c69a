"""A real web server on a free port, that keeps what is posted to it and answers as a test wants."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def running(code=200, delay=0.0):
    """Run a server while the block does; its `posted` are the bodies, its `code` is what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(server.delay)
            with contextlib.suppress(OSError):
                self.send_response(server.code)
                self.end_headers()

        def log_message(self, *_arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.posted, server.code, server.delay = [], code, delay
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
