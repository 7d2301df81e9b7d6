"""Compiles the tables of who is who into one fast file when the package is built or installed."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTables(BuildHookInterface):
    """Writes `src/legation/knowledge/compiled.txt`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the build."""
        del version, build_data
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from legation.knowledge.compiled import build
        finally:
            sys.path.remove(str(source))
        build(source / "legation" / "knowledge")
