"""Writes docs/gallery.md, the page that shows every picture."""

from tools.gallery.pages import ASKED, GALLERY, Gallery

HEAD = """# Gallery

Every page with the sample collection, whose pictures Glimpse draws itself: light on a desktop, dark
on a phone, some in Russian. `make screenshots` fills a Glimpse of its own with something for every
page to show and takes them anew.
"""
LOOKS = {"desktop": "light", "phone-dark": "dark, on a phone", "russian": "in Russian"}


def write(gallery: Gallery) -> None:
    """Put them all on one page, what is asked first."""
    parts = [HEAD]
    for name, shots in sorted(gallery.taken.items(), key=lambda one: one[0] not in ASKED):
        title = gallery.titles[name]
        if name.startswith("search-"):
            title = f"Search: {title}"
        images = [
            f'<img src="screenshots/{path.name}" alt="{title}, {LOOKS[look]}" '
            f'width="{220 if "phone" in look else 640}">'
            for look, path in shots.items()
        ]
        parts.append("\n".join([f"## {title}", "", "<p>", *images, "</p>", ""]))
    GALLERY.write_text("\n".join(parts), encoding="utf-8")
