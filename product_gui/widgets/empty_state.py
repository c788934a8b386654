"""What an empty page says: what will be here, and the next step."""

import tkinter as tk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.picture import Icon
from product_gui.widgets.toolkit import Callback, Frame


class EmptyState(Frame):
    """An icon, a title, a sentence and, if there is one, the button for the next step."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        icon: str,
        title: str,
        text: str,
        button_text: str = "",
        command: Callback | None = None,
    ) -> None:
        super().__init__(master, fg_color="transparent")
        column = Frame(self, fg_color="transparent")
        column.place(relx=0.5, rely=0.45, anchor="center")
        icon_label = Icon(column, icon, size=metrics.ICON_LARGE, colour=colours.CONTROL_LINE)
        icon_label.pack(pady=(0, metrics.GRID * 2))
        self._title = Line(column, title, font=fonts.TITLE, align="center")
        self._title.pack()
        self._text = Paragraph(self, text, colour=colours.MUTED, align="center", width=420)
        self._text.pack(in_=column, pady=(metrics.GRID, 0))
        self.button: Button | None = None
        if button_text and command is not None:
            self.button = Button(column, text=button_text, command=command, kind="primary")
            self.button.pack(pady=(metrics.PAGE_MARGIN, 0))

    def set_text(self, *, title: str, text: str) -> None:
        """Change the words."""
        self._title.set_text(title)
        self._text.set_text(text)
