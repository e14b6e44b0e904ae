"""Answers that are documents: photos and files."""

from bot.engine.kinds.choice import FINISHED
from bot.engine.kinds.kind import Accepted, Drafted, Ground, Kind, Reading, Refusal, label
from bot.engine.model import Fact, File, Uploaded, Value

MOST_FILES = 5
"""How many documents one answer holds when its author says nothing else."""


class Upload(Kind, frozen=True, kw_only=True):
    """One or more documents, sent together or one after the other."""

    expects: str = "upload"
    most: int = MOST_FILES

    def read_files(self, upload: Uploaded, ground: Ground) -> Reading:
        if not upload.files:
            return Refusal(f"file_{upload.refused[0]}" if upload.refused else "send_file")
        kept = self._kept(ground) + [_value(file) for file in upload.files]
        if len(kept) > self.most:
            return Refusal("too_many_files", {"count": self.most})
        if len(kept) == self.most:
            return Accepted({"files": kept})
        return Drafted({"files": kept}, "file_received", {"count": len(kept)})

    def read_words(self, text: str, ground: Ground) -> Reading:
        return self.otherwise(text, ground, Refusal("send_file"))

    def chosen(self, option: str, ground: Ground) -> Reading | None:
        if option == FINISHED and self._kept(ground):
            return Accepted({"files": self._kept(ground)})
        return super().chosen(option, ground)

    def shown_options(self, ground: Ground) -> tuple[tuple[str, Fact], ...]:
        if self._kept(ground):
            return ((FINISHED, {"phrase": "enough"}),)
        return tuple((choice.option, label(choice.text)) for choice in self.options)

    def _kept(self, ground: Ground) -> list[Value]:
        return list(ground.draft["files"]) if ground.draft else []

    def show(self, value: Value, ground: Ground) -> Fact:
        match value:
            case {"files": files}:
                return {"phrase": "files", "facts": {"count": len(files)}}
            case _:
                return super().show(value, ground)

    def has_shape(self, value: Value) -> bool:
        return isinstance(value, dict) and 0 < len(value.get("files", ())) <= self.most

    def examples(self, ground: Ground) -> tuple[str, ...]:
        """Documents cannot be typed; the walk sends some."""
        return tuple(str(n) for n in range(1, len(self.options) + 1))


def _value(file: File) -> Value:
    return {"id": file.id, "kind": file.kind, "pages": file.pages}
