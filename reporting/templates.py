"""Templates of HTML: whatever is put into them is shown as text and never run; a name that is missing is an error."""

import jinja2


def environment(folder: str) -> jinja2.Environment:
    """Open a folder of templates, as named from `reporting`."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("reporting", folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
