"""The documents say what the code does: constants, roles, detectors, options, links, and the worked example."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from leakscan.detectors import DETECTORS
from leakscan.detectors.search import find
from leakscan.passes import HEALTH_SOURCE_ROLES
from leakscan.records import ROLES, STATUSES, THEMES

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "leakscan"
DOCUMENTS = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "models/**/*.md", "samples/*.md") for path in ROOT.glob(pattern)
)
PUBLIC = re.compile(r"[A-Z][A-Z0-9_]*")
LISTED = re.compile(r"^\| `([a-z0-9_.]+\.[A-Z0-9_]+)` \| ([^|]+?) \|", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(document: str, heading: str) -> str:
    """The text below a heading of level two, up to the next one."""
    return document.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def first_column(table: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


@cache
def reference() -> ModuleType:
    spec = spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def public_numbers() -> dict[str, float]:
    """Every public constant of the package that is a number: dotted name without the package -> value."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in assigned(ast.parse(path.read_text(encoding="utf-8"))):
            value = getattr(import_module(dotted), name)
            if PUBLIC.fullmatch(name) and isinstance(value, int | float) and not isinstance(value, bool):
                found[f"{dotted}.{name}".removeprefix("leakscan.")] = value
    return found


def assigned(module: ast.Module) -> list[str]:
    """Names that a module assigns at its top level."""
    targets: list[ast.expr] = []
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets.append(statement.target)
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [part.id for part in parts if isinstance(part, ast.Name) and part.id.isupper()]


def listed_constants() -> list[tuple[str, str]]:
    return LISTED.findall(text_of("docs/thresholds.md"))


def constant(dotted: str) -> object:
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(f"leakscan.{module}"), name)


def test_every_public_number_is_listed_with_its_value() -> None:
    listed = dict(listed_constants())
    wrong = {name: value for name, value in public_numbers().items() if listed.get(name) != str(value)}
    assert not wrong, f"list these in docs/thresholds.md: {wrong}"


def test_every_listed_constant_exists_with_its_value_or_size() -> None:
    names = [name for name, _ in listed_constants()]
    assert len(names) == len(set(names))
    for name, shown in listed_constants():
        value = constant(name)
        assert shown == str(value if isinstance(value, int | float) else len(value)), name  # type: ignore[arg-type]


def test_the_detectors_page_is_current() -> None:
    assert text_of("docs/detectors.md") == reference().page(), "run: python docs/make_reference.py"


def test_the_excerpt_of_the_readme_is_current() -> None:
    assert text_of("README.md") == reference().readme(), "run: python docs/make_reference.py"


@pytest.mark.parametrize(
    ("heading", "names"), [("Column roles", ROLES), ("Health themes", THEMES), ("Statuses", STATUSES)]
)
def test_roles_page_lists_all(heading: str, names: tuple[str, ...]) -> None:
    assert sorted(first_column(section(text_of("docs/roles.md"), heading))) == sorted(names)


def test_roles_page_marks_the_roles_of_patients() -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \|[^|]*\| yes \|", section(text_of("docs/roles.md"), "Column roles"), re.MULTILINE
    )
    assert set(rows) == HEALTH_SOURCE_ROLES


def test_readme_keeps_the_two_commands() -> None:
    readme = text_of("README.md")
    blocks = re.findall(r"```sh\n(.*?)\n```", readme, re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0].endswith("leakscan scan samples/")
    assert readme.count("<!-- tests -->\n```sh\n") == 1
    assert "pytest" in blocks[1]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["scan"],
        ["report"],
        ["merge"],
        ["audit"],
        ["explain"],
        ["review"],
        ["contact-list"],
        ["gate"],
        ["watch"],
        ["verify"],
    ],
)
def test_readme_documents_every_option_and_command(command: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "leakscan", *command, "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"COLUMNS": "200", "PATH": ""},
    ).stdout  # fmt: skip
    options = set(re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", said, re.MULTILINE)) - {"--help"}
    commands = set(re.findall(r"^  ([a-z-]+) ", said.partition("Commands:")[2], re.MULTILINE))
    assert options | commands
    readme = text_of("README.md")
    assert [name for name in sorted(options) if not re.search(rf"`[^`\n]*{name}\b", readme)] == []
    assert [name for name in sorted(commands) if f"`leakscan {name}" not in readme] == []


def test_every_decision_is_indexed() -> None:
    files = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    index = text_of("docs/decisions/README.md")
    assert files
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert [name for name in files if f"]({name})" not in index] == []
    for name in files:
        decision = text_of(f"docs/decisions/{name}")
        assert decision.startswith(f"# {name[:4]}: ")
        assert re.findall(r"^## (.+)$", decision, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_every_model_has_a_card() -> None:
    card = text_of("models/README.md")
    files = [path for path in (ROOT / "models").rglob("*") if path.suffix in {".tsv", ".toml"}]
    assert files
    assert [path.name for path in files if f"`{path.relative_to(ROOT / 'models').as_posix()}`" not in card] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_and_nothing_tells_of_a_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", prose)]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []
    assert not re.search(r"(?<![\w.])/(?:work|root|home|tmp)/", text)


def test_named_files_exist() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "docs/design.md", "models/README.md"):
        paths = re.findall(r"`((?:leakscan|models|tests|benchmarks|samples|docs)/[\w./]+)`", text_of(name))
        absent = {path for path in paths if not (ROOT / path).exists()}
        assert absent <= {"docs/accuracy.md", "docs/performance.md"}, name


def test_the_worked_example_works() -> None:
    code = text_of("CONTRIBUTING.md").partition("<!-- example -->\n```python\n")[2].partition("\n```")[0]
    namespace: dict[str, object] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec", dont_inherit=True), namespace)  # noqa: S102 - our own document
    plate = namespace["PLATE"]
    assert isinstance(plate, type(DETECTORS[0]))
    hits = find(plate, pl.Series([*(text for text, _ in plate.examples), *plate.counterexamples]))
    assert hits["canonical"].to_list() == [canonical for _, canonical in plate.examples]
    cells = pl.DataFrame({"cell": [*(text for text, _ in plate.values), *plate.not_values]})
    expected = [*(canonical for _, canonical in plate.values), *(None for _ in plate.not_values)]
    assert cells.select(plate.canonical(pl.col("cell"))).to_series().to_list() == expected
