"""Learning: what one confirmation costs in an archive that has learnt from many, against the commit of the same confirmation."""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path

from bench.measure import Row, seconds

DOCUMENTS, TIMED = 600, 60


def run() -> list[Row]:
    from app.desk import describing, learning
    from app.desk.learnt import learnt
    from app.services import Services
    from tests.describe.office_papers import offices, read_paper
    from tests.desk.office import take_read

    papers = [paper for office in list(offices().values())[:40] for paper in office]
    random.Random(1).shuffle(papers)
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Path(folder) / "archive")
        services.create("bench bench bench")
        workspace = services.workspace
        assert workspace is not None
        memory = learnt(workspace)
        read = [read_paper(*seed) for seed in papers[:DOCUMENTS]]
        ids = [take_read(workspace, paper) for paper in read]
        for document_id, paper in list(zip(ids, read, strict=True))[:-TIMED]:
            describing.edit(workspace, document_id, paper.truth)
        whole, following, asking = [], [], []
        follow = memory.relearn

        def timed(document_ids: object, entry: int) -> None:
            following.append(seconds(lambda: follow(document_ids, entry)) * 1000)  # type: ignore[arg-type]

        memory.relearn = timed  # type: ignore[assignment, method-assign]
        for document_id, paper in list(zip(ids, read, strict=True))[-TIMED:]:
            asking.append(seconds(lambda i=document_id: learning.suggest(workspace, i)) * 1000)
            whole.append(seconds(lambda i=document_id, p=paper: describing.edit(workspace, i, p.truth)) * 1000)
        size = learning.status(workspace).counts
        services.close()
    mine, total, question = (statistics.median(times) for times in (following, whole, asking))
    worst = sorted(following)[int(len(following) * 0.95)]
    anchor = f"the clerk's own commit {total - mine:.1f} ms"
    after = f"learning: one confirmation after {DOCUMENTS}, {size} counts (p95 {worst:.1f} ms)"
    return [
        Row(after, f"{mine:.1f} ms", anchor, mine / (total - mine), "≤ 25 ms"),
        Row("learning: suggestions for one document", f"{question:.1f} ms", anchor, question / (total - mine), "≤ 25 ms"),
    ]
