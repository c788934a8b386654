"""The window of the gallery and its command line."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageGrab

from product_gui.gallery.pages import PAGES
from product_gui.gallery.parts import GAP
from product_gui.gallery.samples import load_photos
from product_gui.theme import appearance, colours, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.rail import Rail, RailEntry
from product_gui.widgets.toast import Toaster
from product_gui.widgets.toolkit import Frame, Window
from product_gui.widgets.window_icon import set_window_icon


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the gallery; with ``--shot`` save a picture of it and end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dark", action="store_true", help="start with the dark theme")
    parser.add_argument("--page", choices=list(PAGES), default="classify")
    parser.add_argument("--size", default="1280x860", help="of the window, as 1100x720")
    parser.add_argument("--zoom", type=float, default=1.0, help="text zoom, as 1.25")
    parser.add_argument("--photos", type=Path, help="a folder of photos to show")
    parser.add_argument("--shot", type=Path, help="save a picture of the window here and end")
    options = parser.parse_args(arguments)
    appearance.install("dark" if options.dark else "light")
    appearance.set_scaling(options.zoom)
    gallery = Gallery(load_photos(options.photos))
    gallery.geometry(options.size)
    gallery.show(options.page)
    if options.shot is not None:
        gallery.after(1800, gallery.save_picture, options.shot)
    gallery.mainloop()


class Gallery(Window):
    """A window with a rail; every page is built when it is first shown."""

    def __init__(self, photos: list[Image.Image]) -> None:
        super().__init__()
        self.title("Gallery")
        set_window_icon(self)
        self.photos = photos
        self.toaster = Toaster(self, bottom=metrics.JOB_BAR_HEIGHT + GAP)
        self._rail = Rail(
            self,
            [RailEntry(key, key.title(), icon) for key, (icon, _) in PAGES.items()],
            on_choose=self.show,
        )
        self._rail.pack(side="left", fill="y")
        Button(
            self._rail.footer, text="Theme", kind="quiet", small=True, command=self._switch_theme
        ).pack(fill="x")
        self._pages: dict[str, Frame] = {}

    def show(self, name: str) -> None:
        """Show one page."""
        self._rail.set_current(name)
        for page in self._pages.values():
            page.pack_forget()
        if name not in self._pages:
            page = Frame(self, fg_color=colours.WINDOW, corner_radius=0)
            PAGES[name][1](page, self)
            self._pages[name] = page
        self._pages[name].pack(side="left", fill="both", expand=True)

    def save_picture(self, path: Path) -> None:
        """Save what the window shows and end."""
        self.update()
        left, top = self.winfo_rootx(), self.winfo_rooty()
        ImageGrab.grab((left, top, left + self.winfo_width(), top + self.winfo_height())).save(path)
        self.destroy()

    def _switch_theme(self) -> None:
        appearance.set_mode("light" if appearance.is_dark() else "dark")


if __name__ == "__main__":
    main()
