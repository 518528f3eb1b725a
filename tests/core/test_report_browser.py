"""The page in a real browser: it loads without a complaint, asks for nothing, fits its window and prints."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from report_cases import evaluation
from report_sector_cases import evaluated

from carbon_planner.report.build import write_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

OWN = ("google.com", "googleapis.com", "gvt1.com", "gstatic.com")  # what the browser asks for itself
MEASURE = """<script>
const all = [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && !e.closest('.hidden'));
const wide = all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className);
const flat = [...document.querySelectorAll('svg')].filter(e => e.getBoundingClientRect().height < 60).length;
const cut = all.filter(e => ['TD', 'TH', 'DD', 'DT'].includes(e.tagName) && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.className + ': ' + e.textContent.trim());
document.documentElement.dataset.found = JSON.stringify({
  inner: innerWidth,
  scroll: document.documentElement.scrollWidth - innerWidth, wide, flat, cut,
  charts: document.querySelectorAll('svg.chart path').length, map: document.querySelectorAll('svg.map path').length,
});
</script>"""


def browse(folder: Path, page: Path, *options: str, width: int = 1200):
    """Open a page headless with a profile of its own; (standard output, log)."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", f"--user-data-dir={home / 'profile'}",
            f"--window-size={width},1600", *options, page.as_uri(),
        ],
        capture_output=True, timeout=120, check=False,
        env={**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def requested(log: Path) -> set[str]:
    """Hosts and local files that a net log names, without the browser's own."""
    text = log.read_text(encoding="utf-8", errors="replace")
    urls = set(re.findall(r'"url":"((?:https?|wss?|ftp)://[^"]+)"', text))
    return {u for u in urls if not (urlsplit(u).hostname or "").endswith(OWN)}


def complaints(log: str) -> list[str]:
    """Lines that a page wrote to the console: errors, warnings, refused requests."""
    return [line for line in log.splitlines() if ":CONSOLE" in line]


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request, tmp_path_factory):
    """A written report."""
    folder = tmp_path_factory.mktemp(f"browser_{request.param}")
    return write_report(evaluation(60), folder / "report.html", language=request.param, title="规划 Plan").html


@pytest.fixture(scope="module", params=["en", "zh"])
def sector_page(request, tmp_path_factory):
    """A written report of a run with all sectors."""
    folder = tmp_path_factory.mktemp(f"browser_sectors_{request.param}")
    return write_report(evaluated(), folder / "report.html", language=request.param, title="规划 Plan").html


def test_page_prints_without_a_complaint_or_a_request(page, tmp_path):
    log, target = tmp_path / "net.json", tmp_path / "report.pdf"
    _, words = browse(tmp_path, page, f"--log-net-log={log}", f"--print-to-pdf={target}", "--no-pdf-header-footer")
    assert complaints(words) == []
    assert requested(log) == set()
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12
    boxes = {tuple(round(float(v)) for v in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)}
    assert all(abs(w - 595) <= 1 and abs(h - 842) <= 1 for _, _, w, h in boxes)  # A4


def test_the_check_would_see_a_request_and_a_complaint(tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<img src='http://report.invalid/x.png'><script>console.error('seen')</script>", encoding="utf-8")
    log = tmp_path / "net.json"
    _, words = browse(tmp_path, bad, f"--log-net-log={log}", "--dump-dom")
    assert any("seen" in line for line in complaints(words))
    assert requested(log) == {"http://report.invalid/x.png"}


def measured(page, folder, width):
    """What the page says of itself at a width of the window."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    probe = folder / "probe.html"
    probe.write_text(text.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    dom, _ = browse(folder, probe, "--dump-dom", width=width)
    assert "<h1>规划 Plan" in dom
    return json.loads(unescape(re.search(r'data-found="([^"]*)"', dom)[1]))


@pytest.mark.parametrize("width", [1200, 820])
def test_page_fits_its_window_and_charts_are_drawn(page, tmp_path, width):
    found = measured(page, tmp_path, width)
    assert found["inner"] == width
    assert (found["scroll"] <= 0, found["wide"], found["cut"], found["flat"]) == (True, [], [], 0)
    assert found["map"] >= 60
    assert found["charts"] > 100


def test_page_of_all_sectors_fits_its_window(sector_page, tmp_path):
    found = measured(sector_page, tmp_path, 1200)
    assert (found["scroll"] <= 0, found["wide"], found["cut"], found["flat"]) == (True, [], [], 0)
    assert found["charts"] > 200


def test_zones_of_all_sectors_print_on_landscape_pages(sector_page, tmp_path):
    target = tmp_path / "report.pdf"
    _, said = browse(tmp_path, sector_page, f"--print-to-pdf={target}", "--no-pdf-header-footer")
    assert complaints(said) == []
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", target.read_bytes())
    sizes = [tuple(round(float(v)) for v in box.split())[2:] for box in boxes]
    wide = [size for size in sizes if abs(size[0] - 842) <= 1 and abs(size[1] - 595) <= 1]
    tall = [size for size in sizes if abs(size[0] - 595) <= 1 and abs(size[1] - 842) <= 1]
    assert 1 <= len(wide) <= 4
    assert len(wide) + len(tall) == len(sizes)
