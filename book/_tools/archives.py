"""Pack exercises for download: the notebook, its public cases, and the check."""

import zipfile
from pathlib import Path

EPOCH = (2020, 1, 1, 0, 0, 0)  # archives of the same files are the same bytes
CHECK = ("autograder/__init__.py", "autograder/check/*.py")


def write_all(root: Path, site: Path, language: str) -> int:
    """Write <site>/<language>/exercises/<id>-<framework>.zip for each exercise.

    Unpacked, the files lie side by side, as Colab needs them; the notebook runs with
    NumPy and its framework alone.
    """
    folders = sorted((root / "exercises" / language).glob("*/*/"))
    check = sorted(path for pattern in CHECK for path in root.glob(pattern))
    for folder in folders:
        files = {path.name: path for path in sorted(folder.iterdir())}
        files |= {path.relative_to(root).as_posix(): path for path in check}
        name = f"{folder.name}-{folder.parent.name}.zip"
        write(site / language / "exercises" / name, files)
    return len(folders)


def write(target: Path, files: dict[str, Path]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
