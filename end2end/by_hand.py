"""Files an objection and reads its answer with an HTTP client and an HTML parser: no browser, no JavaScript engine anywhere.

A member signs up, fills in the form as it came, and files; an officer answers through the forms of their pages; the member reads
the answer. What a form sends is what stands in its HTML, and nothing else. Usage: python3 end2end/by_hand.py BINARY
"""

import base64
import glob
import hmac
import http.cookiejar
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from email import message_from_binary_file, policy
from html.parser import HTMLParser

PASSWORD = "correct-horse-battery"
# The demonstration's, as the README has it.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
REASON = 'I write about <b>my health</b> & "other things".\nTwo lines.'


class Page(HTMLParser):
    """A page: its text, its links, and its forms with what they would send."""

    def __init__(self, url, html):
        super().__init__(convert_charrefs=True)
        self.url, self.text, self.links, self.forms = url, "", {}, []
        self.form = self.field = self.link = self.code = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.form = {"action": a["action"], "fields": [], "buttons": [], "choices": {}}
            self.forms.append(self.form)
        elif tag == "a" and "href" in a:
            self.link = a["href"]
        elif self.form is not None and tag == "input":
            self.take_input(a)
        elif self.form is not None and tag in ("textarea", "select"):
            self.field = [a["name"], ""]
            self.form["fields"].append(self.field)
        elif tag == "option" and self.field:
            self.form["choices"].setdefault(self.field[0], []).append(a["value"])
            if "selected" in a or self.field[1] == "":
                self.field[1] = a["value"]
        elif self.form is not None and tag == "button":
            self.form["buttons"].append([a.get("name"), a.get("value", "")])
        elif tag in ("script", "style"):
            self.code = tag

    def take_input(self, a):
        if a.get("type") in ("checkbox", "radio"):
            self.form["choices"].setdefault(a["name"], []).append(a["value"])
            if "checked" in a:
                self.form["fields"].append([a["name"], a["value"]])
        else:
            self.form["fields"].append([a["name"], a.get("value", "")])

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag in ("textarea", "select"):
            self.field = None
        elif tag == "a":
            self.link = None
        elif tag == self.code:
            self.code = None

    def handle_data(self, data):
        if self.field and self.lasttag == "textarea":
            # A parser of HTML leaves out a line's end right behind the tag.
            self.field[1] += data if self.field[1] else data.removeprefix("\n")
        elif not self.code:
            self.text += data
            if self.link:
                self.links[data.strip()] = self.link

    def says(self, words):
        text = " ".join(self.text.split())
        assert words in text, f"{self.url} does not say {words!r}:\n{text}"


class Visitor:
    """Somebody with a client that keeps cookies and follows redirects."""

    def __init__(self, origin):
        self.origin, self.page = origin, None
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.client = urllib.request.build_opener(jar, urllib.request.ProxyHandler({}))

    def open(self, path, form=None):
        headers = {"Accept": "text/html", "User-Agent": "by hand"}
        if self.page:
            headers["Referer"] = self.page.url
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.origin, path), body, headers)
        try:
            answer = self.client.open(request)
        except urllib.error.HTTPError as refused:
            # A form that was refused comes back in the answer itself.
            assert refused.code == 422, f"{path}: {refused.code}"
            answer = refused
        with answer:
            self.page = Page(answer.url, answer.read().decode())
        return self.page

    def form(self, action, typed=()):
        """The form with this action; where there are several, the one with a field for all that is typed."""
        forms = [form for form in self.page.forms if form["action"].split("?")[0] == action]
        if len(forms) > 1:
            forms = [form for form in forms if set(typed) <= {name for name, _ in form["fields"]}]
        [form] = forms
        return form

    def send(self, action, button=None, **typed):
        """Fills in the form with this action as it came, and presses its button, by value where there are several."""
        form = self.form(action, typed)
        fields = [field for field in form["fields"] if field[0] not in typed]
        for name, values in typed.items():
            for value in values if isinstance(values, list) else [values]:
                offered = form["choices"].get(name)
                assert offered is None or value in offered, f"{action} offers no {value} for {name}: {offered}"
                assert offered or any(name == known for known, _ in form["fields"]), f"{action} has no field {name}"
                fields.append([name, value])
        # Two buttons of one value say the same in other words, and one of them is pressed.
        pressed = [b for b in form["buttons"] if b[0] and b[1] == button][:1]
        assert bool(button) == bool(pressed), f"{action} has no button {button}"
        return self.open(form["action"], [(name, value) for name, value in fields + pressed])


