"""Takes what looks like a key, password or token out of text that others wrote.

`n8n/hooks.js` has the same list.
"""

import re

MASK = "***"
READ_AT_MOST = 4000  # the patterns look ahead; text is cut before they see it

PATTERNS = [
    (re.compile(r"-----BEGIN [^-]{1,40}-----.*?(-----END [^-]{1,40}-----|$)", re.DOTALL), MASK),
    (re.compile(r"\b(bearer|basic|token)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(
            r"(api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|secret|token|passwor[dt]|passwd|pwd"
            r"|authorization|signature|credential)([\"']?\s*[:=]\s*[\"']?)[^\s\"',;&}]+",
            re.IGNORECASE,
        ),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"://[^\s/@]+@"), f"://{MASK}@"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)?"), MASK),  # JSON web tokens
    (
        re.compile(
            r"\b(sk|pk|rk|gh[oprsu]|github_pat|glpat|xox[a-z]|whsec|ork|ya29|hf|npm|SG|shp[a-z]{2})[-_.][\w.+/=-]{8,}"
        ),
        MASK,
    ),
    (re.compile(r"\b(AKIA|ASIA|AIza)[\w-]{12,}"), MASK),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), MASK),
    (re.compile(r"\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{24,}\b"), MASK),
    (
        re.compile(r"(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{24,}={0,2}"),
        MASK,
    ),
]


def mask(text: str, *, limit: int = 500) -> str:
    if len(text) > READ_AT_MOST:
        # The last word may be half a key, too short to be known for one.
        text = re.sub(r"\S*\Z", "", text[:READ_AT_MOST])
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text[:limit]
