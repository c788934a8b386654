"""Move or copy a person's files so that it can be taken back: planned, written down, then done.

``plan_moves`` chooses free names, ``carry_out`` writes a journal and moves, ``undo`` takes a
journal back. Nothing is ever overwritten. After a kill or a power cut, every file is whole under
its old or its new name; what was half done is settled at the next use.
"""

from ml_core.file_moves.journal import Action, Journal, Step
from ml_core.file_moves.moves import Outcome, carry_out, journals, undo
from ml_core.file_moves.plan import Moves, Unmoved, plan_moves

__all__ = [
    "Action",
    "Journal",
    "Moves",
    "Outcome",
    "Step",
    "Unmoved",
    "carry_out",
    "journals",
    "plan_moves",
    "undo",
]
