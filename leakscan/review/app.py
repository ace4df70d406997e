"""The screen of a review: the columns, what speaks for the role of one, and what corrections change.

Texts that came with the data are made harmless and are never read as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from leakscan.errors import LeakscanError
from leakscan.explain.columns import column_statements, roles_by_place
from leakscan.explain.statement import sentence
from leakscan.records import ROLES
from leakscan.review import model
from leakscan.review.words import say
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakscan.explain.correct import Corrected
    from leakscan.renderers import Report

_HEADS = ("state", "number", "column", "role", "confidence", "share", "found", "file")
NO_ROLE = "none"


class Chooser(ModalScreen[str]):
    """All roles, narrowed by what is typed. Gives the role's name, `none` for no role."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)"), Binding("down", "down", show=False)]
    CSS = """
    Chooser { align: center middle; }
    Chooser > VerticalScroll {
        width: 50; height: 24; max-height: 90%; border: round $accent; background: $surface; padding: 0 1;
    }
    Chooser OptionList { height: 1fr; border: none; }
    """

    def __init__(self, number: int, lang: str) -> None:
        """`number`: of the column, from 1."""
        super().__init__()
        self.number, self.lang = number, lang

    def compose(self) -> ComposeResult:
        """A line to type in, and the roles."""
        with VerticalScroll():
            yield Static(say("choose.title", self.lang, number=self.number), markup=False)
            yield Input()
            yield OptionList()

    def on_mount(self) -> None:
        """All roles to begin with."""
        self._narrow("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only roles that hold what was typed."""
        self._narrow(event.value)

    def on_input_submitted(self) -> None:
        """Take the highlighted role."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the chosen role."""
        self.dismiss(event.option.id)

    def action_down(self) -> None:
        """From the line to the list."""
        self.query_one(OptionList).focus()

    def _narrow(self, typed: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        wanted = typed.strip().lower()
        names = [(NO_ROLE, say("choose.none", self.lang)), *((role, role) for role in ROLES)]
        options.add_options([Option(shown, id=name) for name, shown in names if wanted in shown or wanted in name])
        if options.option_count:
            options.highlighted = 0


class ReviewApp(App[None]):
    """The review. State: the review so far, and whether it was saved. `save` keeps a corrected report and names it."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #totals {
        height: 4; padding: 0 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    #columns { height: 2fr; }
    #why { height: 1fr; min-height: 5; border-top: solid $accent; padding: 0 1; }
    """

    def __init__(
        self, report: Report, lang: str, who: str, clock: Callable[[], str], save: Callable[[Corrected], str]
    ) -> None:
        """`who` reviews, `clock` tells the time in UTC."""
        super().__init__()
        self.lang, self.who, self.clock, self.keep = lang, who, clock, save
        self.review = model.begin(report)
        self.told = roles_by_place(report)
        self.saved: model.Review | None = None
        self.warned = False
        for action in ("accept", "reject", "change", "undo", "next", "save", "quit"):
            name = "leave" if action == "quit" else action
            self.bind(action[0], name, description=say(f"key.{action}", lang))

    def compose(self) -> ComposeResult:
        """Totals, the list, what speaks for the role of the chosen column, and the keys."""
        yield Static(id="totals", markup=False)
        yield DataTable(id="columns", cursor_type="row", zebra_stripes=True)
        with VerticalScroll(id="why", can_focus=False):
            yield Static(id="statements", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Fill the list."""
        table = self._table()
        for name in _HEADS:
            table.add_column(Text(say(f"head.{name}", self.lang)), key=name)
        for row in range(len(self.review.rows)):
            table.add_row(*map(Text, model.cells(self.review, row, self.lang)), key=str(row))
        table.focus()
        self._totals()
        self._why(0)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what speaks for the role of the row."""
        self._why(event.cursor_row)

    def on_data_table_row_selected(self) -> None:
        """Enter on a row asks for another role."""
        self.action_change()

    def action_accept(self) -> None:
        """The role is right; on to the next."""
        self._become(model.accept)
        self.action_next()

    def action_reject(self) -> None:
        """The column has no role."""
        self._become(lambda review, row: model.change(review, row, None))

    def action_undo(self) -> None:
        """Take back what was said of the column."""
        self._become(model.undo)

    def action_next(self) -> None:
        """On to the next column of which nothing was said."""
        if self.review.rows:
            self._table().move_cursor(row=model.next_open(self.review, self._table().cursor_row))

    def action_change(self) -> None:
        """Ask which role the column has."""
        if not self.review.rows:
            return
        row = self._table().cursor_row

        def chosen(role: str | None) -> None:
            if role is not None:
                self._become(lambda review, at: model.change(review, at, None if role == NO_ROLE else role), row)

        self.push_screen(Chooser(self.review.rows[row].index + 1, self.lang), chosen)

    def action_save(self) -> None:
        """Keep the corrected report."""
        if not self.review.roles:
            self.notify(say("say.nothing", self.lang), markup=False)
            return
        try:
            file = self.keep(model.outcome(self.review, self.who, self.clock()))
        except LeakscanError as error:
            self.notify(say("say.failed", self.lang, why=harmless(str(error))), severity="error", markup=False)
            return
        self.saved, self.warned = self.review, False
        self.notify(say("say.saved", self.lang, file=harmless(file)), markup=False)

    def action_leave(self) -> None:
        """Leave; what is not saved is told once."""
        unsaved = self.review.roles and (self.saved is None or self.saved.roles != self.review.roles)
        if unsaved and not self.warned:
            self.warned = True
            self.notify(say("say.unsaved", self.lang), severity="warning", markup=False)
            return
        self.exit()

    def _fatal_error(self) -> None:
        """End without the library's traceback, which shows what variables held; the command line says the place."""
        self._close_messages_no_wait()

    def _table(self) -> DataTable[Text]:
        return self.query_one("#columns", DataTable)

    def _become(self, step: Callable[[model.Review, int], model.Review], row: int | None = None) -> None:
        if not self.review.rows:
            return
        at = self._table().cursor_row if row is None else row
        self.review = step(self.review, at)
        self.warned = False
        for name, cell in zip(_HEADS, model.cells(self.review, at, self.lang), strict=True):
            style = "bold yellow" if self.review.state(at) == model.CHANGED else ""
            self._table().update_cell(str(at), name, Text(cell, style=style))
        self._totals()
        self._why(at)

    def _totals(self) -> None:
        lines = model.totals(self.review, model.outcome(self.review, self.who), self.lang)
        self.query_one("#totals", Static).update(Text("\n".join(lines), no_wrap=True, overflow="ellipsis"))

    def _why(self, row: int) -> None:
        if not self.review.rows:
            return
        place = self.review.rows[row]
        said = column_statements(place, self.told[*place.source, place.index], self.review.found[place][1])
        now = self.review.role(row) or say("choose.none", self.lang)
        lines = [say("why.now", self.lang, role=now)] if row in self.review.roles else []
        text = "\n".join([harmless(place.column), *lines, *(sentence(one, self.lang) for one in said)])
        self.query_one("#statements", Static).update(Text(text))
