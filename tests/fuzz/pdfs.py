"""PDFs written object by object, with one attachment or another number of them, and what makes readers stumble."""

import random
import zlib
from collections.abc import Sequence

_CHANGES = (
    *(b"null", b"1", b"-1", b"99999999999", b"2 0 R", b"99 0 R", b"[", b"]", b"<<", b">>", b"(", b")", b"<", b"true"),
    *(b"/Kids", b"/Names", b"/EF", b"/F", b"1 0 obj", b"endobj", b"stream\n", b"endstream", b"\x00", b"%", b"#00"),
    *(
        b"[" * 3_000,
        b"<<" * 3_000,
        b"(" * 3_000,
        b"/A " * 500,
        b"0" * 5_000,
        b"1e999",
        b"--5",
        b"R",
        b"xref",
        b"trailer",
    ),
)


def pdf(dice: random.Random, attachment: bytes) -> bytes:
    """A PDF that carries an attachment, odd in some way more often than not."""
    objects = _objects(dice, attachment)
    if dice.random() < 0.6:
        _change(dice, objects)
    if dice.random() < 0.1:
        return _with_streams(dice, objects)
    return _written(dice, objects)


def _objects(dice: random.Random, attachment: bytes) -> list[bytes]:
    """Bodies of objects 1, 2 …: catalog, pages, page, names, file specification, embedded file."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 4 0 R >> /AF [5 0 R] >>"
    names = b"<< /Names [(certificate.json) 5 0 R] >>"
    specification = b"<< /Type /Filespec /F (certificate.json) /UF (certificate.json) /EF << /F 6 0 R /UF 6 0 R >> >>"
    objects = [
        catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        names,
        specification,
        _stream(dice, attachment),
    ]
    match dice.randrange(14):
        case 0:
            objects += [b"<< /Type /Filespec /F (b) /EF << /F 8 0 R >> >>", _stream(dice, b"{}")]
            objects[3] = b"<< /Names [(a) 5 0 R (b) 7 0 R] >>"
        case 1:
            objects += [_stream(dice, attachment)]
            objects[2] = (
                b"<< /Type /Page /Parent 2 0 R /Annots [<< /Subtype /FileAttachment /FS << /EF << /F 7 0 R >> >> >>] >>"
            )
        case 2:
            objects[3] = b"<< /Kids [4 0 R 4 0 R] >>"
        case 3:
            depth = dice.choice((2, 50, 1_500))
            objects[3] = b"<< /Kids [7 0 R] >>"
            objects += [b"<< /Kids [%d 0 R] >>" % (at + 8) for at in range(depth)] + [names]
        case 4:
            depth = dice.choice((10, 200, 5_000))
            objects[3] = b"<< /Kids [" * depth + b"]>>" * depth
        case 5:
            objects[4] = specification.replace(
                b"6 0 R", dice.choice((b"5 0 R", b"99 0 R", b"null", b"[6 0 R]", b"7 0 R"))
            )
        case 6:
            objects[4] = b"<< /EF 5 0 R >>"
        case 7:
            objects[0] = dice.choice(
                (b"1 0 R", b"[1 0 R]", b"<< >>", b"null", b"6 0 R", b"<< /Names 1 0 R /AF 1 0 R >>")
            )
        case 8:
            objects += [b"<< /Next %d 0 R /Prev 7 0 R >>" % (at + 8) for at in range(dice.choice((3, 400)))]
            objects[0] = catalog[:-2] + b"/Outlines 7 0 R >>"
    return objects


def _stream(dice: random.Random, content: bytes) -> bytes:
    """A stream, filtered in one of the ways that there are."""
    match dice.randrange(16):
        case 0:
            data, named = zlib.compress(content), b"/Filter /FlateDecode"
        case 1:
            data, named = zlib.compress(zlib.compress(content)), b"/Filter [/FlateDecode /FlateDecode]"
        case 2:
            data, named = content.hex().encode() + b">", b"/Filter /ASCIIHexDecode"
        case 3:
            size = dice.choice((1 << 20, 40 << 20)) if dice.random() < 0.02 else 1 << 14
            data, named = zlib.compress(bytes(size)), b"/Filter /FlateDecode"
        case 4:
            data, named = zlib.compress(zlib.compress(bytes(1 << 18))), b"/Filter [/Fl /Fl]"
        case 5:
            parameters = dice.choice(
                (b"12 /Columns 99999999", b"15 /Columns -1", b"2 /Colors 99 /BitsPerComponent 99", b"x")
            )
            data, named = (
                zlib.compress(content),
                b"/Filter /FlateDecode /DecodeParms << /Predictor " + parameters + b" >>",
            )
        case 6:
            data, named = (
                b"\x80" * 2_000,
                dice.choice((b"/Filter /LZWDecode", b"/Filter /RunLengthDecode", b"/Filter /A85")),
            )
        case 7:
            data, named = content, dice.choice((b"/Filter /Crypt", b"/Filter /X", b"/Filter 6 0 R", b"/Filter [[/Fl]]"))
        case 8:
            data, named = content, b"/Filter [" + b"/ASCIIHexDecode " * dice.choice((5, 2_000)) + b"]"
        case 9:
            data, named = b"x" * 300 + b"~>", b"/Filter /ASCII85Decode"
        case 10:
            data, named = (
                content,
                dice.choice((b"/Filter /DCTDecode", b"/Filter /CCITTFaxDecode", b"/Filter /JBIG2Decode")),
            )
        case _:
            data, named = content, b""
    length = b"%d" % len(data)
    if dice.random() < 0.06:
        length = dice.choice((b"0", b"-1", b"99999999999", b"6 0 R", b"99 0 R", b"null", b"1.5"))
    return b"<< /Type /EmbeddedFile /Length " + length + b" " + named + b" >>\nstream\n" + data + b"\nendstream"


def _change(dice: random.Random, objects: list[bytes]) -> None:
    at = dice.randrange(len(objects))
    body = objects[at]
    start = dice.randrange(len(body) + 1)
    objects[at] = body[:start] + dice.choice(_CHANGES) + body[start + dice.choice((0, 1, 5, 20)) :]


def _written(dice: random.Random, objects: Sequence[bytes]) -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    if dice.random() < 0.1:
        offsets[dice.randrange(len(offsets))] = dice.choice((0, table, 10**9, offsets[0]))
    size = len(objects) + 1
    stated = dice.choice((size,) * 12 + (0, 1, 10**9))
    out += b"xref\n0 %d\n0000000000 65535 f \n" % stated + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    previous = b""
    if dice.random() < 0.1:
        previous = b"/Prev %d " % dice.choice((table, 0, -1, 10**9))
    if dice.random() < 0.04:
        previous += b"/Encrypt " + dice.choice(
            (b"1 0 R", b"<< >>", b"<< /Filter /Standard /V 1 /R 2 /O () /U () /P -1 >>")
        )
    root = dice.choice((b"1 0 R",) * 12 + (b"2 0 R", b"99 0 R", b"null", b"1"))
    trailer = b"trailer\n<< /Size %d /Root %s %s>>\n" % (stated, root, previous)
    start = dice.choice((table,) * 12 + (0, -1, 10**9, table - 1))
    return out + trailer + b"startxref\n%d\n%%%%EOF\n" % start


def _with_streams(dice: random.Random, objects: Sequence[bytes]) -> bytes:
    """With a stream of objects and a stream of references (ISO 32000-1 §7.5.7, 7.5.8)."""
    held = [(number, body) for number, body in enumerate(objects, 1) if b"stream" not in body]
    places, joined = [], b""
    for number, body in held:
        places.append(b"%d %d" % (number, len(joined)))
        joined += body + b" "
    head = b" ".join(places) + b" "
    number = len(objects) + 1
    packed = zlib.compress(head + joined)
    count = dice.choice((len(held),) * 6 + (0, 10**6, -1))
    extends = b"/Extends %d 0 R " % number if dice.random() < 0.2 else b""
    holder = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode %s/Length %d >>\nstream\n%s\nendstream" % (
        count,
        dice.choice((len(head),) * 6 + (0, 10**9)),
        extends,
        len(packed),
        packed,
    )
    out, offsets = b"%PDF-1.7\n", {}
    for own, body in [(n, b) for n, b in enumerate(objects, 1) if b"stream" in b] + [(number, holder)]:
        offsets[own] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (own, body)
    rows = [(0, 0, 65_535)]
    index = {own: place for place, (own, _) in enumerate(held)}
    for own in range(1, number + 1):
        rows.append((1, offsets[own], 0) if own in offsets else (2, number, index[own]))
    if dice.random() < 0.2:
        rows[dice.randrange(len(rows))] = dice.choice(((2, number + 1, 0), (2, 1, 9), (9, 9, 9), (1, len(out), 0)))
    data = zlib.compress(b"".join(bytes((kind,)) + at.to_bytes(4) + rest.to_bytes(2) for kind, at, rest in rows))
    widths = dice.choice((b"[1 4 2]",) * 8 + (b"[0 0 0]", b"[99999 1 1]", b"[-1 4 2]", b"[1 4]"))
    table = len(out)
    head = b"<< /Type /XRef /Size %d /W %s /Root 1 0 R /Filter /FlateDecode /Length %d >>" % (
        number + 2,
        widths,
        len(data),
    )
    out += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number + 1, head, data)
    return out + b"startxref\n%d\n%%%%EOF\n" % table
