"""Where n8n may be: the spelling of its URL, and which addresses may be connected to."""

from ipaddress import ip_address

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.n8n import TRUSTED, BadAddress, Policy, normalised

STRICT = Policy()
DEMO = Policy(http_loopback=True)
NAME = "n8n.example.com"


@pytest.mark.parametrize(
    ("given_url", "spelling"),
    [
        ("https://n8n.example.com", "https://n8n.example.com"),
        ("  https://n8n.example.com/ ", "https://n8n.example.com"),
        ("HTTPS://N8N.Example.COM/", "https://n8n.example.com"),
        ("https://n8n.example.com:443", "https://n8n.example.com"),
        ("https://n8n.example.com:0443/", "https://n8n.example.com"),
        ("https://n8n.example.com:", "https://n8n.example.com"),
        ("http://n8n:80", "http://n8n"),
        ("http://n8n:443", "http://n8n:443"),
        ("http://my_n8n:5678/", "http://my_n8n:5678"),
        ("https://n8n.example.com.", "https://n8n.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example"),
        ("https://faß.example", "https://xn--fa-hia.example"),  # as browsers have it
        ("https://n8n。example。com", "https://n8n.example.com"),
        ("https://\uff4e8n.example.com", "https://n8n.example.com"),
        ("https://10.0.0.5:5678", "https://10.0.0.5:5678"),
        ("https://127.0.0.1.", "https://127.0.0.1"),
        ("https://\uff11\uff12\uff17.0.0.1", "https://127.0.0.1"),
        ("https://①②⑦.0.0.1", "https://127.0.0.1"),
        ("https://[2001:DB8:0:0::1]", "https://[2001:db8::1]"),
        ("https://[::1]:443/", "https://[::1]"),
        ("https://n8n.example.com/automation/", "https://n8n.example.com/automation"),
        ("https://n8n.example.com//", "https://n8n.example.com"),
        ("https://n8n.example.com/./a/x/../b/.", "https://n8n.example.com/a/b"),
        ("https://n8n.example.com/../../a", "https://n8n.example.com/a"),
        ("https://n8n.example.com/%2e%2E/%61/", "https://n8n.example.com/a"),
        ("https://n8n.example.com/%c3%bc", "https://n8n.example.com/%C3%BC"),
        ("https://n8n.example.com/ü", "https://n8n.example.com/%C3%BC"),
    ],
)
def test_a_base_url_has_one_spelling(given_url: str, spelling: str) -> None:
    assert normalised(given_url) == spelling
    assert normalised(spelling) == spelling


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "invalid"),
        ("n8n.example.com", "invalid"),
        ("//n8n.example.com", "invalid"),
        ("https:/n8n.example.com", "invalid"),
        ("https://n8n.example.com\\@evil.example", "invalid"),
        ("https://n8n.example.com/\r\nX-Header: 1", "invalid"),
        ("https://n8n.exa mple.com", "invalid"),
        ("https://n8n.example.com/a\x00b", "invalid"),
        ("https://n8n.example.com/\u202eb", "invalid"),
        ("https://n8n.example.com/%zz", "invalid"),
        ("https://n8n.example.com/100%", "invalid"),
        ("ftp://n8n.example.com", "scheme_not_supported"),
        ("file:///etc/passwd", "scheme_not_supported"),
        ("gopher://127.0.0.1:6379/_", "scheme_not_supported"),
        ("https://user:password@n8n.example.com", "userinfo_not_allowed"),
        ("https://@n8n.example.com", "userinfo_not_allowed"),
        ("https://n8n.example.com@evil.example", "userinfo_not_allowed"),
        ("https://n8n.example.com?", "query_not_allowed"),
        ("https://n8n.example.com/?a=b", "query_not_allowed"),
        ("https://n8n.example.com#", "fragment_not_allowed"),
        ("https://n8n.example.com/#@evil.example", "fragment_not_allowed"),
        ("https://n8n.example.com:0", "invalid_port"),
        ("https://n8n.example.com:65536", "invalid_port"),
        ("https://n8n.example.com:" + "9" * 5000, "invalid_port"),
        ("https://n8n.example.com:http", "invalid_port"),
        ("https://n8n.example.com:-1", "invalid_port"),
        ("https://n8n.example.com:80:80", "invalid_port"),
        ("https://n8n.example.com:٤٤٣", "invalid_port"),
        ("https://", "invalid_host"),
        ("https:///path", "invalid_host"),
        ("https://.", "invalid_host"),
        ("https://n8n..example.com", "invalid_host"),
        ("https://n8n.example.com..", "invalid_host"),
        ("https://-n8n.example.com", "invalid_host"),
        ("https://n8n%2eexample.com", "invalid_host"),
        ("https://127%2e0%2e0%2e1", "invalid_host"),
        ("https://*.example.com", "invalid_host"),
        ("https://" + "a" * 64 + ".example", "invalid_host"),
        ("https://" + "a." * 127 + "example", "invalid_host"),
        # IPv4 as only resolvers read it
        ("https://2130706433", "invalid_host"),
        ("https://0x7f000001", "invalid_host"),
        ("https://0x7f.1", "invalid_host"),
        ("https://0X7F.1", "invalid_host"),
        ("https://0177.0.0.1", "invalid_host"),
        ("https://127.1", "invalid_host"),
        ("https://127.0.0.01", "invalid_host"),
        ("https://127.0.0.0x1", "invalid_host"),
        ("https://127.0.0.0x", "invalid_host"),
        ("https://1.2.3.4.5", "invalid_host"),
        ("https://256.0.0.1", "invalid_host"),
        ("https://[::1", "invalid_host"),
        ("https://[::1%25lo]", "invalid_host"),
        ("https://[fe80::1%eth0]", "invalid_host"),
        ("https://[127.0.0.1]", "invalid_host"),
        ("https://[::1]x", "invalid_host"),
        ("https://::1", "invalid_host"),
    ],
)
def test_what_is_no_base_url_is_refused_with_a_code(url: str, code: str) -> None:
    with pytest.raises(BadAddress, match="base URL") as refused:
        normalised(url)
    assert refused.value.code == code


