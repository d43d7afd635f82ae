"""What looks like a key goes, in Python and in n8n's hooks file alike."""

import json
import subprocess

import pytest

from n8n.install import installed, node
from orchestrator.masking import mask
from tests.n8n_server import ROOT

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
CASES = {
    "Authorization: Bearer abcdefgh12345678 failed": "Authorization: *** *** failed",
    "api_key=hunter2&x=1": "api_key=***&x=1",
    '{"password": "hunter2"}': '{"password": "***"}',
    "https://user:pass@host/path": "https://***@host/path",
    f"token {JWT}": "token ***",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "***",
    "sk-proj-1234567890abcdef": "***",
    "ork_0123456789abcdef": "***",
    "AKIAIOSFODNN7EXAMPLE is denied": "*** is denied",
    "d41d8cd98f00b204e9800998ecf8427e": "***",
    "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5": "***",
    "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----": "***",
    # What people need to read stays.
    "Request failed with status code 502": "Request failed with status code 502",
    "Workflow 8ra13sjJ6yrwUO8B is gone": "Workflow 8ra13sjJ6yrwUO8B is gone",
    "node 5b0f5a51-6c0e-4f0f-9f5e-1d8f0e7a1001": "node 5b0f5a51-6c0e-4f0f-9f5e-1d8f0e7a1001",
    "https://api.example.com/v2/contacts/search": "https://api.example.com/v2/contacts/search",
    "x" * 600: "x" * 500,
}


@pytest.mark.parametrize(("text", "masked"), CASES.items())
def test_keys_go_and_words_stay(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_half_a_key_at_the_cut_does_not_stay() -> None:
    text = "word " * 799 + "sk-1234567890abcdef"
    assert "sk-" not in mask(text, limit=10_000)


@pytest.mark.n8n
def test_the_hooks_file_masks_alike() -> None:
    if not installed():
        pytest.skip("n8n, and with it Node, is not installed: n8n/n8n.sh install")
    script = (
        "const text = require('fs').readFileSync(process.argv[1], 'utf8');"
        "const source = text.match(/const KEY_LIKE = [^]*?\\n}\\n/)[0];"
        "const mask = new Function(source + 'return mask')();"
        "console.log(JSON.stringify(JSON.parse(process.argv[2]).map((text) => mask(text))))"
    )
    hooks = str(ROOT / "n8n" / "hooks.js")
    given = json.dumps(list(CASES))
    done = subprocess.run(
        [node(), "-e", script, hooks, given], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == list(CASES.values())
