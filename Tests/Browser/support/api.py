import json
import urllib.error
import urllib.parse
import urllib.request


class Refused(Exception):
    """An answer that is not 2xx; `code` is that of the problem document."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.code = body.get("code") if isinstance(body, dict) else None


class API:
    """The REST API as one caller sees it."""

    def __init__(self, url, key=None):
        self.url, self.key = url, key

    def get(self, path, **query):
        given = {name: value for name, value in query.items() if value is not None}
        return self._request("GET", path + (f"?{urllib.parse.urlencode(given)}" if given else ""))

    def post(self, path, body=None):
        return self._request("POST", path, {} if body is None else body)

    def delete(self, path):
        return self._request("DELETE", path)

    def session(self, session_id):
        return self.get(f"/api/sessions/{session_id}")

    def _request(self, method, path, body=None):
        headers = {"Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(
            self.url + path, method=method, headers=headers, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return _content(answer.headers, answer.read())
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, _content(refusal.headers, refusal.read())) from None


def _content(headers, body):
    return json.loads(body) if body and "json" in headers.get("Content-Type", "") else body
