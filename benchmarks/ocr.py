"""How fast OCR engines and settings read, what memory they take and what they find, all on the same pages in turn.

    python benchmarks/ocr.py --data DIR [--pages N] [--rounds N] [--threads N] [--only NAME ...]

DIR holds `index.csv`, truth files and `score.py`. Read are N receipts of its set `sroie` and N A4 pages of its set `hybrid` at 200 dpi.
Each contestant runs in a process of its own and keeps its models; each page goes to all of them in turn, as an image file, before the
next page. A round is all pages; ratios are of the sums of a round, and the median of the rounds is printed.
cpu: the processors' time of a page, which other work on the machine disturbs less, and its ratio.
inside: share of the time that passes inside the inference sessions, the lower bound of what can be had with these networks and this
runtime; only with `--threads 1`, because sessions that run side by side have no common clock.
Codes (QR and others), which only we look for, are left out.
recall: share of the words on a page that were read; fields: labelled values that stand on the page and in what was read.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import fmean, median
from typing import Any, cast

from measuring.documents import Data
from measuring.memory import highest_megabytes
from measuring.scans import Scan, scans
from measuring.tables import Table
from rich.console import Console
from rich.progress import Progress

from extractor.document import load_document
from extractor.ocr import recognize
from extractor.ocr.engines import networks
from extractor.ocr.engines.rapid import OpenVinoEngine, RapidOcrEngine

PEER = "RapidOCR defaults"
Reader = Callable[[Path], str]


class Clock:
    """A runtime whose networks add up the time of their calls."""

    def __init__(self, runtime: networks.Runtime) -> None:
        self._runtime = runtime
        self.seconds = 0.0

    def load(self, model: bytes | Path, *, threads: int, at_once: int) -> networks.Network:
        network = self._runtime.load(model, threads=threads, at_once=at_once)

        def run(pixels: networks.Array) -> networks.Array:
            begin = time.perf_counter()
            answer = network(pixels)
            self.seconds += time.perf_counter() - begin
            return answer

        return run


def ours(kind: type[RapidOcrEngine], **options: Any) -> Callable[[int | None], tuple[Reader, Clock]]:
    """One of our engines, whose time inside the sessions is taken."""

    def start(threads: int | None) -> tuple[Reader, Clock]:
        engine = kind(threads=threads, **options)
        clock = Clock(engine.runtime())
        # an instance's attribute stands before the method of its class
        vars(engine)["runtime"] = lambda: clock

        def read(path: Path) -> str:
            with load_document(path) as document:
                return recognize(document, engine, mode="ocr", barcodes=False).text

        return read, clock

    return start


def rapidocr(parameters: dict[str, Any]) -> Callable[[int | None], tuple[Reader, None]]:
    """RapidOCR as its documentation calls it."""

    def start(threads: int | None) -> tuple[Reader, None]:
        from rapidocr import RapidOCR

        engine: Any = RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": threads or -1} | parameters)
        return (lambda path: "\n".join(engine(str(path)).txts or ())), None

    return start


TUNED = {
    "Global.use_cls": False,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
    "Rec.rec_img_shape": [3, 48, 96],
    "Rec.rec_batch_num": 2,
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    "Det.thresh": 0.2,
    "Det.box_thresh": 0.3,
    "Det.unclip_ratio": 1.8,
}
CONTESTANTS: dict[str, Callable[[int | None], tuple[Reader, Clock | None]]] = {
    PEER: rapidocr({}),
    "RapidOCR tuned": rapidocr(TUNED),
    "rapidocr": ours(RapidOcrEngine),
    "rapidocr-openvino": ours(OpenVinoEngine),
    "rapidocr-openvino f32": ours(OpenVinoEngine, precision="f32"),
}


@dataclass
class Answer:
    """What a contestant says of a page: seconds, the processors' seconds, seconds inside sessions (None: unknown), its text, its highest memory in MB."""

    seconds: float
    cpu: float
    inside: float | None
    text: str
    memory: float


