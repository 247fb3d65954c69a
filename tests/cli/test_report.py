from sqlalchemy import func, select

from database.tables import Comment
from reporting import document


def test_a_report_sees_the_comments_of_one_moment_and_lets_others_write_meanwhile(commands, tmp_path, monkeypatch):
    for name in ("before", "meanwhile"):
        (tmp_path / f"{name}.csv").write_text(f"id,text\n{name},good lamp\n")
    commands("ingest", tmp_path / "before.csv")
    build_report, seen = document.build_report, []

    def build(session, **how):
        seen.append(session.scalar(select(func.count()).select_from(Comment)))
        commands("ingest", tmp_path / "meanwhile.csv")
        seen.append(session.scalar(select(func.count()).select_from(Comment)))
        return build_report(session, **how)

    monkeypatch.setattr(document, "build_report", build)
    report = commands.said("report")
    assert seen == [1, 1]
    assert (report["revision"], report["totals"]["comments"]) == (1, 1)
