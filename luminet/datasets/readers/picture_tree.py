"""Find the files of pictures in folders of folders, by a path without extension."""

from pathlib import Path

from luminet.datasets.image import ImageError
from luminet.datasets.readers.pictures import Pictures


class PictureTree:
    """Pictures below a folder; each folder with pictures is listed once.

    Args:
        folder: where the paths start.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._listed: dict[Path, Pictures] = {}

    def find(self, name: str) -> Path:
        """The one picture of that path, whatever its extension.

        Args:
            name: a path that goes down; whoever read it has checked that.

        Raises:
            ImageError: there is none (image-missing) or several (ambiguous-image).
        """
        path = self.folder / name
        folder = path.parent
        if folder not in self._listed:
            if not folder.is_dir():
                message = f"no picture: no folder {folder.name} in {folder.parent.name}"
                raise ImageError("image-missing", message)
            self._listed[folder] = Pictures(folder)
        return self._listed[folder].find(path.name)
