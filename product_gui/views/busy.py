"""A surface that says what is being done, with motion and a way to stop it."""

import tkinter as tk

from product_gui.theme import fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.label import Line
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.toolkit import Callback, Frame


class Busy(Frame):
    """Takes the place of what is to come."""

    def __init__(self, master: tk.Misc, *, title: str, stop_text: str, on_stop: Callback) -> None:
        super().__init__(master)
        column = Frame(self, fg_color="transparent")
        column.place(relx=0.5, rely=0.45, anchor="center")
        Line(column, title, font=fonts.LEAD_BOLD, align="center").pack()
        bar = ProgressBar(column, width=280)
        bar.set_share(None)
        bar.pack(pady=metrics.GRID * 3)
        self.stop = Button(column, text=stop_text, command=on_stop, small=True)
        self.stop.pack()
