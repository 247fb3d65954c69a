"""Where the rows of one batch go, and what is known of that from block to block."""

from dataclasses import dataclass, field


@dataclass
class Target:
    """Where the rows of one batch go."""

    batch_id: int
    sha256: str
    #: None loads without queueing
    model_id: int | None
    #: the secret that authors are hashed with; None keeps them as they are
    author_key: str | None = field(default=None, repr=False)
    #: replace the text of known comments where it changed, and score them again
    replace: bool = False
    #: the job by its kind, `batch` or `update`, made with its first chunk
    jobs: dict[str, int] = field(default_factory=dict)
    brands: dict[str, int] = field(default_factory=dict)
    #: of those that the batch loaded; None before the first
    first_comment_id: int | None = None
    #: of those that the batch loaded, or that were there before it
    last_comment_id: int = 0
    #: whether the block before held comments that were there already: then they are looked for first
    meets_known: bool = False
