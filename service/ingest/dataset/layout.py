"""What the files of a data set are called and which columns they have."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file tells; files are loaded in this order."""

    QUESTIONS = "questions"
    CAPTIONS = "captions"
    TRAINING = "training"
    EXPERTS = "experts"
    CROWD = "crowd"


# By the file's name without its suffix, in small letters.
KINDS = {
    "test_queries": Kind.QUESTIONS,
    "captions": Kind.CAPTIONS,
    "flickr8k.token": Kind.CAPTIONS,
    "train_dataset": Kind.TRAINING,
    "expertannotations": Kind.EXPERTS,
    "crowdannotations": Kind.CROWD,
    "crowdflowerannotations": Kind.CROWD,
}
SUFFIXES = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one way to write a kind of file, in the order of a file without header."""

    kind: Kind
    columns: tuple[str, ...]
    # Whether a header must use these names; files of judgements have no agreed ones.
    named: bool = True


TOKENS = Layout(Kind.CAPTIONS, ("caption_id", "text"))
RATED = Layout(Kind.TRAINING, ("img_id", "text", "rate_1", "rate_2", "rate_3", "crowd_rates"))
LAYOUTS = (
    Layout(Kind.QUESTIONS, ("query_id", "query_text", "image")),
    Layout(Kind.CAPTIONS, ("image", "query_id", "query_text")),
    TOKENS,
    Layout(Kind.TRAINING, ("image", "query_id", "query_text")),
    RATED,
    Layout(Kind.EXPERTS, ("image", "query_id", "expert_1", "expert_2", "expert_3"), named=False),
    Layout(Kind.CROWD, ("image", "query_id", "share_yes", "yes_count", "no_count"), named=False),
)

# Other names under which a header may have a column.
ALIASES = {
    "image": {"image", "img_id", "image_id", "img", "image_name", "image_file", "file_name"},
    "img_id": {"img_id", "image", "image_id", "img", "image_name", "image_file", "file_name"},
    "query_id": {"query_id", "caption_id", "text_id"},
    "caption_id": {"caption_id", "query_id", "id"},
    "query_text": {"query_text", "text", "caption", "query"},
    "text": {"text", "query_text", "caption", "query"},
    "share_yes": {"share_yes", "fraction_yes", "fraction", "share", "share_pos", "yes_fraction"},
    "yes_count": {"yes_count", "yes", "count_yes", "count_pos", "n_yes"},
    "no_count": {"no_count", "no", "count_no", "count_neg", "n_no"},
    "expert_1": {"expert_1", "expert1", "rate_1", "grade_1", "score_1", "first"},
    "expert_2": {"expert_2", "expert2", "rate_2", "grade_2", "score_2", "second"},
    "expert_3": {"expert_3", "expert3", "rate_3", "grade_3", "score_3", "third"},
    "rate_1": {"rate_1"},
    "rate_2": {"rate_2"},
    "rate_3": {"rate_3"},
    "crowd_rates": {"crowd_rates", "crowd_rate"},
}


def layouts_of(kind: Kind) -> tuple[Layout, ...]:
    """The ways in which a kind of file is written."""
    return tuple(layout for layout in LAYOUTS if layout.kind == kind)
