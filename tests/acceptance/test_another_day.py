"""The same inputs give the same bytes for another user, on another day, in another place; and each area has its own pictures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from built_edition import AREAS, Edition

from spf_analysis.publishing.charts import write_charts

PROGRAM = Path(sys.executable).with_name("spf")
DAYS = 1000
# Clocks that are days ahead; put in front of the C library, so that Python, pandoc and Typst all believe them.
CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

#define AHEAD (86400L * DAYS)

int clock_gettime(clockid_t which, struct timespec *told) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int done = real(which, told);
  if (!done && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) told->tv_sec += AHEAD;
  return done;
}

int gettimeofday(struct timeval *told, void *zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  told->tv_sec = now.tv_sec;
  told->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *told) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (told) *told = now.tv_sec;
  return now.tv_sec;
}
"""


@pytest.fixture
def later(tmp_path: Path, needed: Callable[..., str]) -> Path:
    """A library that sets the clock ahead in every program that is started with it."""
    source, made = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK.replace("DAYS", str(DAYS)), encoding="utf-8")
    subprocess.run([needed("cc", "gcc", "clang"), "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"], check=True)
    return made


@pytest.fixture
def elsewhere(later: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody else, somewhere else, in a thousand days."""
    home = tmp_path / "home of somebody else"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "SPF_CACHE") if name in os.environ}
    settings = {
        "HOME": str(home),
        "USER": "somebody",
        "LOGNAME": "somebody",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
    }
    return {**kept, **settings, "COLUMNS": "40", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1", "LD_PRELOAD": str(later)}


@pytest.mark.skipif(sys.platform != "linux", reason="the clock is set ahead as Linux allows it")
def test_the_same_bytes_for_another_user_on_another_day_with_four_jobs(edition: Edition, elsewhere: dict[str, str], tmp_path: Path) -> None:
    year = subprocess.run(
        [sys.executable, "-c", "import datetime; print(datetime.date.today())"], env=elsewhere, capture_output=True, text=True, check=True
    )
    assert year.stdout > "2028", "the clock was set ahead"
    workbench = Path(shutil.copytree(edition.workbench, tmp_path / "another folder" / "workbench"))
    command = [str(PROGRAM), "build", *AREAS, "--typesetter", "embedded", "--jobs", "4", "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run(command, cwd=workbench, env=elsewhere, umask=0o077, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(json.loads(done.stdout)["built"]) == sorted(AREAS)
    for area in AREAS:
        ours, theirs = tmp_path / "out" / edition.folder.name / area, edition.folder / area
        names = sorted(path.name for path in theirs.iterdir())
        assert sorted(path.name for path in ours.iterdir()) == names
        assert [name for name in names if (ours / name).read_bytes() != (theirs / name).read_bytes()] == []


def pictures(word: Path) -> list[bytes]:
    with zipfile.ZipFile(word) as archive:
        return sorted(archive.read(name) for name in archive.namelist() if name.startswith("word/media/"))


def test_each_area_has_the_pictures_of_its_own_figures(edition: Edition, root: Path, tmp_path: Path) -> None:
    """What is drawn in a Word document is what is drawn from the data published beside it, and of no other area."""
    drawn = {area: pictures(edition.folder / area / "briefing.docx") for area in AREAS}
    for area, found in drawn.items():
        exhibits = json.loads((edition.folder / area / "context.json").read_text(encoding="utf-8"))["exhibits"]
        folder = tmp_path / area
        folder.mkdir()
        write_charts(exhibits, folder, root / "templates" / "house" / "fonts")
        assert sorted(path.read_bytes() for path in folder.glob("*.png")) == found
        assert found
        assert not any(set(found) & set(other) for name, other in drawn.items() if name != area)
