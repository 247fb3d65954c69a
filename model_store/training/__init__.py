"""Training and judging: labelled data, the search for the best run, curves, and figures on labelled sets."""
