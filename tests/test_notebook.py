"""The example notebook runs from its first cell to its last and draws what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def cells() -> list[Any]:
    why = "needs the extra notebook and nbclient: pip install -e '.[dev]'"
    for name in ("altair", "pandas", "ipykernel"):
        pytest.importorskip(name, reason=why)
    nbformat = pytest.importorskip("nbformat", reason=why)
    nbclient = pytest.importorskip("nbclient", reason=why)
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    plain = nbformat.v4.new_code_cell("import altair\n_ = altair.renderers.enable('json')")
    notebook.cells.insert(0, plain)  # the specification instead of a web page around it
    # As Jupyter would, beside the sample articles; any error in a cell raises.
    resources = {"metadata": {"path": str(EXAMPLES)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def drawn(cells: list[Any]) -> list[dict[str, Any]]:
    found = [output.data for cell in cells for output in cell.outputs if output.output_type == "execute_result"]
    return [data["application/json"] for data in found if "application/json" in data]


def test_every_chart_is_drawn_from_the_record(cells: list[Any]) -> None:
    titles = [spec["title"]["text"] for spec in drawn(cells) if "title" in spec]
    assert [title.split(":")[0] for title in titles] == [
        "Brazil and Indonesia",
        "Brazil and Indonesia",
        "Brazil and Indonesia",
        "CONSULT/visit",
        "Planned",
        "Indonesia",
    ]
    assert len(drawn(cells)) == len(titles) + 1


def test_what_is_printed_is_what_the_articles_tell(cells: list[Any]) -> None:
    printed = "".join(output.text for cell in cells for output in cell.outputs if output.output_type == "stream")
    assert "16 articles," in printed
    assert "IDN has" in printed
    assert printed.count("CONSULT visit") >= 2


def test_the_stored_notebook_has_no_outputs() -> None:
    nbformat = pytest.importorskip("nbformat", reason="pip install -e '.[dev]'")
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
