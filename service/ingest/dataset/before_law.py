"""The last step of an import: its pictures are judged by the rules, and those kept back counted.

A trigger marks every picture whose texts change, and nobody is shown one that is marked; here the
judging is done at once, so that the import can say how many pictures the law keeps back.
"""

from service.db import datasets, imports, restrictions
from service.db.engine import connection
from service.ingest.dataset.work import Job

BATCH = 100


def judge_pictures(job: Job) -> None:
    """Judge what this import brought or found here, and note how many may not be shown to all."""
    with connection(job.work.engine) as conn:
        keys = datasets.pictures_of_import(
            conn,
            dataset_id=job.stored.dataset_id,
            import_id=job.import_id,
            names=[picture.name for picture in job.checked.folder.pictures],
        )
    tell = job.each("Rules", len(keys))
    restricted = 0
    for first in range(0, len(keys), BATCH):
        job.stop_if_asked()
        batch = keys[first : first + BATCH]
        restricted += judge_batch(job, batch)
        tell(len(batch))
        job.work.watch.breathe()
    with job.work.transactions() as transaction:
        imports.set_restricted(transaction.conn, job.import_id, restricted)


def judge_batch(job: Job, keys: list[int]) -> int:
    """Judge those that nobody has judged yet; answers how many the law keeps back somewhere."""
    law = job.work.uploading.law
    with job.work.transactions() as transaction:
        conn = transaction.conn
        law.judge(conn, restrictions.stale(conn, keys, version=law.gate.policy_version))
        return len(law.hidden(conn, keys, ()))
