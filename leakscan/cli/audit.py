"""`leakscan audit`: a person judges pairs of records that the linkage merged, or nearly; error rates out."""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from leakscan.cli.output import STDOUT, check_writable, say, write_file, write_out
from leakscan.errors import UsageError

if TYPE_CHECKING:
    from leakscan.answers import Answers
    from leakscan.auditing import Audit
    from leakscan.renderers import Report

BESIDE = ".answers.json"
"""Added to the name of the result, where no other file for the answers is given."""


def audit_command(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result that scan --save or merge wrote.")],
    key_file: Annotated[str, typer.Option(metavar="FILE", help="The key file that the result was made with.")],
    pairs: Annotated[int, typer.Option(metavar="N", min=1, help="Pairs that are judged, at most.")] = 100,
    answers: Annotated[
        str | None, typer.Option(metavar="FILE", help="The answers, .json or .csv; default: RESULT.answers.json.")
    ] = None,
    reviewer: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers; stands in the report.")] = None,
    list_to: Annotated[
        str | None, typer.Option("--list", metavar="FILE|-", help="Write the pairs as JSON, and ask nothing.")
    ] = None,
    save: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep the result with the audit there; default: in RESULT.")
    ] = None,
    second_opinion: Annotated[
        Literal["splink"] | None,
        typer.Option(help="Have Splink (extra dedupe) count the people as well, and ask nothing."),
    ] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Judge pairs of records that were merged or nearly so, shown without any value; error rates enter the report.

    Exit codes: 0 done, or stopped to go on later; 2 the result cannot be opened, or bad usage.
    """
    from leakscan.auditing import audit_of, listed, opinion_on
    from leakscan.cli.report import load
    from leakscan.i18n import language, phrase
    from leakscan.merging import merged
    from leakscan.merging import save as save_result
    from leakscan.persons.keyfile import key_from
    from leakscan.renderers.audit import audit_lines, opinion_lines

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    kept_in, saved_in = answers or result + BESIDE, save or result
    _check_places(result, kept_in, saved_in, list_to, key_file)
    key = key_from(Path(key_file), not_beside=map(Path, (result, kept_in, saved_in)), make=False)
    found = merged([Path(result)], key)
    if found.complaint is not None:
        say(found.complaint)
    chosen_lang = lang or language(os.environ)
    report: Report = load(result)
    if second_opinion is not None:
        report = opinion_on(found.ledger, found.options, report)
        title, lines = "opinion.title", opinion_lines(report, chosen_lang)
    else:
        audit = audit_of(found.ledger, found.options, report, pairs, key)
        if list_to is not None:
            _write_list(list_to, json.dumps(listed(audit), indent=1) + "\n")
            return
        must_exist = answers is not None and not sys.stdin.isatty()
        judged = _judged(audit, report, kept_in, reviewer, chosen_lang, must_exist=must_exist)
        if judged is None:
            return
        report = judged
        title, lines = "audit.title", audit_lines(report, chosen_lang)
    save_result(Path(saved_in), found.ledger, report, found.options, key, found.rules)
    write_out("".join(f"{line}\n" for line in (phrase(title, chosen_lang), *lines)))


def _judged(
    audit: Audit, report: Report, kept_in: str, reviewer: str | None, lang: str, *, must_exist: bool
) -> Report | None:
    """The report with the outcome, after what had no answer yet was asked; None where there is none.

    Raises UsageError where nobody is there to answer.
    """
    from leakscan.answers import reviewer_named
    from leakscan.auditing import outcome, unanswered, with_outcome
    from leakscan.cli.auditor import ask
    from leakscan.i18n import counted, number, phrase

    if not audit.drawn.pairs:
        say(phrase("audit.nothing", lang))
        return None
    given = _answers(kept_in, must_exist=must_exist)
    given = replace(given, reviewer=reviewer_named(reviewer) or given.reviewer)
    if unanswered(audit, given) and sys.stdin.isatty():
        given = ask(audit, given, lambda more: _keep(kept_in, more), lang)
        left = len(unanswered(audit, given))
        if left:
            say(phrase("audit.stopped", lang, left=counted(left, "pair", lang), file=kept_in))
    known = {pair.id for pair in audit.drawn.pairs} & given.given.keys()
    if not known:
        if sys.stdin.isatty():
            return None
        message = f"nobody is there to answer and {kept_in} answers none of the pairs: give --answers FILE (see --list)"
        raise UsageError(message)
    if len(known) < len(given.given):
        say(phrase("audit.others", lang, count=number(len(given.given) - len(known), lang)))
    return with_outcome(report, outcome(audit, given if given.time else replace(given, time=_now())))


def _check_places(result: str, kept_in: str, saved_in: str, list_to: str | None, key_file: str) -> None:
    """Refuse files that would overwrite one another, before time is spent."""
    if STDOUT in {saved_in, kept_in}:
        message = "--save and --answers need the name of a file"
        raise UsageError(message)
    check_writable(kept_in, [result, saved_in, key_file])
    check_writable(saved_in, [kept_in, key_file])
    if list_to is not None and list_to != STDOUT:
        check_writable(list_to, [result, saved_in, kept_in, key_file])
    for one, other in ((kept_in, result), (kept_in, saved_in), (list_to, kept_in)):
        if one is not None and Path(one).resolve() == Path(other).resolve():
            message = f"{one} is named for two purposes: choose another name for one of them"
            raise UsageError(message)


def _write_list(file: str, text: str) -> None:
    if file == STDOUT:
        write_out(text)
    else:
        write_file(file, [text])


def _answers(file: str, *, must_exist: bool) -> Answers:
    """The answers kept in a file; none where it is not there yet."""
    from leakscan.answers import Answers, parsed

    try:
        data = Path(file).read_bytes()
    except FileNotFoundError:
        if not must_exist:
            return Answers()
        message = f"--answers {file} does not exist, and standard input is no terminal: nobody is there to answer"
        raise UsageError(message) from None
    except OSError as error:
        message = f"cannot read {file}: {error.strerror}; give a file of answers"
        raise UsageError(message) from None
    return parsed(data, file, as_csv=_is_csv(file))


def _keep(file: str, answers: Answers) -> Answers:
    """Write the answers down with the time, so that a crash loses none."""
    from leakscan.answers import written

    dated = replace(answers, time=_now())
    write_file(file, [written(dated, as_csv=_is_csv(file))])
    return dated


def _is_csv(file: str) -> bool:
    return Path(file).suffix.lower() == ".csv"


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
