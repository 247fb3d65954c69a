"""The docs are held to what exists."""

import re
from pathlib import Path

import click
import pytest

from cli.main import Commands, brandpulse
from settings import environment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands():
    """Every command with its words: `batches show`, and the command itself."""
    context = click.Context(brandpulse)
    for name in Commands.table:
        command = brandpulse.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", command.commands[sub]) for sub in command.commands)
        else:
            yield name, command


@pytest.mark.parametrize("name", Commands.table)
def test_the_line_in_the_help_is_the_one_the_command_gives(name):
    command = brandpulse.get_command(click.Context(brandpulse), name)
    assert command.get_short_help_str(limit=100) == Commands.table[name][1]


@pytest.mark.parametrize(("words", "command"), list(commands()))
def test_every_command_is_in_the_readme_and_every_option_has_help(words, command):
    assert f"brandpulse {words}" in README
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize("name", environment.Settings.model_fields)
def test_every_setting_is_in_the_readme_with_its_description_and_default(name):
    field = environment.Settings.model_fields[name]
    default = "" if field.default is None else f"`{field.default}`"
    assert f"| `BRANDPULSE_{name.upper()}` | {default} | {field.description} |" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_setting_that_the_docs_name_exists(page):
    known = {words for words, _ in commands()} | set(Commands.table)
    for line in re.findall(r"`(?:[A-Z_]+=\S+ )*brandpulse ([a-z][^`]*)`", page.read_text()):
        words = line.split()
        assert words[0] in known, line
        if len(words) > 1 and f"{words[0]} {words[1]}" not in known:
            assert (
                not any(name.startswith(f"{words[0]} ") for name in known) or not words[1].isalpha() or "/" in words[1]
            ), line
    for setting in re.findall(r"BRANDPULSE_([A-Z_]+)", page.read_text()):
        assert setting.lower() in environment.Settings.model_fields or setting.startswith("TEST_"), setting


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
