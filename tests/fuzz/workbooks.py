"""Workbooks written part by part, with what spreadsheets and forgers put into them."""

import random
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_ODD_REFERENCES = (
    *(
        "XFD1048576",
        "XFD1",
        "ZZZ1",
        "ZZZZ1",
        "ZZZZZZZZ1",
        "A0",
        "A-1",
        "a1",
        "1A",
        "A",
        "1",
        "",
        "A1:B2",
        "A99999999999",
    ),
    *("AAA2", "A1048577", "$A$1", "甲1"),
)
_ODD_ROWS = ("0", "-1", "x", "", "1.5", "2", "70000")
_FAR_ROWS = ("1048576", "1048577", "1000000000", "9" * 30)
"""A sheet that names them is read row by row up to there, which takes a second."""
_ODD_NUMBERS = (
    *(
        "1e400",
        "-1e400",
        "nan",
        "inf",
        "1" * 400,
        "1" * 5_000,
        "0x1",
        "45000.5",
        "-1",
        "2958466",
        "1e300",
        "1_0",
        "",
        "1,5",
    ),
    *("0.1", "1e-320", "１", "TRUE", "2026-01-01", "123456789012345678"),
)
_ODD_INDICES = ("999", "-1", "x", "", "1.5", "9" * 30)
_TYPES = ("n", "b", "e", "d", "str", "inlineStr", "s", "zz", "")
_BOMB = " " * (3 << 20)


def workbook(dice: random.Random, rows: list[list[str]]) -> bytes:
    """A workbook that holds these rows, odd in some way more often than not."""
    shared: list[str] = []
    body = "".join(_row(dice, number, row, shared) for number, row in enumerate(rows, 1))
    parts = {
        "[Content_Types].xml": _content_types(dice),
        "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _book(dice),
        "xl/_rels/workbook.xml.rels": _relations(*_book_relations(dice)),
        "xl/styles.xml": _styles(dice),
        "xl/sharedStrings.xml": _shared(dice, shared),
        "xl/worksheets/sheet1.xml": _sheet(dice, body),
    }
    if dice.random() < 0.05:
        parts["xl/worksheets/sheet2.xml"] = _sheet(dice, body if dice.random() < 0.5 else "")
    if dice.random() < 0.15:
        name = dice.choice(list(parts))
        parts[name] = _odd_part(dice, parts[name])
    return _archive(dice, parts)


def _cell(dice: random.Random, number: int, place: int, value: str, shared: list[str]) -> str:
    reference = f"{_column(place)}{number}"
    if dice.random() < 0.02:
        reference = dice.choice(_ODD_REFERENCES)
    at = f' r="{reference}"' if dice.random() > 0.02 else ""
    style = f' s="{dice.choice(("0", "1", "2", "3", "99", "-1", "x"))}"' if dice.random() < 0.05 else ""
    if dice.random() < 0.04:
        kind = dice.choice(_TYPES)
        inner = dice.choice(
            (
                f"<v>{dice.choice(_ODD_NUMBERS)}</v>",
                "<f>A1+1</f><v>2</v>",
                "<f/><v/>",
                '<f t="shared" si="7">A1</f>',
                '<f t="array" ref="A1:XFD1048576">1</f><v>1</v>',
                '<f t="dataTable" ref="A1"/>',
                f"<v>{dice.choice(_ODD_INDICES)}</v>",
                "<is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r><rPh><t>c</t></rPh></is>",
                "<v>1</v><v>2</v>",
                "",
            )
        )
        return f'<c{at}{style} t="{kind}">{inner}</c>'
    text = escape("".join(one for one in value if one >= " " or one in "\t\n\r"))
    match dice.randrange(3):
        case 0:
            shared.append(text)
            return f'<c{at}{style} t="s"><v>{len(shared) - 1}</v></c>'
        case 1:
            return f'<c{at}{style} t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c{at}{style} t="str"><v>{text}</v></c>'


def _row(dice: random.Random, number: int, row: list[str], shared: list[str]) -> str:
    odd = dice.random()
    stated = dice.choice(_FAR_ROWS) if odd < 0.001 else dice.choice(_ODD_ROWS) if odd < 0.03 else str(number)
    at = f' r="{stated}"' if dice.random() > 0.03 else ""
    hidden = ' hidden="1"' if dice.random() < 0.05 else ""
    spans = f' spans="{dice.choice(("1:99999", "x", "-1:1"))}"' if dice.random() < 0.02 else ""
    cells = "".join(_cell(dice, number, place, value, shared) for place, value in enumerate(row[:400]))
    return f"<row{at}{hidden}{spans}>{cells}</row>"


def _sheet(dice: random.Random, body: str) -> str:
    size = dice.choice(("A1", "A1:C3", "A1:XFD1048576", "junk", "", "B2:A1", "A1:ZZZZ9"))
    dimension = f'<dimension ref="{size}"/>' if dice.random() < 0.5 else ""
    merged = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>' if dice.random() < 0.03 else ""
    more = dice.choice(("", "", "", '<cols><col min="1" max="16384" hidden="1"/></cols>', "<sheetData/>"))
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}">{dimension}{more}<sheetData>{body}</sheetData>{merged}</worksheet>'
    )


