"""Gives every page of a Glimpse with the sample collection something to show, by its own forms."""

import csv
import io
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import APIRequestContext

from tools.gallery.visiting import call, checked, send, wait_for

PASSWORD = "pictures for the gallery"  # noqa: S105 - of a throw-away home
SEARCHES = (
    *("a red car on a beach", "two yellow dogs", "a boat at sunset") * 3,
    *("красная машина", "a teapot", "snow", "a cat on a bench -night", '"three white horses"') * 2,
    *("a little boy", "мальчик"),
)
PEOPLE = (("anna", "annotator"), ("boris", "analyst"), ("vera", "viewer"), ("gleb", "admin"))
QUESTION = """SELECT expert_mean, crowd_score
  FROM pairs
 WHERE expert_mean IS NOT NULL AND crowd_score IS NOT NULL
 LIMIT 500"""
# Stands on a page for as long as what it shows is under way.
FOLLOWED = 'data-follow="on"'
GRADES = (4, 1, 2, 4, 1, 3, 1, 4, 2, 1, 3, 4)


@dataclass(frozen=True)
class Furnishing:
    """Fills a Glimpse, as an admin who is signed in."""

    admin: APIRequestContext

    def all(self, password: str) -> str:
        """Everything; answers the password that the admin has from now on."""
        send(self.admin, "/account", old=password, new=PASSWORD, again=PASSWORD)
        for text in SEARCHES:
            self.admin.get("/", params={"q": text})
        self.collections()
        self.likenesses()
        self.law()
        self.people()
        self.judgements()
        self.bin()
        send(self.admin, "/analytics/sql/keep", sql=QUESTION, name="Experts and crowd", shared="no")
        self.scorers()
        self.comparison()
        return PASSWORD

    def found(self, text: str, limit: int) -> list[str]:
        """The pictures that a text finds."""
        answer = checked(
            self.admin.get("/api/v1/search", params={"q": text, "limit": limit, "min_score": 0}),
            text,
        )
        return [str(one["image_id"]) for one in answer.json()["results"]]

    def collections(self) -> None:
        """Two of one's own beside those of the sample."""
        for name, text in (("Evenings by the sea", "a boat at sunset"), ("Red cars", "a red car")):
            made = call(self.admin, "/api/v1/collections", {"name": name})
            address = f"/api/v1/collections/{made['collection_id']}/images"
            call(self.admin, address, {"image_ids": self.found(text, 14)})

    def likenesses(self) -> None:
        """Three pictures come a second time: smaller, darker and with other edges."""
        changes = (("smaller", 0.6, 1.0), ("darker", 1.0, 0.85), ("sent-again", 0.8, 1.05))
        for image_id, (name, scale, light) in zip(
            self.found("a yellow dog on a bench", 3), changes, strict=True
        ):
            original = checked(self.admin.get(f"/images/{image_id}/file"), name).body()
            self.upload(f"{name}.jpg", changed(original, scale, light))

    def upload(self, name: str, content: bytes) -> str:
        """Send one picture and wait until it can be found."""
        file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
        answer = checked(self.admin.post("/api/v1/images", multipart={"file": file}), name)  # type: ignore[dict-item]
        image_id = str(answer.json()["images"][0]["image_id"])
        address = f"/api/v1/images/{image_id}"
        wait_for(name, lambda: bool(call(self.admin, address)["state"] == "ready"))
        return image_id

    def law(self) -> None:
        """Two restricted pictures, one of them with consent, and a change of the rules."""
        first, second = self.found("an old woman on a horse", 2)
        address = "/admin/restricted"
        send(self.admin, f"{address}/{first}/restrict", reason="complaint 12", countries="*")
        send(
            self.admin,
            f"{address}/{second}/restrict",
            reason="her face can be made out",
            countries="DE FR",
            until_reviewed="1",
        )
        send(
            self.admin,
            f"{address}/{first}/consent",
            given_by="her daughter",
            document="folder 7, page 3",
            countries="RU",
            until="2099-12-31",
        )

    def people(self) -> None:
        """Somebody of each role, and two tokens, one of them revoked."""
        for name, role in PEOPLE:
            send(self.admin, "/admin/users", name=name, role=role)
        for title in ("nightly import", "an old script"):
            send(self.admin, "/admin/users/tokens", called=title, owner="gleb", role="")
        send(self.admin, "/admin/users/tokens/2/revoke")

    def judgements(self) -> None:
        """Some grades and some votes."""
        for number, grade in enumerate(GRADES):
            mode = "crowd" if number % 3 == 2 else "expert"  # noqa: PLR2004 - every third
            pair = call(self.admin, f"/api/v1/annotations/next?mode={mode}")["pair"]
            answer = {"fits": grade > 2} if mode == "crowd" else {"grade": grade}  # noqa: PLR2004
            sent = {"pair": pair["pair"], "mode": mode, "check": pair["check"], **answer}
            call(self.admin, "/api/v1/annotations", sent)

    def bin(self) -> None:
        """Three pictures that were deleted."""
        for image_id in self.found("a black umbrella in the rain", 3):
            send(self.admin, f"/images/{image_id}/delete")

    def scorers(self) -> None:
        """A second training, and its scorer in the place of the sample's own."""
        serving = next(one for one in self.trained() if one["state"] == "published")
        send(self.admin, "/quality/train", kind=serving["kind"], seed="1")
        wait_for("the training", lambda: FOLLOWED not in self.page("/quality"))
        again = [one["scorer"] for one in self.trained() if one["kind"] == serving["kind"]]
        newest = max(int(name.rpartition("-")[2]) for name in again)
        send(self.admin, f"/quality/{newest}/publish", reason="newer judgements count in it")

    def trained(self) -> list[dict[str, str]]:
        """All scorers, as the page hands them out."""
        return list(csv.DictReader(io.StringIO(self.page("/quality/figures/scorers.csv"))))

    def comparison(self) -> None:
        """A comparison of the scorers that take least time."""
        answer = send(self.admin, "/quality/compare", kinds=["constant", "cosine"], seed="0")
        where = answer.headers["location"]
        wait_for("the comparison", lambda: FOLLOWED not in self.page(where))

    def page(self, address: str) -> str:
        """A page as it is sent."""
        return checked(self.admin.get(address), address).text()


def changed(content: bytes, scale: float, light: float) -> bytes:
    """The picture at another size and brightness."""
    with Image.open(io.BytesIO(content)) as picture:
        size = (round(picture.width * scale), round(picture.height * scale))
        other = picture.convert("RGB").resize(size).point(lambda value: min(255, value * light))
    out = io.BytesIO()
    other.save(out, "JPEG", quality=80)
    return out.getvalue()