pieces = st.sampled_from(
    "https:// http:// n8n Ex ä . : / .. %2e %2F [ ] ::1 @ ? # \\ 0x7f 127 443 80 ß %zz % // ; ~ ' |"
    " { ^ + = & $ \u00ad \u3002 xn--".split()
)


@given(st.lists(pieces, max_size=8).map("".join) | st.text(max_size=20))
def test_the_spelling_is_stable_and_what_the_http_client_asks(text: str) -> None:
    try:
        spelling = normalised(f"https://{text}")
    except BadAddress:
        return
    assert normalised(spelling) == spelling
    asked = requests.Request("GET", f"{spelling}/x").prepare().url
    assert asked == f"{spelling}/x"


FORBIDDEN = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
127.255.255.254 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8
64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 4000::1 5f00::1 fc00::1 fd00::1
fd00:ec2::254 fd20:ce::254 fe80::1 fe80::a9fe:a9fe fec0::1 ff02::1 ff0e::1
""".split()

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1
223.255.255.255 168.63.129.17 2606:4700::1 2a01:4f8::1 2001:200::1 2003::1 2600:1f00::1
""".split()


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_only_this_server_may_reach_is_forbidden(address: str) -> None:
    assert not STRICT.permits("https", NAME, ip_address(address))
    assert not STRICT.permits("https", address, ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted_by_https_alone(address: str) -> None:
    assert STRICT.permits("https", NAME, ip_address(address))
    assert not STRICT.permits("http", NAME, ip_address(address))
    assert not DEMO.permits("http", NAME, ip_address(address))


@pytest.mark.parametrize(
    ("allowed", "host", "address", "permitted"),
    [
        ("n8n.internal", "n8n.internal", "10.0.0.5", True),
        ("N8N.Internal.", "n8n.internal", "10.0.0.5", True),
        ("n8n.internal", "x.n8n.internal", "10.0.0.5", False),
        ("n8n.internal", "n8n.internal.evil.example", "10.0.0.5", False),
        ("n8n.internal", "10.0.0.5", "10.0.0.5", False),
        ("10.0.0.5", "10.0.0.5", "10.0.0.5", True),
        ("10.0.0.5", "any.example", "10.0.0.5", True),
        ("10.0.0.5", "any.example", "10.0.0.6", False),
        ("10.0.0.0/8", "any.example", "10.255.0.1", True),
        ("10.0.0.0/8", "any.example", "11.0.0.1", False),
        ("10.0.0.0/8", "any.example", "::ffff:10.0.0.1", False),
        ("[fd00::5]", "any.example", "fd00::5", True),
        ("fd00::/8", "any.example", "fd12::1", True),
        ("8.8.8.8", "8.8.8.8", "8.8.8.8", True),  # by http, too
    ],
)
def test_what_the_operator_allows_is_allowed_and_no_more(
    allowed: str, host: str, address: str, permitted: bool
) -> None:
    policy = Policy(frozenset({allowed}))
    assert policy.permits("http", host, ip_address(address)) is permitted


@pytest.mark.parametrize("entry", ["", "n8n:5678", "10.0.0.5/8", "*.internal", "http://n8n", "1.2"])
def test_an_allowed_host_that_is_none_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Policy(frozenset({entry}))


@pytest.mark.parametrize(
    ("host", "address", "permitted"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.2", True),
        ("localhost", "127.0.0.1", True),
        ("localhost", "::1", True),
        ("::1", "::1", True),
        ("localhost", "10.0.0.1", False),
        (NAME, "127.0.0.1", False),  # a name that points here is no loopback
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", False),
        ("10.0.0.1", "10.0.0.1", False),
    ],
)
def test_the_demo_permits_loopback_under_its_own_names(
    host: str, address: str, permitted: bool
) -> None:
    assert DEMO.permits("http", host, ip_address(address)) is permitted
    assert not STRICT.permits("http", host, ip_address(address))


@pytest.mark.parametrize("address", [*FORBIDDEN, *PUBLIC])
def test_what_the_environment_names_is_trusted(address: str) -> None:
    assert TRUSTED.permits("http", NAME, ip_address(address))
