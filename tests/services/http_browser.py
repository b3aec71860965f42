"""A browser without a screen, behind the proxy: real requests to a process, cookies and the form token kept."""

import http.client
import re
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HOST = "speakup.example.test"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@dataclass
class Browser:
    """Speaks to 127.0.0.1 at `port` as the proxy does: for the site's own name, and over https for whoever asks."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    scheme: str = "https"
    host: str = HOST

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form, with the token of the page that stands at `path`."""
        found = TOKEN.search(self.get(path).text)
        fields["csrfmiddlewaretoken"] = found[1] if found else ""
        return self._ask("POST", path, *self._form(fields))

    def post_files(self, path: str, *, file: str = "", **fields: str) -> Answer:
        """As post(), in the form of pages that take files: none is sent, or one of this text."""
        found = TOKEN.search(self.get(path).text)
        fields["csrfmiddlewaretoken"] = found[1] if found else ""
        line = uuid.uuid4().hex
        parts = [f'--{line}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        if file:
            named = 'name="attachments"; filename="notes.txt"\r\nContent-Type: text/plain'
            parts.append(f"--{line}\r\nContent-Disposition: form-data; {named}\r\n\r\n{file}\r\n")
        body = f"{''.join(parts)}--{line}--\r\n"
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={line}"})

    def answers(self, path: str) -> bool:
        """Whether something serves this path with 200."""
        try:
            return self.get(path).status == http.client.OK
        except OSError:
            return False

    def _form(self, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
        return urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}

    def _ask(self, method: str, path: str, body: str | None, more: dict[str, str]) -> Answer:
        headers = {"Host": self.host, "X-Forwarded-Proto": self.scheme, **more}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers["Origin"] = f"{self.scheme}://{self.host}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode(errors="replace"))
        finally:
            connection.close()
        for set_cookie in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(set_cookie).items():
                self.cookies[name] = morsel.value
                if not morsel.value or morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer
