"""Other people's scripts are those that their authors published, with their licences, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import legation.web

WEB = Path(legation.web.__file__).parent
VENDOR = WEB / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_scripts_are_unchanged() -> None:
    for entry in MANIFEST:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]


def test_every_script_is_in_the_manifest_under_its_version() -> None:
    assert {path.name for path in VENDOR.glob("*.js")} == {entry["file"] for entry in MANIFEST}
    for entry in MANIFEST:
        assert entry["file"].endswith(f"-{entry['version']}.min.js")
        assert entry["from"].endswith(f"-{entry['version']}.tgz")


def test_every_script_has_the_licences_of_all_that_it_contains() -> None:
    for entry in MANIFEST:
        text = (VENDOR / entry["licence_file"]).read_text(encoding="utf-8")
        for name in (entry["package"], *entry["contains"]):
            assert re.search(rf"^{re.escape(name)} \(", text, re.MULTILINE), (entry["file"], name)


def test_pages_name_only_scripts_that_are_there() -> None:
    named = set()
    for template in (WEB / "templates").glob("*.html"):
        named |= set(re.findall(r"vendor/[\w.-]+", template.read_text(encoding="utf-8")))
    assert named == {f"vendor/{entry['file']}" for entry in MANIFEST}


def test_no_own_script_or_style_names_another_host() -> None:
    for path in [*(WEB / "static").glob("*.js"), *(WEB / "static").glob("*.css")]:
        assert not re.search(r"https?://|url\(", path.read_text(encoding="utf-8")), path.name
