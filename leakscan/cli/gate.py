"""`leakscan gate`: one upload in, a verdict out, as an exit code, a sentence and perhaps JSON."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, NoReturn

import typer

from leakscan.cli.output import STDOUT, check_writable, say, write_file, write_out
from leakscan.cli.serving import KeyFile

if TYPE_CHECKING:
    from leakscan.gate.audit import AuditLog
    from leakscan.gate.policy import Facts, Policy
    from leakscan.gate.verdict import Verdict


def gate_command(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...|-", help="The uploads; - for standard input.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="FILE", help="Policy in TOML; default: the one shipped.")
    ] = None,
    destination: Annotated[str | None, typer.Option(metavar="WHERE", help="Where the upload goes.")] = None,
    user: Annotated[str | None, typer.Option(metavar="WHO", help="Who sends it.")] = None,
    path: Annotated[
        str | None, typer.Option(metavar="NAME", help="Path or name of the upload; default: that of FILE.")
    ] = None,
    content_type: Annotated[str | None, typer.Option(metavar="TYPE", help="What it is said to be.")] = None,
    json: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the verdict as JSON there.")] = None,
    git_staged: Annotated[
        bool, typer.Option("--git-staged", help="Decide about what the next commit takes in, in place of files.")
    ] = False,
    git_received: Annotated[
        bool, typer.Option("--git-received", help="Decide about what a push brings: for the hook pre-receive.")
    ] = False,
    log: Annotated[
        str | None, typer.Option(metavar="FILE", help="Audit log that the verdict is added to. Needs --key-file.")
    ] = None,
    key_file: KeyFile = None,
    verify_log: Annotated[
        str | None, typer.Option(metavar="FILE", help="Check an audit log instead of an upload. Needs --key-file.")
    ] = None,
    lang: Annotated[Literal["fr", "en"] | None, typer.Option(help="Language; default: from LANG, else en.")] = None,
) -> None:
    """Decide whether an upload may leave the house; of several, the worst decides.

    Exit codes: 0 allow; 1 block; 2 the check failed or bad usage, which callers take as block; 4 review.
    """
    from leakscan.errors import UsageError
    from leakscan.i18n import language

    if not gc.isenabled():  # by `__main__`, for the time of the imports
        gc.freeze()
        gc.enable()
    chosen = lang or language(os.environ)
    spoken: Literal["fr", "en"] = "fr" if chosen == "fr" else "en"
    given = files or []
    if verify_log is not None:
        if given or log is not None or git_staged or git_received:
            message = "--verify-log checks a log and decides about no upload: leave out files, git and --log"
            raise UsageError(message)
        _verify(verify_log, key_file)
        return
    if bool(given) + git_staged + git_received != 1:
        message = "say what to decide about: files, - for standard input, --git-staged or --git-received"
        raise UsageError(message)
    single = len(given) == 1
    if not single and (path is not None or STDOUT in given):
        message = "--path and - stand for one upload: give several by the names of their files"
        raise UsageError(message)
    from leakscan.gate.policy import Facts

    if json is not None and json != STDOUT:
        check_writable(json, given)
    sealed = audit_of(log, key_file, make=True)
    facts = Facts(destination, user, path, content_type)
    held_against = policy_of(policy, sealed)
    if single:
        if path is None and given[0] != STDOUT:
            facts = Facts(destination, user, given[0], content_type)
        _tell(_verdict(given[0], facts, held_against), facts, sealed, json, spoken)
    from leakscan.cli.several import decide_each, from_files, from_git

    uploads = from_files(given) if given else from_git("staged" if git_staged else "received")
    decide_each(uploads, facts, held_against, sealed, json, spoken)


def _tell(
    verdict: Verdict, facts: Facts, log: AuditLog | None, json: str | None, lang: Literal["fr", "en"]
) -> NoReturn:
    """The verdict, to the log first: without its line nothing is allowed."""
    from json import dumps

    from leakscan.cli.exit_codes import gate_code

    if log is not None:
        from leakscan.gate.audit import append

        append(log, verdict, facts)
    if json is not None:
        text = dumps(verdict.as_json(), ensure_ascii=False, indent=1) + "\n"
        write_out(text) if json == STDOUT else write_file(json, [text])
    say(verdict.sentence(lang))
    raise typer.Exit(gate_code(verdict))


def _verdict(file: str, facts: Facts, policy: Policy) -> Verdict:
    from leakscan.gate.decide import decide

    if file == STDOUT:
        return decide(sys.stdin.buffer, None, facts, policy, name="-")
    with opened(file) as stream:
        return decide(stream, None, facts, policy, name=file)


def opened(file: str) -> BinaryIO:
    """A file, to be closed by whoever asked. UsageError where it cannot be opened."""
    from leakscan.errors import UsageError
    from leakscan.sources import reason_of, shown_path

    try:
        return Path(file).open("rb")
    except OSError as error:
        message = f"cannot read {shown_path(file)}: {reason_of(error)}"
        raise UsageError(message) from None


def policy_of(file: str | None, log: AuditLog | None) -> Policy:
    """The policy of a file, or the one that ships; its ids are made under the log's key, where there is one."""
    from dataclasses import replace

    from leakscan.gate.policy import load_policy

    loaded = load_policy(None if file is None else Path(file))
    return loaded if log is None else replace(loaded, key=log.key)


def audit_of(file: str | None, key_file: str | None, *, make: bool) -> AuditLog | None:
    """The audit log of two options; None where neither is given. UsageError for one without the other."""
    from leakscan.errors import UsageError

    if file is None and key_file is None:
        return None
    if file is None or key_file is None:
        message = "an audit log and --key-file FILE go together: its lines are sealed with the key"
        raise UsageError(message)
    from leakscan.gate.audit import audit_log

    return audit_log(Path(file), Path(key_file), make=make)


def _verify(file: str, key_file: str | None) -> None:
    from leakscan.gate.audit import verify

    log = audit_of(file, key_file, make=False)
    if log is not None:
        head = verify(log)
        say(f"the log {file} holds: {head.lines} lines, the last with SHA-256 {head.sha256}")
