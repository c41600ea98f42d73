"""Questions with known answers that a site's thresholds are chosen on, kept beside its snapshots until there are newer ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.records.masking import mask
from knowledge.labelled import Labelled, read_labelled, write_labelled


@dataclass(frozen=True, slots=True)
class LabelledStore:
    """One file a site: `<folder>/<site>.jsonl`."""

    folder: Path

    def read(self, site: str) -> tuple[Labelled, ...]:
        """None when none are kept."""
        path = self._path(site)
        return read_labelled(path).good if path.exists() else ()

    def keep(self, site: str, questions: Sequence[Labelled]) -> None:
        """Keep these and no others, masked: residents may have written them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_labelled(self._path(site), [Labelled(mask(each.text).text, each.right) for each in questions])

    def forget(self, site: str) -> None:
        """Keep none."""
        self._path(site).unlink(missing_ok=True)

    def _path(self, site: str) -> Path:
        return self.folder / f"{site}.jsonl"
