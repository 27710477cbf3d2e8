"""A removed picture comes back, with what it had given to a near duplicate that was kept."""

from sqlalchemy import Connection

from service.db import given, images, near_duplicates
from service.law.judging import PictureLaw


def bring_back(conn: Connection, law: PictureLaw, *, image_key: int) -> bool:
    """Show a picture again; what it gave away when it was removed is taken back.

    Answers whether it had been removed.
    """
    if not images.unmark_deleted(conn, image_key=image_key):
        return False
    for merged in near_duplicates.take_merged(conn, removed_key=image_key):
        given.take_back(conn, kept_key=merged.kept_key, given=merged.given)
        law.judge(conn, [merged.kept_key])
    return True