def code_of(secret):
    """What an authenticator shows now (RFC 6238: SHA-1, six digits, 30 seconds)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[19] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def link_to(mails, email):
    """The path of the link in the mail to this address, once the mail is there."""
    while True:
        for path in glob.glob(os.path.join(mails, "*.eml")):
            with open(path, "rb") as file:
                mail = message_from_binary_file(file, policy=policy.default)
            if mail["To"] == email:
                text = mail.get_body(("plain",)).get_content()
                return re.search(r"/confirm\?key=\S+", text)[0]
        time.sleep(0.02)


def story(origin, mails):
    ada, officer, second = Visitor(origin), Visitor(origin), Visitor(origin)
    ada.open("/sign-up")
    ada.send("/api/sign-up", name="Ada Lovelace", email="by-hand@example.org", country="IE", password=PASSWORD)
    ada.page.says("We have sent an e-mail to by-hand@example.org.")
    ada.open(link_to(mails, "by-hand@example.org"))
    ada.send("/api/confirm")
    ada.page.says("Data privacy")
    ada.open(ada.page.links["Open the Data Processing Objection Form"])
    # First in vain: it says so, and keeps what was typed.
    ada.send("/api/submit-objection", reason=REASON)
    ada.page.says("Please select at least one use to object to.")
    ada.send("/api/submit-objection", **{"purposes[]": ["research", "advertising"], "mode": "restrict"})
    number = re.search(r"/objections/(OBJ-[0-9A-Z]{8})$", ada.page.url)[1]
    ada.page.says("We have your objection.")
    ada.page.says("Paused while we decide: Research. Already upheld, and off permanently: Advertising.")
    ada.page.says(" ".join(REASON.split()))

    officer.open("/sign-in")
    officer.send("/api/sign-in", email="officer@sayso.example", password=PASSWORD)
    officer.send("/api/enter-code", code=code_of(SECRET))
    officer.open(officer.page.links[number])
    officer.send("/api/review-objection")
    officer.page.says("The case is yours.")
    asked = officer.form("/api/decide-objection")["fields"]
    purposes = [value for name, value in asked if name.endswith("[purpose]")]
    outcome = {"research": "refused", "advertising": "upheld"}
    rulings = {f"rulings[{i}][outcome]": outcome[purpose] for i, purpose in enumerate(purposes)}
    rulings[f"rulings[{purposes.index('research')}][grounds]"] = "It weighs more."
    officer.send("/api/decide-objection", button="preview", **rulings)
    officer.page.says("> It weighs more.")
    # The page has kept all of it.
    officer.send("/api/decide-objection", button="send")
    officer.page.says("It is sent once a second officer has agreed to it.")

    second.open("/sign-in")
    second.send("/api/sign-in", email="officer2@sayso.example", password=PASSWORD)
    second.send("/api/enter-code", code=code_of(SECRET))
    second.open(second.page.links[number])
    second.send("/api/agree-to-decision")
    second.page.says("You agreed. The answer is on its way.")

    ada.open(f"/objections/{number}")
    ada.page.says("Partly upheld.")
    ada.page.says("It weighs more.")
    ada.page.says("Irish Data Protection Commission")
    print(f"  ✓ {number} filed, answered and read without a browser")


def main(binary):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": f"sqlite://{folder}/sayso.db", "SAYSO_ADDR": f"127.0.0.1:{port}", "SAYSO_DATA": folder, "SAYSO_DEMO": "1", "SAYSO_LOG": "error,tower_http=off"}
        server = subprocess.Popen([binary, "serve"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        try:
            ready(server, f"{origin}/readyz")
            story(origin, os.path.join(folder, "mail"))
        finally:
            server.terminate()
            server.wait()


def ready(server, url):
    while server.poll() is None:
        try:
            return urllib.request.urlopen(url)
        except urllib.error.URLError:
            time.sleep(0.02)
    raise SystemExit("the server ended before it was ready")


if __name__ == "__main__":
    main(sys.argv[1])
