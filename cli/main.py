"""The `brandpulse` command."""

import sys

import click

from settings import errors


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="brandpulse")
def brandpulse() -> None:
    """Tell a brand, every morning, how people talk about it."""


def main() -> None:
    """Run the command line: 0 all went well, 1 one sentence says what did not, 2 wrong usage."""
    try:
        brandpulse()
    except errors.BrandpulseError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
