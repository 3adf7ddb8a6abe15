"""What the server writes to its log betrays neither secrets nor words of papers."""

from __future__ import annotations

import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.cli.office.running import Browser, server

PASSWORD = "a-long-pass-phrase"
WORDS = "某镇卫生院药品采购账实不符"


@pytest.mark.long
def test_neither_passwords_nor_words_nor_cookies_are_logged(home: Path) -> None:
    with sqlite3.connect(home / "xuncha.sqlite3") as database:
        database.execute("UPDATE security_user SET must_change_password = 0")
    database.close()
    with server(home, "serve", "--port", "0", "--access-log") as running:
        browser = Browser(running.address)
        browser.post("/sign-in/", browser.get("/sign-in/"), username="luheng", password="mistyped-secret")
        browser.sign_in("luheng", PASSWORD)
        page = browser.get("/ledger/?q=" + urllib.parse.quote(WORDS))
        secrets = [cookie.value for cookie in browser._jar]
        for address in ("/papers/999999/", "/ledger/?round=%00&q=" + urllib.parse.quote(WORDS)):
            try:
                browser.get(address)
            except urllib.error.HTTPError as refused:
                assert refused.code < 500
        edge = "----edge"
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{WORDS}.txt"\r\n\r\n{WORDS}'
            f"\r\n--{edge}--\r\n"
        ).encode()
        # Without the token of a form: refused, and logged as a refusal.
        asked = urllib.request.Request(f"{running.address}papers/upload/", body)
        asked.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
        with pytest.raises(urllib.error.HTTPError):
            browser._opener.open(asked, timeout=60)
        assert WORDS in page
        assert running.stop() == 0
        said = "".join(running.said)
    assert "/sign-in/" in said
    told = [WORDS, urllib.parse.quote(WORDS), PASSWORD, "mistyped-secret", *(value for value in secrets if value)]
    assert [secret for secret in told if secret in said] == []