def _book(dice: random.Random) -> str:
    sheets = '<sheet name="一" sheetId="1" r:id="rId1"/>'
    if dice.random() < 0.1:
        sheets += dice.choice(
            (
                '<sheet name="二" sheetId="2" r:id="rId4"/>',
                '<sheet name="二" sheetId="2" state="veryHidden" r:id="rId4"/>',
                '<sheet name="一" sheetId="1" r:id="rId1"/>',
                '<sheet name="三" sheetId="x" r:id="rId99"/>',
                '<sheet name="" sheetId="3"/>',
            )
        )
    names = '<definedNames><definedName name="x">一!#REF!</definedName></definedNames>' if dice.random() < 0.05 else ""
    since = '<workbookPr date1904="1"/>' if dice.random() < 0.05 else ""
    return (
        f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}">{since}<sheets>{sheets}</sheets>{names}</workbook>'
    )


def _book_relations(dice: random.Random) -> list[tuple[str, str, str]]:
    sheet = "worksheets/sheet1.xml"
    if dice.random() < 0.05:
        sheet = dice.choice(
            (
                "/xl/worksheets/sheet1.xml",
                "../../x",
                "http://x/y",
                "worksheets/none.xml",
                "",
                "styles.xml",
                "workbook.xml",
            )
        )
    return [
        ("rId1", dice.choice(("worksheet",) * 80 + ("chartsheet", "externalLink", "x")), sheet),
        ("rId2", "styles", "styles.xml"),
        ("rId3", "sharedStrings", "sharedStrings.xml"),
        ("rId4", "worksheet", "worksheets/sheet2.xml"),
    ][: dice.choice((4,) * 20 + (3, 2))]


def _relations(*relations: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{id}" Type="{_RELS}/{kind}" Target="{target}"/>' for id, kind, target in relations
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _content_types(dice: random.Random) -> str:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    book = dice.choice(("sheet.main",) * 80 + ("template.main", "styles", "x"))
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{main}.{kind}+xml"/>'
        for name, kind in (
            ("xl/workbook.xml", book),
            ("xl/worksheets/sheet1.xml", "worksheet"),
            ("xl/worksheets/sheet2.xml", "worksheet"),
            ("xl/styles.xml", "styles"),
            ("xl/sharedStrings.xml", dice.choice(("sharedStrings",) * 80 + ("worksheet",))),
        )
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{rels}'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _styles(dice: random.Random) -> str:
    form = dice.choice(("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "[h]:mm", "0.00", "@", "[$-F800]d", ";;;", "[red", "General"))
    ids = dice.choice(("164", "14", "999", "22") * 4 + ("-1",))
    return (
        f'{_DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="{form}"/>'
        "</numFmts><fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
        '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
        f'<xf numFmtId="{ids}"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )


def _shared(dice: random.Random, shared: list[str]) -> str:
    kept = shared[:-1] if dice.random() < 0.05 else shared
    inner = "".join(f"<si><t>{text}</t></si>" for text in kept)
    count = dice.choice((str(len(kept)),) * 10 + ("4294967295", "-1"))
    return f'{_DECLARATION}<sst xmlns="{_MAIN}" count="{count}" uniqueCount="{count}">{inner}</sst>'


def _odd_part(dice: random.Random, part: str) -> str:
    head, rest = part[: len(_DECLARATION)], part[len(_DECLARATION) :]
    inside = rest.index(">") + 1
    match dice.randrange(12):
        case 0:
            return f'{head}<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>{rest}'
        case 1:
            return f'{head}<!DOCTYPE x SYSTEM "file:///etc/passwd">{rest}'
        case 2:
            # Behind the first bytes, where a look at the beginning does not find it.
            return f'{head}<!--{" " * 5_000}--><!DOCTYPE x [<!ENTITY a "b">]>{rest}'
        case 3:
            return head.replace("UTF-8", dice.choice(("UTF-16", "GB18030", "x", "ISO-8859-1"))) + rest
        case 4:
            return head + rest[:inside] + "<x>" * dice.choice((100, 5_000)) + rest[inside:]
        case 5:
            return (
                head
                + rest[:inside]
                + dice.choice(("&a;", "&#0;", "&#xD800;", "<![CDATA[x]]>", "<?x y?>", "\x0b"))
                + rest[inside:]
            )
        case 6:
            return head + rest[:inside] + (_BOMB if dice.random() < 0.05 else " " * 5_000) + rest[inside:]
        case 7:
            return part[: dice.randrange(len(part))]
        case 8:
            return rest.replace("xmlns=", "xmlns:p=", 1)
        case 9:
            return head + rest.replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        case 10:
            return "\ufeff" + part
    tags = [at for at, one in enumerate(part) if one == "<"]
    start, end = sorted((dice.choice(tags), dice.choice(tags)))
    return (
        part[:start]
        + dice.choice(("", part[start:end] * 2, part[start:end] * 300 if end - start < 300 else ""))
        + part[end:]
    )


def _archive(dice: random.Random, parts: dict[str, str]) -> bytes:
    out = BytesIO()
    method = dice.choice((ZIP_DEFLATED,) * 10 + (ZIP_STORED, ZIP_LZMA))
    with ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            if dice.random() < 0.004:
                continue
            written = name.upper() if dice.random() < 0.004 else name
            archive.writestr(written, part.encode("utf-8", "surrogatepass"))
        if dice.random() < 0.02:
            archive.writestr(dice.choice(("../x", "/x", "a\x00b", "xl/media/x.png", "xl/worksheets/")), b"x")
    data = out.getvalue()
    return data[: dice.randrange(len(data))] if dice.random() < 0.03 else data


def _column(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
