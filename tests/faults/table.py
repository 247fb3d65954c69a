"""What a run of many rounds gave: of each fault how often it struck, how long work stood still, what was wrong."""

from statistics import median

HEAD = ("fault", "times", "median s", "most s", "violations")


def lines(struck):
    """Make a table in Markdown of what the faults did."""
    by_fault = {}
    for one in struck:
        by_fault.setdefault(one.fault, []).append(one)
    rows = [HEAD, ("---", *("---:",) * (len(HEAD) - 1))]
    for fault, times in sorted(by_fault.items()):
        seconds = [one.seconds for one in times]
        wrong = sum(len(one.wrong) for one in times)
        rows.append((fault, len(times), f"{median(seconds):.1f}", f"{max(seconds):.1f}", wrong))
    return ["| " + " | ".join(map(str, row)) + " |" for row in rows]
