"""QR codes of links as pictures within a page: nothing is fetched from anywhere."""

import segno

SCALE = 4


def qr_image(link: str) -> str:
    """Return the address of a picture that holds the link."""
    made = segno.make(link, error="m", micro=False)
    return made.svg_data_uri(scale=SCALE, border=4, dark="#000", light="#fff")
