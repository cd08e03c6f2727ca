import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"
MODULE = Path(__file__).resolve().parents[3] / "Services/gateway/WebClient"


class Origin:
    """A static web server of another origin: the files of `pages`, the client module under `/client/`, and pages that a
    test makes up."""

    def __init__(self):
        made_up = self._made_up = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.partition("?")[0]
                folder = MODULE if path.startswith("/client/") else PAGES
                name = path.removeprefix("/client/" if folder is MODULE else "/")
                file = folder / name
                if path in made_up:
                    content, kind = made_up[path]
                elif "/" not in name and file.is_file():
                    content, kind = file.read_bytes(), mimetypes.guess_type(path)[0] or "application/octet-stream"
                elif path == "/favicon.ico":
                    content, kind = b"", "image/x-icon"
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def serve(self, path, text, kind="text/html; charset=utf-8"):
        self._made_up[path] = (text.encode(), kind)
        return self.url + path

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
