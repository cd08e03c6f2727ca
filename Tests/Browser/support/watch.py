import re

# A violation is told to the document only; as an error of the console it reaches the test.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (violation) => console.error(
    `content security policy: ${violation.effectiveDirective} blocked ${violation.blockedURI} `
    + `(${violation.sourceFile}:${violation.lineNumber})`));
"""


class Watch:
    """What goes wrong in a page: console errors, uncaught errors, violated policies, failed requests, refusals."""

    def __init__(self, page):
        self._faults, self._allowed = [], []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._faults.append(f"uncaught: {error}"))
        page.on("requestfailed", self._on_request_failed)
        page.on("response", self._on_response)
        page.on("crash", lambda: self._faults.append("the page has crashed"))

    def allow(self, pattern):
        """Faults that match this regular expression are what the test provokes."""
        self._allowed.append(re.compile(pattern))

    @property
    def faults(self):
        return [fault for fault in self._faults if not any(pattern.search(fault) for pattern in self._allowed)]

    def _on_console(self, message):
        if message.type == "error":
            self._faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request_failed(self, request):
        # A page may give up a request of its own, and leaving a page gives up all.
        if "ERR_ABORTED" not in (request.failure or ""):
            self._faults.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response):
        if response.status >= 400:
            self._faults.append(f"refused: {response.status} {response.request.method} {response.url}")
