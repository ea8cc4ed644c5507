"""What stands on every answer, also on one that the server gives before a page is asked.

What lives here: the headers that are the same for all. What does not: the nonce of a page, and
cookies (security.py).
"""

from __future__ import annotations

# Whatever a page never asks for is closed to whatever gets into it all the same. Camera and
# microphone are for photos and sound; passkeys need no word here, as they are ours by default.
# Only names that every browser of these years knows: another is written to its console.
FEATURES = (
    *("accelerometer", "display-capture", "geolocation", "gyroscope", "magnetometer", "midi"),
    *("payment", "usb"),
)
NO_STORE = "no-store"
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        ["camera=(self)", "microphone=(self)", *(f"{name}=()" for name in FEATURES)]
    ),
    "X-Robots-Tag": "noindex, nofollow",
}
# For an answer that is no page.
NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
