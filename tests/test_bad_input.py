"""Bad input, all the way from the file to the exit code: a typed error that says what to do, or a result with issues; never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from papers import BAD, FIXTURES, TEXT_PDF, call, invoice_pdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extractor import Extractor, Limits, Status
from extractor.batch import run
from extractor.errors import (
    AmbiguousVendor,
    CorruptDocument,
    DocumentError,
    DocumentTooLarge,
    EncryptedDocument,
    ExtractorError,
    RecognitionFailed,
    RuleFileError,
    UnsupportedDocument,
)


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG of one bit a pixel whose header says more than its data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def picture(kind: str, color: int = 255, size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, color).save(buffer, kind, **options)
    return buffer.getvalue()


def noise(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((300, 200), 80).save(buffer, kind)
    return buffer.getvalue()


def pdf(pages: bytes, *objects: bytes) -> bytes:
    """A PDF without a cross-reference table, which readers make up themselves."""
    bodies = (b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>", pages, *objects)
    content = b"".join(f"{number} 0 obj\n".encode() + body + b"\nendobj\n" for number, body in enumerate(bodies, 1))
    return b"%PDF-1.7\n" + content + b"trailer\n<< /Root 1 0 R >>\n"


def page(box: str = "0 0 612 792", more: str = "") -> bytes:
    return pdf(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] {more} >>".encode())


def many_pages(count: int) -> bytes:
    return pdf(b"<< /Type /Pages /Kids [" + b"3 0 R " * count + b"] /Count %d >>" % count, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>")


def loop_of_pages() -> bytes:
    return pdf(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def with_javascript() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(60, 700, "Invoice number: 7")
    canvas._doc.Catalog.OpenAction = "<< /S /JavaScript /JS (this.submitForm\\('https://example.invalid'\\)) >>"
    canvas.save()
    return buffer.getvalue()


# What a document says, however it is given: the error, or None for a result without any text; and a piece of the message.
DOCUMENTS: dict[str, tuple[bytes | Callable[[], bytes], type[DocumentError] | None, str]] = {
    "empty": (b"", CorruptDocument, "empty"),
    "one byte": (b"\x00", UnsupportedDocument, "no known format"),
    "garbage": (bytes(range(7, 256)) * 40, UnsupportedDocument, "no known format"),
    "plain text": (b"Invoice 12345\nTotal: 17.00\n", UnsupportedDocument, "plain text"),
    "web page": (b"<!doctype html><title>Invoice</title>", UnsupportedDocument, "HTML"),
    "archive": (b"PK\x03\x04" + bytes(60), UnsupportedDocument, "unpack"),
    "program": (b"\x7fELF" + bytes(60), UnsupportedDocument, "program"),
    "PNG cut short": (lambda: noise("PNG")[:5_000], CorruptDocument, "cut short"),
    "JPEG cut short": (lambda: noise("JPEG")[:3_000], CorruptDocument, "cut short"),
    "TIFF cut short": (lambda: noise("TIFF")[:-10_000], CorruptDocument, "damaged"),
    "PDF cut short": (lambda: TEXT_PDF.read_bytes()[:600], CorruptDocument, "PDF"),
    "PDF of garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 20, CorruptDocument, "PDF"),
    "PDF whose pages are a loop": (loop_of_pages, CorruptDocument, "PDF"),
    "PNG of 50,000 x 50,000 pixels": (lambda: png(50_000, 50_000), DocumentTooLarge, "max_pixels"),
    "PNG that unpacks to a gigabyte": ((BAD / "decompression-bomb.png").read_bytes, DocumentTooLarge, "max_pixels"),
    "PNG whose data end early": (lambda: png(2_000, 2_000, bytes(1_000)), CorruptDocument, "damaged|cut short"),
    "PDF of 5,000 pages": (lambda: many_pages(5_000), DocumentTooLarge, "max_pages"),
    "encrypted PDF": ((BAD / "encrypted.pdf").read_bytes, EncryptedDocument, "password"),
    "PDF page of no size": (lambda: page("0 0 0 0"), None, ""),
    "PDF page of negative size": (lambda: page("100 100 0 0"), None, ""),
    "PDF page of odd numbers": (lambda: page("0 0 99999999999999999999 1e99"), None, ""),
    "PDF page turned by 45 degrees": (lambda: page(more="/Rotate 45"), None, ""),
    "black page": (lambda: picture("PNG", 0), None, ""),
    "white page": (lambda: picture("JPEG", 255), None, ""),
    "grey page": (lambda: picture("TIFF", 127), None, ""),
    "one pixel": (lambda: picture("PNG", 0, (1, 1)), None, ""),
    "long thin line": (lambda: picture("PNG", 255, (20_000, 1)), None, ""),
    "PDF of an empty page that runs JavaScript": (lambda: page(more="/AA << /O << /S /JavaScript /JS (while\\(true\\){}) >> >>"), None, ""),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_bad_documents(extractor: Extractor, tmp_path: Path, case: str) -> None:
    made, error, message = DOCUMENTS[case]
    path = tmp_path / "scan 7.pdf"
    path.write_bytes(made if isinstance(made, bytes) else made())
    (outcome,) = run(extractor, [str(path)])
    if error is None:
        assert outcome.result is not None, outcome.error
        assert outcome.exit_code == 3
        assert outcome.result.status is Status.INVALID
        assert "no-text" in {issue.id for issue in outcome.result.issues}
        json.loads(outcome.result.to_json())
    else:
        assert type(outcome.error) is error
        assert outcome.exit_code == 4
        assert str(path) in str(outcome.error)
        assert re.search(message, str(outcome.error))


@pytest.mark.parametrize(
    "password", [None, "", "wrong", "Secret", "x" * 10_000, "ключ", "\udcff"], ids=["none", "empty", "wrong", "case", "long", "Cyrillic", "no text"]
)
def test_without_the_right_password(extractor: Extractor, password: str | None) -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        extractor.extract(BAD / "encrypted.pdf", password=password)


def test_with_the_right_password(extractor: Extractor) -> None:
    assert extractor.extract(BAD / "encrypted.pdf", password="secret").invoice.number == "12345"
    assert extractor.extract(TEXT_PDF, password="needless").status is Status.VALID


def test_a_pdf_without_pages() -> None:
    done = call("extract", BAD / "no-pages.pdf")
    assert done.returncode == 4
    assert json.loads(done.stdout)["error"] == {"kind": "CorruptDocument", "message": f"{BAD / 'no-pages.pdf'}: the PDF has no pages"}


def test_javascript_is_not_run_and_the_text_is_read(extractor: Extractor) -> None:
    assert "Invoice" in extractor.extract(with_javascript()).ocr.text


class TestPaths:
    """Paths that lead to no document, through the command line."""

    def one(self, *arguments: object, **options: object) -> dict[str, str]:
        done = call("extract", *arguments, timeout=30, **options)
        assert done.returncode == 4
        error: dict[str, str] = json.loads(done.stdout)["error"]
        return error

    def test_missing(self, tmp_path: Path) -> None:
        assert "no such file" in self.one(tmp_path / "missing.pdf")["message"]

    def test_directory(self, tmp_path: Path) -> None:
        assert "directory" in self.one(tmp_path)["message"]

    def test_empty_name(self) -> None:
        assert self.one("")["kind"].endswith(("DocumentError", "UnsupportedDocument"))

    def test_a_very_long_name(self) -> None:
        assert "cannot be read" in self.one("x" * 5_000)["message"]

    @pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs users of POSIX")
    def test_no_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.pdf"
        path.write_bytes(invoice_pdf())
        path.chmod(0)
        if os.geteuid() != 0:
            assert "no permission" in self.one(path)["message"]
            return
        tmp_path.chmod(0o755)
        for folder in tmp_path.parents:
            if folder.stat().st_mode & 0o005 != 0o005:
                pytest.skip("root may read everything, and another user cannot come here")
        assert "no permission" in self.one(path, user=65534)["message"]

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices of POSIX")
    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
    def test_devices(self, device: str) -> None:
        assert "no regular file" in self.one(device)["message"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes of POSIX")
    def test_a_pipe_that_nobody_writes_to(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert "no regular file" in self.one(tmp_path / "pipe")["message"]
        feeding = call("extract", tmp_path / "pipe", "--feed", tmp_path / "f", "--rejects", tmp_path / "r", timeout=30)
        assert feeding.returncode == 4

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices of POSIX")
    def test_endless_standard_input(self) -> None:
        with Path("/dev/zero").open("rb") as zeros:
            error = self.one("-", "--max-bytes", 1_000_000, stdin=zeros)
        assert (error["kind"], "max_bytes" in error["message"]) == ("DocumentTooLarge", True)


class TestRecordings:
    """Recorded OCR results that are none."""

    GOOD = '{{"engine": {{"name": "x"}}, "pages": [{{"number": 1, "width": {width}, "height": 600, "regions": [{region}]}}]}}'
    REGION = '{{"text": "Total 7", "confidence": {confidence}, "bounds": {{"x": {x}, "y": 1, "width": 9, "height": 9}}}}'

    def recording(self, width: object = 800, confidence: object = 99, x: object = 1) -> str:
        return self.GOOD.format(width=width, region=self.REGION.format(confidence=confidence, x=x))

    def test_the_form_that_the_others_break_is_good(self) -> None:
        with Extractor(engine="replay", recording=self.recording()) as extractor:
            assert extractor.extract(TEXT_PDF).ocr.text == "Total 7"

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", '"x"', "[]", "{}"])
    @pytest.mark.parametrize("name", ["width", "confidence", "x"])
    def test_numbers_that_are_none(self, name: str, number: str) -> None:
        with pytest.raises(RecognitionFailed, match="not a valid OCR result"), Extractor(engine="replay", recording=self.recording(**{name: number})):
            pass

    @pytest.mark.parametrize(
        "text",
        ["{", "{}", '{"pages": 7}', '{"pages": [[]]}', '{"pages": [{}]}', '{"pages":' * 50_000, '{"pages": null}', b"{\xff"],
        ids=lambda text: repr(text[:20]),
    )
    def test_what_is_no_recording(self, text: str | bytes) -> None:
        with pytest.raises(RecognitionFailed), Extractor(engine="replay", recording=text):
            pass

    def test_a_recording_that_is_not_there(self, tmp_path: Path) -> None:
        for path in (tmp_path / "missing.json", tmp_path):
            with pytest.raises(RecognitionFailed, match="cannot be opened"):
                Extractor(engine="replay", recording=path)

    def test_a_recording_of_another_document(self) -> None:
        two_pages = FIXTURES / "pennyworth-larch" / "text.pdf"
        with Extractor(engine="replay", recording=self.recording()) as extractor:
            (outcome,) = run(extractor, [str(two_pages)])
        assert isinstance(outcome.error, RecognitionFailed)
        assert "1 page(s)" in str(outcome.error)
        assert outcome.exit_code == 4


def bomb() -> str:
    rows = ["a: &a [lol]", *(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefghijkl"))]
    return "format: 1\n" + "\n".join(rows)


# Rule files, and a piece of what is said of them.
RULE_FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "empty"),
    "a list": ("- format: 1", "wrong-type"),
    "not YAML": ("format: [1", "syntax"),
    "tabs": ("format: 1\n\tfields: {}", "syntax"),
    "not UTF-8": (b"format: 1\nid: caf\xe9\n", "not-utf8"),
    "binary": (bytes(range(256)), "not-utf8|syntax"),
    "unknown key": ("format: 1\nfeilds: {}", "did you mean 'fields'"),
    "unknown field": ("format: 1\nfields: {totl: {label: Total}}", "did you mean 'total'"),
    "duplicate key": ("format: 1\nfields: {total: {label: A}, total: {label: B}}", "duplicate-key"),
    "unknown format": ("format: 99", "format"),
    "no format": ("fields: {total: {label: Total}}", "format"),
    "missing extends": ("format: 1\nextends: [generic/none]", "generic/none"),
    "extends itself": ("format: 1\nid: x\nextends: [x]", "extends"),
    "bad regex": ("format: 1\nfields: {number: {regex: '(('}}", "regex"),
    "bad locale": ("format: 1\nlocale: xx-YY", "locale"),
    "bad currency": ("format: 1\ncurrency: EURO", "currency"),
    "bomb of aliases": (bomb(), "alias|anchor"),
    "a tag that builds objects": ("format: 1\nid: !!python/object/apply:os.getcwd []", "tag"),
    "too deep": ("format: 1\nfields: " + "{a: " * 500 + "1" + "}" * 500, "deep"),
    "too deep to parse": ("[" * 100_000, "deep"),
    "too large": ("format: 1\n" + "# padding\n" * 200_000, "too-large"),
    "too many entries": ("format: 1\ndecoys: [" + "a," * 150_000 + "]", "too-"),
}


@pytest.mark.parametrize("case", RULE_FILES)
def test_bad_rule_files(tmp_path: Path, case: str) -> None:
    text, message = RULE_FILES[case]
    path = tmp_path / "hostile.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RuleFileError, match=message) as caught:
        Extractor(rules=path)
    assert caught.value.exit_code == 5
    assert caught.value.diagnostics
    assert str(path) in str(caught.value)


def test_a_loop_of_extends_is_told(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"format: 1\nextends: [{other}]\n", encoding="utf-8")
    with pytest.raises(RuleFileError, match="extends"):
        Extractor(rules=tmp_path)


def test_rule_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"missing\.yaml"):
        Extractor(rules=tmp_path / "missing.yaml")
    done = call("extract", TEXT_PDF, "--rules", tmp_path / "missing.yaml")
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_two_vendors_that_fit_equally_are_both_named(tmp_path: Path) -> None:
    for name in ("left", "right"):
        (tmp_path / f"{name}.yaml").write_text("format: 1\nidentify: {all: [Harbour Lantern Works]}\n", encoding="utf-8")
    with Extractor(rules=tmp_path) as extractor:
        (tmp_path / "a.pdf").write_bytes(invoice_pdf())
        (outcome,) = run(extractor, [str(tmp_path / "a.pdf")])
    assert isinstance(outcome.error, AmbiguousVendor)
    assert outcome.error.rule_ids == ("left", "right")
    assert outcome.exit_code == 5


@pytest.mark.parametrize("regex", [r"(a+)+\x01", r"(?:a|a)*b\x01", r"(\w+\s?)*\x01", r"(.*)*(.*)*\x01"])
def test_a_regex_without_end_costs_only_itself(tmp_path: Path, regex: str) -> None:
    rule = "format: 1\nidentify: {{all: [Harbour Lantern Works]}}\nextends: [generic/en]\nfields: {{purchase_order: {{id: endless, regex: '{}'}}}}\n"
    (tmp_path / "hostile.yaml").write_text(rule.format(regex), encoding="utf-8")
    page = invoice_pdf(lines=["Harbour Lantern Works", "Invoice number: 17", "a" * 60, "Total: GBP 9.00", "a " * 30, "Invoice date: 2025-03-14"])
    with Extractor(rules=tmp_path) as extractor:
        result = extractor.extract(page)
    assert result.invoice.number == "17"
    told = [issue for issue in result.issues if issue.id == "rule-timeout"]
    assert all("endless" in issue.message for issue in told)
    assert told or result.invoice.purchase_order is None


HUGE_REPEATS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from extractor import Extractor
from extractor.errors import ExtractorError
try:
    Extractor(rules=sys.argv[1]).extract(sys.argv[2])
    print("result")
except ExtractorError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
@pytest.mark.parametrize(
    "regex",
    ["(?:(?:(?:a{1000}){1000}){1000}){1000}", "(?:" * 200 + "a" + ")*" * 200, "a{1,99999999}b{1,99999999}", "|".join(["word"] * 20_000)],
    ids=["nested", "deep", "long", "wide"],
)
def test_a_regex_that_is_large_eats_no_memory(tmp_path: Path, regex: str) -> None:
    (tmp_path / "large.yaml").write_text(f"format: 1\nidentify: {{all: [Invoice]}}\nfields: {{number: {{regex: '{regex}'}}}}\n", encoding="utf-8")
    (tmp_path / "a.pdf").write_bytes(invoice_pdf())
    arguments = [sys.executable, "-c", HUGE_REPEATS, str(tmp_path / "large.yaml"), str(tmp_path / "a.pdf")]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.strip() in ("result", "RuleFileError")


def test_time_is_limited(tmp_path: Path) -> None:
    with Extractor(limits=Limits(max_seconds=1e-9)) as extractor, pytest.raises(DocumentTooLarge, match="max_seconds"):
        extractor.extract(TEXT_PDF)


def test_limits_are_of_the_caller() -> None:
    with Extractor(limits=Limits(max_pages=6_000)) as extractor:
        small = many_pages(3)
        assert extractor.extract(small).status is Status.INVALID
    with Extractor(limits=Limits(max_bytes=10)) as extractor, pytest.raises(DocumentTooLarge, match="max_bytes"):
        extractor.extract(small)


@pytest.mark.parametrize("source", [None, 7, 3.5, ["a.pdf"], ...], ids=repr)
def test_what_is_no_source(extractor: Extractor, source: object) -> None:
    with pytest.raises(UnsupportedDocument, match="give a path"):
        extractor.extract(source)  # type: ignore[arg-type]


def test_every_error_of_the_tree_ends_with_a_code_of_its_own_kind() -> None:
    def below(kind: type[ExtractorError]) -> list[type[ExtractorError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    codes = {kind.__name__: kind.exit_code for kind in below(ExtractorError)}
    assert {name for name, code in codes.items() if code == 1} == {"ExtractorError"}
    assert all(codes[name] == 4 for name in ("DocumentError", "CorruptDocument", "DocumentTooLarge", "EncryptedDocument", "OcrError", "EngineNotFound"))
    assert all(codes[name] == 5 for name in ("RuleError", "RuleFileError", "IdentificationError", "AmbiguousVendor", "SchemaError"))
    assert codes["InvalidInvoice"] == 3
    assert codes["OutputError"] == 6
