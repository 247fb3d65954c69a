"""`python -m cli` is `brandpulse`."""

from cli.main import main

main()
