"""Puts the program together: the one place that knows everybody."""

import logging
import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from product_gui import actions, trace
from product_gui.jobs.job import Work
from product_gui.jobs.problem import describe
from product_gui.jobs.pump import Pump
from product_gui.jobs.runner import Lane, Runner
from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.clipboard import Paste
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.export import ExportPresenter
from product_gui.presenters.library import Library
from product_gui.presenters.models import ModelsPresenter
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.presenters.review import ReviewPresenter
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.window import Page, Pages, WindowPresenter
from product_gui.settings import SettingsStore
from product_gui.theme import appearance
from product_gui.views.dialogs import Dialogs
from product_gui.views.export import ExportView
from product_gui.views.menu import Menu, bind_keys
from product_gui.views.page import Page as PageView
from product_gui.views.window import MainWindow

log = logging.getLogger(__name__)

MakePage = Callable[[tk.Misc], PageView[Any]]


class Program:
    """The running program; ``run`` returns when the window has been closed.

    ``paths`` were named at the start: they are taken in on the Classify page, whatever page was
    open last.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._paths = paths
        settings = SettingsStore.open()
        appearance.install(settings.current.theme)
        self.window = MainWindow(geometry=settings.current.geometry)
        self.pump = Pump(self._deliver, scheduler=self.window)
        self.runner = Runner(self.pump.post)
        self.around = Surroundings(
            runner=self.runner,
            library=Library(),
            settings=settings,
            trace=trace.from_environment(),
        )
        self.window.report_callback_exception = self._report
        self.model = CurrentModel(self.around)
        self.presenter = WindowPresenter(
            self.around, self.model, self._presenters(), close=self._close
        )
        if paths:
            self.presenter.go("classify")
        self._wire()

    def run(self) -> None:
        """Show the window, and serve it until it is closed."""
        self.window.deiconify()
        self.window.update()
        self.around.trace("window")
        self.pump.start()
        self.window.after_idle(self._begin)
        self.window.mainloop()

    def _begin(self) -> None:
        self.window.accept_drops(self.presenter.take)
        self.model.open_remembered()
        if self._paths:
            self.presenter.take(self._paths)
        library = self.around.library
        warm_up = Work(name="warm up", operation=lambda _report, _control: library.warm_up())
        self.around.start(warm_up, Lane.LOOK)
        self.presenter.pages.train.interrupted.look(lead_there=lambda: self.presenter.go("train"))
        # Needs Pillow, which is not worth waiting for before the window is there.
        from product_gui.widgets.window_icon import set_window_icon

        set_window_icon(self.window)

    def _presenters(self) -> Pages:
        around, model = self.around, self.model
        return Pages(
            classify=ClassifyPresenter(around, model),
            train=TrainPresenter(around, model),
            review=ReviewPresenter(around),
            models=ModelsPresenter(around, model),
            export=ExportPresenter(around, self._show_folder),
        )

    def _wire(self) -> None:
        window, presenter = self.window, self.presenter
        paste = Paste(self.around, take=presenter.take, report=presenter.report)
        dialogs = Dialogs(window, presenter, paste)
        table = actions.table(presenter, dialogs)
        dialogs.actions = table
        window.ask_to_close = dialogs.ask_to_close
        ExportView(window, presenter.pages.export, dialogs)
        tips = {action.id: action.shortcut for action in table}
        window.build(presenter, self._page_makers(dialogs), tips=tips)
        menu = Menu(window.rail.footer, table, lambda: actions.situation(presenter))
        menu.button.pack(fill="x")
        bind_keys(
            window,
            table,
            lambda: actions.situation(presenter),
            say=lambda reason: self.around.notices.say(Notice(reason, "info")),
        )
        self._watch_controls()

    def _page_makers(self, dialogs: Dialogs) -> Mapping[Page, MakePage]:
        pages, window = self.presenter.pages, self.presenter

        def classify(master: tk.Misc) -> PageView[Any]:
            from product_gui.views.classify import ClassifyPage

            return ClassifyPage(master, pages.classify, dialogs, on_train=window.train_a_model)

        def train(master: tk.Misc) -> PageView[Any]:
            from product_gui.views.train import TrainPage

            return TrainPage(master, pages.train, dialogs, window)

        def review(master: tk.Misc) -> PageView[Any]:
            from product_gui.views.review import ReviewPage

            return ReviewPage(master, pages.review, on_train=window.train_a_model)

        def models(master: tk.Misc) -> PageView[Any]:
            from product_gui.views.models import ModelsPage

            return ModelsPage(master, pages.models, dialogs, window)

        return {"classify": classify, "train": train, "review": review, "models": models}

    def _watch_controls(self) -> None:
        if self.around.trace is not trace.silent:
            from product_gui.views.controls import watch_controls
            from product_gui.views.heartbeat import watch_heartbeat

            watch_controls(self.window, self.around.trace)
            watch_heartbeat(self.window, self.around.trace)

    def _show_folder(self, path: Path) -> None:
        from product_gui.views.folder import show_in_folder

        show_in_folder(path, say=self.around.notices.say)

    def _report(self, _kind: object, error: BaseException, _trace: object) -> None:
        """An error in the window's own code: Tk would print it and nobody would know."""
        log.error("The window made a mistake", exc_info=error)
        self.presenter.report(describe(error))

    def _deliver(self, message: Any) -> None:
        self.runner.receive(message)

    def _close(self) -> None:
        """End all work, wait for it without holding up the window, then close."""
        geometry = self.window.geometry()
        self.around.settings.change(lambda old: replace(old, geometry=geometry))
        self.presenter.pages.review.tensorboard.close()
        self.runner.close()
        self.window.withdraw()
        self._close_when_quiet(attempts=100)

    def _close_when_quiet(self, *, attempts: int) -> None:
        if attempts and not self.runner.is_quiet:
            self.window.after(20, lambda: self._close_when_quiet(attempts=attempts - 1))
            return
        self.around.trace("closed", quiet=self.runner.is_quiet)
        self.pump.stop()
        # Past Tkinter, which would delete commands that their widgets want to delete themselves.
        call = self.window.tk.call
        for timer in self.window.tk.splitlist(call("after", "info")):
            call("after", "cancel", timer)
        self.window.destroy()
