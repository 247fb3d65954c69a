"""A terminal that is shown texts of others: none of them is taken for marks, names of emoji, or orders to it."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from reporting.controls import shown


class Terminal(Console):
    """A console that shows texts as they are, and signs where they hold controls."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - what `Console` takes
        super().__init__(highlight=False, markup=False, emoji=False, **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render, texts before they are laid out."""
        if isinstance(renderable, Text) and not renderable.plain.isprintable():
            renderable = renderable.copy()
            renderable.plain = shown(renderable.plain)
        return super().render(renderable, options)

    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 - as above
        """Make a text of a string."""
        return super().render_str(shown(text), **how)
