"""What macOS and editors leave in folders: nobody means it as a part of a data set."""

import shutil

# What `._a.xml` begins with: metadata of `a.xml`.
APPLE_DOUBLE = b"\0\x05\x16\x07\0\x02\0\0Mac OS X        \xb0\xff" + bytes(50)


def strew(folder):
    """Put hidden files beside every file, and hidden folders into every folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    shutil.copytree(folder, folder / "__MACOSX")
    for path in files:
        path.with_name(f"._{path.name}").write_bytes(APPLE_DOUBLE)
        path.with_name(f".{path.name}").write_bytes(path.read_bytes())
    for path in folders:
        (path / ".DS_Store").write_bytes(APPLE_DOUBLE)
        (path / ".vscode").mkdir()
        (path / ".vscode" / "settings.json").write_text("{}")
        for file in files:
            shutil.copy(file, path / ".vscode")
