"""Search by a picture that somebody sends: checked like any file, and by the picture check."""

import os
from dataclasses import dataclass, replace
from typing import BinaryIO

from service.at_work import AtWork, Chosen
from service.db import searches
from service.db.engine import connection
from service.domain import SearchPage
from service.law.picture_check import PictureCheck
from service.law.refusals import Refusals
from service.picture import check as check_file
from service.picture import open_upright
from service.policy.gate import Refused
from service.policy.rules import DISCLAIMER
from service.search import Searching, search
from service.search_question import Question, check
from service.shown import PictureForgotten, PictureRefused, Shown
from service.transaction import Transactions

RULE = "picture check"


@dataclass(frozen=True, slots=True)
class SearchByPicture:
    """Finds pictures like the one that is sent, with a text or without."""

    searching: Searching
    transactions: Transactions
    seeing: AtWork
    check: PictureCheck
    refusals: Refusals
    limits: tuple[int, int]

    def search(self, *, file: BinaryIO, question: Question) -> SearchPage:
        """One page of pictures near this one and, if there is a text, near the text."""
        self._refuse_early(question)
        try:
            page = self._found(file, question)
        except PictureForgotten:
            # Another encoder began to serve between looking and finding.
            page = self._found(file, question)
        if question.cursor is None:
            self._record(question, page)
        return page

    def keep(self, *, file: BinaryIO, question: Question) -> str:
        """Look at the picture and remember for a week what it is like; answers under what name."""
        shown = self._seen(file, question)
        self.searching.shown.keep(shown)
        return shown.name

    def _found(self, file: BinaryIO, question: Question) -> SearchPage:
        shown = self._seen(file, question)
        return search(self.searching, replace(question, picture=shown.name), shown)

    def _refuse_early(self, question: Question) -> None:
        """Refuse what the text or the choices forbid before the picture costs anything."""
        check(replace(question, picture="sent"))
        if not question.text.strip():
            return
        try:
            self.searching.gate.allow(question.text, question.countries)
        except Refused as refused:
            self.refusals.note(question.text, question.countries, refused)
            raise

    def _record(self, question: Question, page: SearchPage) -> None:
        """Count the search as any other; of the picture nothing is kept."""
        with self.transactions() as transaction:
            searches.record(transaction.conn, took_ms=page.took_ms, results=len(page.hits))
        if question.text.strip():
            self.refusals.keep_answered(question.text, question.countries)

    def _seen(self, file: BinaryIO, question: Question) -> Shown:
        """What the picture looks like; refused where it looks like a child's."""
        with connection(self.searching.engine) as conn:
            chosen = self.seeing.choose(conn).checked()
        self.seeing.tidy()
        sha256, shown = self._looked_at(file, chosen)
        if self.check.flags(shown.vector, shown.fingerprint):
            refused = PictureRefused(
                disclaimer=DISCLAIMER,
                policy_version=self.searching.gate.policy_version,
                rule=RULE,
            )
            self.refusals.note_picture(sha256, question.countries, refused)
            raise refused
        return shown

    def _looked_at(self, file: BinaryIO, chosen: Chosen) -> tuple[str, Shown]:
        max_bytes, max_pixels = self.limits
        facts = check_file(file, max_bytes=max_bytes, max_pixels=max_pixels)
        file.seek(0, os.SEEK_SET)
        encoder = chosen.encoder.get()
        picture = open_upright(file, max_pixels=max_pixels, side=encoder.picture_side)
        vector = encoder.encode_pictures([picture])[0]
        name = self.searching.shown.name(facts.sha256)
        return facts.sha256, Shown(name, chosen.stored.fingerprint, vector)