@dataclass
class Tally:
    """All answers of one contestant. seconds, cpu: by kind, the sum of each round; inside: by kind, of all rounds; texts: the last round's."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    inside: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    texts: dict[Path, str] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    timed_inside: bool = True


def contestant(name: str, threads: int | None, line: Connection) -> None:
    """The life of a child: pages come in, answers go out, None ends it."""
    read, clock = CONTESTANTS[name](threads)
    while (path := line.recv()) is not None:
        inside = clock.seconds if clock else 0.0
        begin, cpu = time.perf_counter(), time.process_time()
        text = read(path)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        line.send(Answer(seconds, cpu, clock.seconds - inside if clock else None, text, highest_megabytes()))


def measure(names: Sequence[str], pages: Sequence[Scan], rounds: int, threads: int | None) -> dict[str, Tally]:
    """All pages in all rounds through all contestants, in turn. The first page of each kind is read once before."""
    spawn = multiprocessing.get_context("spawn")
    tallies = {name: Tally() for name in names}
    lines: dict[str, Connection] = {}
    children = []
    for name in names:
        lines[name], far = spawn.Pipe()
        children.append(spawn.Process(target=contestant, args=(name, threads, far), daemon=True))
        children[-1].start()
    with Progress(console=Console(stderr=True)) as bar:
        step = bar.add_task("readings", total=(rounds * len(pages) + len({page.kind for page in pages})) * len(names))

        def ask(name: str, page: Scan) -> Answer:
            lines[name].send(page.path)
            bar.advance(step)
            return cast(Answer, lines[name].recv())

        for kind in dict.fromkeys(page.kind for page in pages):
            some = [page for page in pages if page.kind == kind]
            for name in names:
                ask(name, some[0])
            for _ in range(rounds):
                _round(some, tallies, ask)
    for line, child in zip(lines.values(), children, strict=True):
        line.send(None)
        child.join()
    return tallies


def _round(pages: Sequence[Scan], tallies: dict[str, Tally], ask: Callable[[str, Scan], Answer]) -> None:
    """All pages of a kind once."""
    for tally in tallies.values():
        tally.seconds[pages[0].kind].append(0.0)
        tally.cpu[pages[0].kind].append(0.0)
    for page in pages:
        for name, tally in tallies.items():
            answer = ask(name, page)
            tally.seconds[page.kind][-1] += answer.seconds
            tally.cpu[page.kind][-1] += answer.cpu
            tally.inside[page.kind] += answer.inside or 0.0
            tally.timed_inside &= answer.inside is not None
            tally.texts[page.path] = answer.text
            tally.memory[page.kind] = answer.memory


def table(kind: str, pages: Sequence[Scan], tallies: dict[str, Tally], threads: int | None) -> Table:
    """One kind of pages: a row a contestant."""
    pages = [page for page in pages if page.kind == kind]
    fields = sorted(Counter(name for page in pages for name in page.values).items())
    heads = ("", "s a page", "pages a s", "times", "cpu s", "times cpu", "inside", "peak MB", "recall", *(f"{name} of {count}" for name, count in fields))
    rows = [(name, *_speeds(kind, len(pages), tally, tallies.get(PEER), threads), *_found(pages, tally, fields)) for name, tally in tallies.items()]
    return Table(f"{len(pages)} {kind}, {threads or 'all'} thread(s); times: of {PEER}", heads, rows)


def _speeds(kind: str, pages: int, tally: Tally, peer: Tally | None, threads: int | None) -> tuple[str, ...]:
    def times(theirs: list[float], own: list[float]) -> str:
        return f"{median(a / b for a, b in zip(theirs, own, strict=True)):.2f}"

    seconds = median(tally.seconds[kind]) / pages
    wall, cpu = (times(peer.seconds[kind], tally.seconds[kind]), times(peer.cpu[kind], tally.cpu[kind])) if peer else ("-", "-")
    inside = f"{100 * tally.inside[kind] / sum(tally.seconds[kind]):.1f} %" if tally.timed_inside and threads == 1 else "-"
    return f"{seconds:.3f}", f"{1 / seconds:.2f}", wall, f"{median(tally.cpu[kind]) / pages:.3f}", cpu, inside, f"{tally.memory[kind]:.0f}"


def _found(pages: Sequence[Scan], tally: Tally, fields: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    found = Counter(name for page in pages for name in page.found(tally.texts[page.path]))
    return f"{fmean(page.recall(tally.texts[page.path]) for page in pages):.4f}", *(str(found[name]) for name, _ in fields)


def main() -> None:
    options = _options()
    data = Data(options.data, ["sroie", "hybrid"])
    with tempfile.TemporaryDirectory() as folder:
        pages = scans(data, options.pages, Path(folder))
        if not pages:
            raise SystemExit(f"{options.data} has neither receipts (sroie) nor pages (hybrid)")
        tallies = measure(options.only or _able(), pages, options.rounds, options.threads)
        for kind in dict.fromkeys(page.kind for page in pages):
            print(table(kind, pages, tallies, options.threads).to_text())


def _able() -> list[str]:
    """The contestants that are installed."""
    lacking = OpenVinoEngine.missing()
    if lacking:
        print(f"without OpenVINO: {lacking}")
    return [name for name in CONTESTANTS if not (lacking and "openvino" in name)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv and score.py")
    parser.add_argument("--pages", type=int, default=12, help="receipts, and as many A4 pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of each contestant; all processors by default")
    parser.add_argument("--only", action="append", choices=list(CONTESTANTS), metavar="NAME", help=f"repeatable; one of {', '.join(CONTESTANTS)}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
