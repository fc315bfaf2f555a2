"""The distribution `luminet-detection`: the package `luminet`, the command `lumi`."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
INIT = (HERE / "luminet" / "__init__.py").read_text(encoding="utf-8")

setup(
    name="luminet-detection",
    version=re.search(r'__version__ = "(.+)"', INIT).group(1),
    description="Object detection on TensorFlow 2 and Keras 3: train, measure, use",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    packages=find_packages(include=["luminet", "luminet.*"]),
    package_data={"luminet": ["**/*.yml", "**/*.css"]},
    python_requires=">=3.11",
    install_requires=[
        "tensorflow>=2.21",
        "keras>=3.15",
        "numpy>=1.26",
        "protobuf>=6.31",
        "google-crc32c>=1.5",
        "pillow>=11",
        "click>=8.2",
        "pyyaml>=6.0",
        "lxml>=5.3",
        "rich>=13",
        "matplotlib>=3.9",
        "faster-coco-eval>=1.6.5",
        "safetensors>=0.5",
        # TensorFlow 2.21 no longer brings it, and cannot write events without it.
        "tensorboard>=2.20",
    ],
    extras_require={
        "dev": [
            "coverage>=7",
            "hypothesis>=6",
            "pre-commit>=4",
            "pycocotools>=2.0.10",
            "pytest>=8",
            "pytest-cov>=5",
            "ruff>=0.9",
        ],
        "fuzz": ["atheris>=3"],
    },
    entry_points={"console_scripts": ["lumi=luminet.cli:main"]},
    classifiers=[
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
