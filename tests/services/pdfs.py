"""PDFs of strangers, some of them hostile, made byte by byte."""

import hashlib
import struct


def pdf_of(*bodies: bytes, trailer: bytes = b"") -> bytes:
    """Object 1 is the catalogue, 2 the page tree."""
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (len(bodies) + 1, table, len(bodies) + 1, trailer, len(written))


def paged(pages: int = 1, box: bytes = b"0 0 595 842", trailer: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]>>" % box
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages)
    return pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", tree, *[page] * pages, trailer=trailer)


def drawn(stream: bytes, filters: bytes = b"") -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<<%b/Length %d>>stream\n%b\nendstream" % (filters, len(stream), stream),
    )


def filled_form() -> bytes:
    look = b"1 0 0 rg 0 0 100 100 re f"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[4 0 R]>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ana)/F 4/Rect[0 0 100 100]/AP<</N 5 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Length %d>>stream\n%b\nendstream"
        % (len(look), look),
    )


def rc4(key: bytes, data: bytes) -> bytes:
    box, j, i = list(range(256)), 0, 0
    for n in range(256):
        j = (j + box[n] + key[n % len(key)]) % 256
        box[n], box[j] = box[j], box[n]
    stream, j = bytearray(), 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        stream.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(stream)


def encrypted(password: bytes) -> bytes:
    """PDF 1.7 (ISO 32000-1), 7.6.3: the oldest of its ciphers, for it is the shortest."""
    filler = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

    def key(material: bytes) -> bytes:
        return hashlib.md5(material).digest()[:5]

    user, allowed, document = (password + filler)[:32], -4, bytes(16)
    owner = rc4(key((b"for the owner" + filler)[:32]), user)
    checked = rc4(key(user + owner + struct.pack("<i", allowed) + document), filler)
    name, o, u = (value.hex().encode() for value in (document, owner, checked))
    return paged(
        trailer=b"/ID[<%b><%b>]/Encrypt<</Filter/Standard/V 1/R 2/P %d/O<%b>/U<%b>>>"
        % (name, name, allowed, o, u)
    )
